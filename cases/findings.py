"""What a check-up says: nothing, or in one sentence what is wrong and in another what to do."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    """Something is wrong, or could not be looked at."""

    WRONG = "wrong"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Finding:
    """One line of a check-up."""

    grade: Grade
    what: str
    mend: str


def wrong(what: str, mend: str) -> Finding:
    """Return that something is wrong."""
    return Finding(Grade.WRONG, what, mend)


def unknown(what: str, mend: str) -> Finding:
    """Return that something could not be looked at."""
    return Finding(Grade.UNKNOWN, what, mend)


def exit_code(findings: Iterable[Finding]) -> int:
    """Return 0 when all is well, 1 when something is wrong, 2 when that could not be told."""
    grades = {finding.grade for finding in findings}
    if Grade.WRONG in grades:
        return 1
    return 2 if grades else 0
