"""The tables of protection and of the reporter's voice: codes, days and counts, and no words."""

from datetime import date

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from cases.record_base import CODE_CHARS, Record


class HappeningRecord(Record):
    """What happened at the public door and moved no clock yet: gone within the minute.

    The public door may change nothing of a case, so the desk lets the clocks start.
    """

    __tablename__ = "happenings"
    case_ref: Mapped[str] = mapped_column(ForeignKey("cases.ref"), primary_key=True)
    event: Mapped[str] = mapped_column(String(CODE_CHARS), primary_key=True)
    day: Mapped[date]


class FeedbackRecord(Record):
    """How often reporters of a unit's closed cases gave an answer to a question, in a quarter.

    Each question is counted by itself: how one person answered both is not kept.
    """

    __tablename__ = "feedback"
    unit: Mapped[str] = mapped_column(String(CODE_CHARS), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    quarter: Mapped[int] = mapped_column(primary_key=True)
    question: Mapped[str] = mapped_column(String(CODE_CHARS), primary_key=True)
    answer: Mapped[str] = mapped_column(String(CODE_CHARS), primary_key=True)
    count: Mapped[int]


class FeedbackGivenRecord(Record):
    """A case whose reporter answered: not what, and not when."""

    __tablename__ = "feedback_given"
    case_ref: Mapped[str] = mapped_column(ForeignKey("cases.ref"), primary_key=True)
