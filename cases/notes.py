"""Adding to a case without a key: to the newest epoch of a part, and to the notes."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.compartments import (
    Entry,
    NewCompartment,
    current_compartment,
    seal_entry,
    seal_rows,
    store_compartments,
    store_entry,
    store_seals,
)
from cases.errors import CaseNotFoundError
from cases.names import CompartmentKind
from cases.records import CaseRecord, CompartmentRecord, SealRecord
from cases.staff import resolve_holders


def append(session: Session, ref: str, kind: CompartmentKind, entry: Entry, day: date) -> None:
    """Add an entry to the newest epoch of a compartment.

    Raises:
        CaseNotFoundError: the case has no such compartment.
    """
    compartment = current_compartment(session, ref, kind)
    if compartment is None:
        raise CaseNotFoundError
    store_entry(session, ref, seal_entry(entry, ref, *compartment), day)


def append_to_notes(session: Session, case: CaseRecord, entry: Entry, day: date) -> None:
    """Add an entry to the notes, which are made when the first one comes."""
    if current_compartment(session, case.ref, CompartmentKind.NOTES) is None:
        notes = NewCompartment(case.ref, CompartmentKind.NOTES, 1)
        store_compartments(session, (notes,))
        holders = resolve_holders(session, report_holders(session, case.ref))
        store_seals(session, seal_rows(notes.id, notes.identity, holders))
    append(session, case.ref, CompartmentKind.NOTES, entry, day)


def report_holders(session: Session, ref: str) -> Iterable[str]:
    """Return the names of those who hold a seal of the report."""
    return session.scalars(
        select(SealRecord.holder)
        .join(CompartmentRecord, CompartmentRecord.id == SealRecord.compartment_id)
        .where(CompartmentRecord.case_ref == ref, CompartmentRecord.kind == CompartmentKind.REPORT)
    ).all()
