"""How much a reward may be, and rewards of a pack that nobody could decide on or pay."""

from dataclasses import replace
from datetime import date

import pytest

from policy.checks import find_faults
from policy.pack import Pack
from policy.reward_rows import BaseSalary
from policy.rewards import Span, span_of
from tests.support.office import CAT_HAI

BASE = 2_530_000
DAY = date(2026, 11, 23)


def span(level: str, recovered: int = 0, day: date = DAY) -> Span | None:
    [row] = [row for row in CAT_HAI.reward_levels if row.code == level]
    return span_of(CAT_HAI, row, recovered, day)


@pytest.mark.parametrize(
    ("level", "amount"),
    [
        ("city-certificate", 50_600_000),
        ("prime-minister-certificate", 101_200_000),
        ("bravery-order", 151_800_000),
    ],
)
def test_a_certificate_is_worth_so_many_base_salaries(level: str, amount: int) -> None:
    found = span(level)
    assert found is not None
    assert (found.fixed, found.holds(amount), found.holds(amount + 1)) == (amount, True, False)


@pytest.mark.parametrize(
    ("recovered", "most"),
    [
        (600 * BASE, None),
        (600 * BASE + 1, 60 * BASE),
        (10_000 * BASE, 1_000 * BASE),
        (30_000 * BASE, 3_000 * BASE),
        (90_000 * BASE, 3_000 * BASE),
    ],
)
def test_a_share_begins_above_its_threshold_and_ends_at_its_cap(
    recovered: int, most: int | None
) -> None:
    assert span("recovered-share", recovered) == (Span(1, most) if most else None)


def test_the_day_of_the_decision_says_which_base_salary_counts() -> None:
    before = span("city-certificate", day=date(2026, 6, 30))
    assert before is not None
    assert before.fixed == 20 * 2_340_000
    assert span("city-certificate", day=date(2020, 1, 1)) is None


def test_where_the_decision_says_the_amount_any_is_one() -> None:
    assert span("commendation") == Span(0, None)


def faults(**parts: object) -> set[tuple[str, str]]:
    pack: Pack = replace(CAT_HAI, **parts)  # type: ignore[arg-type]  # by name
    return {(fault.file, fault.row) for fault in find_faults(pack)}


def test_a_pack_whose_rewards_nobody_could_decide_or_pay_is_refused() -> None:
    [first, *others] = CAT_HAI.reward_levels
    share = next(row for row in others if row.share_percent)
    for wrong in (
        replace(first, decider="nobody"),
        replace(share, code="wrong", cap_times_base=0),
        replace(share, code="wrong", times_base=1),
        replace(share, code="wrong", share_percent=101),
        replace(first, code="wrong", above_times_base=1),
    ):
        levels = (*CAT_HAI.reward_levels[1:], wrong)
        assert faults(reward_levels=levels) == {("reward-levels.toml", wrong.code)}
    nowhere = replace(CAT_HAI.reward_deciders[0], executes="truong-hoc")
    deciders = (nowhere, *CAT_HAI.reward_deciders[1:])
    assert faults(reward_deciders=deciders) == {("reward-deciders.toml", nowhere.code)}
    assert faults(reward_ways=()) == {("reward-ways.toml", "-")}
    assert faults(base_salaries=()) == {("base-salaries.toml", "-")}


def test_two_base_salaries_on_one_day_are_refused() -> None:
    last = CAT_HAI.base_salaries[-1]
    second: BaseSalary = replace(last, code="second", since=DAY)
    assert faults(base_salaries=(*CAT_HAI.base_salaries, second)) == {
        ("base-salaries.toml", "second")
    }
