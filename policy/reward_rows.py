"""The rows of a pack by which those who report are rewarded."""

from dataclasses import dataclass

from policy.rows import Named, Row, Worded


@dataclass(frozen=True, kw_only=True)
class RewardLevel(Worded):
    """A reward, and how its amount follows; with none of the numbers, the decision says it.

    ``times_base``: so many base salaries. ``share_percent``: up to that part of what was recovered,
    where more than ``above_times_base`` base salaries were, and never more than ``cap_times_base``.
    ``needs_two``: nobody records it alone that such a reward was granted.
    """

    decider: str
    times_base: int = 0
    share_percent: int = 0
    above_times_base: int = 0
    cap_times_base: int = 0
    needs_two: bool = False

    @property
    def follows_base(self) -> bool:
        """Return whether its amount follows from the base salary."""
        return bool(self.times_base or self.share_percent)


@dataclass(frozen=True, kw_only=True)
class RewardDecider(Named):
    """Who decides on a reward; the unit that ``executes`` it pays, and need not know the case."""

    executes: str


@dataclass(frozen=True, kw_only=True)
class RewardWay(Worded):
    """How a reporter can be paid who does not say who they are."""


@dataclass(frozen=True, kw_only=True)
class BaseSalary(Row):
    """The base salary (mức lương cơ sở), in đồng a month, while the row is in force."""

    amount: int
