"""How much a reward may be: from the base salary of a day, or from what was recovered."""

from dataclasses import dataclass
from datetime import date

from policy.pack import Pack
from policy.reward_rows import RewardLevel

PERCENT = 100


@dataclass(frozen=True)
class Span:
    """The least and the most that a reward may be, in đồng; no most where the decision says it."""

    least: int
    most: int | None

    @property
    def fixed(self) -> int | None:
        """Return the one amount that it may be, where there is only one."""
        return self.most if self.most == self.least else None

    def holds(self, amount: int) -> bool:
        """Return whether a reward may be so much."""
        return self.least <= amount and (self.most is None or amount <= self.most)


def span_of(pack: Pack, level: RewardLevel, recovered: int, day: date) -> Span | None:
    """Return how much a reward of this level may be that is decided on a day.

    None where it cannot be given: too little was recovered, or no base salary is known.
    """
    if not level.follows_base:
        return Span(0, None)
    base = next((row.amount for row in pack.base_salaries if row.in_force(day)), None)
    if base is None:
        return None
    if level.times_base:
        return Span(level.times_base * base, level.times_base * base)
    if recovered <= level.above_times_base * base:
        return None
    share = recovered * level.share_percent // PERCENT
    return Span(1, min(share, level.cap_times_base * base))
