"""A line of the measurements: what was measured, against what, and what is wanted."""

from dataclasses import asdict, dataclass, replace


@dataclass(frozen=True, kw_only=True)
class Row:
    """One measured value; ``ratio`` is to a floor taken in the same run, where there is one.

    ``wanted`` is a lower bound, or an upper one where ``smaller_is_better``: of the ratio where
    there is one, of the value elsewhere.
    """

    name: str
    value: float
    unit: str
    wanted: float
    floor: float | None = None
    ratio: float | None = None
    smaller_is_better: bool = False

    @property
    def is_met(self) -> bool:
        """Return whether what is wanted was reached."""
        judged = self.value if self.ratio is None else self.ratio
        return judged <= self.wanted if self.smaller_is_better else judged >= self.wanted

    def as_line(self) -> str:
        """Return the row as it is printed."""
        measured = f"{self.name:<26} {self.value:>12,.2f} {self.unit:<8}"
        if self.floor is not None and self.ratio is not None:
            measured += f" floor {self.floor:>10,.2f}, ratio {self.ratio:>6.2f}"
        bound = "≤" if self.smaller_is_better else "≥"
        verdict = "met" if self.is_met else "NOT MET"
        return f"{measured}   wanted {bound} {self.wanted:,.4g}: {verdict}"

    def as_json(self) -> dict[str, object]:
        """Return the row as it is written to bench/results.json."""
        order = ("name", "value", "unit", "floor", "ratio", "wanted", "smaller_is_better")
        values = asdict(self)
        return {key: values[key] for key in order}


def beside(name: str, value: float, floor: float, unit: str, wanted: float) -> Row:
    """Return a rate beside its floor's rate: more is better."""
    ratio = value / floor
    return Row(name=name, value=value, unit=unit, wanted=wanted, floor=floor, ratio=ratio)


def over(name: str, value: float, floor: float, unit: str, wanted: float) -> Row:
    """Return a time over its floor's time: less is better."""
    return replace(beside(name, value, floor, unit, wanted), smaller_is_better=True)


def at_most(name: str, value: float, unit: str, wanted: float) -> Row:
    """Return a value without a floor that should stay below a bound."""
    return Row(name=name, value=value, unit=unit, wanted=wanted, smaller_is_better=True)
