"""The queue: the cases that a reviewer's own seals open and whose state lists them."""

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
    insert,
    join,
    outerjoin,
    select,
    text,
    tuple_,
    union,
    update,
)
from sqlalchemy.orm import Session

from cases.database import lock_table
from cases.listing_indexes import CLOSED_LISTING, NEVER, OPEN_LISTING, UNNUMBERED_LISTING
from cases.names import unit_holder
from cases.office import Office
from cases.record_base import table_of
from cases.records import CaseRecord, ListingRecord, SerialRecord
from cases.reviewers import SignedIn
from policy.states import LISTED, CaseState

PAGE_CASES = 50
Sort = Literal["received", "due"]
UNNUMBERED_CHARS = 6
ONE_DAY = timedelta(days=1)

_CASES = table_of(CaseRecord).c
_LISTINGS = table_of(ListingRecord).c
_SERIALS = table_of(SerialRecord).c
_SHOWN = (
    _CASES.ref,
    _CASES.unit,
    _CASES.state,
    _CASES.field,
    _CASES.urgent,
    _CASES.opened_on,
    _CASES.received_on,
    _CASES.due_on,
    _SERIALS.year,
    _SERIALS.number,
)
_TODAY = bindparam("today", type_=Date)
_AFTER_DAY = bindparam("after_day", type_=Date)
_AFTER_REF = bindparam("after_ref", type_=String)
# Every filter of every unit, and no more than that is kept.
_MOST_QUERIES = 256


@dataclass(frozen=True)
class Wanted:
    """What the address of a queue page asks for."""

    unit: str | None = None
    state: CaseState | None = None
    field: str | None = None
    only: Literal["new", "urgent", "overdue"] | None = None
    sort: Sort = "received"
    after: tuple[date, str] | None = None


@dataclass(frozen=True)
class QueueRow:
    """One line of the queue. Nothing of it was ever sealed."""

    ref: str
    unit: str
    serial: str
    state: CaseState
    field: str | None
    urgent: bool
    is_new: bool
    received_on: date
    days_since: int
    due_on: date | None
    is_overdue: bool


@dataclass(frozen=True)
class QueuePage:
    """Some lines of the queue, and where the next page starts."""

    rows: tuple[QueueRow, ...]
    following: tuple[date, str] | None


def list_cases(office: Office, signed_in: SignedIn, wanted: Wanted) -> QueuePage:
    """Return one page of the cases that this reviewer can open, numbering the new ones."""
    today = office.clock.today()
    with office.database.reading() as session:
        if not _has_unnumbered(session, signed_in, today):
            return _page(session, signed_in, wanted, today)
    with office.database.writing() as session:
        number_cases(session, signed_in, today)
    with office.database.reading() as session:
        return _page(session, signed_in, wanted, today)


def _page(session: Session, signed_in: SignedIn, wanted: Wanted, today: date) -> QueuePage:
    holders = sorted(signed_in.holders)
    values: dict[str, object] = {_holder_name(at): holder for at, holder in enumerate(holders)}
    values[_TODAY.key] = today
    if wanted.after:
        values[_AFTER_DAY.key], values[_AFTER_REF.key] = wanted.after
    is_later = wanted.after is not None
    query = _page_query(len(holders), replace(wanted, after=None), is_later=is_later)
    found = session.execute(query, values).all()
    rows = tuple(_row(each, today) for each in found[:PAGE_CASES])
    has_more = len(found) > PAGE_CASES
    return QueuePage(rows, _cursor(rows[-1], wanted.sort) if has_more else None)


def _cursor(row: QueueRow, sort: Sort) -> tuple[date, str]:
    return (row.received_on if sort == "received" else row.due_on or NEVER, row.ref)


def _holder_name(at: int) -> str:
    return f"holder_{at}"


# Putting a statement together takes as long as running it.
@lru_cache(_MOST_QUERIES)
def _page_query(holders: int, wanted: Wanted, *, is_later: bool) -> Select[*tuple[Any, ...]]:
    # Each holder's first rows come from an index, the page is what comes first among these, and
    # only then the cases themselves are looked up.
    parts = [_first_places(_holder_name(at), wanted, is_later=is_later) for at in range(holders)]
    places = union(*(select(part) for part in parts)).subquery()
    page = (
        select(places)
        .order_by(*_in_order(places.c.day, places.c.case_ref, wanted.sort))
        .limit(PAGE_CASES + 1)
    )
    place = page.subquery()
    has_number = and_(_SERIALS.case_ref == _CASES.ref, _SERIALS.unit == _CASES.unit)
    cases = join(place, table_of(CaseRecord), _CASES.ref == place.c.case_ref)
    return (
        select(*_SHOWN)
        .select_from(outerjoin(cases, table_of(SerialRecord), has_number))
        .order_by(*_in_order(place.c.day, place.c.case_ref, wanted.sort))
    )


