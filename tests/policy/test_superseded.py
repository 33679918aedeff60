"""Limits that a new law changes: each clock is judged by the law of the day on which it starts."""

from dataclasses import replace
from datetime import date

from policy.checks import find_faults
from policy.clock import Clock, ClockStatus
from policy.deadlines import (
    Course,
    Law,
    begin,
    calendar_for,
    extended,
    happened,
    recounted,
    with_expected,
)
from policy.events import CaseEvent
from policy.pack import Pack
from tests.policy.packs import CAT_HAI, MONDAY

LAW = Law(CAT_HAI, calendar_for(CAT_HAI))


def superseded(*codes: str, from_year: int) -> Pack:
    """Return Cát Hải's pack in which these limits are a working day from a new year's first."""
    last, first = date(from_year - 1, 12, 31), date(from_year, 1, 1)
    rules = [
        row
        for rule in CAT_HAI.deadlines
        for row in (
            (
                replace(rule, until=last),
                replace(rule, code=f"{rule.code}-n", replaces=rule.code, since=first, count=1),
            )
            if rule.code in codes
            else (rule,)
        )
    ]
    return replace(CAT_HAI, deadlines=tuple(rules))


def test_what_follows_an_old_limit_is_judged_by_the_law_of_the_day_on_which_it_starts() -> None:
    law = Law(superseded("D19", "D20", from_year=2027), LAW.calendar)
    course = Course(frozenset("B"), date(2026, 12, 31))
    clocks = happened(law, begin(law, course), CaseEvent.CLASSIFIED, date(2027, 1, 5), course)
    mine = {c.rule: c.status(MONDAY) for c in clocks if c.rule.startswith(("D19", "D20"))}
    assert mine == {"D19": ClockStatus.MET, "D20-n": ClockStatus.RUNNING}


def test_a_limit_may_lose_a_track_with_the_one_that_it_follows() -> None:
    pack = superseded("D19", "D20", from_year=2027)
    narrowed = [
        replace(rule, tracks=("C",)) if rule.code in {"D19-n", "D20-n"} else rule
        for rule in pack.deadlines
    ]
    assert find_faults(replace(pack, deadlines=tuple(narrowed))) == ()
    # The old one may not go on without the track that it follows on.
    kept = [replace(rule, until=None) if rule.code == "D20" else rule for rule in narrowed]
    assert list(map(str, find_faults(replace(pack, deadlines=tuple(kept))))) == [
        "deadlines.toml: D20: outlasts 'D19', which it follows",
        "deadlines.toml: D20-n: must begin on the day after 'D20' ends",
    ]


def test_what_is_to_come_is_shown_by_the_law_of_its_own_day() -> None:
    law = Law(superseded("D20", from_year=2027), LAW.calendar)
    course = Course(frozenset("B"), date(2026, 12, 31))
    shown = with_expected(law, begin(law, course), course)
    assert {c.rule for c in shown if c.rule.startswith(("D19", "D20"))} == {"D19", "D20-n"}


def test_what_counts_from_the_receipt_is_judged_by_the_law_of_the_receipt() -> None:
    law = Law(superseded("D02", from_year=2027), LAW.calendar)
    course = Course(frozenset("A"), date(2026, 12, 30))
    clocks = happened(law, begin(law, course), "not-competent", date(2027, 1, 4), course)
    assert [c.rule for c in clocks if c.rule in {"D02", "D02-n"}] == ["D02"]


def test_an_extension_holds_for_every_version_of_its_limit() -> None:
    law = Law(superseded("D04", from_year=2027), LAW.calendar)
    clock = Clock(rule="D04-n", started_on=date(2027, 1, 4), due_on=date(2027, 1, 5))
    assert extended(law, clock, 1, date(2027, 1, 4)).due_on > clock.due_on


def test_a_limit_that_runs_is_not_started_again_by_its_new_version() -> None:
    law = Law(superseded("D15", from_year=2027), LAW.calendar)
    course = Course(frozenset("B"), date(2026, 12, 31))
    clocks = happened(law, begin(law, course), "crime-found", date(2026, 12, 31), course)
    again = happened(law, clocks, "crime-found", date(2027, 1, 4), course)
    assert [c.rule for c in again if c.rule.startswith("D15")] == ["D15"]


def test_a_new_rule_does_not_touch_a_clock_that_started_under_the_old_one() -> None:
    old = CAT_HAI.rules["D19"]
    ends = replace(old, until=date(2026, 12, 31))
    quicker = replace(old, code="D19-2027", since=date(2027, 1, 1), count=1)
    rules = [rule for rule in CAT_HAI.deadlines if rule.code != "D19"]
    pack = replace(CAT_HAI, deadlines=(*rules, ends, quicker))
    law, course = Law(pack, LAW.calendar), Course(frozenset("B"), date(2026, 12, 31))
    clocks = begin(law, course)
    later = begin(law, replace(course, received_on=date(2027, 1, 4)))

    assert [c.rule for c in clocks if c.rule.startswith("D19")] == ["D19"]
    assert [c.rule for c in later if c.rule.startswith("D19")] == ["D19-2027"]
    met = happened(law, clocks, CaseEvent.CLASSIFIED, date(2027, 1, 5), course)
    assert [c.status(MONDAY) for c in met if c.rule == "D19"] == [ClockStatus.MET]
    assert all(recounted(law, clock) == clock for clock in clocks)
