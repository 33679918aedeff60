"""The tables of recovery: its keys, who compared them, what was asked for, what was done."""

from datetime import date

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from cases.record_base import CODE_CHARS, REF_CHARS, Record


class RecoveryRecord(Record):
    """The public half of one of the three recovery holders."""

    __tablename__ = "recovery"
    number: Mapped[int] = mapped_column(primary_key=True)
    recipient: Mapped[bytes]


class RecoveryComparisonRecord(Record):
    """That a member compared the recovery keys with those who hold them.

    The mark can be made only with the unit's identity of that epoch, and fits these keys only.
    """

    __tablename__ = "recovery_comparisons"
    unit: Mapped[str] = mapped_column(String(CODE_CHARS), primary_key=True)
    epoch: Mapped[int]
    mark: Mapped[bytes]
    reviewer_id: Mapped[str] = mapped_column(ForeignKey("reviewers.id"))
    compared_on: Mapped[date]


class RecoveryExportRecord(Record):
    """What was carried to the recovery holders: a digest of it, and of what each pair can prove."""

    __tablename__ = "recovery_exports"
    unit: Mapped[str] = mapped_column(String(CODE_CHARS), primary_key=True)
    holder: Mapped[str] = mapped_column(String(CODE_CHARS), primary_key=True)
    reviewer_id: Mapped[str] = mapped_column(ForeignKey("reviewers.id"))
    digest: Mapped[bytes]
    proof_digest: Mapped[bytes]
    exported_on: Mapped[date]


class RecoveryLineRecord(Record):
    """That two recovery holders let a member in; their reason in a box of the unit's identity."""

    __tablename__ = "recovery_lines"
    id: Mapped[str] = mapped_column(String(REF_CHARS), primary_key=True)
    unit: Mapped[str] = mapped_column(String(CODE_CHARS))
    epoch: Mapped[int]
    holder: Mapped[str] = mapped_column(String(CODE_CHARS))
    reviewer_id: Mapped[str] = mapped_column(ForeignKey("reviewers.id"))
    day: Mapped[date]
    sealed: Mapped[bytes]
