"""A line of the measurements: what was measured, against what, and what is wanted."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True, kw_only=True)
class Row:
    """One measured value; ``ratio`` is to a floor taken in the same run, where there is one."""

    name: str
    value: float
    unit: str
    wanted: float
    floor: float | None = None
    ratio: float | None = None

    def as_json(self) -> dict[str, object]:
        """Return the row as it is written to bench/results.json."""
        order = ("name", "value", "unit", "floor", "ratio", "wanted")
        values = asdict(self)
        return {key: values[key] for key in order}
