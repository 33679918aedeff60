"""Unpadded standard base64, canonical both ways (C2SP age.md, "Conventions"; RFC 4648 §3.5, §4)."""

import base64
import binascii

from crypto.errors import OpenError, OpenFailure


def encode_unpadded(raw: bytes) -> bytes:
    """Return the canonical base64 of some bytes, without padding."""
    return base64.b64encode(raw).rstrip(b"=")


def decode_unpadded(text: bytes) -> bytes:
    """Return the bytes that a base64 text stands for.

    Raises:
        OpenError: the text is padded, holds a foreign character, or is not the one encoding of
            its bytes.
    """
    if b"=" in text:
        raise OpenError(OpenFailure.HEADER)
    try:
        raw = base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)
    except binascii.Error:
        raise OpenError(OpenFailure.HEADER) from None
    if encode_unpadded(raw) != text:
        raise OpenError(OpenFailure.HEADER)
    return raw
