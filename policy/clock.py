"""One running of a deadline on a case: days, and how they stand."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class ClockStatus(StrEnum):
    """How a clock stands on some day."""

    RUNNING = "running"
    OVERDUE = "overdue"
    PAUSED = "paused"
    MET = "met"
    LATE = "late"
    LAPSED = "lapsed"


@dataclass(frozen=True, kw_only=True)
class Clock:
    """One running of one rule on one case: days, and nothing else."""

    rule: str
    number: int = 1
    started_on: date
    due_on: date
    ended_on: date | None = None
    lapsed: bool = False
    # It lapsed because the case went on on other tracks; on this one again it goes on.
    off_track: bool = False
    extensions: int = 0
    paused_on: date | None = None
    # The events that paused it and were not resumed yet: together they leave out each day once.
    paused_by: tuple[str, ...] = ()
    paused_days: int = 0

    @property
    def is_running(self) -> bool:
        """Return whether what the rule asks for is still awaited, paused or not."""
        return self.ended_on is None

    def status(self, today: date) -> ClockStatus:
        """Return how the clock stands today."""
        if self.lapsed:
            return ClockStatus.LAPSED
        if self.ended_on is not None:
            return ClockStatus.MET if self.ended_on <= self.due_on else ClockStatus.LATE
        if self.paused_on is not None:
            return ClockStatus.PAUSED
        return ClockStatus.OVERDUE if self.due_on < today else ClockStatus.RUNNING


Clocks = tuple[Clock, ...]
