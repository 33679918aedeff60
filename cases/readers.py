"""Who reads a case: who holds a seal of its report, and the members of the units among these."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.names import (
    GIVEN_EPOCH,
    PROTECTION_PREFIX,
    CompartmentKind,
    reviewer_holder,
    unit_holder,
)
from cases.records import CompartmentRecord, ListingRecord, SealRecord
from cases.staff import Staff


def report_holders(session: Session, ref: str) -> Iterable[str]:
    """Return the names of those who hold a seal of the report, or of a redacted copy of it."""
    return _holders(session, ref, CompartmentKind.REPORT, CompartmentKind.REDACTED)


def original_holders(session: Session, ref: str) -> Iterable[str]:
    """Return the names of those who hold a seal of the report itself, not given on request."""
    return _holders(session, ref, CompartmentKind.REPORT)


def _holders(session: Session, ref: str, *kinds: CompartmentKind) -> Iterable[str]:
    return session.scalars(
        select(SealRecord.holder)
        .join(CompartmentRecord, CompartmentRecord.id == SealRecord.compartment_id)
        .where(
            CompartmentRecord.case_ref == ref,
            CompartmentRecord.kind.in_(kinds),
            SealRecord.holder_epoch > GIVEN_EPOCH,
        )
        .distinct()
    ).all()


def protection_holders(session: Session, ref: str) -> set[str]:
    """Return the names of those who are made seals of what is said of protection.

    Beside those who hold the report they are the officers whom somebody that knew whom it keeps
    out wrote down for the case: whoever filed it, or a reader.
    """
    officers = session.scalars(
        select(ListingRecord.holder).where(
            ListingRecord.case_ref == ref, ListingRecord.holder.startswith(PROTECTION_PREFIX)
        )
    )
    return {*report_holders(session, ref), *officers}


def readers_of(session: Session, staff: Staff, ref: str) -> set[str]:
    """Return who reads a case, whole or redacted, by themselves or as a member of a unit."""
    return _with_members(staff, set(report_holders(session, ref)))


def listed_readers_of(session: Session, staff: Staff, ref: str) -> set[str]:
    """Return the names of those in whose lists a case stands, or what is left of one."""
    listed = select(ListingRecord.holder).where(
        ListingRecord.case_ref == ref, ListingRecord.listed_from.is_not(None)
    )
    return _with_members(staff, set(session.scalars(listed)))


def _with_members(staff: Staff, holders: set[str]) -> set[str]:
    members = {
        reviewer_holder(member)
        for unit, people in staff.members.items()
        if unit_holder(unit) in holders
        for member in people
    }
    return holders | members
