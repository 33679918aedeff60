"""One try-out, made once: tests copy it, since making one takes seconds."""

from pathlib import Path

import pytest

from tests.support.command import liemchinh


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a new try-out instance that nobody has started; never change it."""
    folder = tmp_path_factory.mktemp("made") / "instance"
    done = liemchinh(folder, "init")
    assert done.returncode == 0, done.stderr
    return folder
