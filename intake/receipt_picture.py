"""A receipt's QR code, put together from what the library drew before.

Drawing one took a tenth of a filed report's time. But a code of one size is affine in the bits of
its text (ISO/IEC 18004: bits are placed, Reed-Solomon's check bits are linear in them, the mask is
added): it is an empty code and, added without carry for each bit that is set, what this bit
changes. Both are the library's own drawings, made once a process; nothing of any text is kept.
"""

from collections.abc import Iterator
from functools import lru_cache, reduce
from itertools import compress
from operator import xor
from threading import Lock
from typing import Final, NamedTuple

from web.qr_picture import Drawing, drawn, png_uri

# The standard's alphanumeric mode (7.3.4, 7.4.4): two characters are a number of eleven bits, a
# last one alone is a number of six.
MODE: Final = "alphanumeric"
ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
PAIR_BITS, SINGLE_BITS = 11, 6
VALUE_OF: Final = {character: value for value, character in enumerate(ALPHABET)}
# Texts of so many lengths: a receipt's is the one that is shown.
MOST_LENGTHS = 2
# Those who file first in a process wait for its drawings together; none makes others.
_DRAWING: Final = Lock()


class Pieces(NamedTuple):
    """The empty code of a size, and what each bit changes in it."""

    empty: Drawing
    changes: tuple[int, ...]


def receipt_png_uri(code: str) -> str:
    """Return a PNG of a receipt's QR code as a data URI; it has characters of ``ALPHABET``."""
    with _DRAWING:
        empty, changes = _pieces(len(code))
    dots = reduce(xor, compress(changes, map(int, _bits(code))), empty.dots)
    return png_uri(Drawing(empty.size, dots))


@lru_cache(MOST_LENGTHS)
def _pieces(length: int) -> Pieces:
    """Return what codes of texts of a length are put together from."""
    zeros = "0" * length
    empty = drawn(zeros, MODE)
    changes = (empty.dots ^ drawn(each, MODE).dots for each in _one_bit_texts(zeros))
    return Pieces(empty, tuple(changes))


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
