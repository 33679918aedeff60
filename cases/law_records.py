"""The tables of a case's law: clocks and figures, nothing that was ever sealed."""

from datetime import date

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from cases.record_base import CODE_CHARS, Record


class ClockRecord(Record):
    """One running of a deadline's clock on a case, by the rule of the pack: days only."""

    __tablename__ = "clocks"
    case_ref: Mapped[str] = mapped_column(ForeignKey("cases.ref"), primary_key=True)
    rule: Mapped[str] = mapped_column(String(CODE_CHARS), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    started_on: Mapped[date]
    due_on: Mapped[date]
    ended_on: Mapped[date | None]
    lapsed: Mapped[bool]
    off_track: Mapped[bool]
    extensions: Mapped[int]
    paused_on: Mapped[date | None]
    # The events that paused it, with spaces between.
    paused_by: Mapped[str]
    paused_days: Mapped[int]


class OutcomeRecord(Record):
    """What came of a concluded case: figures for the office's reports, in đồng and m².

    Names and numbers of documents stand sealed in the case's history.
    """

    __tablename__ = "outcomes"
    case_ref: Mapped[str] = mapped_column(ForeignKey("cases.ref"), primary_key=True)
    finding: Mapped[str] = mapped_column(String(CODE_CHARS))
    # Codes of measures, with spaces between.
    measures: Mapped[str]
    money_to_recover: Mapped[int] = mapped_column(BigInteger)
    money_recovered: Mapped[int] = mapped_column(BigInteger)
    land_to_recover: Mapped[int] = mapped_column(BigInteger)
    land_recovered: Mapped[int] = mapped_column(BigInteger)
    people: Mapped[int]
    officials: Mapped[int]
    heads: Mapped[int]
    recorded_on: Mapped[date]
