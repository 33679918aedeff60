import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.deadlines import (
    MEASURES,
    Course,
    Law,
    begin,
    calendar_for,
    due_on,
    escalation_day,
)
from policy.pack import Pack
from policy.rows import HOURS
from policy.working_days import calendar_of, years_to_announce
from tests.policy.golden import CITATION, lines, strays, title, with_packs
from tests.policy.packs import CAT_HAI, MONDAY, PACKS, XA_THU
from tests.support.at_once import at_once

CALENDARS = {pack.place.code: calendar_for(pack) for pack in PACKS}
CALENDAR = CALENDARS[CAT_HAI.place.code]
DAYS = st.dates(date(2026, 7, 1), date(2031, 12, 31))

TABLE = "deadlines_expected.csv"
GOLDEN = lines(TABLE)


@pytest.mark.parametrize(("pack", "row"), with_packs(TABLE), ids=title)
def test_each_line_of_the_lawyers_table_of_days_is_met(pack: Pack, row: dict[str, str]) -> None:
    count, calendar = MEASURES[row["measure"]], CALENDARS[pack.place.code]
    due = count(date.fromisoformat(row["start"]), int(row["count"]), calendar)
    assert due == date.fromisoformat(row["due"])


def test_the_lawyers_table_of_days_is_long_enough_and_every_line_cites_place_and_article() -> None:
    assert len(GOLDEN) >= 200
    assert [row["source"] for row in GOLDEN if not CITATION.fullmatch(row["source"])] == []
    assert strays(TABLE) == []


@given(DAYS, st.integers(0, 60), st.integers(0, 40))
@pytest.mark.parametrize("measure", sorted(MEASURES))
@pytest.mark.parametrize("place", CALENDARS)
def test_a_later_start_never_gives_an_earlier_due_day(
    place: str, measure: str, start: date, later: int, count: int
) -> None:
    counting, calendar = MEASURES[measure], CALENDARS[place]
    afterwards = start + timedelta(days=later)
    assert counting(start, count, calendar) <= counting(afterwards, count, calendar)


@given(DAYS, st.integers(1, 60), st.sampled_from(sorted(set(MEASURES) - {HOURS})))
@pytest.mark.parametrize("place", CALENDARS)
def test_every_due_day_is_a_working_day(place: str, start: date, count: int, measure: str) -> None:
    calendar = CALENDARS[place]
    assert calendar.is_working_day(MEASURES[measure](start, count, calendar))


@given(DAYS, st.integers(0, 30))
@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.place.code)
def test_no_rule_of_a_pack_gives_a_later_case_an_earlier_day(
    pack: Pack, start: date, later: int
) -> None:
    law, tracks = Law(pack, calendar_for(pack)), frozenset(track.code for track in pack.tracks)
    early, late = (
        {clock.rule: clock.due_on for clock in begin(law, Course(tracks, day))}
        for day in (start, start + timedelta(days=later))
    )
    assert all(early[rule] <= late[rule] for rule in early)


@pytest.fixture
def quick_turns() -> Iterator[None]:
    """Let threads take turns in the midst of anything."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("quick_turns")
def test_many_who_ask_a_new_calendar_at_once_are_all_told_the_same() -> None:
    days = [date(year, 9, 2) for year in range(2026, 2034)] * 2
    expected = [CALENDAR.is_working_day(day) for day in days]
    for _ in range(10):
        asked = calendar_for(CAT_HAI)
        assert at_once(*(partial(asked.is_working_day, day) for day in days)) == expected


def test_an_unopened_case_goes_up_after_ten_working_days() -> None:
    assert escalation_day(CAT_HAI, MONDAY, CALENDAR) == date(2026, 12, 8)


def test_a_pack_can_switch_going_up_off() -> None:
    assert escalation_day(XA_THU, MONDAY, calendar_for(XA_THU)) is None


def test_a_pack_s_own_day_off_moves_a_deadline() -> None:
    rule = next(rule for rule in XA_THU.deadlines if rule.code == "X1")
    assert due_on(rule, date(2026, 12, 1), calendar_for(XA_THU)) == date(2026, 12, 4)
    assert due_on(rule, date(2026, 12, 1), CALENDAR) == date(2026, 12, 3)


def test_a_pack_s_word_on_a_day_goes_before_the_country() -> None:
    tet = date(2026, 2, 17)
    assert calendar_of("VN", {tet: True}).is_working_day(tet)
    assert not calendar_of("VN", {}).is_working_day(tet)


@pytest.mark.parametrize(
    ("today", "years"),
    [
        (date(2026, 2, 28), (2026,)),
        (date(2026, 3, 1), ()),
        (date(2026, 9, 30), ()),
        (date(2026, 10, 1), (2027,)),
        (date(2026, 12, 31), (2027,)),
        (date(2027, 1, 1), (2027,)),
    ],
)
def test_from_october_the_next_year_s_moving_holidays_should_be_known(
    today: date, years: tuple[int, ...]
) -> None:
    assert years_to_announce(today) == years


def test_a_year_is_announced_once_its_moving_holidays_are_confirmed() -> None:
    assert not CAT_HAI.is_announced(2027)
    assert not CAT_HAI.is_announced(2040)
    days = tuple(replace(row, confirmed=True) for row in CAT_HAI.calendar)
    assert replace(CAT_HAI, calendar=days).is_announced(2027)
