"""Uploads: an attachment is sealed while it arrives. Nothing unsealed leaves the memory.

The vault holds the age payload; the header, which names who may open it, is written later from
the file key that a ``SealedUpload`` carries, so a file can get new holders without being moved.
"""

import hashlib
import os
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass

from cases.errors import StoreUnavailableError
from cases.vault import Vault, new_object_key
from crypto.padding import file_padding
from crypto.sealing import FileKey, PayloadSealer

PADDING_BLOCK = bytes(1 << 20)
# So much is gathered before another thread is told: a hand-over costs as much as hashing 100 kB.
# Many tiny pieces, which cost more memory than they hold, are handed over sooner.
GATHERED_BYTES, GATHERED_PIECES = 1 << 20, 64
_WORKERS = ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="sealing")


@dataclass(frozen=True, repr=False, slots=True, kw_only=True)
class SealedUpload:
    """A whole attachment in the vault, and the key to it. Never printed."""

    object_key: str
    file_key: FileKey
    file_name: str
    length: int
    padded_length: int
    sha256: bytes
    payload_check: bytes


class SealingSink:
    """Where an attachment's bytes go as they arrive: sealed, padded, hashed, into the vault.

    SHA-256 costs as much as cipher and disk together: it runs in the visitor's own thread, the
    others beside it. At most one hand-over is under way, so memory stays bounded.
    """

    def __init__(self, vault: Vault, file_name: str) -> None:
        self._vault = vault
        self._file_name = file_name
        self._file_key = FileKey.generate()
        self._sealer = PayloadSealer(self._file_key)
        self._digest = hashlib.sha256()
        self._length = 0
        self._gathered: list[bytes] = []
        self._gathered_bytes = 0
        self._under_way: Future[None] | None = None
        self._writer = vault.open_writer(new_object_key())
        self._is_whole = False

    def write(self, plaintext: bytes) -> None:
        """Take the next bytes of the attachment; they are sealed now or a little later.

        Raises:
            StoreUnavailableError: the vault is full or away; nothing of the attachment is left.
        """
        self._length += len(plaintext)
        self._gathered.append(plaintext)
        self._gathered_bytes += len(plaintext)
        if self._gathered_bytes >= GATHERED_BYTES or len(self._gathered) >= GATHERED_PIECES:
            self._settle()
            pieces = self._take_gathered()
            self._under_way = _WORKERS.submit(self._seal, pieces)
            self._hash(pieces)

    def finish(self) -> SealedUpload:
        """Return the attachment once it is padded, whole and durable in the vault.

        Raises:
            StoreUnavailableError: the vault is full or away; nothing of the attachment is left.
        """
        self._settle()
        pieces = self._take_gathered()
        self._hash(pieces)
        self._seal(pieces)
        padding = file_padding(self._length)
        for start in range(0, padding, len(PADDING_BLOCK)):
            self._seal([PADDING_BLOCK[: padding - start]])
        self._writer.write(self._sealer.finish())
        payload_check = self._writer.close()
        self._is_whole = True
        return SealedUpload(
            object_key=self._writer.key,
            file_key=self._file_key,
            file_name=self._file_name,
            length=self._length,
            padded_length=self._length + padding,
            sha256=self._digest.digest(),
            payload_check=payload_check,
        )

    def abort(self) -> None:
        """Leave nothing of the attachment, finished or not.

        Raises:
            StoreUnavailableError: a finished attachment cannot be removed now; the search for
                orphans will.
        """
        with suppress(StoreUnavailableError):
            self._settle()
        if self._is_whole:
            self._vault.delete(self._writer.key)
        else:
            self._writer.abort()

    def _take_gathered(self) -> list[bytes]:
        pieces, self._gathered, self._gathered_bytes = self._gathered, [], 0
        return pieces

    def _settle(self) -> None:
        under_way, self._under_way = self._under_way, None
        if under_way is not None:
            under_way.result()

    def _seal(self, pieces: list[bytes]) -> None:
        sealed = self._sealer.update_view(*pieces)
        if sealed:
            self._writer.write(sealed)

    def _hash(self, pieces: list[bytes]) -> None:
        for piece in pieces:
            self._digest.update(piece)
