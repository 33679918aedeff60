"""What protection officers were given, and until when it waits for them: told without any key."""

from collections.abc import Collection
from datetime import date
from typing import Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from cases.law_records import ClockRecord
from cases.listing_indexes import PROTECTION_PART
from cases.names import PROTECTION_PREFIX, protection_holder
from cases.records import CaseRecord, CompartmentRecord, MembershipRecord, SealRecord
from policy.deadlines import Law
from policy.events import CaseEvent

ASKING: Final = frozenset({CaseEvent.PROTECTION_ASKED, CaseEvent.PROTECTION_ASKED_URGENTLY})


def asking_rules(law: Law) -> frozenset[str]:
    """Return the rules that say until when protection is to be decided on."""
    return frozenset(rule.code for rule in law.pack.deadlines if not ASKING.isdisjoint(rule.starts))


def given_to(holders: Collection[str]) -> Select[str]:
    """Return the query for the cases in which any of these officers was given something."""
    return (
        select(CompartmentRecord.case_ref)
        .join(SealRecord, SealRecord.compartment_id == CompartmentRecord.id)
        .where(PROTECTION_PART, SealRecord.holder.in_(holders))
    )


def officers_given(session: Session, ref: str) -> frozenset[str]:
    """Return the holder names of the officers who were given what a case says of protection."""
    return frozenset(
        session.scalars(
            select(SealRecord.holder)
            .join(CompartmentRecord, CompartmentRecord.id == SealRecord.compartment_id)
            .where(
                CompartmentRecord.case_ref == ref, SealRecord.holder.startswith(PROTECTION_PREFIX)
            )
        )
    )


def protected_by(session: Session, officer: str) -> frozenset[str]:
    """Return the cases whose protection somebody was given, of units whose officer they are."""
    units = select(MembershipRecord.unit).where(
        MembershipRecord.reviewer_id == officer,
        MembershipRecord.protects,
        MembershipRecord.admitted_on.is_not(None),
        MembershipRecord.left_on.is_(None),
    )
    own = given_to({protection_holder(officer)})
    return frozenset(
        session.scalars(
            select(CaseRecord.ref).where(CaseRecord.ref.in_(own), CaseRecord.unit.in_(units))
        )
    )


def is_any_to_decide(
    session: Session, refs: Collection[str], rules: Collection[str], until: date
) -> bool:
    """Return whether protection is to be decided on until that day in one of these cases."""
    waits = select(ClockRecord.case_ref).where(
        ClockRecord.case_ref.in_(refs),
        ClockRecord.rule.in_(rules),
        ClockRecord.ended_on.is_(None),
        ClockRecord.due_on <= until,
    )
    return session.scalar(waits.limit(1)) is not None
