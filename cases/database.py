"""The database: one engine, reading and writing transactions, errors translated once."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from cases.errors import StaleCaseError, StoreUnavailableError

BUSY_TIMEOUT_MS = 10_000
# Emptying the journal keeps writers out while it waits for readers, so it does not wait long.
JOURNAL_WAIT_MS = 200
POOL_CONNECTIONS = 16

# A PostgreSQL that does not answer must not hold a visitor's thread for minutes.
CONNECT_TIMEOUT_SECONDS = 5

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


class Database:
    """Transactions on one database, SQLite or PostgreSQL."""

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Yield a session that only reads.

        Raises:
            StoreUnavailableError: the database is away.
        """
        with _translated(), self.engine.connect() as connection, Session(connection) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Yield a session that commits at the end, or leaves nothing.

        Raises:
            StaleCaseError: somebody else changed the same case meanwhile.
            StoreUnavailableError: the database is away, read-only or full.
        """
        with _translated(), self.engine.connect() as plain:
            connection = plain.execution_options(writing=True)
            with Session(connection) as session, session.begin():
                yield session

    def empty_journal(self) -> None:
        """Leave nothing of what was deleted in SQLite's journal beside the database.

        secure_delete overwrites the database only: old pages stay in the -wal file until others
        happen to be written over them. While somebody reads them it waits for the next time.

        Raises:
            StoreUnavailableError: the database is away.
        """
        if self.engine.dialect.name != "sqlite":
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


def _engine(url: str) -> Engine:
    # hide_parameters keeps values out of exception texts, and so out of logs.
    engine = create_engine(
        with_driver(url),
        hide_parameters=True,
        pool_size=POOL_CONNECTIONS,
        max_overflow=POOL_CONNECTIONS,
        pool_pre_ping=not url.startswith("sqlite"),
    )
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "do_connect", _connect_postgresql)
    return engine


def with_driver(url: str) -> str:
    """Return a database's address with the driver that we have: people write postgresql://."""
    scheme, found, rest = url.partition("://")
    known = {"postgresql", "postgres"}
    return f"postgresql+psycopg://{rest}" if found and scheme in known else url


def _connect_postgresql(
    _dialect: object, _record: object, arguments: list[str], named: dict[str, object]
) -> psycopg.Connection:
    named.setdefault("connect_timeout", CONNECT_TIMEOUT_SECONDS)
    return psycopg.connect(*arguments, **named)  # type: ignore[arg-type]  # SQLAlchemy's own words


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


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except IntegrityError:
        raise
    except StaleDataError:
        raise StaleCaseError from None
    except (DBAPIError, PoolTimeoutError, sqlite3.Error) as error:
        raise StoreUnavailableError(type(error).__name__) from error
