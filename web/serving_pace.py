"""A socket read and written at a pace: who stops, or only drips, is let go in bounded time.

A thread serves each request, so what a visitor can hold is a thread. Limits are generous to a bad
line (a few hundred bytes a second pass) and end a connection that only wants to hold on.
"""

import socket
import time
from dataclasses import dataclass
from typing import Final

RECEIVE_BYTES: Final = 1 << 16
SEND_BYTES: Final = 1 << 16
LINE_BYTES: Final = 1 << 14
# What a server says of a client that went silent; the library compares the text.
TIMED_OUT: Final = "timed out"


@dataclass(frozen=True)
class PaceLimits:
    """How long a visitor may take: for a request's head, for silence, and at the least speed."""

    head_seconds: float = 30
    idle_seconds: float = 30
    window_seconds: float = 60
    window_bytes: int = 4096


class Pace:
    """Counts what moves in one direction."""

    def __init__(self, limits: PaceLimits) -> None:
        self._limits = limits
        self.restart()

    def restart(self) -> None:
        """Begin a new window."""
        self._bytes = 0
        self._ends = time.monotonic() + self._limits.window_seconds

    def count(self, length: int) -> None:
        """Count what moved.

        Raises:
            TimeoutError: too little moved in a whole window.
        """
        self._bytes += length
        if time.monotonic() >= self._ends:
            if self._bytes < self._limits.window_bytes:
                raise TimeoutError(TIMED_OUT)
            self.restart()


class PacedReader:
    """What a visitor sends: a head within its time, then a body at a pace.

    ``read`` may return less than was asked for, and returns nothing at the end only.
    """

    def __init__(self, sock: socket.socket, limits: PaceLimits) -> None:
        self.closed = False
        self.is_waiting = False
        self.is_ended = False
        self.bytes_read = 0
        self._began = time.monotonic()
        self._read_before = 0
        self._socket = sock
        self._limits = limits
        self._buffer = b""
        self._pace = Pace(limits)
        self._head_ends: float | None = None

    def start_head(self) -> None:
        """Begin to wait for a request's head, which must be whole within its time."""
        self._began, self._read_before = time.monotonic(), self.bytes_read
        self._head_ends = self._began + self._limits.head_seconds

    def start_body(self) -> None:
        """Begin to read a body, which may take as long as it keeps moving."""
        self._head_ends = None
        self._socket.settimeout(self._limits.idle_seconds)
        self._pace.restart()

    @property
    def is_in_head(self) -> bool:
        """Return whether a request's head is awaited."""
        return self._head_ends is not None

    @property
    def seconds(self) -> float:
        """Return for how long this request has been coming."""
        return time.monotonic() - self._began

    @property
    def speed(self) -> float:
        """Return how many bytes of this request came in a second."""
        return (self.bytes_read - self._read_before) / max(self.seconds, 1e-3)

    def has_data(self) -> bool:
        """Return whether bytes were received that nobody read yet."""
        return bool(self._buffer)

    def read(self, size: int | None = None) -> bytes:
        """Return the next bytes, at most ``size`` of them.

        Raises:
            TimeoutError: the visitor stopped, or sends too slowly.
        """
        wanted = RECEIVE_BYTES if size is None or size < 0 else size
        if not self._buffer:
            return self._receive(wanted)
        piece, self._buffer = self._buffer[:wanted], self._buffer[wanted:]
        return piece

    def readline(self, size: int | None = None) -> bytes:
        """Return the next line, or ``size`` bytes of it.

        Raises:
            TimeoutError: the visitor stopped, or sends too slowly.
        """
        limit = LINE_BYTES if size is None or size < 0 else size
        while (end := self._buffer.find(b"\n", 0, limit) + 1) == 0 and len(self._buffer) < limit:
            piece = self._receive(RECEIVE_BYTES)
            if not piece:
                break
            self._buffer += piece
        end = end or min(limit, len(self._buffer))
        line, self._buffer = self._buffer[:end], self._buffer[end:]
        return line

    def close(self) -> None:
        """Forget what was received."""
        self.closed = True
        self._buffer = b""

    def end(self) -> None:
        """Let whoever reads find nothing more, however much the visitor goes on to send."""
        self.is_ended = True

    def _receive(self, size: int) -> bytes:
        if self.is_ended:
            return b""
        if self._head_ends is not None:
            left = self._head_ends - time.monotonic()
            if left <= 0:
                raise TimeoutError(TIMED_OUT)
            self._socket.settimeout(min(left, self._limits.idle_seconds))
        self.is_waiting = True
        try:
            piece = self._socket.recv(size)
        finally:
            self.is_waiting = False
        self.bytes_read += len(piece)
        if self._head_ends is None:
            self._pace.count(len(piece))
        return piece


class PacedWriter:
    """What a visitor is sent, piece by piece, as long as it keeps moving."""

    def __init__(self, sock: socket.socket, limits: PaceLimits) -> None:
        self.bytes_written = 0
        self._socket = sock
        self._limits = limits
        self._pace = Pace(limits)

    def write(self, answer: bytes) -> int:
        """Send bytes, all of them.

        Raises:
            TimeoutError: the visitor stopped reading, or reads too slowly.
        """
        self._socket.settimeout(self._limits.idle_seconds)
        self._pace.restart()
        left = memoryview(answer)
        while left:
            sent = self._socket.send(left[:SEND_BYTES])
            self._pace.count(sent)
            self.bytes_written += sent
            left = left[sent:]
        return len(answer)
