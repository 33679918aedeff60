"""The tables of working together at the desk: what waits for a second person."""

from datetime import date

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from cases.record_base import REF_CHARS, Record


class ProposalRecord(Record):
    """Something of a case that one person proposed and another has to settle.

    What it is stands sealed in the case's history, under the id of this row.
    """

    __tablename__ = "proposals"
    id: Mapped[str] = mapped_column(String(REF_CHARS), primary_key=True)
    case_ref: Mapped[str] = mapped_column(ForeignKey("cases.ref"), index=True)
    proposed_by: Mapped[str] = mapped_column(ForeignKey("reviewers.id"))
    proposed_on: Mapped[date]
    settled_on: Mapped[date | None]
