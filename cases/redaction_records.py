"""The table of originals that were asked for: who asked for which case on which day, no words."""

from datetime import date

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from cases.record_base import REF_CHARS, Record


class OriginalRequestRecord(Record):
    """Somebody who reads a redacted copy asked for the original; who holds it answers.

    Why, and what was answered, stands sealed in the case's history, under the id of this row.
    """

    __tablename__ = "original_requests"
    id: Mapped[str] = mapped_column(String(REF_CHARS), primary_key=True)
    case_ref: Mapped[str] = mapped_column(ForeignKey("cases.ref"), index=True)
    asked_by: Mapped[str] = mapped_column(ForeignKey("reviewers.id"))
    asked_on: Mapped[date]
    settled_on: Mapped[date | None]
