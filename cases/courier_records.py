"""The tables of the courier: what was exported to a key off the network, and what it may answer."""

from datetime import date

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from cases.record_base import CODE_CHARS, REF_CHARS, Record


class CourierExportRecord(Record):
    """An export for a unit, and the public half of the key that answers to it are signed with."""

    __tablename__ = "courier_exports"
    mark: Mapped[str] = mapped_column(String(REF_CHARS), primary_key=True)
    unit: Mapped[str] = mapped_column(String(CODE_CHARS))
    epoch: Mapped[int]
    verifies: Mapped[bytes]
    exported_on: Mapped[date]


class CourierEntryRecord(Record):
    """That a unit's holder was given an entry, or has it anyway."""

    __tablename__ = "courier_entries"
    unit: Mapped[str] = mapped_column(String(CODE_CHARS), primary_key=True)
    entry_id: Mapped[str] = mapped_column(ForeignKey("entries.id"), primary_key=True)
