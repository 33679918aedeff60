"""The tables of the notice to reviewers: addresses, unsent letters, and what was told already.

Addresses stand in clear, because the job that writes to them has no key.
"""

from datetime import date

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from cases.record_base import CODE_CHARS, REF_CHARS, Record


class NoticeAddressRecord(Record):
    """Where a reviewer wants notice, by their own word; ``wanted`` waits for its code."""

    __tablename__ = "notice_addresses"
    reviewer_id: Mapped[str] = mapped_column(ForeignKey("reviewers.id"), primary_key=True)
    address: Mapped[str | None]
    # The mail server refused it for good on this day, and took nothing for it since.
    refused_on: Mapped[date | None]
    # The last day on which it was decided whether they get the digest.
    digest_on: Mapped[date | None]
    wanted: Mapped[str | None]
    code: Mapped[str | None] = mapped_column(String(CODE_CHARS))
    guesses: Mapped[int]
    expires_at: Mapped[int | None] = mapped_column(BigInteger)
    # How many codes were asked for on that day.
    codes: Mapped[int]
    codes_on: Mapped[date]


class OutboxRecord(Record):
    """A letter that the mail server did not take yet; its id is that of the message.

    Unsure: it is being sent, or was cut off while it was; until ``due_at`` it is nobody else's. A
    row says neither for what it was written nor at which time.
    """

    __tablename__ = "outbox"
    id: Mapped[str] = mapped_column(String(REF_CHARS), primary_key=True)
    reviewer_id: Mapped[str] = mapped_column(ForeignKey("reviewers.id"), index=True)
    is_code: Mapped[bool]
    made_on: Mapped[date]
    due_at: Mapped[int] = mapped_column(BigInteger, index=True)
    tries: Mapped[int]
    is_unsure: Mapped[bool]


class ToldRecord(Record):
    """An urgent case, or a limit of the same day, that a reviewer was told of at once."""

    __tablename__ = "told"
    reviewer_id: Mapped[str] = mapped_column(ForeignKey("reviewers.id"), primary_key=True)
    case_ref: Mapped[str] = mapped_column(
        ForeignKey("cases.ref", ondelete="CASCADE"), primary_key=True
    )
    # The rule whose limit it is, or "urgent".
    what: Mapped[str] = mapped_column(String(CODE_CHARS), primary_key=True)


class MailServerRecord(Record):
    """How the one mail server does, and when letters are thought of next: at the full hour."""

    __tablename__ = "mail_server"
    number: Mapped[int] = mapped_column(primary_key=True)
    due_at: Mapped[int] = mapped_column(BigInteger)
    failing_since: Mapped[date | None]