def _first_places(holder: str, wanted: Wanted, *, is_later: bool) -> Subquery:
    day = _LISTINGS.due_on if wanted.sort == "due" else _LISTINGS.received_on
    query = (
        select(day.label("day"), _LISTINGS.case_ref)
        .where(
            _LISTINGS.holder == bindparam(holder), _LISTINGS.listed_from <= _TODAY, _shelf(wanted)
        )
        .limit(PAGE_CASES + 1)
    )
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


def _shelf(wanted: Wanted) -> TextClause:
    shelf = CLOSED_LISTING if wanted.state is CaseState.CLOSED else OPEN_LISTING
    return text(f"listings.{shelf.text}")


def _filters(wanted: Wanted) -> list[ColumnElement[bool]]:
    filters: list[ColumnElement[bool]] = []
    if wanted.state and wanted.state in LISTED:
        filters.append(_CASES.state == wanted.state)
    if wanted.unit:
        filters.append(_CASES.unit == wanted.unit)
    if wanted.field:
        filters.append(_CASES.field == wanted.field)
    if wanted.only == "new":
        filters.append(_CASES.opened_on.is_(None))
    elif wanted.only == "urgent":
        filters.append(_CASES.urgent.is_(True))
    elif wanted.only == "overdue":
        filters.append(_CASES.due_on < _TODAY)
    return filters


def _row(found: Row[*tuple[Any, ...]], today: date) -> QueueRow:
    ref, unit, state, field, urgent, opened_on, received_on, due_on, year, number = found
    return QueueRow(
        ref=ref,
        unit=unit,
        serial=serial_text(year, number, ref),
        state=CaseState(state),
        field=field,
        urgent=urgent,
        is_new=opened_on is None,
        received_on=received_on,
        days_since=(today - received_on) // ONE_DAY,
        due_on=due_on,
        is_overdue=due_on is not None and due_on < today,
    )


def serial_text(year: int | None, number: int | None, ref: str) -> str:
    """Return what a case is called in its unit: its number in the register, or a part of its ref.

    A case that some member is kept out of has no number: a gap would tell them that it exists.
    """
    return f"{number}/{year}" if number else ref[:UNNUMBERED_CHARS].upper()


def _has_unnumbered(session: Session, signed_in: SignedIn, today: date) -> bool:
    # In the order of its index: by its numbers PostgreSQL takes the few rows for many.
    query = (
        select(_LISTINGS.case_ref)
        .where(*_not_numbered_yet(signed_in, today))
        .order_by(_LISTINGS.holder, _LISTINGS.listed_from)
        .limit(1)
    )
    return session.scalar(query) is not None


def _unnumbered(signed_in: SignedIn, today: date) -> Select[str, date]:
    has_serial = (
        select(SerialRecord.case_ref)
        .where(SerialRecord.case_ref == CaseRecord.ref, SerialRecord.unit == CaseRecord.unit)
        .exists()
    )
    # PostgreSQL orders distinct rows only by what it selects.
    return (
        select(CaseRecord.ref, CaseRecord.received_on)
        .join(ListingRecord, ListingRecord.case_ref == CaseRecord.ref)
        .where(
            *_not_numbered_yet(signed_in, today),
            CaseRecord.unit.in_(signed_in.units),
            ~has_serial,
        )
        .group_by(CaseRecord.received_on, CaseRecord.ref)
        .order_by(CaseRecord.received_on, CaseRecord.ref)
    )


def _not_numbered_yet(
    signed_in: SignedIn, today: date
) -> tuple[ColumnElement[bool], ColumnElement[bool], TextClause]:
    return (
        ListingRecord.holder.in_(_own_units(signed_in)),
        ListingRecord.listed_from <= today,
        UNNUMBERED_LISTING,
    )


def _own_units(signed_in: SignedIn) -> list[str]:
    return [unit_holder(unit) for unit in signed_in.units]


def number_cases(session: Session, signed_in: SignedIn, today: date) -> None:
    """Give every case that a whole unit of the reviewer lists its next number of the year."""
    lock_table(session, SerialRecord)
    refs = session.scalars(_unnumbered(signed_in, today)).all()
    for ref in refs:
        case = session.get_one(CaseRecord, ref)
        year = case.received_on.year
        last = session.scalar(
            select(func.max(SerialRecord.number)).where(
                SerialRecord.unit == case.unit, SerialRecord.year == year
            )
        )
        session.execute(
            insert(SerialRecord).values(
                case_ref=ref, unit=case.unit, year=year, number=(last or 0) + 1
            )
        )
    session.execute(
        update(ListingRecord).where(*_not_numbered_yet(signed_in, today)).values(is_numbered=True)
    )
