"""Compartments and seals: making an epoch, giving it to holders, adding a sealed entry."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cases.database import Database
from cases.errors import StoreUnavailableError, UncertainStoreError
from cases.names import CompartmentKind, EntryKind, new_ref
from cases.record_base import table_of
from cases.records import AttachmentRecord, CompartmentRecord, EntryRecord, SealRecord
from cases.reports import Attachment, attachment_of, canonical
from cases.staff import Holder
from cases.uploads import SealedUpload
from cases.wall import know, next_position
from crypto.keys import Identity, Recipient
from crypto.padding import pad_text
from crypto.sealing import seal, seal_header

# How often a writer tries again when others add to the same case at the same moment.
ATTEMPTS = 8


@dataclass(frozen=True, repr=False)
class NewCompartment:
    """An epoch that was just made; its identity is forgotten when the request ends."""

    case_ref: str
    kind: CompartmentKind
    epoch: int
    identity: Identity = field(default_factory=Identity.generate)
    id: str = field(default_factory=new_ref)

    @property
    def row(self) -> dict[str, object]:
        """Return the public half, ready to insert."""
        return {
            "id": self.id,
            "case_ref": self.case_ref,
            "kind": self.kind,
            "epoch": self.epoch,
            "recipient": self.identity.recipient.raw,
        }


def store_compartments(session: Session, compartments: Iterable[NewCompartment]) -> None:
    """Add the public halves of new epochs."""
    session.execute(insert(table_of(CompartmentRecord)), [each.row for each in compartments])


def seal_rows(
    compartment_id: str, identity: Identity, holders: Iterable[Holder]
) -> list[dict[str, object]]:
    """Return one seal of a compartment's identity for each holder, ready to insert."""
    return [
        {
            "compartment_id": compartment_id,
            "holder": holder.name,
            "holder_epoch": holder.epoch,
            "sealed": holder.seal(identity.seed),
        }
        for holder in holders
    ]


def store_seals(session: Session, rows: Sequence[dict[str, object]]) -> None:
    """Add seals."""
    if rows:
        session.execute(insert(table_of(SealRecord)), list(rows))


@dataclass(frozen=True, repr=False)
class Entry:
    """A text on its way into a compartment. Never printed."""

    kind: EntryKind
    author: str
    values: dict[str, object]
    uploads: tuple[SealedUpload, ...] = ()
    form_tag: bytes | None = None


@dataclass(frozen=True, repr=False)
class SealedEntry:
    """An entry as it is stored."""

    entry: Entry
    compartment_id: str
    sealed: bytes
    headers: tuple[bytes, ...]


def seal_entry(
    entry: Entry, case_ref: str, compartment_id: str, recipient: Recipient
) -> SealedEntry:
    """Return the entry sealed to its compartment, and a new header for each of its files.

    The case and the kind stand inside, so that an entry that somebody moved to another case
    is refused when it is opened.
    """
    files = [attachment_of(upload) for upload in entry.uploads]
    return SealedEntry(
        entry,
        compartment_id,
        seal_text(case_ref, entry.kind, entry.values, files, recipient),
        tuple(seal_header(upload.file_key, [recipient]) for upload in entry.uploads),
    )


def seal_text(
    case_ref: str,
    kind: EntryKind,
    values: Mapping[str, object],
    files: Iterable[Attachment],
    recipient: Recipient,
) -> bytes:
    """Return what an entry says, with its files by name, sealed to its compartment."""
    text = canonical(
        {
            "case": case_ref,
            "kind": kind,
            "values": values,
            "attachments": [
                [item.object_key, item.file_name, item.length, item.sha256] for item in files
            ],
        }
    )
    return seal(pad_text(text), [recipient])


def store_entry(session: Session, case_ref: str, sealed: SealedEntry, day: date) -> str:
    """Add a sealed entry at the end of its case and return its id."""
    row = entry_row(case_ref, sealed, day)
    place = next_position(session, case_ref)
    session.execute(insert(table_of(EntryRecord)).values(**row, position=place))
    if rows := attachment_rows(row, sealed):
        session.execute(insert(table_of(AttachmentRecord)), rows)
    return str(row["id"])


def entry_row(case_ref: str, sealed: SealedEntry, day: date) -> dict[str, object]:
    """Return a sealed entry, ready to insert at a position."""
    return {
        "id": new_ref(),
        "case_ref": case_ref,
        "compartment_id": sealed.compartment_id,
        "kind": sealed.entry.kind,
        "author": sealed.entry.author,
        "day": day,
        "sealed": sealed.sealed,
        "form_tag": sealed.entry.form_tag,
    }


def attachment_rows(entry: dict[str, object], sealed: SealedEntry) -> list[dict[str, object]]:
    """Return the files of an entry, ready to insert after its row."""
    files = zip(sealed.entry.uploads, sealed.headers, strict=True)
    return [
        {
            "object_key": upload.object_key,
            "entry_id": entry["id"],
            "position": position,
            "header": header,
            "payload_check": upload.payload_check,
        }
        for position, (upload, header) in enumerate(files)
    ]


def current_compartment(
    session: Session, case_ref: str, kind: CompartmentKind
) -> tuple[str, Recipient] | None:
    """Return id and public recipient of the newest epoch; anybody may add with it."""
    row = session.execute(
        select(CompartmentRecord.id, CompartmentRecord.recipient)
        .where(CompartmentRecord.case_ref == case_ref, CompartmentRecord.kind == kind)
        .order_by(CompartmentRecord.epoch.desc())
        .limit(1)
    ).first()
    return (row[0], Recipient.from_raw(row[1])) if row else None


def add_once(database: Database, form_tag: bytes | None, write: Callable[[Session], None]) -> None:
    """Let ``write`` add an entry in a transaction; the same form (its tag) twice adds it once.

    Raises:
        StoreUnavailableError: others added to the same case again and again meanwhile.
        UncertainStoreError: it may have been added; the same form again adds it once.
    """
    for _ in range(ATTEMPTS):
        try:
            with database.writing() as session:
                write(session)
        except UncertainStoreError:
            if form_tag is None or not _stands_after_all(database, form_tag):
                raise
            return
        except IntegrityError:
            # Either the form's tag is there already, which is a double click and well; or
            # somebody else took the next place in the case, and this one tries the one after.
            if was_added(database, form_tag):
                return
        else:
            return
    raise StoreUnavailableError("the case is too busy")


def _stands_after_all(database: Database, form_tag: bytes) -> bool:
    # While the database is still away, the first refusal says more than a second one.
    try:
        return was_added(database, form_tag)
    except StoreUnavailableError:
        return False


def was_added(database: Database, form_tag: bytes | None) -> bool:
    """Return whether an entry of this very form is there already."""
    if form_tag is None:
        return False
    with database.reading() as session:
        know(session, form_tag)
        found = session.scalar(select(EntryRecord.id).where(EntryRecord.form_tag == form_tag))
    return found is not None
