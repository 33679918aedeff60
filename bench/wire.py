"""HTTP/1.1 on a bare socket, so that a measurement's visitors cost little beside the server."""

import socket
import zlib
from typing import NamedTuple, Self

from bench.programs import Address

RECEIVE_BYTES = 1 << 18
SECONDS = 120
BOUNDARY = b"----WebKitFormBoundary7MA4YWxkTrZu0gW"
MULTIPART = b"multipart/form-data; boundary=" + BOUNDARY
# What closes a gzip frame: zlib's own word for "expect its header".
GZIP_FRAME = 31


class Answer(NamedTuple):
    """One answer: status, head and body as they came."""

    status: int
    head: bytes
    body: bytes

    @property
    def page(self) -> bytes:
        """Return the body, unpacked where it was compressed."""
        if b"\r\nContent-Encoding: gzip\r\n" in self.head:
            return zlib.decompress(self.body, GZIP_FRAME)
        return self.body

    @property
    def cookie(self) -> bytes:
        """Return the cookie that was set, or nothing."""
        return between(self.head, b"Set-Cookie: ", b";")


class Line:
    """One connection of a visitor, kept open."""

    def __init__(self, address: Address) -> None:
        self._socket = socket.create_connection(address, timeout=SECONDS)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def get(self, path: bytes, cookie: bytes = b"") -> Answer:
        """Ask for a page as a browser does."""
        return self.ask(head_of(b"GET", path, cookie) + b"\r\n")

    def post(self, path: bytes, cookie: bytes, content_type: bytes, body: bytes) -> Answer:
        """Send a form."""
        head = head_of(b"POST", path, cookie) + sized(content_type, len(body))
        return self.ask(head + b"\r\n" + body)

    def ask(self, request: bytes) -> Answer:
        """Send a request and return its whole answer.

        Raises:
            ConnectionError: the server closed before its answer was whole.
        """
        self._socket.sendall(request)
        received = b""
        while (end := received.find(b"\r\n\r\n")) < 0:
            received += self._more()
        head, body = received[: end + 2], received[end + 4 :]
        length = int(between(head, b"Content-Length: ", b"\r") or b"0")
        while len(body) < length:
            body += self._more()
        return Answer(int(head[9:12]), head, body)

    def send(self, piece: bytes) -> None:
        """Send bytes and wait for nothing."""
        self._socket.sendall(piece)

    def fileno(self) -> int:
        """Return what select(2) knows the connection by."""
        return self._socket.fileno()

    def _more(self) -> bytes:
        piece = self._socket.recv(RECEIVE_BYTES)
        if not piece:
            raise ConnectionError("the server closed the line")
        return piece

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def head_of(method: bytes, path: bytes, cookie: bytes) -> bytes:
    """Return the head of a request, but for the empty line that ends it."""
    told = b"Cookie: " + cookie + b"\r\n" if cookie else b""
    return (
        method + b" " + path + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        b"Accept: text/html\r\nAccept-Encoding: gzip\r\nAccept-Language: vi\r\n" + told
    )


def sized(content_type: bytes, length: int) -> bytes:
    """Return the header lines of a body."""
    return b"Content-Type: %b\r\nContent-Length: %d\r\n" % (content_type, length)


def field(name: bytes, value: bytes) -> bytes:
    """Return one text field of a multipart body."""
    opening = b'\r\nContent-Disposition: form-data; name="' + name + b'"\r\n\r\n'
    return b"--" + BOUNDARY + opening + value + b"\r\n"


def no_file(name: bytes) -> bytes:
    """Return an empty file field and the end of a body, as a browser sends them."""
    opening = b'\r\nContent-Disposition: form-data; name="' + name + b'"; filename=""\r\n'
    kind = b"Content-Type: application/octet-stream\r\n\r\n\r\n"
    return b"--" + BOUNDARY + opening + kind + b"--" + BOUNDARY + b"--\r\n"


def hidden(page: bytes, name: bytes) -> bytes:
    """Return the value of a hidden field."""
    return between(page, b'name="' + name + b'" value="', b'"')


def between(text: bytes, before: bytes, after: bytes) -> bytes:
    """Return what stands between two marks, or nothing."""
    start = text.find(before)
    if start < 0:
        return b""
    start += len(before)
    return text[start : text.find(after, start)]
