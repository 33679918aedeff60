"""Escalation: a case enters its superior's list, whose seal lies there since it was filed."""

from datetime import date

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from cases.compartments import Entry, current_compartment, seal_entry, store_entry
from cases.errors import CaseNotFoundError, EscalationClosedError
from cases.names import REPORTER, CompartmentKind, EntryKind, unit_holder
from cases.records import CaseRecord, ListingRecord
from cases.standing import Standing, standing_columns


def escalate_case(session: Session, case: CaseRecord, day: date, *, by: str) -> None:
    """Put a case into its superior's list and make the superior responsible.

    Raises:
        EscalationClosedError: it is concluded, went up already, or has no superior.
    """
    standing = Standing(**standing_columns(case))
    if standing.escalates_to is None or not standing.may_escalate:
        raise EscalationClosedError
    left = standing.unit
    session.execute(
        update(ListingRecord)
        .where(
            ListingRecord.case_ref == case.ref,
            (ListingRecord.listed_from.is_(None)) | (ListingRecord.listed_from > day),
            ListingRecord.holder.in_(_superior_holders(session, case)),
        )
        .values(listed_from=day)
    )
    case.unit, case.escalated_on = standing.escalates_to, day
    event: dict[str, object] = {"event": "escalated", "from": left, "to": case.unit, "by": by}
    author = REPORTER if by == REPORTER else left
    add_to_thread(session, case, Entry(EntryKind.EVENT, author, event), day)


def _superior_holders(session: Session, case: CaseRecord) -> frozenset[str]:
    # Until the case goes up, the only listings without a day, or with one to come, are the
    # superior's; a unit that lost access has no listing at all.
    holders = session.scalars(
        select(ListingRecord.holder).where(ListingRecord.case_ref == case.ref)
    )
    return frozenset(holders) - {unit_holder(case.unit)}


def add_to_thread(session: Session, case: CaseRecord, entry: Entry, day: date) -> None:
    """Add an entry to the newest epoch of a case's thread, with its public recipient alone."""
    compartment = current_compartment(session, case.ref, CompartmentKind.THREAD)
    if compartment is None:
        raise CaseNotFoundError
    store_entry(session, case.ref, seal_entry(entry, case.ref, *compartment), day)
