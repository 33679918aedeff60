"""Which closed cases need not be kept any more: told without a key, and by number only."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import and_, select

from cases.clocks import course_of
from cases.law_records import OutcomeRecord
from cases.numbering import serial_text
from cases.office import Office
from cases.records import CaseRecord, SerialRecord
from cases.retention_records import RetentionRecord
from cases.wall import need_every_row
from policy.retention import kept_until, rules_of_retention
from policy.states import CaseState


@dataclass(frozen=True)
class DueCase:
    """A closed case whose time is over: its unit and number, and whether it is held."""

    unit: str
    serial: str
    is_held: bool


def cases_due(office: Office) -> tuple[DueCase, ...]:
    """Return the cases that two people may dispose of, or could if they were not held.

    Raises:
        StoreUnavailableError: the database is away.
    """
    return tuple(sorted(_due(office), key=lambda case: (case.unit, case.serial)))


def _due(office: Office) -> Iterator[DueCase]:
    today, rows = office.clock.today(), office.todays_pack.retention
    has_number = and_(SerialRecord.case_ref == CaseRecord.ref, SerialRecord.unit == CaseRecord.unit)
    query = (
        select(
            CaseRecord,
            RetentionRecord,
            OutcomeRecord.finding,
            SerialRecord.year,
            SerialRecord.number,
        )
        .join(RetentionRecord, RetentionRecord.case_ref == CaseRecord.ref)
        .outerjoin(OutcomeRecord, OutcomeRecord.case_ref == CaseRecord.ref)
        .outerjoin(SerialRecord, has_number)
        .where(CaseRecord.state == CaseState.CLOSED, RetentionRecord.disposed_on.is_(None))
    )
    with office.database.reading() as session:
        need_every_row(session)
        for case, kept, finding, year, number in session.execute(query):
            rules = rules_of_retention(rows, course_of(case).tracks, finding or "")
            until = kept_until(rules, kept.closed_on) if kept.closed_on else None
            if until is None or until >= today:
                continue
            text = serial_text(year, number, case.ref)
            yield DueCase(case.unit, text, kept.held_on is not None)
