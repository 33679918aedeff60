"""The queue: the cases that a reviewer's own seals open and whose state lists them."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    TextClause,
    and_,
    func,
    insert,
    literal,
    select,
    text,
    tuple_,
    union_all,
    update,
)
from sqlalchemy.orm import Session

from cases.database import lock_table
from cases.listing_indexes import CLOSED_LISTING, NEVER, OPEN_LISTING, UNNUMBERED_LISTING
from cases.names import unit_holder
from cases.office import Office
from cases.records import CaseRecord, ListingRecord, SerialRecord
from cases.reviewers import SignedIn
from policy.states import LISTED, CaseState

PAGE_CASES = 50
Sort = Literal["received", "due"]
UNNUMBERED_CHARS = 6


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
        is_unnumbered = session.scalar(_unnumbered(signed_in, today).limit(1)) is not None
    if is_unnumbered:
        with office.database.writing() as session:
            number_cases(session, signed_in, today)
    with office.database.reading() as session:
        found = session.execute(_page(signed_in, wanted, today)).all()
    rows = tuple(_row(each[0], each[1], today) for each in found[:PAGE_CASES])
    following = None
    if len(found) > PAGE_CASES:
        following = _cursor(found[PAGE_CASES - 1][0], wanted.sort)
    return QueuePage(rows, following)


def _cursor(case: CaseRecord, sort: Sort) -> tuple[date, str]:
    return (case.received_on if sort == "received" else case.due_on or NEVER, case.ref)


def _page(signed_in: SignedIn, wanted: Wanted, today: date) -> Select[CaseRecord, SerialRecord]:
    # Each holder's first rows come from an index, and the page is what comes first among these.
    firsts = [_first_refs(holder, wanted, today) for holder in sorted(signed_in.holders)]
    refs = union_all(*(select(first.c.case_ref) for first in firsts))
    query = (
        select(CaseRecord, SerialRecord)
        .outerjoin(
            SerialRecord,
            and_(SerialRecord.case_ref == CaseRecord.ref, SerialRecord.unit == CaseRecord.unit),
        )
        .where(CaseRecord.ref.in_(refs))
        .limit(PAGE_CASES + 1)
    )
    if wanted.sort == "due":
        return query.order_by(func.coalesce(CaseRecord.due_on, NEVER), CaseRecord.ref)
    return query.order_by(CaseRecord.received_on.desc(), CaseRecord.ref.desc())


def _first_refs(holder: str, wanted: Wanted, today: date) -> Subquery:
    listing = ListingRecord
    query = (
        select(listing.case_ref)
        .where(listing.holder == holder, listing.listed_from <= today, _shelf(wanted))
        .limit(PAGE_CASES + 1)
    )
    if filters := _filters(wanted, today):
        query = query.join(CaseRecord, CaseRecord.ref == listing.case_ref).where(*filters)
    by_due = wanted.sort == "due"
    place = tuple_(listing.due_on if by_due else listing.received_on, listing.case_ref)
    if wanted.after:
        after = tuple_(*(literal(value) for value in wanted.after))
        query = query.where(place > after if by_due else place < after)
    if by_due:
        return query.order_by(listing.due_on, listing.case_ref).subquery()
    return query.order_by(listing.received_on.desc(), listing.case_ref.desc()).subquery()


def _shelf(wanted: Wanted) -> TextClause:
    shelf = CLOSED_LISTING if wanted.state is CaseState.CLOSED else OPEN_LISTING
    return text(f"listings.{shelf.text}")


def _filters(wanted: Wanted, today: date) -> list[ColumnElement[bool]]:
    filters: list[ColumnElement[bool]] = []
    if wanted.state and wanted.state in LISTED:
        filters.append(CaseRecord.state == wanted.state)
    if wanted.unit:
        filters.append(CaseRecord.unit == wanted.unit)
    if wanted.field:
        filters.append(CaseRecord.field == wanted.field)
    if wanted.only == "new":
        filters.append(CaseRecord.opened_on.is_(None))
    elif wanted.only == "urgent":
        filters.append(CaseRecord.urgent.is_(True))
    elif wanted.only == "overdue":
        filters.append(CaseRecord.due_on < today)
    return filters


def _row(case: CaseRecord, serial: SerialRecord | None, today: date) -> QueueRow:
    return QueueRow(
        ref=case.ref,
        unit=case.unit,
        serial=serial_text(serial, case.ref),
        state=CaseState(case.state),
        field=case.field,
        urgent=case.urgent,
        is_new=case.opened_on is None,
        received_on=case.received_on,
        days_since=(today - case.received_on) // timedelta(days=1),
        due_on=case.due_on,
        is_overdue=case.due_on is not None and case.due_on < today,
    )


def serial_text(serial: SerialRecord | None, ref: str) -> str:
    """Return what a case is called in its unit: its number in the register, or a part of its ref.

    A case that some member is kept out of has no number: a gap would tell them that it exists.
    """
    return f"{serial.number}/{serial.year}" if serial else ref[:UNNUMBERED_CHARS].upper()


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
