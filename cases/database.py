"""The database: one engine, reading and writing transactions, errors translated once."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from threading import Lock

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.dialects import postgresql as pg_dialect
from sqlalchemy.dialects import sqlite as sqlite_dialect
from sqlalchemy.exc import DBAPIError, DisconnectionError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from cases.durable import make_durable_file
from cases.errors import StaleCaseError, StoreUnavailableError, UncertainStoreError
from cases.record_base import Record
from cases.sqlite_files import BUSY_TIMEOUT_MS, prepare_sqlite

# Emptying the journal keeps writers out while it waits for readers, so it does not wait long.
JOURNAL_WAIT_MS = 200
POOL_CONNECTIONS = 16
# The disk may or may not have what it was told to keep (sqlite.org/rescode.html).
UNCERTAIN_SQLITE = frozenset({"SQLITE_IOERR_FSYNC", "SQLITE_IOERR_DIR_FSYNC"})

# A PostgreSQL that does not answer must not hold a visitor's thread for minutes: neither while
# connecting, nor when the line goes dead, nor behind somebody who never lets go of a row. And what
# it acknowledged is on its disk, however it is set up for others. Compiling a query of ours takes
# longer than running it.
POSTGRESQL_ARGUMENTS = {
    "connect_timeout": 5,
    "tcp_user_timeout": 10_000,
    "options": f"-c lock_timeout={BUSY_TIMEOUT_MS} -c idle_in_transaction_session_timeout=60000 "
    "-c synchronous_commit=on -c jit=off",
}
# Under row security a role that is shown no row finds nothing, and says nothing: a sweep would
# destroy every file, a backup would be empty. Only the public door is meant to see so little; any
# other connection that is not the owner's fails by this instead.
NO_ROWS_HIDDEN = " -c row_security=off"
# Every statement of a reading transaction sees one moment, as in SQLite.
ONE_SNAPSHOT = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


class Database:
    """Transactions on one database, SQLite or PostgreSQL."""

    def __init__(self, url: str, *, is_walled: bool = False) -> None:
        """Take the address; ``is_walled``: of the public door, whose role is shown few rows."""
        self.engine = _engine(url, is_walled=is_walled)
        self._writer = Lock()

    @property
    def is_postgresql(self) -> bool:
        """Return whether this is PostgreSQL, where writers run at once."""
        return self.engine.dialect.name == "postgresql"

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Yield a session that only reads, and sees the database as of one moment.

        Raises:
            StoreUnavailableError: the database is away.
        """
        options = ONE_SNAPSHOT if self.is_postgresql else {}
        with (
            _translated(),
            self.engine.connect() as connection,
            Session(connection.execution_options(**options)) as session,
        ):
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Yield a session that commits at the end, or leaves nothing.

        SQLite lets one writer in at a time. On PostgreSQL writers run at once (READ COMMITTED),
        and each locks first what its decision rests on (docs/adr/0009-postgresql.md).

        Raises:
            StaleCaseError: somebody else changed the same case meanwhile.
            StoreUnavailableError: the database is away, read-only or full.
            UncertainStoreError: it went away while it committed.
        """
        with (
            _translated(),
            nullcontext() if self.is_postgresql else self._turn(),
            self.engine.connect() as connection,
            Session(connection.execution_options(writing=True)) as session,
        ):
            session.begin()
            yield session
            session.flush()
            with _committing():
                session.commit()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Let this process's writers in one after the other.

        SQLite would let each look again after a nap that grows, and its lock lies idle meanwhile.
        """
        if not self._writer.acquire(timeout=BUSY_TIMEOUT_MS / 1000):
            raise StoreUnavailableError("busy")
        try:
            yield
        finally:
            self._writer.release()

    def make_file(self) -> None:
        """Make SQLite's file where it is missing: nothing else ever makes one.

        A door that made an empty database in place of one that is away for a while would keep
        reports where nobody looks for them.

        Raises:
            StoreUnavailableError: the file cannot be made.
        """
        path = _sqlite_path(self.engine)
        if path is not None:
            try:
                make_durable_file(path)
            except OSError as error:
                raise StoreUnavailableError(type(error).__name__) from None

    def empty_journal(self) -> None:
        """Leave nothing of what was deleted in SQLite's journal beside the database.

        secure_delete overwrites the database only: old pages stay in the -wal file until others
        happen to be written over them. While somebody reads them it waits for the next time.
        PostgreSQL keeps dead rows and its log for a while (docs/known-limits.md): nothing that a
        client can order overwrites them.

        Raises:
            StoreUnavailableError: the database is away.
        """
        if self.is_postgresql:
            return
        with _translated(), self.engine.connect() as connection:
            driver = connection.connection.driver_connection
            if driver is None:
                return
            driver.execute(f"PRAGMA busy_timeout={JOURNAL_WAIT_MS}")
            try:
                driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            finally:
                driver.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()


