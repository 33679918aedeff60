"""The migrations make exactly the schema that the records describe."""

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from cases.database import Database
from cases.records import Record
from cases.schema import downgrade, upgrade


def test_migrations_and_records_agree(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'new.db'}")
    upgrade(database)

    with database.engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), Record.metadata)

    assert differences == []


def test_a_database_of_this_version_is_left_as_it_is(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'new.db'}")
    upgrade(database)
    upgrade(database)

    assert set(inspect(database.engine).get_table_names()) == {
        *Record.metadata.tables,
        "alembic_version",
    }


def test_every_migration_can_be_taken_back(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'new.db'}")
    upgrade(database)
    downgrade(database, "base")

    assert inspect(database.engine).get_table_names() == ["alembic_version"]


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
