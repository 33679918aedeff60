"""Restoring a backup into an empty office: all of it, checked to its last byte, or nothing."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import BinaryIO

from sqlalchemy import Connection, MetaData, Table, insert, select
from sqlalchemy.exc import IntegrityError

from cases.backup_format import (
    ABOUT,
    END,
    LEFT_OUT,
    OBJECT,
    OBJECT_LIST,
    TABLE_PART,
    About,
    End,
    Trace,
    decode_row,
    encode_listed,
    parse_end,
    secret_check,
)
from cases.errors import BackupError, StorageError
from cases.jobs import JOBS
from cases.notice import JOB_NAMES
from cases.office import Office
from cases.opened_tar import OpenedMember, OpenedTar
from cases.records import AttachmentRecord, JobRecord
from cases.schema import known_revisions, migrate, revision_of
from cases.vault import Vault
from crypto.keys import Identity


@dataclass(frozen=True, repr=False)
class RestoreOrder:
    """Who opens the backup, and what this place is.

    Without the server secret nothing says who made the backup.
    """

    identity: Identity
    server_secret: bytes | None
    mode: str


@dataclass(frozen=True)
class Restored:
    """What was restored, and of which day."""

    about: About
    end: End


def restore_backup(office: Office, order: RestoreOrder, source: BinaryIO) -> Restored:
    """Restore a whole backup into an empty database and vault, of either engine.

    The rows are committed at the very end; on any refusal what was put into the vault is removed.

    Raises:
        BackupError: this place is not empty; the backup is altered, cut off, for another key, of
            another mode or of a newer version; or the server secret is another one.
        StoreUnavailableError: database or vault is away or full.
    """
    office.database.make_file()
    office.vault.make()
    _check_empty(office)
    tar = OpenedTar(source, order.identity)
    with _undone_on_refusal(office.vault) as written, office.database.writing() as session:
        connection = session.connection()
        members = tar.members()
        first = next(members, None)
        if first is None or first.name != ABOUT:
            raise BackupError("this is no backup of Liêm Chính")
        content = first.content()
        about = About.parse(content)
        _check_fits(about, order)
        migrate(connection, about.schema)
        loading = _Loading(connection, office.vault, written)
        loading.trace.add(first.name, hashlib.sha256(content).digest())
        for member in members:
            loading.take(member)
        tar.finish()
        end = loading.finish(order.server_secret)
        migrate(connection)
        # Due now: they run with the start, and a check-up says so when that never comes.
        due = {"due_at": office.clock.now()}
        names = (*(job.name for job in JOBS), *JOB_NAMES)
        session.execute(insert(JobRecord), [{"name": name, **due} for name in names])
    return Restored(about, end)


def _check_empty(office: Office) -> None:
    with office.database.reading() as session:
        if revision_of(session.connection()) is not None:
            raise BackupError("the database is not empty: a backup never replaces an instance")
    if next(iter(office.vault.stored()), None) is not None:
        raise BackupError("the vault is not empty: a backup never replaces an instance")


def _check_fits(about: About, order: RestoreOrder) -> None:
    if about.schema not in known_revisions():
        raise BackupError("the backup is of a newer version: install that one, then restore")
    if about.mode != order.mode:
        raise BackupError(f'the backup is of an instance in mode "{about.mode}": set mode so first')
    if order.server_secret and secret_check(order.server_secret) != about.server_secret:
        raise BackupError("this server secret is not the one of the backup")


@contextmanager
def _undone_on_refusal(vault: Vault) -> Iterator[list[str]]:
    written: list[str] = []
    try:
        yield written
    except IntegrityError:
        _remove(vault, written)
        raise BackupError("the rows of the backup contradict each other") from None
    except BaseException:
        _remove(vault, written)
        raise


def _remove(vault: Vault, keys: list[str]) -> None:
    for key in keys:
        # One that cannot be removed now is named by nothing, and swept once the office is.
        with suppress(StorageError):
            vault.delete(key)


class _Loading:
    """Members on their way into database and vault."""

    def __init__(self, connection: Connection, vault: Vault, written: list[str]) -> None:
        self._connection = connection
        self._vault = vault
        self._written = written
        self._tables = MetaData()
        # As they are at the backup's own revision, which may be older than the records.
        self._tables.reflect(connection)
        self._rows: dict[str, int] = {}
        self._unlisted = hashlib.sha256()
        self._end: End | None = None
        self.trace = Trace()

    def take(self, member: OpenedMember) -> None:
        """Put one member where it belongs.

        Raises:
            BackupError: a backup has no such member, or not here.
        """
        if self._end is not None:
            raise BackupError("something stands behind the end of the backup")
        if found := OBJECT.fullmatch(member.name):
            self._take_object(found[1], member)
            return
        content = member.content()
        if member.name == END:
            self._end = parse_end(content)
        elif found := TABLE_PART.fullmatch(member.name):
            self._take_rows(self._table(found[1]), content)
        elif OBJECT_LIST.fullmatch(member.name):
            self._take_list(content)
        else:
            raise BackupError("the backup holds something that none of ours holds")
        if self._end is None:
            self.trace.add(member.name, hashlib.sha256(content).digest())

    def finish(self, server_secret: bytes | None) -> End:
        """Return the figures of the end, once everything is there that it counts.

        Raises:
            BackupError: something is missing, or somebody else made the backup.
        """
        end = self._end
        if end is None or self._unlisted.digest() != hashlib.sha256().digest():
            raise BackupError("the backup has no end: it is not whole")
        counted = {name: count for name, count in end.rows.items() if count}
        if counted != self._rows or end.objects != len(self._written):
            raise BackupError("the backup does not hold what it says")
        self._check_named_objects(frozenset(end.lost))
        if server_secret and end.signed(server_secret, self.trace) != end:
            raise BackupError("the backup was not made by this instance: its origin is forged")
        return end

    def _table(self, name: str) -> Table:
        table = self._tables.tables.get(name)
        if table is None or name in LEFT_OUT or name == "alembic_version":
            raise BackupError("the backup holds a table that none of ours holds")
        return table

    def _take_rows(self, table: Table, content: bytes) -> None:
        rows = [decode_row(table, line) for line in content.splitlines()]
        self._connection.execute(insert(table), rows)
        self._rows[table.name] = self._rows.get(table.name, 0) + len(rows)

    def _take_object(self, key: str, member: OpenedMember) -> None:
        digest, length = hashlib.sha256(), 0
        with self._vault.open_writer(key) as writer:
            self._written.append(key)
            for piece in member.pieces():
                digest.update(piece)
                length += len(piece)
                writer.write(piece)
        self._unlisted.update(encode_listed(key, length, digest.digest()))
        self.trace.add(member.name, digest.digest())

    def _take_list(self, content: bytes) -> None:
        # The list of what was just read, line by line the same.
        if hashlib.sha256(content).digest() != self._unlisted.digest():
            raise BackupError("a file of the backup is not the one that it lists")
        self._unlisted = hashlib.sha256()

    def _check_named_objects(self, lost: frozenset[str]) -> None:
        held = set(self._written)
        named = set(self._connection.scalars(select(AttachmentRecord.object_key)))
        if len(held) != len(self._written) or held & lost or held | lost != named:
            raise BackupError("the files of the backup are not those that its rows name")
