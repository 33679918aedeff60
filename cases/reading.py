"""Opening what a receipt or a signed-in reviewer brought the key of."""

import hashlib
import json
from collections.abc import Iterator, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.errors import CaseNotFoundError
from cases.names import GIVEN_EPOCH, CompartmentKind, EntryKind
from cases.opened import Download, OpenedCompartment, OpenedEntry
from cases.records import AttachmentRecord, CompartmentRecord, EntryRecord, SealRecord, SeenRecord
from cases.redacted import with_copies_read
from cases.reports import Attachment
from cases.vault import Vault
from crypto.errors import OpenError, OpenFailure
from crypto.keys import Identity
from crypto.opening import open_header, open_payload, open_sealed
from crypto.padding import strip_padding


def seals_of(
    session: Session, case_ref: str, holders: frozenset[str]
) -> list[tuple[CompartmentRecord, SealRecord]]:
    """Return the seals of a case that any of the holders can open, oldest epoch first."""
    rows = session.execute(
        select(CompartmentRecord, SealRecord)
        .join(SealRecord, SealRecord.compartment_id == CompartmentRecord.id)
        .where(CompartmentRecord.case_ref == case_ref, SealRecord.holder.in_(holders))
        .order_by(CompartmentRecord.epoch)
    )
    return [(compartment, seal) for compartment, seal in rows]


def open_compartment(
    compartment: CompartmentRecord, seal: SealRecord, holder: Identity
) -> OpenedCompartment:
    """Return the compartment's identity, checked against its stored recipient.

    Raises:
        OpenError: the seal is not for this holder, or the stored recipient was exchanged.
    """
    identity = Identity.from_seed(open_sealed(seal.sealed, holder))
    if identity.recipient.raw != compartment.recipient:
        raise OpenError(OpenFailure.NO_MATCH)
    kind = CompartmentKind(compartment.kind)
    is_given = seal.holder_epoch == GIVEN_EPOCH
    return OpenedCompartment(compartment.id, kind, compartment.epoch, identity, is_given)


def open_entries(
    session: Session,
    case_ref: str,
    compartments: Mapping[str, OpenedCompartment],
    *kinds: EntryKind,
) -> tuple[OpenedEntry, ...]:
    """Return the texts of the opened compartments, in their order; of these kinds, or of all.

    A text that only a redacted copy has is returned as it stands there.
    """
    stored = kinds and (*kinds, EntryKind.REDACTED)
    read = with_copies_read(open_stored_entries(session, case_ref, compartments, *stored))
    return tuple(entry for entry in read if not kinds or entry.kind in kinds)


def open_stored_entries(
    session: Session,
    case_ref: str,
    compartments: Mapping[str, OpenedCompartment],
    *kinds: EntryKind,
) -> tuple[OpenedEntry, ...]:
    """Return the same as they are kept: redacted copies whole, and each text once."""
    wanted = [EntryRecord.case_ref == case_ref, EntryRecord.compartment_id.in_(compartments)]
    if kinds:
        wanted.append(EntryRecord.kind.in_(kinds))
    rows = session.scalars(select(EntryRecord).where(*wanted).order_by(EntryRecord.position))
    return tuple(
        open_entry(row, compartments[row.compartment_id].identity)
        for row in rows
        if _is_in_place(row, compartments[row.compartment_id])
    )


def _is_in_place(row: EntryRecord, compartment: OpenedCompartment) -> bool:
    # Anybody can add to a thread: a copy counts where only who hands a case over could put it.
    return row.kind != EntryKind.REDACTED or compartment.kind is CompartmentKind.REDACTED


def mark_seen(session: Session, entries: tuple[OpenedEntry, ...]) -> tuple[OpenedEntry, ...]:
    """Return the same texts, each saying whether the reporter was shown it."""
    ids = [entry.id for entry in entries]
    seen = set(session.scalars(select(SeenRecord.entry_id).where(SeenRecord.entry_id.in_(ids))))
    return tuple(entry.marked(seen=entry.id in seen) for entry in entries)


def open_entry(row: EntryRecord, identity: Identity) -> OpenedEntry:
    """Return one text.

    Raises:
        OpenError: it was altered, or moved here from another case or kind.
    """
    content = strip_padding(open_sealed(row.sealed, identity))
    try:
        text = json.loads(content)
        values, attachments = text["values"], tuple(Attachment(*it) for it in text["attachments"])
        is_ours = text["case"] == row.case_ref and text["kind"] == row.kind
    except (ValueError, KeyError, TypeError, RecursionError):
        # Whoever knows the public key can seal whatever they like to it.
        raise OpenError(OpenFailure.PAYLOAD) from None
    if not is_ours or not isinstance(values, dict):
        raise OpenError(OpenFailure.PAYLOAD)
    return OpenedEntry(row.id, EntryKind(row.kind), row.author, row.day, values, attachments)


def open_attachment(
    session: Session,
    vault: Vault,
    entries: tuple[OpenedEntry, ...],
    compartments: Mapping[str, OpenedCompartment],
    object_key: str,
) -> Download:
    """Return an attachment of one of the opened texts.

    Raises:
        CaseNotFoundError: none of these texts has such a file.
        OpenError: its header was altered; altered payloads raise while the chunks are read.
    """
    row = session.execute(
        select(AttachmentRecord, EntryRecord.compartment_id)
        .join(EntryRecord, EntryRecord.id == AttachmentRecord.entry_id)
        .where(AttachmentRecord.object_key == object_key)
    ).first()
    named = {item.object_key: item for entry in entries for item in entry.attachments}
    if row is None or object_key not in named or row[1] not in compartments:
        raise CaseNotFoundError
    file_key = open_header(row[0].header, compartments[row[1]].identity)
    attachment = named[object_key]
    opened = open_payload(file_key, vault.read(object_key))
    return Download(attachment.file_name, attachment.length, proven(opened, attachment))


def proven(chunks: Iterator[bytes], attachment: Attachment) -> Iterator[bytes]:
    """Yield a file without its padding, its last piece only once the whole of it is proven.

    Anybody can seal to a public recipient, so a file that opens may still be another one: the
    digest in the sealed text says which it was.
    """
    digest, left, held = hashlib.sha256(), attachment.length, b""
    # Padding is read to the end all the same: the last chunk proves that nothing was cut off.
    for chunk in chunks:
        piece, left = chunk[:left], max(0, left - len(chunk))
        digest.update(piece)
        if piece and held:
            yield held
        held = piece or held
    if left or digest.hexdigest() != attachment.sha256:
        raise OpenError(OpenFailure.PAYLOAD)
    yield held
