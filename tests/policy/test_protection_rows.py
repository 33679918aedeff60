"""The rows of protection: what a pack must not say, and when the reporter is asked how they are."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.follow_ups import counted_from, days_of, due_follow_up
from tests.policy.packs import CAT_HAI
from tests.policy.test_loading import broken, faults

BAD = [
    (
        "protection-kinds.toml",
        'deciders = ["truong", "cong-an"]',
        'deciders = ["vua"]',
        ["protection-kinds.toml: yen-than: unknown decider 'vua'"],
    ),
    (
        "protection-measures.toml",
        'kind = "yen-than"',
        'kind = "yen-on"',
        ["protection-measures.toml: canh-cong: unknown kind of protection 'yen-on'"],
    ),
    (
        "protection-deciders.toml",
        'asked = "gui-thu"',
        'asked = "gui-qua"',
        ["protection-deciders.toml: cong-an: unknown mark 'gui-qua'"],
    ),
    (
        "protection-deciders.toml",
        'answered = "gui-thu"\n',
        "",
        ["protection-deciders.toml: cong-an: is outside, or has marks, but not both"],
    ),
    (
        "protection-deciders.toml",
        "outside = true",
        "outside = false",
        ["protection-deciders.toml: cong-an: is outside, or has marks, but not both"],
    ),
    (
        "follow-ups.toml",
        "days = 10",
        "days = 0",
        ["follow-ups.toml: mot: asks on no day of its own"],
    ),
]
ROWS = CAT_HAI.follow_ups
START = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("file", "before", "after", "told"), BAD, ids=[f"{row[0]}-{row[2][:30]}" for row in BAD]
)
def test_a_row_of_protection_that_cannot_be_is_refused(
    tmp_path: Path, file: str, before: str, after: str, told: list[str]
) -> None:
    assert faults(broken(tmp_path, file, before, after)) == told


def test_every_kind_has_somebody_who_decides_and_some_measure() -> None:
    assert CAT_HAI.protection_kinds
    for kind in CAT_HAI.protection_kinds:
        assert [row for row in CAT_HAI.protection_measures if row.kind == kind.code]


def test_days_are_counted_from_the_last_request_or_from_the_receipt() -> None:
    later = START + timedelta(days=9)
    assert counted_from(START, ()) == START
    assert counted_from(START, (later, START)) == later


@given(day=st.integers(0, 400), answered=st.sets(st.sampled_from([row.code for row in ROWS])))
def test_what_is_asked_is_the_last_question_whose_day_came_and_never_an_answered_one(
    day: int, answered: set[str]
) -> None:
    today = START + timedelta(days=day)
    found = due_follow_up(ROWS, START, answered, today)
    passed = [row for row, on in days_of(ROWS, START) if on <= today]
    if passed and passed[-1].code not in answered:
        assert found == passed[-1]
    else:
        assert found is None
