"""A line so slow that time passes, and things happen, while a form comes over it."""

import io
from collections.abc import Callable
from typing import IO

PIECE_BYTES = 512


class LongBody(io.BytesIO):
    """A form that comes in pieces, with something happening before each."""

    def __init__(self, body: IO[bytes], meanwhile: Callable[[], object]) -> None:
        super().__init__(body.read())
        self._meanwhile = meanwhile

    def read(self, size: int | None = -1, /) -> bytes:
        self._meanwhile()
        whole = len(self.getbuffer())
        return super().read(min(PIECE_BYTES, whole if size is None or size < 0 else size))


def pieces_of(length: int) -> int:
    """Return how many pieces a file of this length comes in, or more."""
    return -(-length // PIECE_BYTES)
