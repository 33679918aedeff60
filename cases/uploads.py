"""Uploads: an attachment is sealed while it arrives. Nothing unsealed leaves the memory.

The vault holds the age payload; the header, which names who may open it, is written later from
the file key that a ``SealedUpload`` carries, so a file can get new holders without being moved.
"""

import hashlib
import os
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from cases.vault import Vault, new_object_key
from crypto.padding import file_padding
from crypto.sealing import FileKey, PayloadSealer

CHUNK_BYTES = 1 << 16
PADDING_BLOCK = bytes(CHUNK_BYTES)
# So much is gathered before another thread is told: a hand-over costs as much as hashing 100 kB.
HASHED_AT_ONCE_BYTES = 1 << 20
_HASHING = ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="hashing")


@dataclass(frozen=True, repr=False, slots=True, kw_only=True)
class SealedUpload:
    """A whole attachment in the vault, and the key to it. Never printed."""

    object_key: str
    file_key: FileKey
    file_name: str
    length: int
    padded_length: int
    sha256: bytes


class _SideDigest:
    """SHA-256 beside the sealing: it costs more than the cipher, and neither waits."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()
        self._gathered: list[bytes] = []
        self._gathered_bytes = 0
        self._running: Future[None] | None = None

    def update(self, plaintext: bytes) -> None:
        """Add the next bytes, a little later."""
        self._gathered.append(plaintext)
        self._gathered_bytes += len(plaintext)
        if self._gathered_bytes >= HASHED_AT_ONCE_BYTES:
            self._wait()
            self._running = _HASHING.submit(self._add, self._gathered)
            self._gathered, self._gathered_bytes = [], 0

    def digest(self) -> bytes:
        """Return the digest of everything that was added."""
        self._wait()
        self._add(self._gathered)
        return self._digest.digest()

    def _add(self, pieces: list[bytes]) -> None:
        for piece in pieces:
            self._digest.update(piece)

    def _wait(self) -> None:
        if self._running is not None:
            self._running.result()
            self._running = None


class SealingSink:
    """Where an attachment's bytes go as they arrive: sealed, padded, hashed, into the vault."""

    def __init__(self, vault: Vault, file_name: str) -> None:
        self._vault = vault
        self._file_name = file_name
        self._file_key = FileKey.generate()
        self._sealer = PayloadSealer(self._file_key)
        self._digest = _SideDigest()
        self._length = 0
        self._writer = vault.open_writer(new_object_key())
        self._is_whole = False

    def write(self, plaintext: bytes) -> None:
        """Seal the next bytes of the attachment.

        Raises:
            StoreUnavailableError: the vault is full or away; nothing of the attachment is left.
        """
        self._length += len(plaintext)
        self._digest.update(plaintext)
        # Chunk by chunk: what the sealer returns for one chunk is written without a copy.
        view = memoryview(plaintext)
        for start in range(0, len(plaintext), CHUNK_BYTES):
            self._add(view[start : start + CHUNK_BYTES])

    def finish(self) -> SealedUpload:
        """Return the attachment once it is padded, whole and durable in the vault.

        Raises:
            StoreUnavailableError: the vault is full or away; nothing of the attachment is left.
        """
        padding = file_padding(self._length)
        for start in range(0, padding, len(PADDING_BLOCK)):
            self._add(PADDING_BLOCK[: padding - start])
        self._writer.write(self._sealer.finish())
        self._writer.close()
        self._is_whole = True
        return SealedUpload(
            object_key=self._writer.key,
            file_key=self._file_key,
            file_name=self._file_name,
            length=self._length,
            padded_length=self._length + padding,
            sha256=self._digest.digest(),
        )

    def abort(self) -> None:
        """Leave nothing of the attachment, finished or not.

        Raises:
            StoreUnavailableError: a finished attachment cannot be removed now; the search for
                orphans will.
        """
        if self._is_whole:
            self._vault.delete(self._writer.key)
        else:
            self._writer.abort()

    def _add(self, plaintext: bytes | memoryview) -> None:
        sealed = self._sealer.update(plaintext)
        if sealed:
            self._writer.write(sealed)
