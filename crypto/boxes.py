"""Keys derived from a secret, and small symmetric boxes under such keys.

Every key has a label of its own, under one versioned domain: no two uses share a key.
"""

import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from crypto.errors import OpenError, OpenFailure
from crypto.secret import Secret

DOMAIN = b"liemchinh/v1/"
# HKDF does not make a weak secret strong (RFC 5869 §4): passphrases go through Argon2id first.
MIN_SECRET_BYTES = 16
KEY_BYTES = 32
BOX_VERSION = b"\x01"
SALT_BYTES = 24
TAG_BYTES = 16
NONCE_BYTES = 12
# What a box adds to its content.
BOX_OVERHEAD_BYTES = len(BOX_VERSION) + SALT_BYTES + TAG_BYTES
LENGTH_PREFIX_BYTES = 8


def derive(secret: bytes, label: str, length: int = KEY_BYTES) -> bytes:
    """Return a key for one use of a secret (HKDF-SHA256, RFC 5869).

    Raises:
        ValueError: the secret is too short to be one, or the label is empty.
    """
    if len(secret) < MIN_SECRET_BYTES or not label:
        message = "a key needs a secret of at least 16 bytes and a label"
        raise ValueError(message)
    info = DOMAIN + label.encode("ascii")
    return HKDF(SHA256(), length, salt=None, info=info).derive(secret)


def keyed_digest(secret: bytes, label: str, *parts: bytes) -> bytes:
    """Return a digest that only the holder of the secret can make (HMAC-SHA256).

    Each part goes in with its length, so no other cut of the same bytes has the same digest.
    """
    digest = hmac.new(derive(secret, label), digestmod=hashlib.sha256)
    for part in parts:
        digest.update(len(part).to_bytes(LENGTH_PREFIX_BYTES, "big"))
        digest.update(part)
    return digest.digest()


class SecretBox(Secret):
    """Seals small things under one secret and one label.

    Each box has a random salt from which its own key and nonce come, so the number of boxes under
    one secret is not limited by the 96-bit nonce of ChaCha20-Poly1305 (RFC 8439 §4).
    """

    __slots__ = ("_key",)

    def __init__(self, secret: bytes, label: str) -> None:
        self._key = derive(secret, label)

    def seal(self, content: bytes, context: bytes = b"") -> bytes:
        """Return the content in a box that opens in the same context only."""
        salt = os.urandom(SALT_BYTES)
        cipher, nonce = self._lock(salt)
        return BOX_VERSION + salt + cipher.encrypt(nonce, content, BOX_VERSION + context)

    def open(self, box: bytes, context: bytes = b"") -> bytes:
        """Return what a box holds.

        Raises:
            OpenError: it is altered, of another secret, label, context or version.
        """
        if not box.startswith(BOX_VERSION) or len(box) < BOX_OVERHEAD_BYTES:
            raise OpenError(OpenFailure.BOX)
        start = len(BOX_VERSION) + SALT_BYTES
        cipher, nonce = self._lock(box[len(BOX_VERSION) : start])
        try:
            return cipher.decrypt(nonce, box[start:], BOX_VERSION + context)
        except InvalidTag:
            raise OpenError(OpenFailure.BOX) from None

    def _lock(self, salt: bytes) -> tuple[ChaCha20Poly1305, bytes]:
        derivation = HKDF(SHA256(), KEY_BYTES + NONCE_BYTES, salt=salt, info=DOMAIN + b"box")
        once = derivation.derive(self._key)
        return ChaCha20Poly1305(once[:KEY_BYTES]), once[KEY_BYTES:]
