"""What the queue can be narrowed to that the columns of a case do not say themselves."""

from sqlalchemy import ColumnElement, String, bindparam, exists

from cases.desk_records import ProposalRecord
from cases.names import REPORTER, EntryKind
from cases.record_base import table_of
from cases.records import CaseRecord, EntryRecord

# Who looks, and the units that they answer for.
READER = bindparam("reader", type_=String)
OWN_UNITS = bindparam("own_units", type_=String, expanding=True)

_CASES = table_of(CaseRecord).c


def is_answered() -> ColumnElement[bool]:
    """Return whether the reporter wrote last of the two sides."""
    said, later = table_of(EntryRecord).alias(), table_of(EntryRecord).alias()
    is_message = (said.c.case_ref == _CASES.ref, said.c.kind == EntryKind.MESSAGE)
    reply = exists().where(
        later.c.case_ref == said.c.case_ref,
        later.c.kind == EntryKind.MESSAGE,
        later.c.author != REPORTER,
        later.c.position > said.c.position,
    )
    return exists().where(*is_message, said.c.author == REPORTER, ~reply)


def is_to_be_approved() -> ColumnElement[bool]:
    """Return whether something waits that somebody else proposed to a unit of the reader."""
    proposals = table_of(ProposalRecord).c
    waits = exists().where(
        proposals.case_ref == _CASES.ref,
        proposals.settled_on.is_(None),
        proposals.proposed_by != READER,
    )
    return _CASES.unit.in_(OWN_UNITS) & waits
