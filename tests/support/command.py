"""The operator's command, run as the operator runs it."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from crypto.second_factor import TotpKey

ROOT = Path(__file__).resolve().parents[2]
# A made-up reviewer, the passphrase and the app's key, as the terminal shows them.
MADE_UP = re.compile(
    r"^ {2}(\S+) +([a-z2-9]{4}(?:-[a-z2-9]{4}){3}) {3}([A-Z2-7]{4}(?: [A-Z2-7]{4}){7})(?: |$)",
    re.MULTILINE,
)


class MadeUp(NamedTuple):
    """What somebody signs in with, as the terminal told it."""

    name: str
    passphrase: str
    key: TotpKey


def made_up_in(printed: str) -> dict[str, MadeUp]:
    """Return the made-up reviewers of a terminal's text, by name."""
    found = MADE_UP.findall(printed)
    return {name: MadeUp(name, phrase, TotpKey.parse(key)) for name, phrase, key in found}


def liemchinh(instance: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run the command on an instance, with some settings overridden."""
    environ = {
        "PATH": os.environ["PATH"],
        "LIEMCHINH_INSTANCE": str(instance),
        **{f"LIEMCHINH_{key.upper()}": value for key, value in settings.items()},
    }
    return subprocess.run(
        [sys.executable, "-m", "console.main", *arguments],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
