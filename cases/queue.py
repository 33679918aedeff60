"""The queue: the cases that a reviewer's own seals open and whose state lists them."""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Date,
    Row,
    Select,
    String,
    Subquery,
    TextClause,
    and_,
    bindparam,
    func,
    join,
    outerjoin,
    select,
    text,
    tuple_,
    union,
)
from sqlalchemy.orm import Session

from cases.access import may_read
from cases.desk_records import HandlerRecord
from cases.disposed import disposed_among
from cases.errors import StoreUnavailableError
from cases.listing_indexes import CLOSED_LISTING, NEVER, OPEN_LISTING
from cases.numbering import has_unnumbered, number_cases, serial_text
from cases.office import Office
from cases.places import could_be_named_until
from cases.queue_filters import HOLDERS, NARROWED, OWN_UNITS, READER
from cases.record_base import table_of
from cases.records import (
    CaseRecord,
    ListingRecord,
    SerialRecord,
)
from cases.reviewers import SignedIn
from policy.states import LISTED, CaseState

PAGE_CASES = 50
Sort = Literal["received", "due"]
ONE_DAY = timedelta(days=1)

_CASES = table_of(CaseRecord).c
_LISTINGS = table_of(ListingRecord).c
_SERIALS = table_of(SerialRecord).c
_HANDLERS = table_of(HandlerRecord).c
_SHOWN = (
    _CASES.ref,
    _CASES.unit,
    _CASES.state,
    _CASES.track,
    _CASES.field,
    _CASES.urgent,
    _CASES.opened_on,
    _CASES.received_on,
    _CASES.due_on,
    _CASES.due_rule,
    _SERIALS.year,
    _SERIALS.number,
    _HANDLERS.reviewer_id.label("handler"),
)
_OPEN, _CLOSED = (text(f"listings.{each.text}") for each in (OPEN_LISTING, CLOSED_LISTING))
_TODAY = bindparam("today", type_=Date)
_AFTER_DAY = bindparam("after_day", type_=Date)
_AFTER_REF = bindparam("after_ref", type_=String)
# Every filter of every unit, and no more than that is kept.
_MOST_QUERIES = 256


Only = Literal["new", "urgent", "overdue", "today", "answered", "approval", "mine"]


@dataclass(frozen=True)
class Wanted:
    """What the address of a queue page asks for."""

    unit: str | None = None
    state: CaseState | None = None
    field: str | None = None
    only: Only | None = None
    sort: Sort = "received"
    after: tuple[date, str] | None = None


@dataclass(frozen=True)
class QueueRow:
    """One line of the queue. Nothing of it was ever sealed."""

    ref: str
    unit: str
    serial: str
    state: CaseState
    track: str
    field: str | None
    urgent: bool
    is_new: bool
    received_on: date
    days_since: int
    due_on: date | None
    due_rule: str | None
    is_overdue: bool
    is_mine: bool
    disposed_on: date | None = None


@dataclass(frozen=True)
class QueuePage:
    """Some lines of the queue, and where the next page starts."""

    rows: tuple[QueueRow, ...]
    following: tuple[date, str] | None


def list_cases(office: Office, signed_in: SignedIn, wanted: Wanted) -> QueuePage:
    """Return one page of the cases that this reviewer can open, numbering the new ones."""
    today = office.clock.today()
    with office.database.reading() as session:
        if not has_unnumbered(session, signed_in, today):
            return _page(session, signed_in, wanted, today)
    # A disk that is full keeps no number, and no reviewer from reading.
    with suppress(StoreUnavailableError), office.database.writing() as session:
        number_cases(session, signed_in, today)
    with office.database.reading() as session:
        return _page(session, signed_in, wanted, today)


def _page(session: Session, signed_in: SignedIn, wanted: Wanted, today: date) -> QueuePage:
    holders = sorted(signed_in.holders)
    values: dict[str, object] = {_holder_name(at): holder for at, holder in enumerate(holders)}
    values[_TODAY.key] = today
    if wanted.only in {"approval", "mine"}:
        values[READER.key] = signed_in.reviewer_id
    if wanted.only == "approval":
        values |= {OWN_UNITS.key: sorted(signed_in.units), HOLDERS.key: holders}
    if wanted.after:
        values[_AFTER_DAY.key], values[_AFTER_REF.key] = wanted.after
    is_later = wanted.after is not None
    query = _page_query(len(holders), replace(wanted, after=None), is_later=is_later)
    found = session.execute(query, values).all()
    rows = tuple(_row(each, today, signed_in.reviewer_id) for each in found[:PAGE_CASES])
    following = _cursor(rows[-1], wanted.sort) if len(found) > PAGE_CASES else None
    shown = _without_hidden(session, signed_in, rows, today)
    return QueuePage(_with_disposal(session, shown), following)


def _with_disposal(session: Session, rows: tuple[QueueRow, ...]) -> tuple[QueueRow, ...]:
    """Return the lines, each of a case of which nothing but that is left with its day."""
    closed = [row.ref for row in rows if row.state is CaseState.CLOSED]
    gone = disposed_among(session, closed) if closed else {}
    return tuple(
        replace(row, disposed_on=gone[row.ref]) if row.ref in gone else row for row in rows
    )


