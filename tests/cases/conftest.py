"""An office for each test, on each engine."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.office import TestOffice, open_office
from tests.support.postgresql import MIGRATED, PostgreSQL
from tests.support.walled import Walled, open_walled


@pytest.fixture
def office(tmp_path: Path, database_url: str) -> Iterator[TestOffice]:
    opened = open_office(tmp_path, database_url=database_url)
    yield opened
    opened.office.database.close()


@pytest.fixture(scope="module")
def unchanged(tmp_path_factory: pytest.TempPathFactory, postgresql: PostgreSQL) -> Iterator[Walled]:
    """Yield an office in which nothing changes: for what is refused or only read."""
    name = postgresql.clone(MIGRATED)
    with open_walled(tmp_path_factory.mktemp("walled"), postgresql.url(name)) as opened:
        yield opened
    postgresql.drop_database(name)
