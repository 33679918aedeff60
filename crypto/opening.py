"""Opening age v1 files with an identity. What files or stores a report may not import this."""

import io
from collections.abc import Iterable, Iterator
from typing import NoReturn

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from crypto.errors import OpenError, OpenFailure
from crypto.header import parse_header, read_header
from crypto.keys import Identity
from crypto.sealing import FileKey
from crypto.stream import (
    NONCE_BYTES,
    SEALED_CHUNK_BYTES,
    TAG_BYTES,
    Chunker,
    Octets,
    chunk_nonce,
    payload_cipher,
)
from crypto.wrapping import unwrap


class PayloadOpener:
    """Opens a payload while it arrives, in constant memory.

    What comes out is authentic, but only ``finish`` says that it is whole: never show a file as
    verified before it. After a refusal the opener refuses everything.
    """

    __slots__ = (
        "_chunks",
        "_cipher",
        "_counter",
        "_file_key",
        "_has_last",
        "_is_refused",
        "_nonce",
    )

    def __init__(self, file_key: FileKey) -> None:
        self._file_key = file_key
        self._nonce = b""
        self._cipher: ChaCha20Poly1305 | None = None
        self._chunks = Chunker(SEALED_CHUNK_BYTES, holds_back=False)
        self._counter = 0
        self._has_last = False
        self._is_refused = False

    def update(self, sealed: Octets) -> bytes:
        """Return what can be opened now.

        Raises:
            OpenError: a chunk is altered, out of order, or not of this payload.
        """
        view = memoryview(sealed).cast("B")
        missing = NONCE_BYTES - len(self._nonce)
        if missing:
            self._nonce += bytes(view[:missing])
            view = view[missing:]
        if view and (self._has_last or self._is_refused):
            self._refuse()
        return b"".join([self._open_full(chunk) for chunk in self._chunks.push(view)])

    def finish(self) -> bytes:
        """Return the rest of the payload.

        Raises:
            OpenError: the payload was cut off or altered.
        """
        rest = self._chunks.last()
        if self._is_refused or (self._has_last and rest):
            self._refuse()
        if self._has_last:
            return b""
        # age.md: the final chunk MUST NOT be empty unless the whole payload is empty.
        if self._counter and len(rest) <= TAG_BYTES:
            self._refuse()
        return self._open_last(rest)

    def _open_full(self, chunk: memoryview) -> bytes:
        # Something behind the last chunk, in the same update.
        if self._has_last:
            self._refuse()
        try:
            return self._decrypt(chunk, last=False)
        except InvalidTag:
            return self._open_last(chunk)

    def _open_last(self, chunk: memoryview) -> bytes:
        try:
            opened = self._decrypt(chunk, last=True)
        except InvalidTag:
            self._refuse()
        self._has_last = True
        return opened

    def _decrypt(self, chunk: memoryview, *, last: bool) -> bytes:
        nonce = chunk_nonce(self._counter, last=last)
        opened = self._payload_cipher().decrypt(nonce, chunk, None)
        self._counter += 1
        return opened

    def _payload_cipher(self) -> ChaCha20Poly1305:
        if self._cipher is None:
            if len(self._nonce) < NONCE_BYTES:
                self._refuse(OpenFailure.HEADER)
            self._cipher = payload_cipher(self._file_key.raw, self._nonce)
        return self._cipher

    def _refuse(self, kind: OpenFailure = OpenFailure.PAYLOAD) -> NoReturn:
        self._is_refused = True
        raise OpenError(kind) from None


def open_header(header: bytes, identity: Identity) -> FileKey:
    """Return the file key that a header holds for an identity.

    Raises:
        OpenError: the header is malformed, altered, of another version, or for somebody else.
    """
    parsed = parse_header(header)
    file_key = unwrap(parsed.stanzas, identity)
    if not parsed.is_authentic(file_key):
        raise OpenError(OpenFailure.HEADER_MAC)
    return FileKey(file_key)


def open_payload(file_key: FileKey, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield a payload's plaintext while its sealed bytes arrive, however they are cut.

    Raises:
        OpenError: from the first byte that cannot be trusted; what was yielded is not the whole.
    """
    payload = PayloadOpener(file_key)
    for chunk in chunks:
        opened = payload.update(chunk)
        if opened:
            yield opened
    yield payload.finish()


def open_sealed(sealed: bytes, identity: Identity) -> bytes:
    """Return the plaintext of a whole age file that fits in memory.

    Raises:
        OpenError: it cannot be opened with this identity, or not to its end.
    """
    source = io.BytesIO(sealed)
    file_key = open_header(read_header(source), identity)
    payload = PayloadOpener(file_key)
    return payload.update(memoryview(sealed)[source.tell() :]) + payload.finish()
