"""What the queue can be narrowed to that the columns of a case do not say themselves."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, String, and_, bindparam, exists, or_
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from cases.desk_records import HandlerRecord, ProposalRecord
from cases.names import GIVEN_EPOCH, REPORTER, CompartmentKind, EntryKind
from cases.record_base import table_of
from cases.records import CaseRecord, CompartmentRecord, EntryRecord, SealRecord
from cases.redaction_records import OriginalRequestRecord

# Who looks, the units that they answer for, and the holders whose seals they open.
READER = bindparam("reader", type_=String)
OWN_UNITS = bindparam("own_units", type_=String, expanding=True)
HOLDERS = bindparam("holders", type_=String, expanding=True)

_CASES = table_of(CaseRecord).c


def reporter_waits() -> ColumnElement[bool]:
    """Return whether the reporter of the queue's case wrote last of the two sides."""
    said = table_of(EntryRecord).alias()
    return exists().where(said.c.case_ref == _CASES.ref, is_unanswered(said.c))


def is_unanswered(said: ReadOnlyColumnCollection[str, Any]) -> ColumnElement[bool]:
    """Return whether an entry is a message of the reporter after which the office said nothing."""
    later = table_of(EntryRecord).alias()
    answer = exists().where(
        later.c.case_ref == said.case_ref,
        later.c.kind == EntryKind.MESSAGE,
        later.c.author != REPORTER,
        later.c.position > said.position,
    )
    return and_(said.kind == EntryKind.MESSAGE, said.author == REPORTER, ~answer)


def is_to_be_approved() -> ColumnElement[bool]:
    """Return whether something waits that somebody else proposed to a unit of the reader.

    Or that somebody asked for the original of what the reader can give.
    """
    proposals = table_of(ProposalRecord).c
    waits = exists().where(
        proposals.case_ref == _CASES.ref,
        proposals.settled_on.is_(None),
        proposals.proposed_by != READER,
    )
    return or_(_CASES.unit.in_(OWN_UNITS) & waits, _is_original_asked_for())


def _is_original_asked_for() -> ColumnElement[bool]:
    asked, parts = table_of(OriginalRequestRecord).c, table_of(CompartmentRecord).c
    seals = table_of(SealRecord).c
    waits = exists().where(
        asked.case_ref == _CASES.ref, asked.settled_on.is_(None), asked.asked_by != READER
    )
    holds = exists().where(
        parts.case_ref == _CASES.ref,
        parts.kind == CompartmentKind.REPORT,
        seals.compartment_id == parts.id,
        seals.holder.in_(HOLDERS),
        seals.holder_epoch > GIVEN_EPOCH,
    )
    return waits & holds


def is_handled_by_reader() -> ColumnElement[bool]:
    """Return whether the reader handles the queue's case, or it was given to them."""
    handlers = table_of(HandlerRecord).c
    return exists().where(
        handlers.case_ref == _CASES.ref,
        handlers.unit == _CASES.unit,
        handlers.reviewer_id == READER,
    )


# What a list shows only, by the name that its address has for it.
NARROWED: Final[Mapping[str, Callable[[], ColumnElement[bool]]]] = {
    "new": lambda: _CASES.opened_on.is_(None),
    "urgent": lambda: _CASES.urgent.is_(True),
    "answered": reporter_waits,
    "approval": is_to_be_approved,
    "mine": is_handled_by_reader,
}
