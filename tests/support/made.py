"""A try-out that was made once for all tests of this process: making one costs seconds."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.support.command import MadeUp, liemchinh, made_up_in


@dataclass(frozen=True, repr=False)
class MadeTryOut:
    """A try-out that nobody has started, and the reviewers that it told of."""

    # It is removed with the process.
    place: TemporaryDirectory[str]
    reviewers: Mapping[str, MadeUp]

    def copy_to(self, folder: Path) -> None:
        """Put the try-out into a folder that is not there yet."""
        shutil.copytree(Path(self.place.name) / "instance", folder)


@cache
def made_try_out() -> MadeTryOut:
    """Return the try-out of this process, made by the operator's own command."""
    place = TemporaryDirectory(prefix="liemchinh-")
    made = liemchinh(Path(place.name) / "instance", "init")
    assert made.returncode == 0, made.stderr
    return MadeTryOut(place, made_up_in(made.stdout))
