"""A QR code as a picture: what the library draws, put together from what it drew before.

The library draws dot by dot, in Python; it took a tenth of a filed report's time. But a code of
one size is affine in the bits of its text (ISO/IEC 18004: bits are placed, Reed-Solomon's check
bits are linear in them, the mask is added): it is an empty code and, added without carry for each
bit that is set, what this bit changes. Both are the library's own drawings, made once a process;
nothing of any text is kept.
"""

import struct
import zlib
from base64 import b64encode
from collections.abc import Iterator, Sequence
from functools import lru_cache, reduce
from itertools import compress
from operator import xor
from threading import Lock
from typing import Final, NamedTuple

import segno

# Five dots a module print and scan from a phone's screen. Two modules of white and the padding of
# the style sheet together are the standard's quiet zone of four (ISO/IEC 18004).
DOTS, BORDER = 5, 2
# Readers take every mask alike; trying all eight for the prettiest takes longer than sealing.
MASK = 3
# The standard's alphanumeric mode (7.3.4, 7.4.4): two characters are a number of eleven bits, a
# last one alone is a number of six.
ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
PAIR_BITS, SINGLE_BITS = 11, 6
VALUE_OF: Final = {character: value for value, character in enumerate(ALPHABET)}
# W3C PNG, 5.2 and 11.2.1: signature; one bit a dot, greyscale, no interlacing. 9.2: filters.
SIGNATURE = b"\x89PNG\r\n\x1a\n"
HEADER = struct.Struct(">IIBBBBB")
AS_IT_IS, AS_ABOVE = b"\0", b"\2"
BITS_A_BYTE = 8
# Texts of so many lengths: a receipt's is the one that is shown.
MOST_LENGTHS = 2
# Those who file first in a process wait for its drawings together; none makes others.
_DRAWING: Final = Lock()


class Drawings(NamedTuple):
    """Rows of dots, as one number: of the empty code of a size, and what each bit changes in it."""

    size: int
    empty: int
    changes: tuple[int, ...]


def qr_png_uri(text: str) -> str:
    """Return a PNG of a text's QR code as a data URI; the text has characters of ``ALPHABET``."""
    with _DRAWING:
        size, empty, changes = _drawings(len(text))
    dots = reduce(xor, compress(changes, map(int, _bits(text))), empty)
    header = HEADER.pack(size * DOTS, size * DOTS, 1, 0, 0, 0, 0)
    picture = zlib.compress(_rows(dots, size))
    chunks = ((b"IHDR", header), (b"IDAT", picture), (b"IEND", b""))
    png = SIGNATURE + b"".join(_chunk(kind, content) for kind, content in chunks)
    return f"data:image/png;base64,{b64encode(png).decode('ascii')}"


@lru_cache(MOST_LENGTHS)
def _drawings(length: int) -> Drawings:
    """Return what codes of texts of a length are put together from."""
    zeros = "0" * length
    size, empty = _drawn(zeros)
    return Drawings(size, empty, tuple(empty ^ _drawn(each)[1] for each in _one_bit_texts(zeros)))


def _one_bit_texts(zeros: str) -> Iterator[str]:
    """Return a text for each bit, in their order, in which this one bit is set."""
    for place in range(0, len(zeros), 2):
        width = len(zeros[place : place + 2])
        for bit in reversed(range(PAIR_BITS if width > 1 else SINGLE_BITS)):
            pair = "".join(ALPHABET[value] for value in divmod(1 << bit, len(ALPHABET)))
            yield zeros[:place] + pair[-width:] + zeros[place + width :]


def _bits(text: str) -> str:
    values = [VALUE_OF[character] for character in text]
    pairs = zip(values[::2], values[1::2], strict=False)
    bits = "".join(f"{first * len(ALPHABET) + second:011b}" for first, second in pairs)
    return bits + f"{values[-1]:06b}" if len(values) % 2 else bits


def _drawn(text: str) -> tuple[int, int]:
    """Return how many modules wide a text's code and its border are, and its dots row by row."""
    code = segno.make(text, error="m", mode="alphanumeric", micro=False, mask=MASK).matrix
    size = len(code) + 2 * BORDER
    light, dark = "1" * DOTS, "0" * DOTS
    border, empty = light * BORDER, light * size
    rows = [border + "".join(dark if module else light for module in row) + border for row in code]
    spare = "0" * (_row_bytes(size) * BITS_A_BYTE - size * DOTS)
    return size, int("".join(row + spare for row in _bordered(rows, empty)), 2)


def _bordered(rows: Sequence[str], empty: str) -> list[str]:
    return [*[empty] * BORDER, *rows, *[empty] * BORDER]


def _row_bytes(size: int) -> int:
    return -(-size * DOTS // BITS_A_BYTE)


def _rows(dots: int, size: int) -> bytes:
    """Return the picture's rows with their filters: one of each module, and the same again."""
    width = _row_bytes(size)
    drawn = dots.to_bytes(width * size, "big")
    again = (AS_ABOVE + bytes(width)) * (DOTS - 1)
    places = range(0, len(drawn), width)
    return b"".join(AS_IT_IS + drawn[place : place + width] + again for place in places)


def _chunk(kind: bytes, content: bytes) -> bytes:
    """Return a PNG chunk: length, kind, content, CRC (W3C PNG, 5.3)."""
    checksum = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)