def is_postgresql(session: Session) -> bool:
    """Return whether a session talks to PostgreSQL."""
    return session.get_bind().dialect.name == "postgresql"


def insert_or(session: Session, table: type[Record]) -> sqlite_dialect.Insert | pg_dialect.Insert:
    """Return an INSERT that may say what happens when the row is there already."""
    return pg_dialect.insert(table) if is_postgresql(session) else sqlite_dialect.insert(table)


def lock_table(session: Session, table: type[Record]) -> None:
    """Let nobody else write to a table until this transaction ends; in SQLite nobody can anyway.

    For what is rare and rests on rows that are not there yet: the next number, the first member.
    """
    if is_postgresql(session):
        # The name is one of our own tables' and not a visitor's.
        session.execute(text(f"LOCK TABLE {table.__tablename__} IN SHARE ROW EXCLUSIVE MODE"))


def _engine(url: str, *, is_walled: bool) -> Engine:
    is_sqlite = url.startswith("sqlite")
    # hide_parameters keeps values out of exception texts, and so out of logs. The connection that
    # was used last has its statements prepared and its pages at hand.
    engine = create_engine(
        with_driver(url),
        connect_args={} if is_sqlite else _postgresql_options(is_walled=is_walled),
        hide_parameters=True,
        pool_size=POOL_CONNECTIONS,
        max_overflow=POOL_CONNECTIONS,
        pool_pre_ping=not is_sqlite,
        pool_use_lifo=True,
    )
    if is_sqlite:
        prepare_sqlite(engine)
    return engine


def _postgresql_options(*, is_walled: bool) -> dict[str, object]:
    options = f"{POSTGRESQL_ARGUMENTS['options']}{'' if is_walled else NO_ROWS_HIDDEN}"
    return {**POSTGRESQL_ARGUMENTS, "options": options}


def with_driver(url: str) -> str:
    """Return a database's address with the driver that we have: people write postgresql://."""
    scheme, found, rest = url.partition("://")
    known = {"postgresql", "postgres"}
    return f"postgresql+psycopg://{rest}" if found and scheme in known else url


def _sqlite_path(engine: Engine) -> Path | None:
    name = engine.url.database
    is_file = engine.dialect.name == "sqlite" and name not in {None, "", ":memory:"}
    return Path(str(name)) if is_file else None


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except IntegrityError:
        raise
    except StaleDataError:
        raise StaleCaseError from None
    except (DBAPIError, DisconnectionError, PoolTimeoutError, sqlite3.Error) as error:
        raise StoreUnavailableError(type(error).__name__) from error


@contextmanager
def _committing() -> Iterator[None]:
    try:
        yield
    except IntegrityError:
        raise
    except DBAPIError as error:
        name = getattr(error.orig, "sqlite_errorname", "")
        if error.connection_invalidated or name in UNCERTAIN_SQLITE:
            raise UncertainStoreError(type(error).__name__) from error
        raise
