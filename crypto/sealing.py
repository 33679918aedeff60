"""Sealing into age v1 files, for recipients only: nothing here can open anything."""

import os
from collections.abc import Sequence
from typing import Self

from crypto.header import write_header
from crypto.keys import Recipient
from crypto.secret import Secret
from crypto.stream import (
    CHUNK_BYTES,
    NONCE_BYTES,
    SEALED_CHUNK_BYTES,
    TAG_BYTES,
    Chunker,
    Octets,
    chunk_nonce,
    payload_cipher,
)
from crypto.wrapping import FILE_KEY_BYTES, wrap


class FileKey(Secret):
    """The 16 bytes under which one file is sealed. Never used for a second file."""

    __slots__ = ("raw",)

    def __init__(self, raw: bytes) -> None:
        if len(raw) != FILE_KEY_BYTES:
            message = f"a file key has {FILE_KEY_BYTES} bytes"
            raise ValueError(message)
        self.raw = raw

    @classmethod
    def generate(cls) -> Self:
        """Return a new file key from the system's randomness."""
        return cls(os.urandom(FILE_KEY_BYTES))


class PayloadSealer:
    """Seals a payload while it arrives, in constant memory: the buffer of one chunk.

    The payload's nonce comes out with the first chunk. Header and payload together are the file.
    """

    __slots__ = ("_chunks", "_cipher", "_counter", "_finished", "_sealed", "_unsent")

    def __init__(self, file_key: FileKey) -> None:
        self._unsent = os.urandom(NONCE_BYTES)
        self._cipher = payload_cipher(file_key.raw, self._unsent)
        self._chunks = Chunker(CHUNK_BYTES, holds_back=True)
        self._counter = 0
        self._finished = False
        self._sealed = memoryview(b"")

    def update(self, *plaintexts: Octets) -> bytes:
        """Return what can be sealed now, of some pieces in their order.

        Raises:
            ValueError: the payload is finished already.
        """
        return bytes(self.update_view(*plaintexts))

    def update_view(self, *plaintexts: Octets) -> memoryview:
        """Return the same in a buffer of this sealer, which the next call writes over.

        Raises:
            ValueError: the payload is finished already.
        """
        self._check_unfinished()
        # One chunk may be held from before, and one is held back.
        most = (sum(map(len, plaintexts)) // CHUNK_BYTES + 1) * SEALED_CHUNK_BYTES + NONCE_BYTES
        if len(self._sealed) < most:
            self._sealed = memoryview(bytearray(most))
        end = 0
        for plaintext in plaintexts:
            for chunk in self._chunks.push(plaintext):
                end = self._seal_into(end, chunk, last=False)
        return self._sealed[:end]

    def finish(self) -> bytes:
        """Return the end of the payload; without it nobody can open the file to its end.

        Raises:
            ValueError: the payload is finished already.
        """
        self._check_unfinished()
        self._finished = True
        self._sealed = memoryview(bytearray(NONCE_BYTES + SEALED_CHUNK_BYTES))
        return bytes(self._sealed[: self._seal_into(0, self._chunks.last(), last=True)])

    def _seal_into(self, start: int, chunk: memoryview, *, last: bool) -> int:
        """Seal a chunk at a place of the buffer and return where it ends."""
        if self._unsent:
            self._sealed[start : start + NONCE_BYTES] = self._unsent
            start, self._unsent = start + NONCE_BYTES, b""
        end = start + len(chunk) + TAG_BYTES
        nonce = chunk_nonce(self._counter, last=last)
        self._cipher.encrypt_into(nonce, chunk, None, self._sealed[start:end])
        self._counter += 1
        return end

    def _check_unfinished(self) -> None:
        if self._finished:
            message = "the payload is finished"
            raise ValueError(message)


def seal_header(file_key: FileKey, recipients: Sequence[Recipient]) -> bytes:
    """Return an age header that lets each of these recipients open what this key seals.

    Raises:
        ValueError: no recipient, or more than a header may have.
        KeyFormatError: nothing can be sealed to one of them.
    """
    return write_header(tuple(wrap(file_key.raw, one) for one in recipients), file_key.raw)


def seal(plaintext: bytes, recipients: Sequence[Recipient]) -> bytes:
    """Return a whole age file, for what fits in memory.

    Raises:
        ValueError: no recipient, or more than a header may have.
        KeyFormatError: nothing can be sealed to one of them.
    """
    file_key = FileKey.generate()
    payload = PayloadSealer(file_key)
    return seal_header(file_key, recipients) + payload.update(plaintext) + payload.finish()
