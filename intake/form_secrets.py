"""What a report form carries in its hidden fields: its draft, its one-time secret, its files."""

import binascii
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import astuple, dataclass
from typing import Any, Final

from cases.drafts import Draft
from cases.reports import canonical
from cases.uploads import SealedUpload
from crypto.boxes import SecretBox
from crypto.errors import OpenError

SECRET_BYTES: Final = 32
KEPT_LABEL: Final = "form/kept files"
# No file is longer (an exbibyte); what claims to be was written by somebody else.
MOST_BYTES: Final = 2**60


@dataclass(frozen=True, repr=False)
class KeptFile:
    """A file that a form has uploaded before, as the form remembers it."""

    object_key: str
    file_name: str
    length: int
    sha256: str


def kept_file(upload: SealedUpload) -> KeptFile:
    """Return what a form remembers of an upload."""
    return KeptFile(upload.object_key, upload.file_name, upload.length, upload.sha256.hex())


def new_draft() -> Draft:
    """Return the draft of a fresh form; nothing is stored for it."""
    return Draft(secrets.token_bytes(SECRET_BYTES))


def written(secret: bytes) -> str:
    """Return bytes as a hidden field holds them."""
    return urlsafe_b64encode(secret).rstrip(b"=").decode("ascii")


def read_bytes(text: str) -> bytes | None:
    """Return the bytes of a hidden field, or None where it was changed."""
    try:
        return urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        return None


def read_secret(text: str) -> bytes | None:
    """Return the secret of a hidden field, or None where it holds none."""
    found = read_bytes(text)
    return found if found is not None and len(found) == SECRET_BYTES else None


def write_kept(draft: Draft, files: tuple[KeptFile, ...]) -> str:
    """Return the form's own list of its files, sealed: where they lie is not the page's to say.

    The form needs it after its draft is gone: to name what was not kept, and to be recognised
    when it is sent again after it was filed.
    """
    if not files:
        return ""
    listed = canonical([list(astuple(file)) for file in files])
    return written(SecretBox(draft.secret, KEPT_LABEL).seal(listed))


def read_kept(draft: Draft, text: str) -> tuple[KeptFile, ...]:
    """Return the files that the form remembers; none where the list was changed."""
    sealed = read_bytes(text)
    if not sealed:
        return ()
    try:
        listed = json.loads(SecretBox(draft.secret, KEPT_LABEL).open(sealed))
        return tuple(_kept_of(row) for row in listed)
    except (OpenError, ValueError, TypeError, OverflowError, RecursionError):
        # The draft secret stands in the page, so its visitor can seal any list.
        return ()


def _kept_of(row: list[Any]) -> KeptFile:
    object_key, file_name, length, sha256 = row
    kept = KeptFile(str(object_key), str(file_name), int(length), bytes.fromhex(sha256).hex())
    # A lone surrogate, which JSON can hold and no answer can, raises here (UnicodeEncodeError).
    f"{kept.object_key}{kept.file_name}".encode()
    if not 0 <= kept.length <= MOST_BYTES:
        raise ValueError("no file of ours")
    return kept
