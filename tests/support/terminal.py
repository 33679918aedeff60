"""The operator's command at a terminal of its own, and somebody who reads and types there."""

import os
import pty
import re
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.support.command import ROOT

PATIENCE_SECONDS = 60
# A session that has a terminal: passphrases are read from there (getpass), not from the input.
ON_THIS_TERMINAL = (
    "import fcntl, os, sys, termios;"
    "fcntl.ioctl(0, termios.TIOCSCTTY, 0);"
    "os.execv(sys.argv[1], sys.argv[1:])"
)
# What moves the cursor or clears the screen.
CONTROL = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


class Terminal:
    """A running command: what it has shown so far, and its keyboard."""

    def __init__(self, process: subprocess.Popen[bytes], screen: int) -> None:
        self._process = process
        self._screen = screen
        self._raw = b""
        self._read_up_to = 0

    @property
    def raw(self) -> str:
        """Return everything that was sent to the screen."""
        return self._raw.decode("utf-8", "replace")

    @property
    def shown(self) -> str:
        """Return everything that was shown, in lines, without what moves the cursor."""
        return CONTROL.sub("", self.raw.replace("\r\n", "\n"))

    def answer(self, prompt: str, typed: str) -> None:
        """Type a line once the prompt is shown after whatever was answered before."""
        self.await_words(prompt)
        self._read_up_to = self.shown.find(prompt, self._read_up_to) + len(prompt)
        os.write(self._screen, f"{typed}\n".encode())

    def await_words(self, words: str) -> None:
        """Read until the words are shown after whatever was answered before."""
        self._read_until(lambda: words in self.shown[self._read_up_to :])
        assert words in self.shown[self._read_up_to :], f"never said {words!r}: {self.shown}"

    def await_end(self) -> int:
        """Return the exit status once the command ended."""
        self._read_until(lambda: False)
        return self._process.wait(PATIENCE_SECONDS)

    def _read_until(self, is_there: Callable[[], bool]) -> None:
        until = time.monotonic() + PATIENCE_SECONDS
        while not is_there():
            left = until - time.monotonic()
            assert left > 0, f"nothing more came: {self.shown}"
            if not select.select([self._screen], [], [], left)[0]:
                continue
            try:
                piece = os.read(self._screen, 1 << 16)
            except OSError:
                # Linux says so once nobody has the other end any more.
                return
            if not piece:
                return
            self._raw += piece


@contextmanager
def at_terminal(instance: Path, *arguments: str, directory: Path = ROOT) -> Iterator[Terminal]:
    """Run the command at a terminal; it is ended with the test."""
    command = (sys.executable, "-m", "console.main", *arguments)
    screen, keyboard = pty.openpty()
    environ = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "TERM": "xterm",
        "LANG": "C.UTF-8",
        "LIEMCHINH_INSTANCE": str(instance),
    }
    process = subprocess.Popen(
        [sys.executable, "-c", ON_THIS_TERMINAL, *command],
        cwd=directory,
        env=environ,
        stdin=keyboard,
        stdout=keyboard,
        stderr=keyboard,
        start_new_session=True,
    )
    os.close(keyboard)
    try:
        yield Terminal(process, screen)
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        process.wait()
        os.close(screen)
