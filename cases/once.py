"""Filing once: a form's one-time secret, and its receipt for a quarter of an hour."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from cases.errors import AlreadyFiledError, DifferentReportError
from cases.office import Office
from cases.record_base import table_of
from cases.records import OnceRecord
from cases.reports import Report, canonical
from cases.wall import know
from crypto.boxes import SecretBox, derive, keyed_digest
from crypto.errors import OpenError
from crypto.receipts import Receipt

# Long enough for a lost answer on a slow line; short enough that a found form is worth little.
SHOWN_AGAIN_SECONDS = 15 * 60
# After that the row only says «this form was filed», for as long as a page may stay open.
REMEMBERED_SECONDS = 24 * 60 * 60
RECEIPT_LABEL = "once/receipt"
_ONCE = table_of(OnceRecord).c
_FILED_FORM = select(_ONCE.digest, _ONCE.sealed_receipt, _ONCE.expires_at).where(
    _ONCE.tag == bindparam("tag")
)


class NamedDigest(Protocol):
    """What a form's digest sees of a file: a finished upload, or what is remembered of one."""

    @property
    def file_name(self) -> str:
        """Return the name that the file came with."""

    @property
    def sha256(self) -> bytes:
        """Return the digest of its content."""


@dataclass(frozen=True, repr=False)
class RememberedFile:
    """A file of a form whose upload is no longer at hand."""

    file_name: str
    sha256: bytes


@dataclass(frozen=True, repr=False)
class Once:
    """A form's one-time secret (32 bytes), and what may be stored of it."""

    secret: bytes

    @property
    def tag(self) -> bytes:
        """Return what finds the row, from which the secret cannot be had."""
        return derive(self.secret, "once/tag")

    def digest(self, report: Report, files: Iterable[NamedDigest]) -> bytes:
        """Return a keyed digest that is the same for the same form only."""
        traces = [[file.file_name, file.sha256.hex()] for file in files]
        return keyed_digest(self.secret, "once/digest", canonical([report.as_json(), traces]))

    def seal_receipt(self, receipt: Receipt) -> bytes:
        """Return the receipt sealed so that only this form opens it."""
        return SecretBox(self.secret, RECEIPT_LABEL).seal(receipt.code.encode("ascii"))

    def open_receipt(self, sealed: bytes) -> Receipt:
        """Return the receipt that this form got.

        Raises:
            OpenError: it was sealed to another form.
        """
        return Receipt.parse(SecretBox(self.secret, RECEIPT_LABEL).open(sealed).decode("ascii"))


def receipt_of_filed(session: Session, once: Once, digest: bytes, now: int) -> Receipt | None:
    """Return the receipt that this form already got, or None when it was not filed.

    Raises:
        DifferentReportError: it was filed with other words; these were not sent.
        AlreadyFiledError: it was filed, and the receipt is not shown again.
    """
    know(session, once.tag)
    row = session.execute(_FILED_FORM, {"tag": once.tag}).first()
    if row is None:
        return None
    if row.digest != digest:
        raise DifferentReportError
    # A clock that was set back must not show it for longer: the job moves the end along.
    if row.sealed_receipt is None or row.expires_at <= now:
        raise AlreadyFiledError
    try:
        return once.open_receipt(row.sealed_receipt)
    except OpenError:
        raise AlreadyFiledError from None


def was_filed(office: Office, once: Once) -> bool:
    """Return whether a form of this secret was filed already, whatever it said."""
    with office.database.reading() as session:
        know(session, once.tag)
        found = session.scalar(select(OnceRecord.tag).where(OnceRecord.tag == once.tag))
    return found is not None


def once_row(once: Once, digest: bytes, receipt: Receipt, now: int) -> dict[str, object]:
    """Return what remembers that this form was filed, with its receipt sealed to it."""
    return {
        "tag": once.tag,
        "digest": digest,
        "lookup_tag": receipt.lookup_tag(),
        "sealed_receipt": once.seal_receipt(receipt),
        "expires_at": now + SHOWN_AGAIN_SECONDS,
    }
