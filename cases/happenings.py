"""What happened at the public door and moves the clocks of its case when the desk comes to it.

The public door may change nothing of a case (docs/adr/0009-postgresql.md). It leaves an event and a
day; whoever reads the clocks counts them in, and whoever writes them, or a job within the minute,
takes them up.
"""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from cases.protection_records import HappeningRecord


def waiting_events(session: Session, case_ref: str) -> list[tuple[str, date]]:
    """Return the events of a case that moved no clock yet, the earliest first."""
    rows = session.execute(
        select(HappeningRecord.event, HappeningRecord.day)
        .where(HappeningRecord.case_ref == case_ref)
        .order_by(HappeningRecord.day, HappeningRecord.event)
    )
    return [(event, day) for event, day in rows]


def leave_events(session: Session, case_ref: str, events: Iterable[str], day: date) -> None:
    """Leave events of a new case, for whoever comes to its clocks."""
    rows = [{"case_ref": case_ref, "event": event, "day": day} for event in events]
    if rows:
        session.execute(insert(HappeningRecord), rows)


def cases_of_events(session: Session) -> tuple[str, ...]:
    """Return the cases with events that moved no clock yet."""
    refs = select(HappeningRecord.case_ref).distinct().order_by(HappeningRecord.case_ref)
    return tuple(session.scalars(refs))


def forget_events(session: Session, case_ref: str) -> None:
    """Forget the events of a case: its clocks know of them now."""
    session.execute(delete(HappeningRecord).where(HappeningRecord.case_ref == case_ref))
