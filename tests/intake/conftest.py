"""An office whose public door is open, and somebody in front of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.intake_office import IntakeOffice, Reporter, open_intake


@pytest.fixture
def intake(tmp_path: Path, database_url: str) -> Iterator[IntakeOffice]:
    """Yield an office with its public door open, on each engine."""
    opened = open_intake(tmp_path, database_url=database_url)
    yield opened
    opened.close()


@pytest.fixture
def reporter(intake: IntakeOffice) -> Reporter:
    """Return somebody with a fresh browser."""
    return intake.reporter()
