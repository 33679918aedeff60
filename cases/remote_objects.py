"""Objects on their way to a store elsewhere (S3 and its like), in pieces that memory can hold."""

from contextlib import suppress

import obstore
from obstore.exceptions import BaseError
from obstore.store import ObjectStore

from cases.errors import StoreUnavailableError

# What an upload to a store elsewhere may hold in memory before it is on its way: a piece that is
# filled and one that is written meanwhile.
PIECE_BYTES = 2 << 20
PIECES_ON_THE_WAY = 2


class RemoteObject:
    """An object on its way to a store elsewhere, or into memory."""

    def __init__(self, store: ObjectStore, key: str) -> None:
        self._file = obstore.open_writer(
            store, key, buffer_size=PIECE_BYTES, max_concurrency=PIECES_ON_THE_WAY
        )

    def write(self, sealed: bytes | memoryview) -> None:
        """Add bytes."""
        self._file.write(bytes(sealed))

    def close(self) -> None:
        """Put the whole object into its place."""
        self._file.close()

    def discard(self) -> None:
        """Leave nothing: the writer's own way out of an error drops what it sent."""
        with suppress(BaseError, OSError):
            self._file.__exit__(StoreUnavailableError, StoreUnavailableError(), None)
