"""A body as it arrives: bounded, cut into parts, and never mistaken about where a part ends."""

import re
from collections.abc import Iterator
from typing import Final

from flask import Request
from werkzeug.datastructures import Headers
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge
from werkzeug.sansio.multipart import (
    Data,
    Epilogue,
    Event,
    Field,
    MultipartDecoder,
    NeedData,
    State,
)

READ_BYTES: Final = 1 << 18
MAX_PARTS: Final = 1000
PART_HEADER_BYTES: Final = 8 << 10
# What may stand between a boundary and the end of its line (RFC 2046 §5.1.1, transport padding).
PADDING_BYTES: Final = 16
LINE_END: Final = b"\r\n"
# The head of a text field as every browser writes it, behind its boundary (RFC 7578 §4.2).
TEXT_HEAD: Final = re.compile(
    rb'\r\nContent-Disposition: form-data; name="([A-Za-z0-9_]{1,100})"\r\n\r\n'
)


class BodyTooLargeError(RequestEntityTooLarge):
    """More text, parts or bytes than any form of ours sends; ``request.form`` has what came."""


class MalformedBodyError(BadRequest):
    """Not a form that a browser sends; ``request.form`` has the text that came before."""


class CutBodyError(MalformedBodyError):
    """It ended before its end: a bad line, or a visitor who went away; text as above.

    Whoever only stalled still reads the answer, and finds their words in it.
    """


class BadTextError(MalformedBodyError):
    """The named fields are not UTF-8; ``request.form`` has everything, with U+FFFD in them."""

    def __init__(self, fields: tuple[str, ...]) -> None:
        super().__init__()
        self.fields = fields


class BodyReader:
    """A request's body, up to its declared end and to a ceiling."""

    def __init__(self, request: Request, ceiling: int) -> None:
        self._stream = request.environ["wsgi.input"]
        self._declared = request.content_length
        # A chunked body ends by itself where the server says so; any other one without a length
        # is empty (RFC 9112 §6.3).
        if self._declared is None and not request.environ.get("wsgi.input_terminated"):
            self._declared = 0
        self._ceiling = ceiling
        self._read = 0
        self._is_cut = False

    @property
    def is_too_long(self) -> bool:
        """Return whether the body will reach, or has reached, the ceiling."""
        return max(self._declared or 0, self._read) > self._ceiling

    def read(self) -> bytes:
        """Return the next bytes; none at the end.

        Raises:
            BodyTooLargeError: the ceiling is reached.
            CutBodyError: the visitor went away, or stopped sending.
        """
        if self._read > self._ceiling:
            raise BodyTooLargeError
        left = READ_BYTES if self._declared is None else self._declared - self._read
        if left <= 0:
            return b""
        piece = self._received(min(READ_BYTES, left))
        self._read += len(piece)
        if not piece and self._declared is not None:
            self._is_cut = True
        if self._is_cut:
            raise CutBodyError
        return piece

    def _received(self, size: int) -> bytes:
        # Who stopped sending is not waited for a second time.
        if self._is_cut:
            return b""
        try:
            piece: bytes = self._stream.read(size)
        except (OSError, ValueError):
            self._is_cut = True
            return b""
        return piece


def events_of(body: BodyReader, boundary: bytes) -> Iterator[Event]:
    """Return what a multipart body says; what a decoder would hold on to without end is refused."""
    marker = b"--" + boundary
    texts, piece = _texts_in_front(marker, body.read())
    for name, text in texts:
        yield Field(name, Headers())
        yield Data(text, more_data=False)
    decoder = MultipartDecoder(boundary, max_parts=MAX_PARTS - len(texts))
    while True:
        plain = _plain_bytes(decoder, marker, piece)
        if plain is not None:
            yield Data(plain, more_data=True)
        else:
            piece = _with_whole_boundary(decoder, marker, piece, body)
            decoder.receive_data(piece or None)
            yield from _decoded(decoder)
            if decoder.state is State.COMPLETE:
                return
            is_framing = decoder.state in {State.PREAMBLE, State.PART, State.EPILOGUE}
            if is_framing and len(decoder.buffer) > PART_HEADER_BYTES:
                raise MalformedBodyError
        piece = body.read()


def _texts_in_front(marker: bytes, piece: bytes) -> tuple[list[tuple[str, bytes]], bytes]:
    """Return the text fields that a body begins with, by name, and what follows them.

    The decoder looks at each part half a dozen times; a form of ours has twenty, written the same
    way by every browser. What is written otherwise, or not all there yet, is left to the decoder.
    """
    texts: list[tuple[str, bytes]] = []
    at = 0
    while piece.startswith(marker, at) and len(texts) < MAX_PARTS:
        head = TEXT_HEAD.match(piece, at + len(marker))
        if head is None:
            break
        start, at_next = head.end(), piece.find(marker, head.end())
        end = at_next - len(LINE_END)
        if end < start or piece[end:at_next] != LINE_END:
            break
        if not piece.startswith(LINE_END, at_next + len(marker)):
            break
        texts.append((head[1].decode("ascii"), piece[start:end]))
        at = at_next
    return texts, piece[at:]


def _decoded(decoder: MultipartDecoder) -> Iterator[Event]:
    while not isinstance(event := decoder.next_event(), NeedData):
        yield event
        if isinstance(event, Epilogue):
            return


def _plain_bytes(decoder: MultipartDecoder, marker: bytes, piece: bytes) -> bytes | None:
    """Return bytes in the midst of a part that hold no boundary; None where the decoder must look.

    The decoder copies what it is given five times, which is most of the time of a large upload.
    What may be the beginning of a boundary stays with it.
    """
    if decoder.state is not State.DATA or not piece:
        return None
    window = bytes(decoder.buffer) + piece if decoder.buffer else piece
    if marker in window:
        return None
    # A boundary begins with a line break (RFC 2046 §5.1.1): CR, LF or both.
    tail = max(0, len(window) - len(marker) - 1)
    breaks = (window.find(b"\r", tail), window.find(b"\n", tail))
    cut = min((at for at in breaks if at >= 0), default=len(window))
    decoder.buffer[:] = window[cut:]
    return window[:cut]


def _with_whole_boundary(
    decoder: MultipartDecoder, marker: bytes, piece: bytes, body: BodyReader
) -> bytes:
    """Return a piece that does not end within a boundary line, reading on where it would.

    The decoder takes the CR before such a line for the part's own last byte, so a file would
    grow by it whenever the network cut the body there.
    """
    kept = len(marker) + PADDING_BYTES
    while piece:
        end = (bytes(decoder.buffer[-kept:]) + piece[-kept:])[-kept:]
        _, found, rest = end.rpartition(marker)
        if not found or b"\n" in rest or rest.startswith(b"--"):
            break
        try:
            more = body.read()
        except (BodyTooLargeError, CutBodyError):
            # What came is taken first, or its words would be lost; the next read says so again.
            break
        if not more:
            break
        piece += more
    return piece
