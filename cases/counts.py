"""How many reports (đơn) a unit has, and of how many matters (vụ việc): they are counted apart."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from operator import attrgetter

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from cases.access import may_read
from cases.case_file import read_case
from cases.errors import DisposedCaseError
from cases.office import Office
from cases.places import could_be_named_until
from cases.records import CaseRecord, ListingRecord
from cases.reviewers import SignedIn

# Of cases that could name their reader so many are opened, to count those that do not.
MOST_OPENED = 1_000


@dataclass(frozen=True)
class Counted:
    """What came in on one track: reports, and the matters that they are about."""

    track: str
    reports: int
    matters: int


@dataclass(frozen=True)
class YearCounts:
    """What a reviewer's units are responsible for of a year's reports, by track.

    ``after`` is the day after which it was counted, where earlier cases could name this reviewer,
    and were too many to be opened one by one.
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


def count_year(
    office: Office, signed_in: SignedIn, year: int, most_opened: int = MOST_OPENED
) -> YearCounts:
    """Return how many reports that a reviewer can open came in a year, and about how many matters.

    A case that tells the same as another is no matter of its own, for those who may know both.
    At most ``most_opened`` cases are opened to see whether they keep this reviewer out.

    Raises:
        OpenError: something of a case that tells the same as another was altered.
    """
    today = office.clock.today()
    with office.database.reading() as session:
        after = could_be_named_until(session, signed_in.reviewer_id)
        listed = _listed(signed_in, year, today)
        reports, duplicates = Counter[str](), list[_Place]()
        if after is not None:
            before = _places(session, most_opened + 1, *listed, CaseRecord.received_on <= after)
            listed = (*listed, CaseRecord.received_on > after)
            if len(before) <= most_opened:
                known = [each for each in before if may_read(session, signed_in, each.ref, today)]
                reports.update(each.track for each in known)
                duplicates += [each for each in known if not each.is_matter]
                after = None
        by_track = select(CaseRecord.track, func.count(CaseRecord.ref)).where(*listed)
        for track, count in session.execute(by_track.group_by(CaseRecord.track)).all():
            reports[track] += count
        duplicates += _places(session, None, *listed, CaseRecord.is_matter.is_(False))
        told_twice = Counter(
            each.track for each in duplicates if not _is_matter(office, session, signed_in, each)
        )
    rows = (Counted(track, reports[track], reports[track] - told_twice[track]) for track in reports)
    return YearCounts(year, tuple(sorted(rows, key=attrgetter("track"))), after)


@dataclass(frozen=True)
class _Place:
    ref: str
    track: str
    is_matter: bool


def _is_matter(office: Office, session: Session, signed_in: SignedIn, place: _Place) -> bool:
    try:
        return read_case(office, session, signed_in, place.ref).counts_as_matter
    except DisposedCaseError:
        return place.is_matter


def _listed(signed_in: SignedIn, year: int, today: date) -> tuple[ColumnElement[bool], ...]:
    listed = select(ListingRecord.case_ref).where(
        ListingRecord.holder.in_(signed_in.holders), ListingRecord.listed_from <= today
    )
    return (
        CaseRecord.unit.in_(signed_in.units),
        CaseRecord.received_on.between(date(year, 1, 1), date(year, 12, 31)),
        CaseRecord.ref.in_(listed),
    )


def _places(session: Session, most: int | None, *listed: ColumnElement[bool]) -> list[_Place]:
    query = select(CaseRecord.ref, CaseRecord.track, CaseRecord.is_matter).where(*listed)
    return [_Place(*row) for row in session.execute(query.limit(most)).all()]
