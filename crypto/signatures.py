"""Ed25519 (RFC 8032): proof that whoever answers had what was sealed, and no more than that.

A signature is judged on the day it comes; nothing rests on it later, so it need not outlast today's
computers as what is sealed must.
"""

import os
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from crypto.errors import KeyFormatError
from crypto.secret import Secret

SEED_BYTES = 32


class SigningKey(Secret):
    """A key that signs; its seed travels sealed, and lives in memory only."""

    __slots__ = ("_key", "seed")

    def __init__(self, seed: bytes) -> None:
        if len(seed) != SEED_BYTES:
            raise KeyFormatError("a signing key has 32 bytes")
        self.seed = seed
        self._key = Ed25519PrivateKey.from_private_bytes(seed)

    @classmethod
    def generate(cls) -> Self:
        """Return a new key from the system's randomness."""
        return cls(os.urandom(SEED_BYTES))

    @property
    def public(self) -> bytes:
        """The half by which a signature is judged."""
        return self._key.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """Return the signature of a message."""
        return self._key.sign(message)


def is_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Return whether the holder of a public key's other half signed exactly this message."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
