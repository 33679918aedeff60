"""An office whose public door is open, and somebody in front of it."""

from pathlib import Path

import pytest

from tests.support.intake_office import IntakeOffice, Reporter, open_intake


@pytest.fixture
def intake(tmp_path: Path) -> IntakeOffice:
    """Return an office with its public door open."""
    return open_intake(tmp_path)


@pytest.fixture
def reporter(intake: IntakeOffice) -> Reporter:
    """Return somebody with a fresh browser."""
    return intake.reporter()
