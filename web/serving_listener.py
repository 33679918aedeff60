"""The socket that visitors come in by: it leaves files to open for those who are in already.

Without it a flood of connections takes every file that the system allows, and then the server
can neither keep an upload nor let the silent ones go, and logs nothing else.
"""

import errno
import logging
import os
import socket
import time
from collections.abc import Callable
from typing import Any, Final, NoReturn

from web.logs import log_event

# How long nobody is let in after there was no room, and how long the silent ones are let go sooner.
PAUSE_SECONDS: Final = 0.1
CROWDED_AFTER_SECONDS: Final = 5.0
LOGGED_EACH_SECONDS: Final = 60.0
NO_ROOM: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})


class Listener(socket.socket):
    """A listening socket that lets nobody in above a number of open files."""

    def __init__(
        self, listening: socket.socket, most_files: int, on_change: Callable[[bool], None]
    ) -> None:
        """Take over a listening socket; ``on_change`` is told whether it is crowded."""
        timeout = listening.gettimeout()
        super().__init__(fileno=listening.detach())
        self.settimeout(timeout)
        self._most_files = most_files
        self._on_change = on_change
        self._crowded_until = self._logged_until = 0.0

    def accept(self) -> tuple[socket.socket, Any]:
        """Return the next visitor.

        Raises:
            BlockingIOError: there is no room for one now, so whoever waits goes on waiting.
        """
        if not self._has_room():
            self._wait()
        try:
            visitor = super().accept()
        except OSError as error:
            if error.errno not in NO_ROOM:
                raise
            self._wait()
        if self._crowded_until and time.monotonic() > self._crowded_until:
            self._crowded_until = 0.0
            self._on_change(False)
        return visitor

    def _has_room(self) -> bool:
        # A new descriptor is the lowest free one (POSIX.1-2017, 2.6): its number says how many.
        try:
            descriptor = os.dup(self.fileno())
        except OSError:
            return False
        os.close(descriptor)
        return descriptor < self._most_files

    def _wait(self) -> NoReturn:
        now = time.monotonic()
        if not self._crowded_until:
            self._on_change(True)
        self._crowded_until = now + CROWDED_AFTER_SECONDS
        if now >= self._logged_until:
            self._logged_until = now + LOGGED_EACH_SECONDS
            log_event("no room for more connections: too few open files", logging.ERROR)
        # Whoever is in goes on meanwhile; without a pause the accept loop would turn for nothing.
        time.sleep(PAUSE_SECONDS)
        raise BlockingIOError(errno.EAGAIN, "no room")
