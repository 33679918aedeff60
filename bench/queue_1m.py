"""The desk's queue at 10,000 and 1,000,000 cases, beside the same rows by SQL written by hand."""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import cycle
from pathlib import Path

from sqlalchemy import select

from bench.desk_visit import DeskVisit
from bench.engines import Engine, engines
from bench.offices import signed_in_member, staffed_office
from bench.programs import running
from bench.queue_fill import Filling, fill
from bench.queue_floor import first_rows
from bench.rows import Row, at_most, over
from bench.times import interleaved, p95
from cases.names import unit_holder
from cases.office import Office
from cases.queue import PAGE_CASES, Wanted, list_cases
from cases.records import ListingRecord
from cases.reviewers import SignedIn
from tests.support.office import CAT_HAI

FEW, MANY = 10_000, 1_000_000
NAME = "nguoi-do"
CURSORS = 8
WANTED_RATIO, WANTED_GROWTH = 3, 1.5
WANTED_MS, WANTED_BYTES = 50, 100_000
# What else the filters of the page offer; the slowest of them is a row of its own.
FILTERS = ("sort=due", "only=new", "only=urgent", "only=overdue", "field=dat-dai", "state=closed")
FILTER_SECONDS = 3
NAMES = ("queue_10k", "queue_1m", "queue_1m_next", "queue_growth", "queue_1m_page")

Cursor = tuple[date, str]


@dataclass(frozen=True)
class Queue:
    """An office with many cases, and a reviewer of the unit that has most of them."""

    office: Office
    reviewer: SignedIn
    unit: str

    def product(self, after: Cursor | None) -> list[str]:
        """Return the references on a page of the product's queue."""
        page = list_cases(self.office, self.reviewer, Wanted(after=after))
        return [row.ref for row in page.rows]

    def floor(self, after: Cursor | None) -> list[str]:
        """Return the references on the floor's page."""
        rows = first_rows(self.office, self.reviewer, after)
        return [row.ref for row in rows[:PAGE_CASES]]

    def cursors(self) -> list[Cursor]:
        """Return places all along the list."""
        listing = ListingRecord
        query = select(listing.received_on, listing.case_ref).order_by(listing.received_on)
        with self.office.database.reading() as session:
            rows = session.execute(query.where(listing.holder == unit_holder(self.unit))).all()
        # Not quite to the end, so that each has a whole page after it.
        chosen = rows[len(rows) // 10 :: len(rows) // CURSORS]
        return [(day, ref) for day, ref in chosen]

    def reads(self) -> list[Callable[[], object]]:
        """Return what is measured: the first page and one after a cursor, each with its floor.

        Raises:
            RuntimeError: product and floor list different cases.
        """
        cursors = self.cursors()
        for cursor in (None, *cursors):
            self._check(cursor)
        later, later_floor = cycle(cursors), cycle(cursors)
        return [
            lambda: self.product(None),
            lambda: self.floor(None),
            lambda: self.product(next(later)),
            lambda: self.floor(next(later_floor)),
        ]

    def _check(self, after: Cursor | None) -> None:
        if self.product(after) != self.floor(after):
            raise RuntimeError("the floor lists other cases")


def run() -> list[Row]:
    """Return how long the queue takes, and how much longer when there is a hundred times more."""
    with engines(*NAMES) as found:
        return [row for engine in found for row in _measured(engine)]


def _measured(engine: Engine) -> list[Row]:
    with _filled(engine, FEW) as (few, _), _filled(engine, MANY) as (many, place):
        rows = _query_rows(engine.suffix, few, many)
        return [*rows, *_page_rows(engine.suffix, *place)]


def _query_rows(end: str, few: Queue, many: Queue) -> list[Row]:
    # Interleaved, so that what else the machine does falls on all alike.
    times = interleaved(*few.reads(), *many.reads())
    few_first, few_floor, few_next, few_next_floor, *later = map(p95, times)
    first, floor, following, next_floor = later
    return [
        over(f"queue_10k{end}", few_first, few_floor, "ms", WANTED_RATIO),
        over(f"queue_10k_next{end}", few_next, few_next_floor, "ms", WANTED_RATIO),
        over(f"queue_1m{end}", first, floor, "ms", WANTED_RATIO),
        over(f"queue_1m_next{end}", following, next_floor, "ms", WANTED_RATIO),
        over(f"queue_growth{end}", first, few_first, "ms", WANTED_GROWTH),
        over(f"queue_growth_next{end}", following, few_next, "ms", WANTED_GROWTH),
    ]


@contextmanager
def _filled(engine: Engine, count: int) -> Iterator[tuple[Queue, tuple[str, str]]]:
    with tempfile.TemporaryDirectory() as folder:
        url = engine.new_url(Path(folder))
        measured = staffed_office(Path(folder), url)
        unit = CAT_HAI.default_receiver
        reviewer = signed_in_member(measured, unit, NAME)
        began = time.monotonic()
        fill(Filling(measured.office, reviewer, unit), count)
        took = time.monotonic() - began
        print(f"{count:,} cases{engine.suffix} in {took:.0f} s", file=sys.stderr)
        with closing(measured.office.database):
            yield Queue(measured.office, reviewer, unit), (folder, url)


def _page_rows(end: str, folder: str, url: str) -> list[Row]:
    """Return what the whole page takes over HTTP: as it opens, and as it is filtered."""
    with (
        running("bench.desk_app", folder, url) as (_, door),
        closing(DeskVisit(door, NAME)) as visit,
    ):
        length = len(visit.page("/cases"))
        [opened] = interleaved(lambda: visit.page("/cases"))
        filtered = {each: _filtered(visit, each) for each in FILTERS}
    slowest = max(filtered, key=lambda each: filtered[each])
    print(f"slowest filter{end}: {slowest}", file=sys.stderr)
    return [
        at_most(f"queue_1m_page{end}", p95(opened), "ms", WANTED_MS),
        at_most(f"queue_1m_page_bytes{end}", length, "bytes", WANTED_BYTES),
        at_most(f"queue_1m_filtered{end}", filtered[slowest], "ms", WANTED_MS),
    ]


def _filtered(visit: DeskVisit, query: str) -> float:
    path = f"/cases?{query}"
    [times] = interleaved(lambda: visit.page(path), least=2, longest_seconds=FILTER_SECONDS)
    return p95(times)
