"""The tables of signing in: codes that can be used, and that were."""

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from cases.record_base import Record


class SpareCodeRecord(Record):
    """A spare code that was not used yet, by a tag that only its reviewer can make."""

    __tablename__ = "spare_codes"
    reviewer_id: Mapped[str] = mapped_column(ForeignKey("reviewers.id"), primary_key=True)
    tag: Mapped[bytes] = mapped_column(primary_key=True)


class SpentCodeRecord(Record):
    """A one-time code that was used, until no clock would accept it any more."""

    __tablename__ = "spent_codes"
    tag: Mapped[bytes] = mapped_column(primary_key=True)
    expires_at: Mapped[int] = mapped_column(BigInteger, index=True)
