"""A gzip stream put together from pieces: what is the same for everybody is compressed once.

Each piece is whole deflate blocks that end with a byte and refer to nothing before them, so pieces
follow one another as they come (RFC 1951, 3.2.3). A visitor's own values are stored as they are:
how small a page becomes says nothing of them (BREACH, see web/compression.py).
"""

import struct
import zlib
from collections.abc import Iterable
from functools import cached_property
from typing import Final

# The most that zlib can do, since it does it once.
LEVEL: Final = 9
# RFC 1952, 2.3: deflate, no name, no time, made by nobody in particular.
HEAD: Final = b"\x1f\x8b\x08" + bytes(6) + b"\xff"
# An empty block that says it is the last (RFC 1951, 3.2.6).
LAST_BLOCK: Final = b"\x03\x00"
TAIL: Final = struct.Struct("<II")
# RFC 1951, 3.2.4: a stored block is told its length twice, once inverted.
STORED: Final = struct.Struct("<BHH")
STORED_BYTES: Final = (1 << 16) - 1


class FixedPiece:
    """A piece of a page that is the same for everybody."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def plain(self) -> bytes:
        """Return it as it is sent to who takes nothing compressed."""
        return self.text.encode()

    @cached_property
    def packed(self) -> bytes:
        """Return it compressed."""
        deflater = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        return deflater.compress(self.plain) + deflater.flush(zlib.Z_FULL_FLUSH)


class OwnPiece:
    """A piece of a page that is this visitor's own."""

    def __init__(self, text: str) -> None:
        self.text = text

    @property
    def plain(self) -> bytes:
        """Return it as it is sent to who takes nothing compressed."""
        return self.text.encode()

    @property
    def packed(self) -> bytes:
        """Return it as it is, in blocks that say so."""
        plain = self.plain
        places = range(0, len(plain), STORED_BYTES)
        return b"".join(_stored(plain[place : place + STORED_BYTES]) for place in places)


Piece = FixedPiece | OwnPiece


def gzip_of(page: bytes, pieces: Iterable[Piece]) -> bytes:
    """Return a page compressed, whose pieces these are."""
    blocks = b"".join(piece.packed for piece in pieces)
    tail = TAIL.pack(zlib.crc32(page), len(page) & 0xFFFF_FFFF)
    return HEAD + blocks + LAST_BLOCK + tail


def _stored(plain: bytes) -> bytes:
    return STORED.pack(0, len(plain), len(plain) ^ STORED_BYTES) + plain
