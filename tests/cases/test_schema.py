"""The migrations make exactly the schema that the records describe."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from cases.database import Database
from cases.records import CaseRecord
from cases.schema import downgrade, upgrade
from tests.support.postgresql import PostgreSQL


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    yield opened
    opened.close()


def test_migrations_and_records_agree(database: Database) -> None:
    upgrade(database)

    with database.engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), CaseRecord.metadata)

    assert differences == []


def test_a_database_of_this_version_is_left_as_it_is(database: Database) -> None:
    upgrade(database)
    upgrade(database)

    assert set(inspect(database.engine).get_table_names()) == {
        *CaseRecord.metadata.tables,
        "alembic_version",
    }


def test_every_migration_can_be_taken_back(database: Database) -> None:
    upgrade(database)
    downgrade(database, "base")

    assert inspect(database.engine).get_table_names() == ["alembic_version"]
    upgrade(database)


def test_sqlite_keeps_what_it_acknowledged_and_overwrites_what_it_deletes(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'new.db'}")
    database.make_file()
    with database.reading() as session:
        connection = session.connection()
        asked = ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "temp_store")
        values = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in asked}

    assert values == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
        "temp_store": 2,
    }


def test_postgresql_keeps_what_it_acknowledged_even_where_others_may_lose_it(
    postgresql: PostgreSQL, postgresql_url: str
) -> None:
    assert postgresql.settings["synchronous_commit"] == "off"
    database = Database(postgresql_url)
    with database.reading() as session:
        kept = session.connection().exec_driver_sql("SHOW synchronous_commit").scalar()
    database.close()

    assert kept == "on"
