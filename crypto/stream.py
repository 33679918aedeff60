"""The cut of an age payload: 64 KiB chunks, numbered, the last one marked.

C2SP age.md, "Payload"; the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár (2015).
"""

from collections.abc import Iterator

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from crypto.padding import padme

CHUNK_BYTES = 64 * 1024
TAG_BYTES = 16
SEALED_CHUNK_BYTES = CHUNK_BYTES + TAG_BYTES
NONCE_BYTES = 16
COUNTER_BYTES = 11

Octets = bytes | bytearray | memoryview


def payload_cipher(file_key: bytes, nonce: bytes) -> ChaCha20Poly1305:
    """Return the cipher of one payload."""
    return ChaCha20Poly1305(HKDF(SHA256(), 32, salt=nonce, info=b"payload").derive(file_key))


def chunk_nonce(counter: int, *, last: bool) -> bytes:
    """Return the nonce of one chunk: its number, then whether the payload ends with it."""
    return counter.to_bytes(COUNTER_BYTES, "big") + (b"\x01" if last else b"\x00")


def sealed_length(length: int) -> int:
    """Return how long a payload of so many bytes is once it is sealed."""
    chunks = max(1, -(-length // CHUNK_BYTES))
    return NONCE_BYTES + length + chunks * TAG_BYTES


def is_sealed_length(length: int) -> bool:
    """Return whether a padded payload can have this length once it is sealed.

    A sealed file that was cut off rarely has: few lengths are padded ones (docs/sealing.md, 5).
    """
    sealed = length - NONCE_BYTES
    chunks = -(-sealed // SEALED_CHUNK_BYTES)
    plain = sealed - chunks * TAG_BYTES
    # age.md: the final chunk is not empty unless the whole payload is.
    fits = plain > (chunks - 1) * CHUNK_BYTES or (plain, chunks) == (0, 1)
    return chunks > 0 and fits and padme(plain) == plain


class Chunker:
    """Cuts a stream into chunks of one size, with one buffer of one chunk.

    A sealer holds the newest full chunk back, since it may be the last; an opener need not, since
    the chunk itself says what it is. A chunk that lies whole in what was pushed is passed on
    without a copy, so every chunk must be used before the next one is asked for.
    """

    __slots__ = ("_buffer", "_held", "_kept_back", "_size")

    def __init__(self, size: int, *, holds_back: bool) -> None:
        self._buffer = memoryview(bytearray(size))
        self._size = size
        self._kept_back = size if holds_back else size - 1
        self._held = 0

    def push(self, octets: Octets) -> Iterator[memoryview]:
        """Yield the chunks that are full, but the one to hold back."""
        view = memoryview(octets).cast("B")
        while self._held + len(view) > self._kept_back:
            if self._held:
                view = view[self._keep(view) :]
                yield self._buffer
                self._held = 0
            else:
                yield view[: self._size]
                view = view[self._size :]
        self._keep(view)

    def last(self) -> memoryview:
        """Return what is left: the last chunk, if nothing more comes."""
        return self._buffer[: self._held]

    def _keep(self, view: memoryview) -> int:
        taken = min(self._size - self._held, len(view))
        self._buffer[self._held : self._held + taken] = view[:taken]
        self._held += taken
        return taken
