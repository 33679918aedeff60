"""Escalation: a case enters its superior's list, whose seal lies there since it was filed."""

from datetime import date

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from cases.appending import sealed_to_thread
from cases.compartments import Entry, SealedEntry, store_entry
from cases.database import is_postgresql
from cases.errors import EscalationClosedError
from cases.names import REPORTER, EntryKind, new_ref, unit_holder
from cases.records import CaseRecord, ListingRecord
from cases.standing import Standing, standing_columns


def escalate_case(session: Session, case: CaseRecord, day: date) -> None:
    """Put a case whose day has come into its superior's list and make the superior responsible.

    Raises:
        EscalationClosedError: it is concluded, went up already, or has no superior.
    """
    left, superior = case.unit, _superior_of(case)
    event = _sealed_event(session, case, superior, by="time", author=left)
    _move_up(session, case, superior, day)
    store_entry(session, case.ref, event, day)


def escalate_for_reporter(session: Session, case: CaseRecord, lookup_tag: bytes, day: date) -> None:
    """Do the same now, because the reporter says so; the case is locked and known.

    Raises:
        EscalationClosedError: it is concluded, went up already, or has no superior.
    """
    superior = _superior_of(case)
    event = _sealed_event(session, case, superior, by=REPORTER, author=REPORTER)
    if not is_postgresql(session):
        _move_up(session, case, superior, day)
        store_entry(session, case.ref, event, day)
        return
    # The public door may change nothing of a case: one function does this, and checks it again.
    entry = (new_ref(), event.compartment_id, event.sealed)
    if not session.scalar(select(func.public_escalate(lookup_tag, day, *entry))):
        raise EscalationClosedError


def stay_where_opened(session: Session, case: CaseRecord, day: date) -> None:
    """Take note that the responsible unit opened a case: it does not go up by itself any more.

    The superior's seal stays, for the reporter's button; its day does not come by itself.
    """
    case.opened_on, case.escalates_on = day, None
    session.execute(
        update(ListingRecord)
        .where(ListingRecord.case_ref == case.ref, ListingRecord.listed_from > day)
        .values(listed_from=None)
    )


def _superior_of(case: CaseRecord) -> str:
    standing = Standing(**standing_columns(case))
    if standing.escalates_to is None or not standing.may_escalate:
        raise EscalationClosedError
    return standing.escalates_to


def _sealed_event(
    session: Session, case: CaseRecord, superior: str, *, by: str, author: str
) -> SealedEntry:
    event: dict[str, object] = {"event": "escalated", "from": case.unit, "to": superior, "by": by}
    return sealed_to_thread(session, case, Entry(EntryKind.EVENT, author, event))


def _move_up(session: Session, case: CaseRecord, superior: str, day: date) -> None:
    session.execute(
        update(ListingRecord)
        .where(
            ListingRecord.case_ref == case.ref,
            (ListingRecord.listed_from.is_(None)) | (ListingRecord.listed_from > day),
            # Until the case goes up, the only listings without a day, or with one to come, are the
            # superior's; a unit that lost access has no listing at all.
            ListingRecord.holder != unit_holder(case.unit),
        )
        .values(listed_from=day)
    )
    case.unit, case.escalated_on = superior, day
