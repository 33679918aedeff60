"""The tables of working together at the desk: who handles what, and what takes a second person."""

from datetime import date

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from cases.record_base import CODE_CHARS, REF_CHARS, ROLES_CHARS, Record


class HandlerRecord(Record):
    """Who handles a case for a unit; not declared yet: a head gave it to them.

    It counts while the unit is responsible for the case.
    """

    __tablename__ = "handlers"
    case_ref: Mapped[str] = mapped_column(ForeignKey("cases.ref"), primary_key=True)
    unit: Mapped[str] = mapped_column(String(CODE_CHARS))
    reviewer_id: Mapped[str] = mapped_column(ForeignKey("reviewers.id"), index=True)
    is_declared: Mapped[bool]


class DeskDraftRecord(Record):
    """Words that a reviewer did not send yet, sealed to themselves; found by a tag of their own."""

    __tablename__ = "desk_drafts"
    tag: Mapped[bytes] = mapped_column(primary_key=True)
    sealed: Mapped[bytes]
    kept_on: Mapped[date] = mapped_column(index=True)


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


class RoleChangeRecord(Record):
    """Other roles for a member of a unit: proposed by one person, settled by another.

    ``roles`` have spaces between. The reasons are the office's own words about its own people.
    """

    __tablename__ = "role_changes"
    id: Mapped[str] = mapped_column(String(REF_CHARS), primary_key=True)
    unit: Mapped[str] = mapped_column(String(CODE_CHARS), index=True)
    reviewer_id: Mapped[str] = mapped_column(ForeignKey("reviewers.id"))
    roles: Mapped[str] = mapped_column(String(ROLES_CHARS))
    reason: Mapped[str]
    proposed_by: Mapped[str] = mapped_column(ForeignKey("reviewers.id"))
    proposed_on: Mapped[date]
    settled_by: Mapped[str | None] = mapped_column(ForeignKey("reviewers.id"))
    settled_on: Mapped[date | None]
    is_approved: Mapped[bool | None]
    settled_reason: Mapped[str | None]
