"""An office for each test, on each engine."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.office import TestOffice, open_office


@pytest.fixture
def office(tmp_path: Path, database_url: str) -> Iterator[TestOffice]:
    opened = open_office(tmp_path, database_url=database_url)
    yield opened
    opened.office.database.close()
