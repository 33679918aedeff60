"""Adding to a case without a key: to the newest epoch of one of its compartments."""

from datetime import date

from sqlalchemy.orm import Session

from cases.compartments import (
    Entry,
    NewCompartment,
    SealedEntry,
    current_compartment,
    seal_entry,
    seal_rows,
    store_compartments,
    store_entry,
    store_seals,
)
from cases.errors import CaseNotFoundError
from cases.names import CompartmentKind, EntryKind
from cases.readers import report_holders
from cases.records import CaseRecord
from cases.staff import resolve_holders


def append_to_thread(session: Session, case: CaseRecord, entry: Entry, day: date) -> None:
    """Add an entry to the thread, where the receipt and the desk read it.

    Raises:
        CaseNotFoundError: the case has no thread.
    """
    store_entry(session, case.ref, sealed_to_thread(session, case, entry), day)


def tell(session: Session, case: CaseRecord, event: dict[str, object], day: date) -> None:
    """Tell both sides of a thread what the responsible unit did.

    Raises:
        CaseNotFoundError: the case has no thread.
    """
    append_to_thread(session, case, Entry(EntryKind.EVENT, case.unit, event), day)


def sealed_to_thread(session: Session, case: CaseRecord, entry: Entry) -> SealedEntry:
    """Return an entry sealed to the newest epoch of the thread, and not stored yet.

    Raises:
        CaseNotFoundError: the case has no thread.
    """
    return _sealed_to(session, case, CompartmentKind.THREAD, entry)


def append_to_notes(session: Session, case: CaseRecord, entry: Entry, day: date) -> None:
    """Add an entry to the notes, which are made when the first one comes."""
    _append_making(session, case, CompartmentKind.NOTES, entry, day)


def append_to_protection(session: Session, case: CaseRecord, entry: Entry, day: date) -> None:
    """Add an entry to what is said of protection; made when the first one comes."""
    _append_making(session, case, CompartmentKind.PROTECTION, entry, day)


def _append_making(
    session: Session, case: CaseRecord, kind: CompartmentKind, entry: Entry, day: date
) -> None:
    if current_compartment(session, case.ref, kind) is None:
        new = NewCompartment(case.ref, kind, 1)
        store_compartments(session, (new,))
        holders = resolve_holders(session, report_holders(session, case.ref))
        store_seals(session, seal_rows(new.id, new.identity, holders))
    store_entry(session, case.ref, _sealed_to(session, case, kind, entry), day)


def _sealed_to(
    session: Session, case: CaseRecord, kind: CompartmentKind, entry: Entry
) -> SealedEntry:
    compartment = current_compartment(session, case.ref, kind)
    if compartment is None:
        raise CaseNotFoundError
    return seal_entry(entry, case.ref, *compartment)
