"""Wrapping a file key for a recipient: HPKE base mode with X-Wing, as age.md wants it."""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from crypto.errors import KeyFormatError, OpenError, OpenFailure
from crypto.header import Stanza
from crypto.keys import Identity, Recipient
from crypto.unpadded import decode_unpadded, encode_unpadded

KIND = b"mlkem768x25519"
INFO = b"age-encryption.org/mlkem768x25519"
SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
FILE_KEY_BYTES = 16
MLKEM_SHARE_BYTES = 1088
ENCAPSULATED_BYTES = MLKEM_SHARE_BYTES + 32
# age.md: the body is exactly 32 bytes, "to mitigate partitioning oracle attacks".
BODY_BYTES = FILE_KEY_BYTES + 16
ARGUMENTS = 2


def wrap(file_key: bytes, recipient: Recipient) -> Stanza:
    """Return the stanza that lets one recipient have the file key.

    Raises:
        KeyFormatError: nothing can be sealed to this recipient (a point of low order).
    """
    try:
        wrapped = SUITE.encrypt(file_key, recipient.hpke_key(), info=INFO)
    except ValueError:
        raise KeyFormatError("the recipient holds a point of low order") from None
    encapsulated, body = wrapped[:ENCAPSULATED_BYTES], wrapped[ENCAPSULATED_BYTES:]
    return Stanza((KIND, encode_unpadded(encapsulated)), body)


def unwrap(stanzas: tuple[Stanza, ...], identity: Identity) -> bytes:
    """Return the file key that one of the stanzas wraps for this identity.

    Stanzas of other kinds are passed over, as age.md asks.

    Raises:
        OpenError: no stanza is for this identity, or a stanza of our kind is malformed.
    """
    key = identity.hpke_key()
    # All are checked before any is tried: a malformed neighbour must not depend on the order.
    for wrapped in [_wrapped(stanza) for stanza in stanzas if stanza.arguments[0] == KIND]:
        try:
            return SUITE.decrypt(wrapped, key, info=INFO)
        except InvalidTag:
            if identity.refuses_share(wrapped[MLKEM_SHARE_BYTES:ENCAPSULATED_BYTES]):
                raise OpenError(OpenFailure.HEADER) from None
    raise OpenError(OpenFailure.NO_MATCH)


def _wrapped(stanza: Stanza) -> bytes:
    if len(stanza.arguments) != ARGUMENTS or len(stanza.body) != BODY_BYTES:
        raise OpenError(OpenFailure.HEADER)
    encapsulated = decode_unpadded(stanza.arguments[1])
    if len(encapsulated) != ENCAPSULATED_BYTES:
        raise OpenError(OpenFailure.HEADER)
    return encapsulated + stanza.body
