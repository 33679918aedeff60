"""A listening socket that keeps open files free for those who are inside."""

import errno
import logging
import resource
import socket
import time
from typing import Any, Final, Self

from web.logs import log_event

# The system has no file, or no memory, for one connection more (accept(2)).
NO_ROOM: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
# While somebody waits who cannot be let in, the loop would else turn without end.
PAUSE_SECONDS: Final = 0.05
SAID_AGAIN_SECONDS: Final = 60
CROWDED_SECONDS: Final = 5
# What a thread opens beside its connection: a file of the vault, and the database.
FILES_A_THREAD: Final = 2
FILES_OF_OUR_OWN: Final = 64


class Entrance(socket.socket):
    """Lets nobody in whose connection would take the files that uploads and database need.

    A library that is told of a failed accept tries again at once, and looks after nobody else:
    whoever opened enough connections once would keep everybody out for good, and fill the log.
    """

    first_kept_free: int
    _crowded_until = 0.0
    _said_at = -float(SAID_AGAIN_SECONDS)

    @classmethod
    def of(cls, sock: socket.socket, threads: int) -> Self:
        """Return a bound socket as an entrance for so many threads."""
        entrance = cls(sock.family, sock.type, sock.proto, fileno=sock.detach())
        most, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        kept_free = FILES_A_THREAD * threads + FILES_OF_OUR_OWN
        # The lowest free number is given first, so a number says how many are open (open(2)).
        entrance.first_kept_free = most - min(kept_free, most // 2)
        return entrance

    @property
    def is_crowded(self) -> bool:
        """Return whether somebody could not be let in a moment ago."""
        return time.monotonic() < self._crowded_until

    def accept(self) -> tuple[socket.socket, Any]:
        """Return the next visitor's connection and address.

        Raises:
            TimeoutError: there is nobody, or nobody can be let in.
        """
        try:
            sock, address = super().accept()
        except OSError as error:
            if error.errno not in NO_ROOM:
                raise
            time.sleep(PAUSE_SECONDS)
        else:
            if sock.fileno() < self.first_kept_free:
                return sock, address
            sock.close()
        self._crowded_until = time.monotonic() + CROWDED_SECONDS
        self._say()
        raise TimeoutError

    def _say(self) -> None:
        if time.monotonic() >= self._said_at + SAID_AGAIN_SECONDS:
            self._said_at = time.monotonic()
            log_event("no room for more connections", logging.WARNING)