def _without_hidden(
    session: Session, signed_in: SignedIn, rows: tuple[QueueRow, ...], today: date
) -> tuple[QueueRow, ...]:
    """Return the lines without cases that keep this reviewer out.

    Such a case stands in the list of a unit that they came to after it was filed.
    """
    came_on = could_be_named_until(session, signed_in.reviewer_id)
    if came_on is None:
        return rows
    return tuple(
        row
        for row in rows
        if row.received_on > came_on or may_read(session, signed_in, row.ref, today)
    )


def _cursor(row: QueueRow, sort: Sort) -> tuple[date, str]:
    return (row.received_on if sort == "received" else row.due_on or NEVER, row.ref)


def _holder_name(at: int) -> str:
    return f"holder_{at}"


# Putting a statement together takes as long as running it.
@lru_cache(_MOST_QUERIES)
def _page_query(holders: int, wanted: Wanted, *, is_later: bool) -> Select[*tuple[Any, ...]]:
    # Each holder's first rows come from an index, the page is what comes first among these, and
    # only then the cases themselves are looked up.
    parts = [
        _first_places(_holder_name(at), shelf, wanted, is_later=is_later)
        for at in range(holders)
        for shelf in _shelves(wanted)
    ]
    places = union(*(select(part) for part in parts)).subquery()
    page = (
        select(places)
        .order_by(*_in_order(places.c.day, places.c.case_ref, wanted.sort))
        .limit(PAGE_CASES + 1)
    )
    place = page.subquery()
    has_number = and_(_SERIALS.case_ref == _CASES.ref, _SERIALS.unit == _CASES.unit)
    is_handled = and_(_HANDLERS.case_ref == _CASES.ref, _HANDLERS.unit == _CASES.unit)
    cases = join(place, table_of(CaseRecord), _CASES.ref == place.c.case_ref)
    numbered = outerjoin(cases, table_of(SerialRecord), has_number)
    return (
        select(*_SHOWN)
        .select_from(outerjoin(numbered, table_of(HandlerRecord), is_handled))
        .order_by(*_in_order(place.c.day, place.c.case_ref, wanted.sort))
    )


def _first_places(holder: str, shelf: TextClause, wanted: Wanted, *, is_later: bool) -> Subquery:
    day = _LISTINGS.due_on if wanted.sort == "due" else _LISTINGS.received_on
    query = (
        select(day.label("day"), _LISTINGS.case_ref)
        .where(_LISTINGS.holder == bindparam(holder), _LISTINGS.listed_from <= _TODAY, shelf)
        .limit(PAGE_CASES + 1)
    )
    if wanted.only == "overdue":
        query = query.where(_is_late(shelf))
    if wanted.only == "today":
        query = query.where(_LISTINGS.due_on == _TODAY)
    if filters := _filters(wanted):
        query = query.join(table_of(CaseRecord), _CASES.ref == _LISTINGS.case_ref).where(*filters)
    if is_later:
        place, after = tuple_(day, _LISTINGS.case_ref), tuple_(_AFTER_DAY, _AFTER_REF)
        query = query.where(place > after if wanted.sort == "due" else place < after)
    return query.order_by(*_in_order(day, _LISTINGS.case_ref, wanted.sort)).subquery()


def _in_order(
    day: ColumnElement[date], ref: ColumnElement[str], sort: Sort
) -> tuple[ColumnElement[Any], ...]:
    return (day, ref) if sort == "due" else (day.desc(), ref.desc())


def _shelves(wanted: Wanted) -> tuple[TextClause, ...]:
    if wanted.state is CaseState.CLOSED:
        return (_CLOSED,)
    if wanted.only == "overdue" and wanted.state is None:
        # What is late is late on a closed case too: somebody is still to be told, say.
        return (_OPEN, _CLOSED)
    return (_OPEN,)


def _is_late(shelf: TextClause) -> ColumnElement[bool]:
    # Of open cases many are late, and the first ones are soon found in the order of the page, so no
    # index of days is wanted; of closed ones hardly any, and these are found by their day.
    day = func.coalesce(_LISTINGS.due_on, _TODAY) if shelf is _OPEN else _LISTINGS.due_on
    return day < _TODAY


def _filters(wanted: Wanted) -> list[ColumnElement[bool]]:
    filters: list[ColumnElement[bool]] = []
    if wanted.state and wanted.state in LISTED:
        filters.append(_CASES.state == wanted.state)
    if wanted.unit:
        filters.append(_CASES.unit == wanted.unit)
    if wanted.field:
        filters.append(_CASES.field == wanted.field)
    if narrowed := NARROWED.get(wanted.only or ""):
        filters.append(narrowed())
    return filters


def _row(found: Row[*tuple[Any, ...]], today: date, reader: str) -> QueueRow:
    return QueueRow(
        ref=found.ref,
        unit=found.unit,
        serial=serial_text(found.year, found.number, found.ref),
        state=CaseState(found.state),
        track=found.track,
        field=found.field,
        urgent=found.urgent,
        is_new=found.opened_on is None,
        received_on=found.received_on,
        days_since=(today - found.received_on) // ONE_DAY,
        due_on=found.due_on,
        due_rule=found.due_rule,
        is_overdue=found.due_on is not None and found.due_on < today,
        is_mine=found.handler == reader,
    )
