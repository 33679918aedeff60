"""The register of protection: the requests of every case that a reviewer may read.

In clear stands only which cases have a compartment for it, and the clocks of what is due:
everything else of a line was opened with the reviewer's own keys.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from itertools import chain

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cases.access import may_protect, open_protection, refuse_kept_out
from cases.errors import CaseNotFoundError
from cases.law_records import ClockRecord
from cases.listing_indexes import PROTECTION_PART
from cases.names import KEEPING_OUT, EntryKind
from cases.numbering import serial_of
from cases.office import Office
from cases.protection import Protection, protection_of
from cases.protection_given import ASKING, asking_rules, given_to
from cases.protection_records import HappeningRecord
from cases.reading import open_entries
from cases.records import CaseRecord, CompartmentRecord, ListingRecord
from cases.reviewers import SignedIn
from crypto.errors import OpenError
from policy.deadlines import Law

PAGE_CASES = 20
NEVER = date.max


@dataclass(frozen=True, repr=False)
class RegisterRow:
    """A case in which protection was asked for; no protection where something was altered."""

    ref: str
    serial: str
    unit: str
    due_on: date | None
    protection: Protection | None


@dataclass(frozen=True, repr=False)
class RegisterPage:
    """Some cases of the register, what is due first, and whether others follow."""

    rows: tuple[RegisterRow, ...]
    has_more: bool


def list_protected(office: Office, signed_in: SignedIn, page: int) -> RegisterPage:
    """Return one page of the register, counted from 1."""
    with office.database.reading() as session:
        due = _due_days(session, office.law, _protected(session, signed_in, office.clock.today()))
        order = sorted(due, key=lambda case: (due[case] or NEVER, -case[1].toordinal(), case[0]))
        start = (page - 1) * PAGE_CASES
        shown = order[start : start + PAGE_CASES]
        rows = (_row(session, signed_in, ref, due[ref, day]) for ref, day in shown)
        return RegisterPage(
            tuple(row for row in rows if row is not None), len(order) > start + PAGE_CASES
        )


def is_protection_due(office: Office, signed_in: SignedIn) -> bool:
    """Return whether protection is to be decided on today, or was before, in a case of theirs."""
    today = office.clock.today()
    with office.database.reading() as session:
        due = _due_days(session, office.law, _protected(session, signed_in, today))
        late = (ref for (ref, _), day in due.items() if day is not None and day <= today)
        return any(may_protect(session, signed_in, ref, today) for ref in late)


Case = tuple[str, date]


def _protected(session: Session, signed_in: SignedIn, today: date) -> list[Case]:
    """Return the cases with a compartment for protection, and the days of their receipt.

    Of a reader's lists, and those that an officer was given.
    """
    parts = select(CompartmentRecord.case_ref).where(PROTECTION_PART)
    rows = session.execute(
        select(ListingRecord.case_ref, ListingRecord.received_on)
        .where(
            ListingRecord.case_ref.in_(parts),
            ListingRecord.holder.in_(signed_in.holders),
            ListingRecord.listed_from <= today,
        )
        .distinct()
    )
    given = select(CaseRecord.ref, CaseRecord.received_on).where(
        CaseRecord.ref.in_(given_to(signed_in.protection_holders))
    )
    return list({(ref, day) for ref, day in chain(rows, session.execute(given))})


def _due_days(session: Session, law: Law, cases: Collection[Case]) -> dict[Case, date | None]:
    """Return until when each case waits for a decision on protection, if it does."""
    refs = [ref for ref, _ in cases]
    rules = asking_rules(law)
    running = (
        select(ClockRecord.case_ref, func.min(ClockRecord.due_on))
        .where(
            ClockRecord.case_ref.in_(refs),
            ClockRecord.rule.in_(rules),
            ClockRecord.ended_on.is_(None),
        )
        .group_by(ClockRecord.case_ref)
    )
    # What came within this minute has no clock yet, and is looked at like what is due today.
    new = select(HappeningRecord.case_ref, func.min(HappeningRecord.day)).where(
        HappeningRecord.case_ref.in_(refs), HappeningRecord.event.in_(ASKING)
    )
    found = {ref: day for ref, day in session.execute(running)}
    for ref, day in session.execute(new.group_by(HappeningRecord.case_ref)):
        found[ref] = min(day, found.get(ref, day))
    return {(ref, day): found.get(ref) for ref, day in cases}


def _row(
    session: Session, signed_in: SignedIn, ref: str, due_on: date | None
) -> RegisterRow | None:
    case = session.get_one(CaseRecord, ref)
    try:
        protection = _open(session, signed_in, ref)
    except CaseNotFoundError:
        return None
    except OpenError:
        protection = None
    if protection is not None and not protection.requests:
        return None
    return RegisterRow(ref, serial_of(session, case), case.unit, due_on, protection)


def _open(session: Session, signed_in: SignedIn, ref: str) -> Protection:
    compartments = open_protection(session, signed_in, ref)
    wanted = (*KEEPING_OUT, EntryKind.PROTECTION, EntryKind.STEP)
    entries = open_entries(session, ref, compartments, *wanted)
    refuse_kept_out(signed_in, entries)
    return protection_of(entries)
