"""Visitors with a bad line, hundreds at once: each sends a large file at about 1 KiB a second."""

import selectors
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.support.browser import Browser, Fields, File, field_parts, file_head, new_boundary

FILE_BYTES = 100 << 20
# Sealed bytes are gathered to a MiB before they are written: these have a file in the vault.
BEGUN_QUICKLY, QUICK_BYTES = 100, 1200 << 10
PIECE = b"\x5a" * 1024
RECEIVE_BYTES = 1 << 16


@dataclass
class SlowLine:
    """One connection on which a file crawls along, and what was answered to it."""

    sock: socket.socket
    left: bytes = b""
    answer: bytes = b""
    is_closed: bool = False

    def send(self) -> None:
        """Send the next piece, as far as the line takes it."""
        self.left += PIECE
        try:
            self.left = self.left[self.sock.send(self.left) :]
        except BlockingIOError:
            return
        except OSError:
            # What was answered may still be there to be read.
            self.left = b""

    def receive(self) -> None:
        """Take what was answered; the end of it closes the line."""
        try:
            piece = self.sock.recv(RECEIVE_BYTES)
        except BlockingIOError:
            return
        except OSError:
            piece = b""
        self.answer += piece
        self.is_closed = not piece


@dataclass
class SlowLines:
    """All of them, dripping until each one is closed by the server."""

    lines: Sequence[SlowLine]
    rounds: int = 0
    ending: threading.Event = field(default_factory=threading.Event)

    @property
    def open(self) -> list[SlowLine]:
        """Return those that the server has not closed."""
        return [line for line in self.lines if not line.is_closed]

    @property
    def answered(self) -> list[SlowLine]:
        """Return those that were answered something."""
        return [line for line in self.lines if line.answer]

    def drip(self) -> None:
        """Send a piece on each line, all along a second, again and again."""
        with selectors.DefaultSelector() as waiting:
            for line in self.lines:
                waiting.register(line.sock, selectors.EVENT_READ, line)
            while self.open and not self.ending.is_set():
                began, sending = time.monotonic(), self.open
                for at, line in enumerate(sending):
                    _receive(waiting, began + at / len(sending))
                    if not line.is_closed:
                        line.send()
                _receive(waiting, began + 1)
                self.rounds += 1


def _receive(waiting: selectors.BaseSelector, until: float) -> None:
    while True:
        for key, _ in waiting.select(max(0.0, until - time.monotonic())):
            line: SlowLine = key.data
            line.receive()
            if line.is_closed:
                waiting.unregister(line.sock)
        if time.monotonic() >= until:
            return


@contextmanager
def slow_lines(visitor: Browser, fields: Fields, count: int) -> Iterator[SlowLines]:
    """Let so many connections send the form with a file each that comes to no end.

    The first hundred began on a better line.
    """
    boundary = new_boundary()
    body = b"".join((*field_parts(boundary, fields), file_head(boundary, File("clip.mp4"))))
    wanted = {
        **visitor.headers(),
        "Host": visitor.origin.partition("://")[2],
        "Content-Type": f"multipart/form-data; boundary={boundary}",
        "Content-Length": str(len(body) + FILE_BYTES),
    }
    head = "POST /report HTTP/1.1\r\n" + "".join(f"{key}: {wanted[key]}\r\n" for key in wanted)
    first = head.encode() + b"\r\n" + body
    quick = first + bytes(QUICK_BYTES)
    lines = SlowLines(
        [_opened(visitor, quick if at < BEGUN_QUICKLY else first) for at in range(count)]
    )
    dripping = threading.Thread(target=lines.drip)
    dripping.start()
    try:
        yield lines
    finally:
        lines.ending.set()
        dripping.join()
        for line in lines.lines:
            line.sock.close()


def _opened(visitor: Browser, first: bytes) -> SlowLine:
    host, port = visitor.origin.partition("://")[2].rsplit(":", 1)
    sock = socket.create_connection((host, int(port)), timeout=20)
    sock.sendall(first)
    sock.setblocking(False)
    return SlowLine(sock)
