"""What must hold between the rows by which those who report are rewarded."""

from collections.abc import Iterator
from itertools import pairwise

from policy.errors import Fault
from policy.pack import Pack
from policy.reward_rows import RewardLevel
from policy.rewards import PERCENT
from policy.rows import NOWHERE
from policy.unknown_words import unknown_words

LEVELS = "reward-levels.toml"


def reward_faults(pack: Pack) -> Iterator[Fault]:
    """Return what is wrong with levels, who decides, ways to be paid and base salaries."""
    deciders = {row.code for row in pack.reward_deciders}
    decided = ((row.code, row.decider) for row in pack.reward_levels)
    yield from unknown_words(LEVELS, "decider", deciders, decided)
    receiving = {unit.code for unit in pack.units if unit.receives != NOWHERE}
    executed = ((row.code, row.executes) for row in pack.reward_deciders)
    yield from unknown_words("reward-deciders.toml", "receiving unit", receiving, executed)
    for level in pack.reward_levels:
        yield from (Fault(LEVELS, level.code, rule) for rule in _level_faults(level))
    if pack.reward_levels and not pack.reward_ways:
        yield Fault("reward-ways.toml", "-", "is empty, and rewards can be granted")
    if any(row.follows_base for row in pack.reward_levels) and not pack.base_salaries:
        yield Fault("base-salaries.toml", "-", "is empty, and amounts follow from it")
    for one, other in pairwise(sorted(pack.base_salaries, key=lambda row: row.since)):
        if one.until is None or other.since <= one.until:
            yield Fault("base-salaries.toml", other.code, f"two in force on {other.since}")


def _level_faults(level: RewardLevel) -> Iterator[str]:
    if level.times_base and level.share_percent:
        yield "follows from the base salary and from what was recovered: one of them"
    if bool(level.share_percent) != bool(level.cap_times_base):
        yield "a share of what was recovered needs a cap, and a cap a share"
    if level.above_times_base and not level.share_percent:
        yield "a threshold of what was recovered, and no share of it"
    if level.share_percent > PERCENT:
        yield "a share of more than everything"
