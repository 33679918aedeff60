"""Bringing a database to the schema of this version."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
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


def migrate(connection: Connection, revision: str = "head") -> None:
    """Run the migrations that lead to ``revision``, within the transaction of the connection."""
    config = alembic_config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def revision_of(connection: Connection) -> str | None:
    """Return the revision of a database's schema, or None where there is none yet."""
    return MigrationContext.configure(connection).get_current_revision()


def known_revisions() -> tuple[str, ...]:
    """Return the revisions that this version knows, the newest first."""
    script = ScriptDirectory.from_config(alembic_config())
    return tuple(each.revision for each in script.walk_revisions())


def upgrade(database: Database, revision: str = "head") -> None:
    """Run every migration that the database lacks, in one transaction.

    Raises:
        StoreUnavailableError: the database is away or read-only.
    """
    database.make_file()
    with _migrating(database) as connection:
        migrate(connection, revision)


def downgrade(database: Database, revision: str) -> None:
    """Take migrations back as far as ``revision``.

    Raises:
        StoreUnavailableError: the database is away or read-only, or somebody uses the tables.
    """
    with _migrating(database) as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.downgrade(config, revision)


@contextmanager
def _migrating(database: Database) -> Iterator[Connection]:
    try:
        connection = database.engine.connect().execution_options(writing=True)
        with connection, connection.begin():
            if database.is_postgresql:
                # Two programs that start at once: the second one finds nothing left to do.
                connection.execute(text(ALONE))
            yield connection
    except DBAPIError as error:
        raise StoreUnavailableError(type(error).__name__) from None
