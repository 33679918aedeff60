"""Public halves of keys, as somebody brings them to the server: typed, or in a file."""

from pathlib import Path

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
