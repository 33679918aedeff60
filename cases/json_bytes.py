"""Bytes in the JSON of files that are carried: standard base64 (RFC 4648 §4)."""

import base64
import binascii


def encode_bytes(content: bytes) -> str:
    """Return bytes as JSON has them."""
    return base64.b64encode(content).decode("ascii")


def decode_bytes(text: str) -> bytes:
    """Return what was written.

    Raises:
        ValueError: it is no base64.
    """
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise ValueError("no base64") from None
