"""Recipients and identities of age's hybrid post-quantum kind, MLKEM768-X25519 (X-Wing).

Encodings: C2SP age.md, "The MLKEM768-X25519 hybrid post-quantum recipient type". Seed expansion:
filippo.io/hpke-pq and draft-ietf-hpke-pq (SHAKE256 of the seed: ML-KEM's d and z, then X25519's).
"""

import hashlib
import hmac
import os
from functools import lru_cache
from typing import Self

from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey, MLKEM768X25519PublicKey

from crypto.bech32 import decode_bech32, encode_bech32
from crypto.errors import KeyFormatError
from crypto.secret import Secret

SEED_BYTES = 32
MLKEM_SEED_BYTES = 64
MLKEM_PUBLIC_BYTES = 1184
RECIPIENT_BYTES = MLKEM_PUBLIC_BYTES + 32
RECIPIENT_HRP = "age1pq"
IDENTITY_HRP = "AGE-SECRET-KEY-PQ-"
# 80 bits: finding a second key with the same print is out of reach, and people still read it out.
FINGERPRINT_HEX_CHARS = 20
FINGERPRINT_GROUP_CHARS = 4


class Recipient:
    """A public key: anybody can seal to it. 1,216 bytes, ML-KEM-768 then X25519."""

    __slots__ = ("raw",)

    def __init__(self, raw: bytes) -> None:
        self.raw = raw

    @classmethod
    def from_raw(cls, raw: bytes) -> Self:
        """Return the recipient of these 1,216 bytes.

        Raises:
            KeyFormatError: another length, or no ML-KEM-768 key (FIPS 203 §7.2, modulus check).
        """
        if len(raw) != RECIPIENT_BYTES:
            raise KeyFormatError("a recipient has 1,216 bytes")
        _public_halves(bytes(raw))
        return cls(bytes(raw))

    @classmethod
    def parse(cls, encoded: str) -> Self:
        """Return the recipient that somebody wrote as "age1pq1…".

        Raises:
            KeyFormatError: it is mistyped, of another kind, or a point to which nothing can be
                sealed (RFC 7748 §6.1, all-zero shared secret).
        """
        recipient = cls.from_raw(decode_bech32(encoded, RECIPIENT_HRP))
        try:
            X25519PrivateKey.generate().exchange(_public_halves(recipient.raw)[1])
        except ValueError:
            raise KeyFormatError("the recipient holds a point of low order") from None
        return recipient

    def encoded(self) -> str:
        """Return the recipient as age tools write it, "age1pq1…"."""
        return encode_bech32(RECIPIENT_HRP, self.raw)

    def fingerprint(self) -> str:
        """Return a short print of SHA-256 in groups, for two people to compare by voice."""
        digest = hashlib.sha256(self.raw).hexdigest()[:FINGERPRINT_HEX_CHARS].upper()
        places = range(0, FINGERPRINT_HEX_CHARS, FINGERPRINT_GROUP_CHARS)
        return " ".join(digest[place : place + FINGERPRINT_GROUP_CHARS] for place in places)

    def hpke_key(self) -> MLKEM768X25519PublicKey:
        """Return the key in the form that HPKE takes."""
        return MLKEM768X25519PublicKey(*_public_halves(self.raw))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Recipient) and self.raw == other.raw

    def __hash__(self) -> int:
        return hash(self.raw)

    def __repr__(self) -> str:
        return f"<Recipient {self.fingerprint()}>"


# A report is sealed to the same few units again and again; loading a key costs a fifth of one.
@lru_cache(maxsize=256)
def _public_halves(raw: bytes) -> tuple[MLKEM768PublicKey, X25519PublicKey]:
    try:
        mlkem = MLKEM768PublicKey.from_public_bytes(raw[:MLKEM_PUBLIC_BYTES])
        return mlkem, X25519PublicKey.from_public_bytes(raw[MLKEM_PUBLIC_BYTES:])
    except ValueError:
        raise KeyFormatError("not an ML-KEM-768 and X25519 key") from None


class Identity(Secret):
    """A private key, 32 bytes of seed. Lives in memory only."""

    __slots__ = ("_mlkem", "_recipient", "_x25519", "seed")

    def __init__(self, seed: bytes) -> None:
        expanded = hashlib.shake_256(seed).digest(MLKEM_SEED_BYTES + SEED_BYTES)
        self.seed = seed
        self._mlkem = MLKEM768PrivateKey.from_seed_bytes(expanded[:MLKEM_SEED_BYTES])
        self._x25519 = X25519PrivateKey.from_private_bytes(expanded[MLKEM_SEED_BYTES:])
        self._recipient: Recipient | None = None

    @classmethod
    def generate(cls) -> Self:
        """Return a new identity from the system's randomness."""
        return cls(os.urandom(SEED_BYTES))

    @classmethod
    def from_seed(cls, seed: bytes) -> Self:
        """Return the identity of this seed.

        Raises:
            KeyFormatError: a seed has 32 bytes.
        """
        if len(seed) != SEED_BYTES:
            raise KeyFormatError("an identity has 32 bytes")
        return cls(bytes(seed))

    @classmethod
    def parse(cls, encoded: str) -> Self:
        """Return the identity written as "AGE-SECRET-KEY-PQ-1…".

        Raises:
            KeyFormatError: it is mistyped or of another kind.
        """
        return cls.from_seed(decode_bech32(encoded, IDENTITY_HRP))

    def encoded(self) -> str:
        """Return the identity as age tools write it. The text is as secret as the identity."""
        return encode_bech32(IDENTITY_HRP, self.seed)

    @property
    def recipient(self) -> Recipient:
        """The public half."""
        if self._recipient is None:
            mlkem, x25519 = self._mlkem.public_key(), self._x25519.public_key()
            self._recipient = Recipient(mlkem.public_bytes_raw() + x25519.public_bytes_raw())
        return self._recipient

    def hpke_key(self) -> MLKEM768X25519PrivateKey:
        """Return the key in the form that HPKE takes."""
        return MLKEM768X25519PrivateKey(self._mlkem, self._x25519)

    def refuses_share(self, share: bytes) -> bool:
        """Return whether an X25519 share is of low order (RFC 7748 §6.1)."""
        try:
            self._x25519.exchange(X25519PublicKey.from_public_bytes(share))
        except ValueError:
            return True
        return False

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Identity) and hmac.compare_digest(self.seed, other.seed)

    def __hash__(self) -> int:
        return hash(self.recipient)
