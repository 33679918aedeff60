"""Due days counted again when the calendar has changed, each change a line of its case's history.

A case that nobody at the office has touched keeps no clocks: its days follow from its receipt.
"""

import hashlib
from collections.abc import Iterator
from datetime import date
from importlib.metadata import version
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.appending import append_to_notes
from cases.clocks import clocks_of, due_columns, keep_clocks
from cases.compartments import Entry
from cases.law_records import ClockRecord
from cases.listings import relist
from cases.names import EntryKind
from cases.office import Office
from cases.records import CaseRecord, InstanceRecord
from policy.clock import Clock
from policy.deadlines import recounted

COUNTED_KEY = "days-counted-by"


class _Moved(NamedTuple):
    rule: str
    before: date
    after: date


def counted_by(office: Office) -> str:
    """Return what stands for the calendar that days are counted by now."""
    said = f"{office.pack.version} {version('holidays')}"
    return hashlib.sha256(said.encode()).hexdigest()


def cases_to_recount(session: Session, office: Office) -> tuple[str, ...]:
    """Return the cases with days that another calendar counted; none where it is the same."""
    record = session.get(InstanceRecord, COUNTED_KEY)
    if record is not None and record.value == counted_by(office):
        return ()
    return tuple(
        session.scalars(
            select(CaseRecord.ref).where(CaseRecord.due_on.is_not(None)).order_by(CaseRecord.ref)
        )
    )


def take_note_of_count(session: Session, office: Office) -> None:
    """Remember by which calendar all days are counted now."""
    record = session.get(InstanceRecord, COUNTED_KEY)
    if record is None:
        session.add(InstanceRecord(key=COUNTED_KEY, value=counted_by(office)))
    else:
        record.value = counted_by(office)


def recount(session: Session, office: Office, case: CaseRecord) -> None:
    """Count the days of a locked case again, and add a line to its history for each change."""
    clocks = clocks_of(session, office.law, case)
    is_kept = session.scalar(
        select(ClockRecord.rule).where(ClockRecord.case_ref == case.ref).limit(1)
    )
    if is_kept is None:
        _recount_untouched(session, office, case)
        return
    again = tuple(recounted(office.law, clock) for clock in clocks)
    for old, new in _changed(clocks, again):
        _say(session, office, case, _Moved(new.rule, old.due_on, new.due_on))
    keep_clocks(session, office.law, case, again)


def _recount_untouched(session: Session, office: Office, case: CaseRecord) -> None:
    before, rule = case.due_on, case.due_rule
    for name, value in due_columns(office.law, clocks_of(session, office.law, case)).items():
        setattr(case, name, value)
    if before is not None and case.due_on is not None and case.due_on != before:
        _say(session, office, case, _Moved(rule or "", before, case.due_on))
    relist(session, case)


def _changed(before: tuple[Clock, ...], after: tuple[Clock, ...]) -> Iterator[tuple[Clock, Clock]]:
    pairs = zip(before, after, strict=True)
    return ((old, new) for old, new in pairs if old.due_on != new.due_on)


def _say(session: Session, office: Office, case: CaseRecord, moved: _Moved) -> None:
    step: dict[str, object] = {
        "step": "recount",
        "rule": moved.rule,
        "from": moved.before.isoformat(),
        "to": moved.after.isoformat(),
    }
    append_to_notes(session, case, Entry(EntryKind.STEP, case.unit, step), office.clock.today())
