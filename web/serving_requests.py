"""One connection and one request of ours: stricter about framing, silent about itself."""

import re
import socket
import time
from contextlib import suppress
from http import HTTPStatus
from typing import Any, Final

from cheroot.server import HeaderReader, HTTPConnection, HTTPRequest

from web.serving_pace import RECEIVE_BYTES, PacedReader, PacedWriter

# A browser that is still sending when it is refused must have time to read the answer.
LINGER_SECONDS: Final = 10.0
LINGER_IDLE_SECONDS: Final = 2.0
# While others wait for a thread: a head comes in one piece, and a slow phone sends more than this.
CROWDED_SECONDS: Final = 3.0
CROWDED_BYTES_A_SECOND: Final = 1024
# At a stop: a body is waited for while it could be whole in time at so many times its pace.
HOPED_PACE: Final = 4
# Said twice, these mean one thing to a proxy and another to us (RFC 9112 §6.3, §11.2).
ONCE_ONLY: Final = frozenset(
    {b"Content-Length", b"Content-Type", b"Host", b"Transfer-Encoding", b"Expect"}
)
# A path of ours, as every browser asks for it (RFC 9112 §3.2.1), in one of two versions.
TARGET: Final = re.compile(rb"/(?!/)[!-~]*")
VERSIONS: Final = frozenset({b"HTTP/1.0", b"HTTP/1.1"})
# The library says these of what the visitor sent; no failure is ours.
NOT_OURS: Final = frozenset({"501", "505"})
HEADER_LINE: Final = re.compile(rb"([!#$%&'*+\-.^_`|~0-9A-Za-z]+):([^\0\r\n]*)\r\n")


class StrictHeaderReader(HeaderReader):
    """Reads the header lines of a request; what two servers could read differently is refused."""

    def __call__(self, rfile: Any, hdict: dict[bytes, bytes] | None = None) -> dict[bytes, bytes]:
        """Return the headers.

        Raises:
            ValueError: a line that is no header line (RFC 9112 §5), or one that is said twice.
        """
        headers: dict[bytes, bytes] = {} if hdict is None else hdict
        while (line := rfile.readline()) != b"\r\n":
            name, value = _header(line)
            # WSGI turns "-" into "_": a name with "_" could pass itself off as another.
            if b"_" in name:
                continue
            if name in headers:
                if name in ONCE_ONLY:
                    raise ValueError("Repeated header.")
                value = headers[name] + (b"; " if name == b"Cookie" else b", ") + value
            headers[name] = value
        return headers


class SilentHeaders(list[tuple[bytes, bytes]]):
    """Answer headers without the one that names the software."""

    def append(self, header: tuple[bytes, bytes]) -> None:
        """Add a header."""
        if header[0].lower() != b"server":
            super().append(header)


