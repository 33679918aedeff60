"""The serial numbers of cases in each unit's register, given when a member first lists them."""

from datetime import date

from sqlalchemy import ColumnElement, Select, TextClause, func, insert, select, update
from sqlalchemy.orm import Session

from cases.database import lock_table
from cases.listing_indexes import UNNUMBERED_LISTING
from cases.names import unit_holder
from cases.record_base import table_of
from cases.records import CaseRecord, ListingRecord, SerialRecord
from cases.reviewers import SignedIn

UNNUMBERED_CHARS = 6

_LISTINGS = table_of(ListingRecord).c


def has_unnumbered(session: Session, signed_in: SignedIn, today: date) -> bool:
    """Return whether a case that a whole unit of the reviewer lists still has no number."""
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


def serial_of(session: Session, case: CaseRecord) -> str:
    """Return what a case is called in its unit (``serial_text``)."""
    serial = session.get(SerialRecord, (case.ref, case.unit))
    year, number = (serial.year, serial.number) if serial else (None, None)
    return serial_text(year, number, case.ref)


def serial_text(year: int | None, number: int | None, ref: str) -> str:
    """Return what a case is called in its unit: its number in the register, or a part of its ref.

    A case that some member is kept out of has no number: a gap would tell them that it exists.
    """
    return f"{number}/{year}" if number else ref[:UNNUMBERED_CHARS].upper()
