"""Bringing a database to the schema of this version."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from cases.database import Database
from cases.errors import StoreUnavailableError

MIGRATIONS = Path(__file__).parent / "migrations"
ALONE = "SELECT pg_advisory_xact_lock(hashtextextended('liemchinh schema', 0))"


def alembic_config() -> Config:
    """Return Alembic's configuration; it needs no file."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def upgrade(database: Database, revision: str = "head") -> None:
    """Run every migration that the database lacks, in one transaction.

    Raises:
        StoreUnavailableError: the database is away or read-only.
    """
    with _migrating(database) as config:
        command.upgrade(config, revision)


def downgrade(database: Database, revision: str) -> None:
    """Take migrations back as far as ``revision``.

    Raises:
        StoreUnavailableError: the database is away or read-only, or somebody uses the tables.
    """
    with _migrating(database) as config:
        command.downgrade(config, revision)


@contextmanager
def _migrating(database: Database) -> Iterator[Config]:
    config = alembic_config()
    try:
        connection = database.engine.connect().execution_options(writing=True)
        with connection, connection.begin():
            if database.is_postgresql:
                # Two programs that start at once: the second one finds nothing left to do.
                connection.execute(text(ALONE))
            config.attributes["connection"] = connection
            yield config
    except DBAPIError as error:
        raise StoreUnavailableError(type(error).__name__) from None
