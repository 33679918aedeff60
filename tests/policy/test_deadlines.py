import csv
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.deadlines import (
    MEASURES,
    calendar_for,
    deadlines,
    due_on,
    escalation_day,
    next_due_day,
)
from policy.pack import Pack
from policy.states import CaseState
from policy.working_days import calendar_of
from tests.policy.packs import CAT_HAI, MONDAY, PACKS, ROOT, XA_THU
from tests.support.at_once import at_once

CALENDAR = calendar_for(CAT_HAI)
DAYS = st.dates(date(2026, 7, 1), date(2031, 12, 31))

with (ROOT / "tests" / "data" / "deadlines_expected.csv").open(encoding="utf-8") as file:
    GOLDEN = list(csv.DictReader(file))


@pytest.mark.parametrize("row", GOLDEN, ids=lambda row: row["what is counted"])
def test_each_line_of_the_lawyers_table_of_days_is_met(row: dict[str, str]) -> None:
    count = MEASURES[row["measure"]]
    due = count(date.fromisoformat(row["start"]), int(row["count"]), CALENDAR)
    assert due == date.fromisoformat(row["due"])


@given(DAYS, st.integers(0, 60), st.integers(0, 40), st.sampled_from(sorted(MEASURES)))
def test_a_later_start_never_gives_an_earlier_due_day(
    start: date, later: int, count: int, measure: str
) -> None:
    counting = MEASURES[measure]
    afterwards = start + timedelta(days=later)
    assert counting(start, count, CALENDAR) <= counting(afterwards, count, CALENDAR)


@given(DAYS, st.integers(1, 60), st.sampled_from(sorted(MEASURES)))
def test_every_due_day_is_a_working_day(start: date, count: int, measure: str) -> None:
    assert CALENDAR.is_working_day(MEASURES[measure](start, count, CALENDAR))


@given(DAYS, st.integers(0, 30))
@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.place.code)
def test_no_rule_of_a_pack_gives_a_later_case_an_earlier_day(
    pack: Pack, start: date, later: int
) -> None:
    calendar = calendar_for(pack)
    early = {d.rule: d.due for d in deadlines(pack, "B", start, calendar)}
    late = {d.rule: d.due for d in deadlines(pack, "B", start + timedelta(days=later), calendar)}
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


def test_an_anonymous_report_has_the_days_of_the_proposed_rule_each_with_its_basis() -> None:
    found = deadlines(CAT_HAI, "B", MONDAY, CALENDAR)
    assert [(d.rule, d.due.isoformat(), d.confirmed) for d in found] == [
        ("D19", "2026-11-27", False),
        ("D21", "2026-12-04", False),
        ("D20", "2026-12-08", False),
        ("D22-update", "2026-12-23", False),
        ("D23", "2027-01-07", True),
        ("D22-result", "2027-02-23", False),
    ]
    assert all(d.basis for d in found)


@pytest.mark.parametrize(
    ("state", "rule"),
    [
        (CaseState.RECEIVED, "D19"),
        (CaseState.ASSESSING, "D19"),
        (CaseState.ACCEPTED, "D22-update"),
        (CaseState.VERIFYING, "D22-update"),
        (CaseState.CLOSED, None),
    ],
)
def test_the_next_due_day_is_that_of_the_first_rule_still_running(
    state: CaseState, rule: str | None
) -> None:
    days = {found.rule: found.due for found in deadlines(CAT_HAI, "B", MONDAY, CALENDAR)}
    expected = days[rule] if rule else None

    assert next_due_day(CAT_HAI, "B", state, MONDAY, CALENDAR) == expected


def test_a_rule_that_was_not_in_force_gives_no_deadline() -> None:
    rules = {d.rule for d in deadlines(CAT_HAI, "B", date(2026, 6, 1), CALENDAR)}
    assert "D23" not in rules


def test_a_track_without_rules_in_force_has_no_first_day() -> None:
    assert next_due_day(CAT_HAI, "A", CaseState.RECEIVED, date(2026, 6, 1), CALENDAR) is None


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
