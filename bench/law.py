"""What the law costs: routing a report, and every deadline of a case, beside an empty call."""

import time
from collections.abc import Callable
from datetime import date

from bench.rows import Row, at_most
from policy.deadlines import Course, Law, begin, calendar_for, happened, next_clock, with_expected
from policy.events import CaseEvent
from policy.naming import Naming
from policy.routing import route
from policy.states import CaseStep
from tests.support.office import CAT_HAI

CALLS = 2_000
ROUNDS = 5
WANTED_MILLISECONDS = 1.0
DAY = date(2026, 11, 23)
LAW = Law(CAT_HAI, calendar_for(CAT_HAI))
STAFFED = frozenset(unit.code for unit in CAT_HAI.receiving_units())
# A report about people of several units, on every track at once: more than any case will be.
NAMING = Naming(
    accused=frozenset({"phong-kinh-te", "phong-vhxh"}), accused_head=frozenset({"van-phong"})
)
COURSE = Course(frozenset(track.code for track in CAT_HAI.tracks), DAY)


def run() -> list[Row]:
    """Return the milliseconds of processor time for one case, an empty call taken off."""
    empty = _milliseconds(lambda: None)
    return [
        at_most("law_route", _milliseconds(_route) - empty, "ms", WANTED_MILLISECONDS),
        at_most("law_deadlines", _milliseconds(_deadlines) - empty, "ms", WANTED_MILLISECONDS),
    ]


def _route() -> None:
    route(NAMING, CAT_HAI, DAY, staffed=STAFFED)


def _deadlines() -> None:
    clocks = begin(LAW, COURSE)
    for event in (CaseEvent.CLASSIFIED, CaseStep.ACCEPT):
        clocks = happened(LAW, clocks, event, DAY, COURSE)
    next_clock(LAW, with_expected(LAW, clocks, COURSE))


def _milliseconds(call: Callable[[], None]) -> float:
    """Return the processor time of one call, the best of some rounds."""
    best = float("inf")
    for _ in range(ROUNDS):
        began = time.process_time()
        for _ in range(CALLS):
            call()
        best = min(best, time.process_time() - began)
    return 1000 * best / CALLS
