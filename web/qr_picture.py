"""A QR code as a picture in the page: what the library draws, put into a PNG row by row.

The library's own writer works dot by dot, in Python.
"""

import struct
import zlib
from base64 import b64encode
from collections.abc import Sequence
from typing import NamedTuple

import segno

# Five dots a module print and scan from a phone's screen. Two modules of white and the padding of
# the style sheet together are the standard's quiet zone of four (ISO/IEC 18004).
DOTS, BORDER = 5, 2
# Readers take every mask alike; trying all eight for the prettiest takes longer than sealing.
MASK = 3
# W3C PNG, 5.2 and 11.2.1: signature; one bit a dot, greyscale, no interlacing. 9.2: filters.
SIGNATURE = b"\x89PNG\r\n\x1a\n"
HEADER = struct.Struct(">IIBBBBB")
AS_IT_IS, AS_ABOVE = b"\0", b"\2"
BITS_A_BYTE = 8


class Drawing(NamedTuple):
    """A code with its border: how many modules it is wide, and its dots, row by row, as a number.

    A light dot is a one, and each module has one row of dots.
    """

    size: int
    dots: int


def qr_png_uri(text: str) -> str:
    """Return a PNG of a text's QR code as a data URI."""
    return png_uri(drawn(text))


def drawn(text: str, mode: str | None = None) -> Drawing:
    """Return a text's code; ``mode`` is one of the library's, or whichever fits the text."""
    code = segno.make(text, error="m", mode=mode, micro=False, mask=MASK).matrix
    size = len(code) + 2 * BORDER
    light, dark = "1" * DOTS, "0" * DOTS
    border, empty = light * BORDER, light * size
    rows = [border + "".join(dark if module else light for module in row) + border for row in code]
    spare = "0" * (_row_bytes(size) * BITS_A_BYTE - size * DOTS)
    return Drawing(size, int("".join(row + spare for row in _bordered(rows, empty)), 2))


def png_uri(drawing: Drawing) -> str:
    """Return a drawing as a PNG in a data URI."""
    width = drawing.size * DOTS
    header = HEADER.pack(width, width, 1, 0, 0, 0, 0)
    picture = zlib.compress(_rows(drawing))
    chunks = ((b"IHDR", header), (b"IDAT", picture), (b"IEND", b""))
    png = SIGNATURE + b"".join(_chunk(kind, content) for kind, content in chunks)
    return f"data:image/png;base64,{b64encode(png).decode('ascii')}"


def _bordered(rows: Sequence[str], empty: str) -> list[str]:
    return [*[empty] * BORDER, *rows, *[empty] * BORDER]


def _row_bytes(size: int) -> int:
    return -(-size * DOTS // BITS_A_BYTE)


def _rows(drawing: Drawing) -> bytes:
    """Return the picture's rows with their filters: one of each module, and the same again."""
    width = _row_bytes(drawing.size)
    dots = drawing.dots.to_bytes(width * drawing.size, "big")
    again = (AS_ABOVE + bytes(width)) * (DOTS - 1)
    places = range(0, len(dots), width)
    return b"".join(AS_IT_IS + dots[place : place + width] + again for place in places)


def _chunk(kind: bytes, content: bytes) -> bytes:
    """Return a PNG chunk: length, kind, content, CRC (W3C PNG, 5.3)."""
    checksum = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)
