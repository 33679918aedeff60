"""What a case's opened texts say of rewards for whoever reported it.

In clear stand codes of levels, amounts and days (``cases.reward_records``); here is the rest.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from cases.names import EntryKind
from cases.opened import OpenedEntry

# Lines of the history.
PROPOSE_REWARD, DECIDE_REWARD, PAY_REWARD = "reward-propose", "reward-decide", "reward-pay"
# Lines of the thread.
GRANTED, CLAIMED, PAID = "reward-granted", "reward-claimed", "reward-paid"


@dataclass(frozen=True, repr=False)
class Reward:
    """A reward as those read of it who read its case, in memory only.

    ``proposed`` and the others are the lines that say so, where there are such.
    """

    id: str
    proposed: OpenedEntry
    decided: OpenedEntry | None
    claimed: OpenedEntry | None
    paid: OpenedEntry | None

    @property
    def recovered(self) -> int:
        """Return what was recovered, in đồng."""
        return number_of(self.proposed.values, "recovered")

    @property
    def is_granted(self) -> bool:
        """Return whether it was granted."""
        return self.decided is not None and self.decided.values.get("granted") is True

    @property
    def is_refused(self) -> bool:
        """Return whether it was refused."""
        return self.decided is not None and not self.is_granted

    @property
    def waits(self) -> bool:
        """Return whether it is not decided yet, or there is money that was not paid."""
        if self.decided is None:
            return True
        return self.is_granted and number_of(self.decided.values, "amount") > 0 and not self.paid


@dataclass(frozen=True, repr=False)
class GrantedReward:
    """A reward as its reporter is told of it; ``payer`` is the unit that pays."""

    id: str
    level: str
    amount: int
    payer: str
    claimed_on: date | None
    is_paid: bool

    @property
    def can_be_claimed(self) -> bool:
        """Return whether there is money that nobody fetched."""
        return self.amount > 0 and not self.is_paid


def rewards_of(entries: Iterable[OpenedEntry]) -> tuple[Reward, ...]:
    """Return the rewards of a case, the newest first."""
    found = tuple(entries)
    steps = [entry for entry in found if entry.kind is EntryKind.STEP]
    events = [entry for entry in found if entry.kind is EntryKind.EVENT]
    proposed = (entry for entry in steps if entry.text("step") == PROPOSE_REWARD)
    return tuple(
        Reward(
            id=(reward := entry.text("reward")),
            proposed=entry,
            decided=_last(steps, "step", DECIDE_REWARD, reward),
            claimed=_last(events, "event", CLAIMED, reward),
            paid=_last(steps, "step", PAY_REWARD, reward),
        )
        for entry in reversed(list(proposed))
    )


def granted_reward(entries: Iterable[OpenedEntry]) -> GrantedReward | None:
    """Return the newest reward that a thread tells its reporter of."""
    events = [entry for entry in entries if entry.kind is EntryKind.EVENT]
    granted = [entry for entry in events if entry.text("event") == GRANTED]
    if not granted:
        return None
    told = granted[-1]
    reward = told.text("reward")
    claimed = _last(events, "event", CLAIMED, reward)
    return GrantedReward(
        id=reward,
        level=told.text("level"),
        amount=number_of(told.values, "amount"),
        payer=told.text("payer"),
        claimed_on=claimed.day if claimed else None,
        is_paid=_last(events, "event", PAID, reward) is not None,
    )


def _last(
    entries: Iterable[OpenedEntry], kind: str, wanted: str, reward: str
) -> OpenedEntry | None:
    found = [e for e in entries if e.text(kind) == wanted and e.text("reward") == reward]
    return found[-1] if found else None


def number_of(values: Mapping[str, object], name: str) -> int:
    """Return a value that was sealed as a number; 0 where it is none."""
    value = values.get(name)
    return value if isinstance(value, int) else 0
