"""The tables of retention: days only, and for a receipt whose case is gone its tag and a day."""

from datetime import date

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from cases.record_base import Record


class RetentionRecord(Record):
    """Since when a case is closed, since when it is held, and when it was disposed of.

    In clear, so that a hold binds also whoever cannot read the line that tells of it, and what is
    due is known without a key. Why a case is held stands sealed in its history.
    """

    __tablename__ = "retention"
    case_ref: Mapped[str] = mapped_column(ForeignKey("cases.ref"), primary_key=True)
    closed_on: Mapped[date | None]
    held_on: Mapped[date | None]
    disposed_on: Mapped[date | None]


class DisposedReceiptRecord(Record):
    """What is left of a receipt whose case was disposed of; which case it was is not said."""

    __tablename__ = "disposed_receipts"
    lookup_tag: Mapped[bytes] = mapped_column(primary_key=True)
    disposed_on: Mapped[date]
