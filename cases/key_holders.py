"""Who can open what is sealed to each unit, as far as the rows can tell."""

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.names import RECOVERY_PREFIX, reviewer_holder
from cases.records import MembershipRecord, ReviewerRecord, UnitKeyRecord, UnitKeySealRecord


@dataclass(frozen=True)
class UnitHolders:
    """A unit's ways in: its members at the desk, a key that was never here, recovery."""

    unit: str
    members: tuple[str, ...]
    is_offline: bool
    has_recovery: bool


def list_unit_holders(session: Session) -> tuple[UnitHolders, ...]:
    """Return for each unit that has a key who holds it now, in the order of their codes."""
    keys = session.scalars(
        select(UnitKeyRecord).where(UnitKeyRecord.ended_on.is_(None)).order_by(UnitKeyRecord.unit)
    ).all()
    seals = defaultdict(set)
    for unit, epoch, holder in session.execute(
        select(UnitKeySealRecord.unit, UnitKeySealRecord.epoch, UnitKeySealRecord.holder)
    ):
        seals[unit, epoch].add(holder)
    members = _members(session)
    return tuple(
        UnitHolders(
            key.unit,
            tuple(
                name for holder, name in members[key.unit] if holder in seals[key.unit, key.epoch]
            ),
            key.offline,
            any(holder.startswith(RECOVERY_PREFIX) for holder in seals[key.unit, key.epoch]),
        )
        for key in keys
    )


def _members(session: Session) -> dict[str, list[tuple[str, str]]]:
    rows = session.execute(
        select(MembershipRecord.unit, ReviewerRecord.id, ReviewerRecord.sign_in_name)
        .join(ReviewerRecord, ReviewerRecord.id == MembershipRecord.reviewer_id)
        .where(
            MembershipRecord.reads,
            MembershipRecord.admitted_on.is_not(None),
            MembershipRecord.left_on.is_(None),
            ReviewerRecord.left_on.is_(None),
        )
        .order_by(ReviewerRecord.sign_in_name)
    )
    members = defaultdict(list)
    for unit, reviewer_id, name in rows:
        members[unit].append((reviewer_holder(reviewer_id), name))
    return members
