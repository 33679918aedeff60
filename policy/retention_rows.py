"""The rows of a pack that say how long a closed case is kept."""

from dataclasses import dataclass

from policy.rows import Named


@dataclass(frozen=True, kw_only=True)
class Retention(Named):
    """How long a case that is closed on one of ``tracks`` is kept, before it may be disposed of.

    With ``findings``: only where one of them was concluded. So many ``years``, from the end of the
    year in which the case was closed; or for ever.
    """

    tracks: tuple[str, ...]
    findings: tuple[str, ...] = ()
    years: int = 0
    for_ever: bool = False
