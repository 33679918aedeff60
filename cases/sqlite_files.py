"""SQLite's connections: each to the file that lies at its place now, and durable."""

import os
import sqlite3
from pathlib import Path

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

BUSY_TIMEOUT_MS = 10_000
FILE_KEY = "file"

# WAL lets readers go on while one writes; FULL makes a filed report survive a power cut;
# secure_delete overwrites what is deleted; temporary tables stay in memory.
SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}",
    "PRAGMA secure_delete=ON",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA trusted_schema=OFF",
)


def prepare_sqlite(engine: Engine) -> None:
    """Let an engine open SQLite's file only where one is that can be written, and as we need it."""
    event.listen(engine, "do_connect", _connect_sqlite)
    event.listen(engine, "checkout", _check_same_file)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)


def _connect_sqlite(
    _dialect: object, record: ConnectionPoolEntry, arguments: list[str], named: dict[str, object]
) -> sqlite3.Connection:
    path = Path(arguments[0]).absolute()
    # SQLite would open it for reading, and the pool keep that once the disk can be written.
    if not _can_be_written(path):
        raise sqlite3.OperationalError
    # "rw" makes no file where there is none.
    opened = sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True, **named)  # type: ignore[call-overload]  # SQLAlchemy's own words
    record.info[FILE_KEY] = (path, _inode(path))
    connection: sqlite3.Connection = opened
    return connection


def _can_be_written(path: Path) -> bool:
    # In its folder lie the journal and what the connections share (sqlite.org/wal.html).
    return os.access(path.parent, os.W_OK) and (os.access(path, os.W_OK) or not path.exists())


def _check_same_file(_connection: object, record: ConnectionPoolEntry, _proxy: object) -> None:
    """Refuse a connection to a file that was moved away: what it keeps would be lost there.

    Raises:
        DisconnectionError: so that the pool opens what now lies at the path, or fails.
    """
    path, inode = record.info[FILE_KEY]
    if inode is None or _inode(path) != inode:
        raise DisconnectionError


def _inode(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # The driver's own implicit BEGIN is switched off: _begin_sqlite says which kind is meant.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in SQLITE_PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes its lock at once: two readers that upgrade later would deadlock.
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
