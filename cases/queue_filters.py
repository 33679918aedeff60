"""What the queue can be narrowed to that the columns of a case do not say themselves."""

from typing import Any

from sqlalchemy import ColumnElement, String, and_, bindparam, exists
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from cases.desk_records import ProposalRecord
from cases.names import REPORTER, EntryKind
from cases.record_base import table_of
from cases.records import CaseRecord, EntryRecord

# Who looks, and the units that they answer for.
READER = bindparam("reader", type_=String)
OWN_UNITS = bindparam("own_units", type_=String, expanding=True)

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
    """Return whether something waits that somebody else proposed to a unit of the reader."""
    proposals = table_of(ProposalRecord).c
    waits = exists().where(
        proposals.case_ref == _CASES.ref,
        proposals.settled_on.is_(None),
        proposals.proposed_by != READER,
    )
    return _CASES.unit.in_(OWN_UNITS) & waits
