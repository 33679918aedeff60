"""Public halves of keys, as somebody brings them to the server, and compares them with paper."""

from pathlib import Path

import click

from crypto.errors import KeyFormatError
from crypto.keys import RECIPIENT_HRP, Recipient


def brought(text: str) -> Recipient:
    """Return the recipient that is written out, or that lies in a file of this name.

    Raises:
        KeyFormatError: it is neither.
    """
    written = text.strip()
    if not written.startswith(RECIPIENT_HRP):
        try:
            written = Path(written).read_text(encoding="ascii").strip()
        except (OSError, ValueError):
            raise KeyFormatError("give age1pq1…, or the file that holds it") from None
    return Recipient.parse(written)


def is_on_the_paper(key: Recipient, fingerprint: str, asked: str) -> bool:
    """Return whether the fingerprint that was read from paper is this key's; else ask for it."""
    if fingerprint:
        return fingerprint.upper().split() == key.fingerprint().split()
    return click.confirm(asked)
