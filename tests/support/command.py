"""The operator's command, run as the operator runs it."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# A made-up reviewer and the passphrase, as the terminal shows them.
MADE_UP = re.compile(r"^ {2}(\S+) +([a-z2-9]{4}(?:-[a-z2-9]{4}){3})(?: |$)", re.MULTILINE)


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
