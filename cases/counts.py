"""How many reports (đơn) a unit has, and of how many matters (vụ việc): they are counted apart."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from cases.access import could_be_named_until
from cases.case_file import read_case
from cases.office import Office
from cases.records import CaseRecord, ListingRecord
from cases.reviewers import SignedIn


@dataclass(frozen=True)
class Counted:
    """What came in on one track: reports, and the matters that they are about."""

    track: str
    reports: int
    matters: int


@dataclass(frozen=True)
class YearCounts:
    """What a reviewer's units are responsible for of a year's reports, by track.

    ``after`` is the day after which it was counted: who could be named in a report that was there
    before they came would learn of it from the number.
    """

    year: int
    rows: tuple[Counted, ...]
    after: date | None

    @property
    def reports(self) -> int:
        """Return how many reports there are on every track."""
        return sum(row.reports for row in self.rows)

    @property
    def matters(self) -> int:
        """Return how many matters these are about."""
        return sum(row.matters for row in self.rows)


def count_year(office: Office, signed_in: SignedIn, year: int) -> YearCounts:
    """Return how many reports that a reviewer can open came in a year, and about how many matters.

    A case that tells the same as another is no matter of its own, for those who may know both.

    Raises:
        OpenError: something of a case that tells the same as another was altered.
    """
    today = office.clock.today()
    with office.database.reading() as session:
        came_on = could_be_named_until(session, signed_in)
        counted = tuple(_counted(signed_in, year, today, came_on))
        reports = _by_track(session, counted)
        duplicates = session.execute(
            select(CaseRecord.ref, CaseRecord.track).where(
                CaseRecord.is_matter.is_(False), *counted
            )
        ).all()
        known = Counter(
            track
            for ref, track in duplicates
            if not read_case(office, session, signed_in, ref).counts_as_matter
        )
    rows = (Counted(track, count, count - known[track]) for track, count in reports)
    is_partial = came_on is not None and came_on >= date(year, 1, 1)
    return YearCounts(year, tuple(rows), came_on if is_partial else None)


def years_counted(office: Office, signed_in: SignedIn) -> tuple[int, ...]:
    """Return the years since the first one in which anything came in, newest first."""
    this_year = office.clock.today().year
    with office.database.reading() as session:
        first = session.scalar(
            select(func.min(ListingRecord.received_on)).where(
                ListingRecord.holder.in_(signed_in.holders),
                ListingRecord.listed_from <= office.clock.today(),
            )
        )
    return tuple(range(this_year, (first.year if first else this_year) - 1, -1))


def _counted(
    signed_in: SignedIn, year: int, today: date, came_on: date | None
) -> Iterator[ColumnElement[bool]]:
    listed = select(ListingRecord.case_ref).where(
        ListingRecord.holder.in_(signed_in.holders), ListingRecord.listed_from <= today
    )
    yield CaseRecord.unit.in_(signed_in.units)
    yield CaseRecord.received_on.between(date(year, 1, 1), date(year, 12, 31))
    yield CaseRecord.ref.in_(listed)
    if came_on is not None:
        yield CaseRecord.received_on > came_on


def _by_track(session: Session, counted: tuple[ColumnElement[bool], ...]) -> list[tuple[str, int]]:
    query = (
        select(CaseRecord.track, func.count())
        .where(*counted)
        .group_by(CaseRecord.track)
        .order_by(CaseRecord.track)
    )
    return [(track, count) for track, count in session.execute(query).all()]
