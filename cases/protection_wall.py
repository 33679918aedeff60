"""What the public door adds for protection and feedback: one narrow function each on PostgreSQL.

There its role sees no seal of a report and may start no compartment (migration 0014). SQLite has no
roles: the same steps are plain statements.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import Date, String, cast, func, insert, select, text
from sqlalchemy.orm import Session

from cases.compartments import (
    NewCompartment,
    SealedEntry,
    current_compartment,
    entry_row,
    store_compartments,
    store_entry,
    store_seals,
)
from cases.database import insert_or, is_postgresql
from cases.names import CompartmentKind
from cases.protection_records import FeedbackGivenRecord, FeedbackRecord, HappeningRecord
from cases.readers import protection_holders
from cases.records import CaseRecord
from cases.wall import as_jsonb
from crypto.keys import Recipient
from policy.states import CaseState

_PART: Final = text("SELECT id, recipient FROM public_protection_part(:tag)")
_PROTECT: Final = text(
    "SELECT public_protect(:tag, :day, :event, CAST(:part AS jsonb), CAST(:words AS jsonb),"
    " CAST(:line AS jsonb))"
)


@dataclass(frozen=True, repr=False)
class NewPart:
    """The compartment that a case gets with its first request, sealed to those who read it."""

    compartment: NewCompartment
    seals: list[dict[str, object]]


@dataclass(frozen=True, repr=False)
class Asking:
    """What is added to a case: words for protection, a line of the thread, an event or none."""

    lookup_tag: bytes
    case_ref: str
    part: NewPart | None
    words: SealedEntry
    line: SealedEntry
    event: str
    day: date


def protection_part(
    session: Session, lookup_tag: bytes, case_ref: str
) -> tuple[str, Recipient] | None:
    """Return id and recipient of a case's newest compartment for protection, if it has one."""
    if not is_postgresql(session):
        return current_compartment(session, case_ref, CompartmentKind.PROTECTION)
    row = session.execute(_PART, {"tag": lookup_tag}).first()
    return (row.id, Recipient.from_raw(row.recipient)) if row else None


def holders_to_seal_for(session: Session, lookup_tag: bytes, case_ref: str) -> set[str]:
    """Return the names of those whom words for protection of a receipt's case are sealed for."""
    if is_postgresql(session):
        return set(session.scalar(select(func.public_report_holders(lookup_tag))) or ())
    return protection_holders(session, case_ref)


def add_asking(session: Session, asking: Asking) -> bool:
    """Add all of it; return whether the store let it: the case is locked and known."""
    if not is_postgresql(session):
        _add_plainly(session, asking)
        return True
    values = {
        "tag": asking.lookup_tag,
        "day": asking.day,
        "event": asking.event,
        "part": _part_json(asking.part),
        "words": as_jsonb(entry_row(asking.case_ref, asking.words, asking.day)),
        "line": as_jsonb(entry_row(asking.case_ref, asking.line, asking.day)),
    }
    return bool(session.scalar(_PROTECT, values))


def _add_plainly(session: Session, asking: Asking) -> None:
    if asking.part is not None:
        store_compartments(session, (asking.part.compartment,))
        store_seals(session, asking.part.seals)
    for entry in (asking.words, asking.line):
        store_entry(session, asking.case_ref, entry, asking.day)
    if asking.event:
        happened = {"case_ref": asking.case_ref, "event": asking.event, "day": asking.day}
        add = insert_or(session, HappeningRecord).values(**happened)
        session.execute(add.on_conflict_do_nothing())


def _part_json(part: NewPart | None) -> str | None:
    if part is None:
        return None
    row = part.compartment.row
    return as_jsonb({"id": row["id"], "recipient": row["recipient"], "seals": part.seals})


def count_feedback(
    session: Session, lookup_tag: bytes, case: CaseRecord, answers: Mapping[str, str], day: date
) -> bool:
    """Count the answers about a closed case, once; return whether they were counted now."""
    if is_postgresql(session):
        fair, safe = (cast(answers[question], String) for question in ("fair", "safe"))
        counted = func.public_feedback(lookup_tag, cast(day, Date), fair, safe)
        return bool(session.scalar(select(counted)))
    is_new = session.get(FeedbackGivenRecord, case.ref) is None
    if case.state != CaseState.CLOSED or not is_new:
        return False
    session.execute(insert(FeedbackGivenRecord).values(case_ref=case.ref))
    for question, answer in answers.items():
        _count(session, case.unit, day, question, answer)
    return True


def quarter_of(day: date) -> int:
    """Return the quarter of its year that a day lies in, from 1 to 4."""
    return (day.month + 2) // 3


def _count(session: Session, unit: str, day: date, question: str, answer: str) -> None:
    row = {
        "unit": unit,
        "year": day.year,
        "quarter": quarter_of(day),
        "question": question,
        "answer": answer,
    }
    add = insert_or(session, FeedbackRecord).values(**row, count=1)
    session.execute(
        add.on_conflict_do_update(
            index_elements=list(row), set_={"count": FeedbackRecord.count + 1}
        )
    )
