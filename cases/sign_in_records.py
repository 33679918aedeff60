"""The tables of coming to the desk: links to enrol by, codes that can be used and that were."""

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from cases.record_base import CODE_CHARS, ROLES_CHARS, Record


class SpareCodeRecord(Record):
    """A spare code that was not used yet, by a tag that only its reviewer can make."""

    __tablename__ = "spare_codes"
    reviewer_id: Mapped[str] = mapped_column(ForeignKey("reviewers.id"), primary_key=True)
    tag: Mapped[bytes] = mapped_column(primary_key=True)


class SpentCodeRecord(Record):
    """A one-time code or a passkey's challenge that was used, until nobody accepts it any more."""

    __tablename__ = "spent_codes"
    tag: Mapped[bytes] = mapped_column(primary_key=True)
    expires_at: Mapped[int] = mapped_column(BigInteger, index=True)


class PasskeyRecord(Record):
    """A passkey of a reviewer: by a tag that only they can make, sealed under their seed."""

    __tablename__ = "passkeys"
    reviewer_id: Mapped[str] = mapped_column(ForeignKey("reviewers.id"), primary_key=True)
    tag: Mapped[bytes] = mapped_column(primary_key=True)
    sealed: Mapped[bytes]


class EnrolmentRecord(Record):
    """A single-use link, by the digest of its token, for one place in one unit."""

    __tablename__ = "enrolments"
    tag: Mapped[bytes] = mapped_column(primary_key=True)
    unit: Mapped[str] = mapped_column(String(CODE_CHARS))
    roles: Mapped[str] = mapped_column(String(ROLES_CHARS))
    expires_at: Mapped[int] = mapped_column(BigInteger, index=True)