class StrictRequest(HTTPRequest):
    """A request whose body has a declared length; a body that was not read ends the connection."""

    header_reader = StrictHeaderReader()

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.outheaders = SilentHeaders()
        self.conn.request = self

    @property
    def has_unread_body(self) -> bool:
        """Return whether the visitor may still be sending."""
        return bool(getattr(self.rfile, "remaining", 0))

    def parse_request(self) -> None:
        """Read the head of the request, in its time."""
        self.conn.rfile.start_head()
        super().parse_request()

    def respond(self) -> None:
        """Let the application answer; from here on a body may come at its pace."""
        self.conn.rfile.start_body()
        super().respond()

    def read_request_line(self) -> bool:
        """Return whether the request line is one that a browser sends; else it was refused."""
        try:
            is_read = super().read_request_line()  # type: ignore[no-untyped-call] # partial types
        except ValueError:
            # An address like "//[x", which the library cannot take apart, is no failure of ours.
            return self._refuse(HTTPStatus.BAD_REQUEST)
        if not is_read:
            return False
        if self.request_protocol not in VERSIONS or TARGET.fullmatch(self.uri) is None:
            return self._refuse(HTTPStatus.BAD_REQUEST)
        return True

    def read_request_headers(self) -> bool:
        """Return whether the head is one that we serve; otherwise the refusal was sent.

        Bodies without a declared length are refused: no form of a browser has one, and a limit
        could not be told beforehand (RFC 9110 §15.5.12).
        """
        if not super().read_request_headers():  # type: ignore[no-untyped-call] # types are partial
            return False
        length = self.inheaders.get(b"Content-Length", b"0")
        if b"Transfer-Encoding" in self.inheaders:
            return self._refuse(HTTPStatus.LENGTH_REQUIRED)
        if not (length.isascii() and length.isdigit()):
            return self._refuse(HTTPStatus.BAD_REQUEST)
        return True

    def simple_response(self, status: str, msg: str = "") -> None:
        """Send a refusal of a few words."""
        if status[:3] in NOT_OURS:
            status, msg = "400 Bad Request", ""
        super().simple_response(status, msg)

    def send_headers(self) -> None:
        """Send the head of the answer."""
        # The library would read what is left of the body, at any length, before it answers.
        if self.has_unread_body:
            self.close_connection = True
        super().send_headers()

    def _refuse(self, status: HTTPStatus) -> bool:
        self.close_connection = True
        self.simple_response(f"{status.value} {status.phrase}")
        return False


class PacedConnection(HTTPConnection):
    """A connection at a pace, closed so that the answer arrives."""

    RequestHandlerClass = StrictRequest
    request: StrictRequest | None = None
    is_parked = False

    def __init__(self, server: Any, sock: socket.socket, _: Any = None) -> None:
        def paced(raw: socket.socket, mode: str, _: int) -> PacedReader | PacedWriter:
            return (PacedReader if "r" in mode else PacedWriter)(raw, server.pace)

        super().__init__(server, sock, paced)

    @property
    def is_slow(self) -> bool:
        """Return whether its thread only waits for bytes that hardly come."""
        reader = self.rfile
        is_old = reader.seconds >= CROWDED_SECONDS
        return bool(reader.is_waiting and is_old and reader.speed < CROWDED_BYTES_A_SECOND)

    def is_late(self, seconds: float) -> bool:
        """Return whether what its visitor still sends cannot be whole in so many seconds."""
        reader = self.rfile
        if seconds > 0 and reader.seconds < CROWDED_SECONDS:
            return False
        left = getattr(getattr(self.request, "rfile", None), "remaining", 0)
        return bool(reader.is_in_head or left > HOPED_PACE * reader.speed * seconds)

    def communicate(self) -> bool:
        """Return whether the connection stays open after the request that it brought."""
        self.server.busy.add(self)
        try:
            return bool(super().communicate())  # type: ignore[no-untyped-call] # types are partial
        finally:
            self.server.busy.discard(self)

    def close(self) -> None:
        """Close, once a visitor who is still sending has had time to read the answer."""
        if self.request is not None and self.request.sent_headers and self.request.has_unread_body:
            with suppress(OSError):
                self._linger()
        super().close()

    def refuse(self) -> None:
        """Let its thread find that nothing more comes, and say so to the visitor."""
        self.rfile.end()
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_RD)

    def shut(self) -> None:
        """End a conversation from outside its thread, which then finds the connection gone."""
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)

    def _linger(self) -> None:
        self.socket.shutdown(socket.SHUT_WR)
        self.socket.settimeout(LINGER_IDLE_SECONDS)
        ends = time.monotonic() + LINGER_SECONDS
        while time.monotonic() < ends and self.socket.recv(RECEIVE_BYTES):
            pass


def _header(line: bytes) -> tuple[bytes, bytes]:
    found = HEADER_LINE.fullmatch(line)
    if found is None:
        raise ValueError("Illegal header line.")
    return found[1].title(), found[2].strip(b" \t")
