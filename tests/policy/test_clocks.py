"""Clocks: a lawyer's table by somebody who had not read the pack, and what always holds."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.clock import Clock, Clocks, ClockStatus
from policy.deadlines import (
    Course,
    Law,
    begin,
    calendar_for,
    extended,
    happened,
    next_clock,
    recounted,
    resumed,
    retracked,
    status_of,
    told_clock,
    with_expected,
)
from policy.errors import ExtensionRefusedError
from policy.events import COMMON_EVENTS, CaseEvent
from policy.pack import Pack
from policy.states import CaseStep
from tests.policy.golden import lines, strays, title, with_packs
from tests.policy.packs import CAT_HAI, MONDAY, PACKS

LAWS = {pack.place.code: Law(pack, calendar_for(pack)) for pack in PACKS}
LAW = LAWS[CAT_HAI.place.code]
EXTENSION = re.compile(r"extend ([\w-]+)(?: \[(\d+)\])?")
# The rule's own line of law.md §11, the section that explains it, then acts and more sections;
# [I] is law.md's mark for what no act says.
CITATION = re.compile(
    r"law\.md §11 (D\d\d); §\d+(?:\.\d+)?(?:; (?:§\d|LTC|LPCTN|PDPL|NĐ|TT|\[I\])[^;]*)+"
)

TABLE = "clocks_expected.csv"
GOLDEN = lines(TABLE)


class Story:
    """A case as a line of the table tells it."""

    def __init__(self, law: Law, row: dict[str, str]) -> None:
        self.law = law
        self.course = Course(
            frozenset(row["tracks"].split("+")), date.fromisoformat(row["received"])
        )
        self.clocks = begin(law, self.course)
        self.is_refused = False
        for event in filter(None, (part.strip() for part in row["events"].split(";"))):
            day, _, name = event.partition(" ")
            self.take(date.fromisoformat(day), name)

    def take(self, day: date, name: str) -> None:
        found = EXTENSION.fullmatch(name)
        if found is None:
            self.clocks = happened(self.law, self.clocks, name, day, self.course)
            return
        clock = self.last(found[1])
        try:
            longer = extended(self.law, clock, int(found[2] or 0), day)
        except ExtensionRefusedError:
            self.is_refused = True
        else:
            self.clocks = tuple(longer if one is clock else one for one in self.clocks)
            self.take(day, CaseEvent.EXTENDED)

    def last(self, rule: str) -> Clock:
        return [clock for clock in self.clocks if clock.rule == rule][-1]


@pytest.mark.parametrize(("pack", "row"), with_packs(TABLE), ids=title)
def test_each_line_of_the_lawyers_table_of_clocks_is_met(pack: Pack, row: dict[str, str]) -> None:
    law, asked = LAWS[pack.place.code], date.fromisoformat(row["asked on"])
    story = Story(law, row)
    clock = story.last(row["rule"])
    rule = law.pack.rules[clock.rule]
    status = "refused" if story.is_refused else status_of(rule, clock, asked)
    due = resumed(law, clock, asked).due_on
    assert (clock.started_on.isoformat(), due.isoformat(), status) == (
        row["started"],
        row["due"],
        row["status"],
    )


def test_the_lawyers_table_of_clocks_is_long_enough_and_every_line_cites_its_rule() -> None:
    assert len(GOLDEN) >= 200
    for row in GOLDEN:
        found = CITATION.fullmatch(row["source"])
        assert found is not None, row["source"]
        assert row["rule"].startswith(found[1])
    assert strays(TABLE) == []


STARTS = st.dates(date(2026, 7, 1), date(2030, 12, 31))
of_each_law = pytest.mark.parametrize("law", LAWS.values(), ids=LAWS)


def tracks_of(law: Law) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from([track.code for track in law.pack.tracks]), min_size=1)


def lived(law: Law, course: Course, data: st.DataObject) -> tuple[Clocks, date]:
    """Return the clocks of a case after events, each so many days after the one before."""
    events = sorted({*COMMON_EVENTS, *(mark.code for mark in law.pack.marks)})
    happenings = st.lists(st.tuples(st.integers(0, 40), st.sampled_from(events)), max_size=25)
    clocks, day = begin(law, course), course.received_on
    for later, event in data.draw(happenings):
        day += timedelta(days=later)
        clocks = happened(law, clocks, event, day, course)
    return clocks, day


@given(STARTS, st.data())
@of_each_law
def test_whatever_happens_each_rule_runs_once_at_a_time_and_ends_after_it_started(
    law: Law, start: date, data: st.DataObject
) -> None:
    tracks = data.draw(tracks_of(law))
    clocks, today = lived(law, Course(tracks, start), data)
    running = [clock.rule for clock in clocks if clock.is_running]
    assert len(running) == len(set(running))
    assert len({(clock.rule, clock.number) for clock in clocks}) == len(clocks)
    for clock in clocks:
        assert clock.started_on <= clock.due_on
        assert clock.ended_on is None or clock.started_on <= clock.ended_on
        assert bool(clock.paused_by) == (clock.paused_on is not None)
        assert clock.status(today) in ClockStatus
        assert not tracks.isdisjoint(law.pack.rules[clock.rule].tracks)


@given(STARTS, st.integers(0, 60), st.data())
@of_each_law
def test_more_time_and_a_pause_never_bring_a_due_day_nearer(
    law: Law, start: date, later: int, data: st.DataObject
) -> None:
    clocks, day = lived(law, Course(data.draw(tracks_of(law)), start), data)
    for clock in clocks:
        again = resumed(law, clock, day + timedelta(days=later))
        assert again.due_on >= clock.due_on
        if clock.is_running and clock.due_on >= day:
            try:
                assert extended(law, clock, len(law.pack.grounds), day).due_on > clock.due_on
            except ExtensionRefusedError as refused:
                assert refused.why == "none"


@given(STARTS, st.data())
@of_each_law
def test_on_other_tracks_only_their_own_clocks_run(
    law: Law, start: date, data: st.DataObject
) -> None:
    clocks, day = lived(law, Course(data.draw(tracks_of(law)), start), data)
    after = data.draw(tracks_of(law))
    moved = retracked(law, clocks, Course(after, start), day)
    fresh = {clock.rule for clock in begin(law, Course(after, start))}
    for clock in moved:
        assert not clock.is_running or not after.isdisjoint(law.pack.rules[clock.rule].tracks)
    assert fresh <= {clock.rule for clock in moved}
    # What was over stays as it was.
    assert [clock for clock in clocks if not clock.is_running] == [
        clock for clock in moved if clock in clocks and not clock.is_running
    ]


def test_an_anonymous_report_has_the_days_of_the_proposed_rule_each_with_its_basis() -> None:
    course = Course(frozenset("B"), MONDAY)
    found = with_expected(LAW, begin(LAW, course), course)
    assert [(clock.rule, clock.due_on.isoformat()) for clock in found] == [
        ("D19", "2026-11-27"),
        ("D20", "2026-12-08"),
        ("D22-update", "2026-12-23"),
        ("D23", "2027-01-07"),
        ("D22-result", "2027-02-23"),
    ]
    assert all(CAT_HAI.rules[clock.rule].basis for clock in found)


def test_the_reporter_is_told_of_the_next_day_that_concerns_them() -> None:
    course = Course(frozenset("AB"), MONDAY)
    clocks = happened(LAW, begin(LAW, course), "crime-found", MONDAY, course)
    first, told = next_clock(LAW, clocks), told_clock(LAW, clocks)
    assert first is not None
    assert told is not None
    assert (first.rule, told.rule) == ("D15", "D19")


def test_where_nothing_is_awaited_there_is_no_next_day() -> None:
    course = Course(frozenset("B"), MONDAY)
    clocks = begin(LAW, course)
    for step in (CaseStep.ACCEPT, CaseStep.CONCLUDE):
        clocks = happened(LAW, clocks, step, MONDAY, course)
    assert next_clock(LAW, clocks) is None
    assert told_clock(LAW, clocks) is None


def test_a_day_off_that_is_announced_later_moves_what_still_runs() -> None:
    course = Course(frozenset("B"), MONDAY)
    clocks = begin(LAW, course)
    busy = replace(LAW.calendar, off=LAW.calendar.off | {date(2026, 11, 26)})
    again = recounted(Law(CAT_HAI, busy), clocks[0])
    assert (clocks[0].due_on, again.due_on) == (date(2026, 11, 27), date(2026, 11, 30))


@of_each_law
def test_a_clock_whose_rule_the_pack_has_lost_stays_as_it_is(law: Law) -> None:
    clock = Clock(rule="gone", started_on=MONDAY, due_on=MONDAY)
    course = Course(frozenset("B"), MONDAY)
    assert happened(law, (clock,), CaseEvent.TOLD, MONDAY, course)[0] == clock
    assert recounted(law, clock) == resumed(law, clock, MONDAY) == clock
    assert retracked(law, (clock,), course, MONDAY)[0].lapsed
