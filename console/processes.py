"""The two doors as processes of their own, started, watched and stopped together."""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from types import FrameType

from web.starting import EXIT_CONFIGURATION

# A child that dies at once each time must not take the machine with it.
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 30.0
STEADY_SECONDS = 10.0
# The children stop within 30 s of SIGTERM; what is still there then is ended.
STOP_SECONDS = 35.0
WATCH_SECONDS = 0.2
PR_SET_PDEATHSIG = 1


def _leave_with_parent() -> None:
    # A door whose keeper was killed would hold the port and the jobs for ever (prctl(2)).
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


class Child:
    """One process, started again when it ends by itself."""

    def __init__(self, program: str, environ: Mapping[str, str] | None = None) -> None:
        """Take the program and what its environment has beside ours, or in its place."""
        self._command = (sys.executable, "-m", program)
        self._environ = {**os.environ, **(environ or {})}
        self._pause = FIRST_PAUSE_SECONDS
        self._next_start = 0.0
        self._started_at = 0.0
        self._process: subprocess.Popen[bytes] | None = None

    def watch(self) -> int | None:
        """Start the process when it is not running; return the code of a refused start."""
        now = time.monotonic()
        if self._process is not None and self._process.poll() is None:
            return None
        if self._process is not None:
            code = self._process.returncode
            self._process = None
            if code == EXIT_CONFIGURATION:
                return code
            was_steady = now - self._started_at > STEADY_SECONDS
            self._pause = FIRST_PAUSE_SECONDS if was_steady else self._pause * 2
            self._next_start = now + min(self._pause, LONGEST_PAUSE_SECONDS)
        if now >= self._next_start:
            self._process = subprocess.Popen(  # noqa: S603 (our own interpreter, our own words)
                self._command,
                env=self._environ,
                preexec_fn=_leave_with_parent,  # noqa: PLW1509 (this process has one thread)
            )
            self._started_at = now
        return None

    def stop(self) -> None:
        """Ask the process to stop."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)

    def join(self, until: float) -> None:
        """Wait for the process; end it when the time (monotonic seconds) is over."""
        if self._process is None:
            return
        try:
            self._process.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def run_children(children: tuple[Child, ...]) -> int:
    """Keep the children running until SIGTERM or SIGINT; return the program's exit code."""
    stopping = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    code = 0
    while not stopping.is_set() and not code:
        refused = [child.watch() for child in children]
        code = next((each for each in refused if each), 0)
        stopping.wait(WATCH_SECONDS)
    for child in children:
        child.stop()
    until = time.monotonic() + STOP_SECONDS
    for child in children:
        child.join(until)
    return code
