"""Two public doors on one address over PostgreSQL and Redis, either of them killed at any moment.

DOOR_KILLS says how often (40), KILL_SEED repeats a run that failed.
"""

import os
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from redis import Redis

from tests.support.office import CAT_HAI
from tests.support.postgresql import running_postgresql
from tests.support.prepared import Launcher, Prepared, launcher, prepare
from tests.support.redis_server import running_redis
from tests.support.stubborn import SentForm, StubbornClient, clients_at_work, receipts_shown
from tests.support.whole import doubled_reports, half_cases, left_after_the_sweep, lost_forms

KILLS = int(os.environ.get("DOOR_KILLS", "40"))
CLIENTS = 6
# Receipts between two kills, so that most hit a report however fast the machine is; a door that is
# alone for so long without showing any is killed all the same.
MOST_RECEIPTS = 2
LONGEST_SECONDS, LAST_SECONDS = 4.0, 0.1
DOORS = ("intake", "second intake")


@dataclass(frozen=True)
class Killed:
    """An instance whose doors were killed in turn, what visitors were shown, what was counted."""

    prepared: Prepared
    forms: list[SentForm]
    lost_answers: int
    counted: set[str]
    seed: int


def live(clients: list[StubbornClient], chance: random.Random) -> None:
    """Let the doors work until a random moment after the next receipts."""
    wanted = receipts_shown(clients) + chance.randint(0, MOST_RECEIPTS)
    until = time.monotonic() + LONGEST_SECONDS
    while receipts_shown(clients) < wanted and time.monotonic() < until:
        time.sleep(0.002)
    time.sleep(chance.uniform(0, LAST_SECONDS))


def kill_in_turn(running: Launcher, clients: list[StubbornClient], chance: random.Random) -> None:
    """Kill one door after the other: the one that is left must go on, whichever it is."""
    for point in range(KILLS):
        live(clients, chance)
        door = DOORS[point % len(DOORS)]
        running.kill(door)
        # So long the other one is alone.
        time.sleep(chance.uniform(0, LAST_SECONDS))
        running.start(door)


def killed_in_turn(folder: Path, database_url: str, limiter_url: str) -> Killed:
    seed = int(os.environ.get("KILL_SEED") or random.SystemRandom().getrandbits(32))
    print(f"KILL_SEED={seed}")  # noqa: T201 (pytest shows it when a test fails)
    chance = random.Random(seed)  # noqa: S311 (a test's own chance)
    shared = {"database_url": database_url, "limiter_url": limiter_url, "public_processes": "2"}
    prepared = prepare(folder, **shared)
    with launcher(prepared, folder / "logged.txt") as running:
        for program in ("review", "jobs", *DOORS):
            running.start(program)
        with clients_at_work(running.public, CLIENTS, chance) as clients:
            kill_in_turn(running, clients, chance)
    with Redis.from_url(limiter_url) as store:
        counted = {key.decode() for key in store.scan_iter()}
    forms = [form for client in clients for form in client.forms]
    return Killed(prepared, forms, sum(client.lost_answers for client in clients), counted, seed)


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Killed]:
    folder = tmp_path_factory.mktemp("doors")
    with running_postgresql() as server, running_redis(folder) as counters:
        yield killed_in_turn(folder, server.url(server.new_database()), counters.url)


@pytest.mark.slow
def test_every_receipt_that_any_door_showed_opens_its_thread_and_nothing_is_doubled(
    killed: Killed,
) -> None:
    office = killed.prepared.office()
    reviewer = killed.prepared.reviewer_of(office, CAT_HAI.default_receiver)

    assert killed.lost_answers > KILLS / 10, "the doors were killed while nobody was sending"
    assert len(killed.forms) > KILLS / 4
    assert lost_forms(office, reviewer, killed.forms) == [], f"KILL_SEED={killed.seed}"
    assert doubled_reports(office, reviewer) == [], f"KILL_SEED={killed.seed}"
    assert half_cases(office) == [], f"KILL_SEED={killed.seed}"
    assert left_after_the_sweep(killed.prepared) == [], f"KILL_SEED={killed.seed}"
    assert half_cases(office) == [], "the sweep took nothing of a case"
    office.database.close()


@pytest.mark.slow
def test_the_doors_counted_in_the_shared_store_and_named_nobody_there(killed: Killed) -> None:
    assert any("report" in key for key in killed.counted), "each door counted by itself"
    assert not [key for key in killed.counted if "127.0.0" in key]
