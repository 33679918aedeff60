"""What waits for a reviewer at the desk, told without any key, as the queue lists it.

Nobody is told of a case that they may not know of. A report can keep out somebody who came to a
unit after it was filed, and that stands sealed in it (``cases.access``): of what a whole unit holds
since before they came, whoever could be named is told nothing.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Final

from sqlalchemy import ColumnElement, Select, and_, or_, select, text
from sqlalchemy.orm import Session

from cases.clocks import clock_of
from cases.law_records import ClockRecord
from cases.listing_indexes import CLOSED_LISTING, OPEN_LISTING
from cases.names import reviewer_holder, unit_holder
from cases.places import could_be_named_until
from cases.queue_filters import is_unanswered
from cases.record_base import table_of
from cases.records import CaseRecord, EntryRecord, ListingRecord, MembershipRecord
from cases.retention_records import RetentionRecord
from policy.clock import Clock
from policy.deadlines import Course, Law, begin
from policy.states import CaseState

URGENT: Final = "urgent"
BATCH: Final = 500
_SHELVES: Final = tuple(text(f"listings.{each.text}") for each in (OPEN_LISTING, CLOSED_LISTING))


@dataclass(frozen=True)
class Reader:
    """A reviewer as the lists know them: their units, and since when they could be named there."""

    reviewer_id: str
    came_on: Mapping[str, date]
    could_be_named: bool

    def knows(self, today: date) -> ColumnElement[bool]:
        """Return whether a listing is of a case that this reviewer may know of and answers for."""
        held = [ListingRecord.holder == reviewer_holder(self.reviewer_id)]
        for unit, day in self.came_on.items():
            of_unit = ListingRecord.holder == unit_holder(unit)
            is_later = ListingRecord.received_on > day
            held.append(and_(of_unit, is_later) if self.could_be_named else of_unit)
        return and_(
            or_(*held), ListingRecord.listed_from <= today, CaseRecord.unit.in_(list(self.came_on))
        )


def reader_of(session: Session, reviewer_id: str) -> Reader:
    """Return a reviewer with the units whose cases they read."""
    places = session.execute(
        select(MembershipRecord.unit, MembershipRecord.admitted_on).where(
            MembershipRecord.reviewer_id == reviewer_id,
            MembershipRecord.reads.is_(True),
            MembershipRecord.admitted_on.is_not(None),
            MembershipRecord.left_on.is_(None),
        )
    )
    came_on = {unit: day for unit, day in places if day is not None}
    could_be_named = could_be_named_until(session, reviewer_id) is not None
    return Reader(reviewer_id, came_on, could_be_named)


def is_any_new(session: Session, reader: Reader, today: date) -> bool:
    """Return whether a case waits that nobody opened yet."""
    query = _listed(reader, today).where(CaseRecord.opened_on.is_(None), _SHELVES[0])
    return session.scalar(query.limit(1)) is not None


def is_any_due(session: Session, reader: Reader, today: date, until: date) -> bool:
    """Return whether a limit runs out until that day, or is over."""
    due = _listed(reader, today).where(ListingRecord.due_on <= until)
    return any(session.scalar(due.where(shelf).limit(1)) is not None for shelf in _SHELVES)


def unanswered(session: Session, since: date) -> dict[str, date]:
    """Return the cases whose reporter wrote since that day and was not answered, with the day."""
    said = table_of(EntryRecord).c
    rows = session.execute(
        select(said.case_ref, said.day)
        .where(said.day >= since, is_unanswered(said))
        .order_by(said.day)
    )
    return {ref: day for ref, day in rows}


def alarms(session: Session, law: Law, today: date) -> dict[str, set[str]]:
    """Return what is not to wait for the next digest, by case: each with its rule, or as urgent.

    That is an urgent report which nobody opened, a limit of one day, and the last day of a limit
    that is a matter for discipline.
    """
    found: dict[str, set[str]] = {}
    for ref, what in chain(
        _urgent(session), _clocks(session, law, today), _untouched(session, law, today)
    ):
        found.setdefault(ref, set()).add(what)
    return found


def known_among(session: Session, reader: Reader, today: date, refs: Collection[str]) -> set[str]:
    """Return which of these cases a reviewer may know of and answers for."""
    listed, wanted = _listed(reader, today), sorted(refs)
    found: set[str] = set()
    for start in range(0, len(wanted), BATCH):
        part = ListingRecord.case_ref.in_(wanted[start : start + BATCH])
        found.update(session.scalars(listed.where(part)))
    return found


def _listed(reader: Reader, today: date) -> Select[str]:
    return (
        select(ListingRecord.case_ref)
        .join(CaseRecord, CaseRecord.ref == ListingRecord.case_ref)
        .where(reader.knows(today))
    )


def _urgent(session: Session) -> Iterator[tuple[str, str]]:
    refs = session.scalars(
        select(CaseRecord.ref).where(
            CaseRecord.urgent.is_(True),
            CaseRecord.opened_on.is_(None),
            CaseRecord.state != CaseState.CLOSED,
        )
    )
    return ((ref, URGENT) for ref in refs)


def _clocks(session: Session, law: Law, today: date) -> Iterator[tuple[str, str]]:
    gone = select(RetentionRecord.case_ref).where(RetentionRecord.disposed_on.is_not(None))
    rows = session.scalars(
        select(ClockRecord).where(
            ClockRecord.case_ref.not_in(gone),
            ClockRecord.ended_on.is_(None),
            ClockRecord.paused_on.is_(None),
            ClockRecord.due_on <= today,
            or_(
                ClockRecord.due_on == ClockRecord.started_on,
                ClockRecord.rule.in_([rule.code for rule in law.pack.deadlines if rule.alarm]),
            ),
        )
    )
    for row in rows:
        if _is_alarm(law, clock_of(row), today):
            yield row.case_ref, row.rule


def _untouched(session: Session, law: Law, today: date) -> Iterator[tuple[str, str]]:
    """Yield the same of cases that nobody touched, whose clocks are not written yet."""
    is_untouched = and_(
        CaseRecord.due_on <= today,
        ~select(ClockRecord.rule).where(ClockRecord.case_ref == CaseRecord.ref).exists(),
    )
    course = (CaseRecord.received_on, CaseRecord.track, CaseRecord.side_tracks)
    # However many cases: those of one day and track have the same clocks.
    for received_on, track, side_tracks in session.execute(
        select(*course).where(is_untouched).distinct()
    ).all():
        tracks = frozenset({track, *side_tracks.split()})
        clocks = begin(law, Course(tracks, received_on))
        rules = [clock.rule for clock in clocks if _is_alarm(law, clock, today)]
        if rules:
            here = (
                column == value
                for column, value in zip(course, (received_on, track, side_tracks), strict=True)
            )
            refs = session.scalars(select(CaseRecord.ref).where(is_untouched, *here))
            yield from ((ref, rule) for ref in refs for rule in rules)


def _is_alarm(law: Law, clock: Clock, today: date) -> bool:
    rule = law.rule_of(clock)
    if rule is None or rule.at_least or clock.due_on > today:
        return False
    return rule.alarm or clock.due_on == clock.started_on
