"""What the lists show of a case, kept beside each of its listings."""

from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from cases.listing_indexes import NEVER
from cases.records import CaseRecord, ListingRecord


def listing_row(
    case: Mapping[str, object], holder: str, listed_from: date | None
) -> dict[str, object]:
    """Return a listing of a case (its columns by name) for a holder, ready to insert."""
    return {
        "holder": holder,
        "case_ref": case["ref"],
        "received_on": case["received_on"],
        "state": case["state"],
        "due_on": case["due_on"] or NEVER,
        "listed_from": listed_from,
        "is_numbered": False,
    }


def listed_columns(case: CaseRecord) -> dict[str, object]:
    """Return the columns of a case that its listings share."""
    return {
        "ref": case.ref,
        "received_on": case.received_on,
        "state": case.state,
        "due_on": case.due_on,
    }


def relist(session: Session, case: CaseRecord) -> None:
    """Let every listing of a case say where it stands now."""
    session.execute(
        update(ListingRecord)
        .where(ListingRecord.case_ref == case.ref)
        .values(state=case.state, due_on=case.due_on or NEVER)
    )


def unlist(session: Session, case: CaseRecord, holder: str) -> None:
    """Take a case out of the list of a holder."""
    session.execute(
        delete(ListingRecord).where(
            ListingRecord.case_ref == case.ref, ListingRecord.holder == holder
        )
    )


def list_instead(session: Session, case: CaseRecord, holder: str, others: Iterable[str]) -> None:
    """Put a case into the lists of others, from the same day on, instead of that of a holder."""
    row = session.execute(
        select(ListingRecord.listed_from).where(
            ListingRecord.case_ref == case.ref, ListingRecord.holder == holder
        )
    ).first()
    if row is None:
        return
    unlist(session, case, holder)
    have = set(
        session.scalars(select(ListingRecord.holder).where(ListingRecord.case_ref == case.ref))
    )
    shared, listed_from = listed_columns(case), row[0]
    rows = [listing_row(shared, name, listed_from) for name in others if name not in have]
    if rows:
        session.execute(insert(ListingRecord), rows)
