"""A desk of one's own for each test."""

from pathlib import Path

import pytest

from tests.support.desk import RunningDesk, open_desk


@pytest.fixture
def desk(tmp_path: Path) -> RunningDesk:
    return open_desk(tmp_path)
