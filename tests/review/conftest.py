"""A desk of one's own for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.desk import Browser, RunningDesk, open_desk


@pytest.fixture
def desk(tmp_path: Path, database_url: str) -> Iterator[RunningDesk]:
    opened = open_desk(tmp_path, database_url=database_url)
    yield opened
    opened.test_office.office.database.close()


@pytest.fixture
def browser(desk: RunningDesk) -> Browser:
    """Return the browser of a member of the unit that receives what names nobody."""
    return desk.signed_in()


@pytest.fixture
def ref(desk: RunningDesk, browser: Browser) -> str:
    """Return the case of a report that names staff."""
    desk.test_office.file("Chuyện đất đai.", accused=frozenset({"phong-kinh-te"}))
    [found] = desk.refs(browser)
    return found
