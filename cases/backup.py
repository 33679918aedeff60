"""Backing up while the office works: one moment of the database, then the files that it names.

Everything is sealed on its way out, to recipients whose identities were made off this server; no
byte of the tar touches a disk unsealed. Nothing is written to the database or the vault.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from cases.backup_format import (
    ABOUT,
    END,
    FORMAT,
    PART_BYTES,
    About,
    End,
    encode_row,
    kept_tables,
    secret_check,
)
from cases.errors import BackupError
from cases.office import Office
from cases.public_side import MODE_KEY
from cases.records import AttachmentRecord, InstanceRecord
from cases.schema import known_revisions, revision_of
from cases.sealed_tar import Members, SealedTar
from cases.vault_checks import Damage, find_damage
from crypto.keys import Recipient

ROWS_AT_ONCE = 100


@dataclass(frozen=True, repr=False)
class BackupOrder:
    """To whom a backup is sealed, and the secret whose holder it says that it comes from.

    Despite damage: files of cases that are missing or altered do not fail it.
    """

    recipients: Sequence[Recipient]
    server_secret: bytes
    despite_damage: bool = False


def write_backup(office: Office, order: BackupOrder, out: BinaryIO) -> End:
    """Write a whole backup to ``out``, sealed; return how much it holds.

    Raises:
        BackupError: there is no instance of this version here, or a file in the vault is missing
            or altered; what was written is not whole and opens for nobody to its end.
        StoreUnavailableError: database or vault is away.
    """
    damage = find_damage(office) if order.despite_damage else Damage()
    tar = SealedTar(out, order.recipients, office.clock.today())
    members = Members(tar)
    rows: dict[str, int] = {}
    # The moment ends before the files are copied: a reader of hours would let SQLite's journal
    # grow for hours. What the moment names stays in the vault, or the backup fails.
    with office.database.reading() as session:
        members.add(ABOUT, _about(session, office, order.server_secret).encoded())
        for table in kept_tables():
            rows[table.name] = _add_table(members, session, table)
        checks = _checks_of_files(session, damage)
    lines = (members.add_object(key, office.vault, check) for key, check in checks.items())
    _add_parts(members, "objects", lines)
    lost = tuple(sorted(damage.lost))
    end = End(rows=rows, objects=len(checks), lost=lost).signed(order.server_secret, members.trace)
    members.add(END, end.encoded())
    tar.finish()
    return end


def _checks_of_files(session: Session, damage: Damage) -> dict[str, bytes | None]:
    """Return each file that a backup can hold, by key, and by what it is known to be whole."""
    asked = select(AttachmentRecord.object_key, AttachmentRecord.payload_check)
    return {
        key: None if key in damage.altered else check
        for key, check in session.execute(asked.order_by(AttachmentRecord.object_key))
        if key not in damage.lost
    }


def _about(session: Session, office: Office, server_secret: bytes) -> About:
    revision = revision_of(session.connection())
    if revision is None or revision != known_revisions()[0]:
        raise BackupError(
            "the database is not of this version: start the instance once, then again"
        )
    mode = session.scalar(select(InstanceRecord.value).where(InstanceRecord.key == MODE_KEY))
    if mode is None:
        raise BackupError("there is no instance here yet")
    return About(
        format=FORMAT,
        schema=revision,
        pack_version=office.pack.version,
        mode=mode,
        day=office.clock.today().isoformat(),
        server_secret=secret_check(server_secret),
    )


def _add_table(members: Members, session: Session, table: Table) -> int:
    # By key, and so not in the order in which cases came: that order is not carried on.
    asked = select(table).order_by(*table.primary_key.columns)
    rows = session.execute(asked, execution_options={"yield_per": ROWS_AT_ONCE})
    lines = (encode_row(table, row._asdict()) for row in rows)
    return _add_parts(members, f"tables/{table.name}", lines)


def _add_parts(members: Members, folder: str, lines: Iterable[bytes]) -> int:
    count, number, held = 0, 0, bytearray()
    for line in lines:
        held += line
        count += 1
        if len(held) >= PART_BYTES:
            members.add(f"{folder}/{number:08}.jsonl", bytes(held))
            number, held = number + 1, bytearray()
    if held:
        members.add(f"{folder}/{number:08}.jsonl", bytes(held))
    return count
