"""What can go wrong with a database or a vault, made to happen for real and then to be over."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection

from cases.database import Database
from cases.office import Office

# A writer waits this long for another one, instead of the ten seconds of a real office.
QUICK_BUSY_MS = 100
Outage = Callable[[Office], AbstractContextManager[None]]


def database_file(office: Office) -> Path:
    """Return where an office's SQLite database lies."""
    return Path(str(office.database.engine.url.database))


def vault_folder(office: Office) -> Path:
    """Return where a test office's vault lies."""
    return database_file(office).parent / "vault"


@contextmanager
def database_moved_away(office: Office) -> Iterator[None]:
    """Move the database's files to another folder, as whoever mounts the wrong disk does."""
    path = database_file(office)
    away = path.parent / "away"
    away.mkdir()
    for file in path.parent.glob(f"{path.name}*"):
        file.rename(away / file.name)
    yield
    for file in away.iterdir():
        file.rename(path.parent / file.name)
    away.rmdir()


@contextmanager
def database_replaced(office: Office) -> Iterator[None]:
    """Move the database away, and find an empty file in its place."""
    with database_moved_away(office):
        database_file(office).touch()
        yield
        database_file(office).unlink()


@contextmanager
def database_locked(office: Office) -> Iterator[None]:
    """Let somebody else hold the write lock longer than anybody waits for it."""
    with pragmas(office.database, f"busy_timeout={QUICK_BUSY_MS}"):
        path = database_file(office)
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
            other.execute("ROLLBACK")


@contextmanager
def database_read_only(office: Office) -> Iterator[None]:
    """Refuse every write, as a file system does that was remounted after a fault."""
    with pragmas(office.database, "query_only=ON", "query_only=OFF"):
        yield


@contextmanager
def database_full(office: Office) -> Iterator[None]:
    """Let the database grow by no page more: SQLITE_FULL, as on a disk without room."""
    with closing(sqlite3.connect(database_file(office), isolation_level=None)) as other:
        (pages,) = other.execute("PRAGMA page_count").fetchone()
        other.execute("CREATE TABLE filler (bytes BLOB)")
        other.execute(f"PRAGMA max_page_count={pages}")
        with suppress(sqlite3.OperationalError):
            while True:
                # What earlier deletions left free is taken first.
                other.execute("INSERT INTO filler VALUES (zeroblob(3000))")
        with pragmas(office.database, f"max_page_count={pages}", "max_page_count=1073741823"):
            yield
        other.execute("DROP TABLE filler")


@contextmanager
def pragmas(database: Database, during: str, after: str = "") -> Iterator[None]:
    """Set a pragma on every connection that is taken from the pool, for a while."""

    def set_it(connection: DBAPIConnection, *_: object) -> None:
        connection.cursor().execute(f"PRAGMA {wanted}")

    wanted = during
    event.listen(database.engine, "checkout", set_it)
    yield
    wanted = after or during
    if not after:
        event.remove(database.engine, "checkout", set_it)


@contextmanager
def vault_moved_away(office: Office) -> Iterator[None]:
    """Move the vault's folder away."""
    folder = vault_folder(office)
    away = folder.rename(folder.with_name("vault-away"))
    yield
    away.rename(folder)


@contextmanager
def vault_not_mounted(office: Office) -> Iterator[None]:
    """Leave an empty folder where the vault was, as a disk does that is not mounted."""
    folder = vault_folder(office)
    away = folder.rename(folder.with_name("vault-away"))
    folder.mkdir()
    yield
    assert list(folder.iterdir()) == [], "something was kept where nobody will look for it"
    folder.rmdir()
    away.rename(folder)


DATABASE_OUTAGES: dict[str, Outage] = {
    "moved away": database_moved_away,
    "replaced by an empty file": database_replaced,
    "locked by another writer": database_locked,
    "read-only": database_read_only,
    "full": database_full,
}
VAULT_OUTAGES: dict[str, Outage] = {
    "moved away": vault_moved_away,
    "not mounted": vault_not_mounted,
}
