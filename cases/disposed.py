"""What is left of a case that was disposed of: what its unit's lists and figures go on counting."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.access import find_counted
from cases.errors import CaseNotFoundError
from cases.figures import Figures, figures_of
from cases.numbering import serial_of
from cases.office import Office
from cases.retention_records import RetentionRecord
from cases.reviewers import SignedIn


@dataclass(frozen=True)
class Stub:
    """Unit, number, days and figures of a case of which nothing else is left."""

    ref: str
    serial: str
    unit: str
    track: str
    field: str | None
    received_on: date
    closed_on: date | None
    disposed_on: date
    figures: Figures | None


def stub_of(office: Office, signed_in: SignedIn, ref: str) -> Stub:
    """Return what is left of a case.

    Raises:
        CaseNotFoundError: it is in none of the reviewer's lists, or was not disposed of.
    """
    with office.database.reading() as session:
        case = find_counted(session, signed_in, ref, office.clock.today())
        kept = session.get(RetentionRecord, ref)
        if kept is None or kept.disposed_on is None:
            raise CaseNotFoundError
        return Stub(
            ref,
            serial_of(session, case),
            case.unit,
            case.track,
            case.field,
            case.received_on,
            kept.closed_on,
            kept.disposed_on,
            figures_of(session, ref),
        )


def disposed_among(session: Session, refs: Collection[str]) -> dict[str, date]:
    """Return which of these cases were disposed of, and when."""
    query = select(RetentionRecord.case_ref, RetentionRecord.disposed_on).where(
        RetentionRecord.case_ref.in_(refs), RetentionRecord.disposed_on.is_not(None)
    )
    return {ref: day for ref, day in session.execute(query) if day is not None}
