"""Programs that a measurement starts: servers that print their address, and their visitors."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent

Address = tuple[str, int]


@contextmanager
def running(module: str, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], Address]]:
    """Run a server of ours until the end, and yield it with the address that it printed.

    Raises:
        RuntimeError: it ended before it listened.
    """
    command = [sys.executable, "-m", module, *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as program:  # noqa: S603 - our own program
        try:
            printed = program.stdout.readline() if program.stdout else ""
            if not printed:
                raise RuntimeError(f"{module} did not start")
            host, port = printed.rsplit(":", 1)
            yield program, (host, int(port))
        finally:
            program.terminate()


def result_of(module: str, *arguments: str) -> Any:
    """Return the JSON that a program of ours prints.

    Raises:
        CalledProcessError: it failed.
    """
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, cwd=ROOT)  # noqa: S603 - our own program
    return json.loads(done.stdout)


def written(address: Address) -> str:
    """Return an address as programs take it."""
    return f"{address[0]}:{address[1]}"
