"""Telling, without a key that opens it, whether a sealed payload still is what was written.

Poly1305 (RFC 8439 §2.5) under a random key of its own, which stands in clear beside the tag and
apart from the payload. It finds what a disk lost, and what somebody altered who sees the payloads
only. Who sees the check too can make another one: that is refused when the payload is opened.
SHA-256 would do as well, at ten times the cost.
"""

import hmac
import os
from collections.abc import Iterable

from cryptography.hazmat.primitives.poly1305 import Poly1305

KEY_BYTES, TAG_BYTES = 32, 16


class PayloadCheck:
    """The check of one payload while it is written, or read again under the key of then."""

    def __init__(self, key: bytes = b"") -> None:
        # A key that was cut off fits nothing either.
        self._key = key if len(key) == KEY_BYTES else os.urandom(KEY_BYTES)
        self._tag = Poly1305(self._key)

    def update(self, sealed: bytes | memoryview) -> None:
        """Take the next bytes of the payload."""
        self._tag.update(sealed)

    def finish(self) -> bytes:
        """Return what is kept of the payload: key and tag."""
        return self._key + self._tag.finalize()


def is_unaltered(check: bytes, sealed: Iterable[bytes]) -> bool:
    """Return whether these are the bytes that a check was made of."""
    again = PayloadCheck(check[:KEY_BYTES])
    for piece in sealed:
        again.update(piece)
    return hmac.compare_digest(again.finish(), check)
