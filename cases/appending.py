"""Adding to a case without a key: to the newest epoch of one of its compartments."""

from collections.abc import Iterable
from datetime import date
from typing import Final

from sqlalchemy import func, select
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
from cases.readers import protection_holders, report_holders
from cases.records import CaseRecord, CompartmentRecord
from cases.staff import resolve_holders

# Of what is said of protection: the one epoch that the public door makes (cases.protection_wall).
PUBLIC_EPOCH: Final = 1


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
    kind = CompartmentKind.NOTES
    if current_compartment(session, case.ref, kind) is None:
        _store_for(session, NewCompartment(case.ref, kind, 1), report_holders(session, case.ref))
    store_entry(session, case.ref, _sealed_to(session, case, kind, entry), day)


def append_to_protection(session: Session, case: CaseRecord, entry: Entry, day: date) -> None:
    """Add what the office writes of protection, where officers read it as well.

    Whoever took over the public door may have kept the identity of the first epoch, which is made
    there: nothing of the office's own is ever sealed to that.
    """
    kind = CompartmentKind.PROTECTION
    newest = session.scalar(
        select(func.max(CompartmentRecord.epoch)).where(
            CompartmentRecord.case_ref == case.ref, CompartmentRecord.kind == kind
        )
    )
    if (newest or PUBLIC_EPOCH) == PUBLIC_EPOCH:
        new = NewCompartment(case.ref, kind, PUBLIC_EPOCH + 1)
        _store_for(session, new, protection_holders(session, case.ref))
    store_entry(session, case.ref, _sealed_to(session, case, kind, entry), day)


def _store_for(session: Session, new: NewCompartment, names: Iterable[str]) -> None:
    store_compartments(session, (new,))
    store_seals(session, seal_rows(new.id, new.identity, resolve_holders(session, names)))


def _sealed_to(
    session: Session, case: CaseRecord, kind: CompartmentKind, entry: Entry
) -> SealedEntry:
    compartment = current_compartment(session, case.ref, kind)
    if compartment is None:
        raise CaseNotFoundError
    return seal_entry(entry, case.ref, *compartment)
