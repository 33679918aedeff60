"""How long a closed case is kept: by the rule that keeps it longest, and by default for ever."""

from dataclasses import replace
from datetime import date

import pytest

from policy.checks import find_faults
from policy.retention import kept_until, rules_of_retention
from policy.retention_rows import Retention
from tests.support.office import CAT_HAI

CLOSED = date(2026, 3, 5)
TWO = Retention(
    code="two",
    basis="x",
    since=CLOSED,
    confirmed=True,
    name_vi="x",
    name_en="x",
    tracks=("B",),
    years=2,
)
FIVE = replace(TWO, code="five", years=5, tracks=("B", "F"))
EVER = replace(TWO, code="ever", years=0, for_ever=True, findings=("true",))
ROWS = (TWO, FIVE, EVER)


@pytest.mark.parametrize(
    ("tracks", "finding", "until"),
    [
        ({"B"}, "", date(2031, 12, 31)),
        ({"A", "F"}, "false", date(2031, 12, 31)),
        ({"B"}, "true", None),
        ({"A"}, "", None),
    ],
)
def test_the_rule_that_keeps_a_case_longest_counts_and_without_one_it_is_kept_for_ever(
    tracks: set[str], finding: str, until: date | None
) -> None:
    assert kept_until(rules_of_retention(ROWS, tracks, finding), CLOSED) == until


def test_every_track_of_the_place_has_a_rule_that_nobody_confirmed_yet() -> None:
    for track in CAT_HAI.tracks:
        rules = rules_of_retention(CAT_HAI.retention, {track.code}, "false")
        assert rules
        assert not any(rule.confirmed for rule in rules)


@pytest.mark.parametrize(
    "wrong",
    [
        replace(TWO, years=0),
        replace(TWO, for_ever=True),
        replace(TWO, years=-1),
        replace(TWO, years=9999),
        replace(TWO, tracks=("Z",)),
        replace(TWO, findings=("maybe",)),
    ],
)
def test_a_rule_that_says_no_time_or_names_nothing_is_a_fault(wrong: Retention) -> None:
    assert find_faults(replace(CAT_HAI, retention=(wrong,))) != ()
    assert find_faults(replace(CAT_HAI, retention=ROWS)) == ()
