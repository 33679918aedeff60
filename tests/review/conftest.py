"""A desk of one's own for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.desk import RunningDesk, open_desk


@pytest.fixture
def desk(tmp_path: Path, database_url: str) -> Iterator[RunningDesk]:
    opened = open_desk(tmp_path, database_url=database_url)
    yield opened
    opened.test_office.office.database.close()
