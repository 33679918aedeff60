"""Drafts: what a refused or previewed form had uploaded, sealed, for an hour.

This module opens drafts and nothing else: the key comes with the form's own draft secret.
"""

import json
from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from cases.draft_files import KEPT_SECONDS
from cases.errors import DraftQuotaError
from cases.office import Office
from cases.records import DraftFileRecord, DraftRecord
from cases.reports import canonical
from cases.uploads import SealedUpload
from cases.wall import draft_use, filed_keys, know
from crypto.boxes import derive
from crypto.errors import OpenError, OpenFailure
from crypto.keys import Identity
from crypto.opening import open_header, open_sealed
from crypto.padding import pad_text, strip_padding
from crypto.sealing import seal, seal_header

# What each file costs beside its bytes: a header and a sealed name in the database, a block and its
# folders in the vault. Uncounted, empty files would fill both and never reach the quota.
FILE_COST_BYTES = 16 * 1024


@dataclass(frozen=True, repr=False)
class Draft:
    """A form's draft secret (32 bytes) and what follows from it."""

    secret: bytes

    @property
    def tag(self) -> bytes:
        """Return what finds the draft, from which the secret cannot be had."""
        return derive(self.secret, "draft/tag")

    @property
    def identity(self) -> Identity:
        """Return the identity that the draft's files are sealed to."""
        return Identity.from_seed(derive(self.secret, "draft/identity"))


def keep_files(
    office: Office, draft: Draft, uploads: tuple[SealedUpload, ...], quota_bytes: int
) -> None:
    """Keep uploads with the form for another hour, and renew what it kept before.

    Raises:
        DraftQuotaError: all drafts together would pass ``quota_bytes``; these were not kept.
    """
    expires_at = office.clock.now() + KEPT_SECONDS
    sealed = _file_rows(draft, uploads)
    with office.database.writing() as session:
        know(session, draft.tag)
        # Where a commit's answer was lost, these may have been filed.
        filed = filed_keys(session, [upload.object_key for upload in uploads])
        rows = [row for row in sealed if row["object_key"] not in filed]
        if rows and _used_bytes(session) + _cost_of(uploads) > quota_bytes:
            raise DraftQuotaError
        renewed = session.connection().execute(
            update(DraftRecord).where(DraftRecord.tag == draft.tag).values(expires_at=expires_at)
        )
        if not rows:
            return
        if not renewed.rowcount:
            session.execute(insert(DraftRecord).values(tag=draft.tag, expires_at=expires_at))
        offset = _next_position(session, draft)
        session.execute(
            insert(DraftFileRecord),
            [{**row, "position": offset + index} for index, row in enumerate(rows)],
        )


def renew_draft(office: Office, draft: Draft) -> None:
    """Keep what the form kept for another hour, since more of it comes; never what expired."""
    now = office.clock.now()
    with office.database.writing() as session:
        know(session, draft.tag)
        session.execute(
            update(DraftRecord)
            .where(DraftRecord.tag == draft.tag, DraftRecord.expires_at > now)
            .values(expires_at=now + KEPT_SECONDS)
        )


def _used_bytes(session: Session) -> int:
    padded, files = draft_use(session)
    return padded + files * FILE_COST_BYTES


def _cost_of(uploads: tuple[SealedUpload, ...]) -> int:
    return sum(upload.padded_length + FILE_COST_BYTES for upload in uploads)


def _next_position(session: Session, draft: Draft) -> int:
    last = session.scalar(
        select(func.max(DraftFileRecord.position)).where(DraftFileRecord.draft_tag == draft.tag)
    )
    return 0 if last is None else last + 1


def _file_rows(draft: Draft, uploads: tuple[SealedUpload, ...]) -> list[dict[str, object]]:
    recipient = draft.identity.recipient
    return [
        {
            "object_key": upload.object_key,
            "draft_tag": draft.tag,
            "header": seal_header(upload.file_key, [recipient]),
            "manifest": seal(
                pad_text(canonical([upload.file_name, upload.length, upload.sha256.hex()])),
                [recipient],
            ),
            "padded_bytes": upload.padded_length,
            "payload_check": upload.payload_check,
        }
        for upload in uploads
    ]


def open_files(office: Office, draft: Draft) -> tuple[SealedUpload, ...]:
    """Return what the form kept, in order; nothing when it expired or was filed.

    Raises:
        OpenError: the draft's rows were altered.
    """
    with office.database.reading() as session:
        know(session, draft.tag)
        rows = session.scalars(
            select(DraftFileRecord)
            .join(DraftRecord, DraftRecord.tag == DraftFileRecord.draft_tag)
            .where(DraftRecord.tag == draft.tag, DraftRecord.expires_at > office.clock.now())
            .order_by(DraftFileRecord.position)
        ).all()
    return tuple(_open_file(draft.identity, row) for row in rows)


def _open_file(identity: Identity, row: DraftFileRecord) -> SealedUpload:
    manifest = json.loads(strip_padding(open_sealed(row.manifest, identity)))
    if not isinstance(manifest, list):
        raise OpenError(OpenFailure.PAYLOAD)
    file_name, length, sha256 = manifest
    return SealedUpload(
        object_key=row.object_key,
        file_key=open_header(row.header, identity),
        file_name=file_name,
        length=length,
        padded_length=row.padded_bytes,
        sha256=bytes.fromhex(sha256),
        payload_check=row.payload_check,
    )


def drop_files(office: Office, draft: Draft, object_keys: frozenset[str]) -> None:
    """Destroy files that the reporter took out of the form; only those of this form."""
    with office.database.writing() as session:
        know(session, draft.tag)
        mine = set(
            session.scalars(
                delete(DraftFileRecord)
                .where(
                    DraftFileRecord.draft_tag == draft.tag,
                    DraftFileRecord.object_key.in_(object_keys),
                )
                .returning(DraftFileRecord.object_key)
            )
        )
        mine -= filed_keys(session, mine)
    for object_key in mine:
        office.vault.delete(object_key)
