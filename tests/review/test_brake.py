"""The brake on guessing, told apart from the pages: how long whom, and that nobody is locked."""

import threading

import pytest

from review.brake import (
    FREE_FAILURES,
    LONGEST_SHARED_DELAY_SECONDS,
    MOST_NAMES,
    MOST_WAITING,
    REMEMBERED_SECONDS,
    SignInBrake,
)
from tests.support.office import TestClock
from web.limits import TooManyRequestsError


class Watch:
    """Where a brake sends those who wait; remembers for how long."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def pause(self, seconds: float) -> None:
        self.seconds.append(seconds)


def attempts(brake: SignInBrake, name: str, count: int) -> None:
    for _ in range(count):
        brake.wait(name)


def test_what_a_name_cost_is_forgotten_after_a_quarter_of_an_hour() -> None:
    clock, watch = TestClock(), Watch()
    brake = SignInBrake(clock, watch.pause)
    attempts(brake, "lan", 5)
    clock.pass_seconds(REMEMBERED_SECONDS)
    watch.seconds.clear()
    attempts(brake, "lan", 2)
    assert watch.seconds == [0.5]


def test_one_name_in_two_spellings_is_one_name() -> None:
    watch = Watch()
    brake = SignInBrake(TestClock(), watch.pause)
    for spelling in ("Án", " a\u0301n", "ÁN "):
        brake.wait(spelling)
    assert watch.seconds == [0.5, 1.0]


def test_guessing_over_many_names_slows_every_name_a_little_and_no_more() -> None:
    watch = Watch()
    brake = SignInBrake(TestClock(), watch.pause)
    for number in range(FREE_FAILURES + 100):
        brake.wait(f"name-{number}")
    assert len(watch.seconds) == 99
    assert watch.seconds == sorted(watch.seconds)
    assert watch.seconds[-1] == LONGEST_SHARED_DELAY_SECONDS


def test_a_flood_of_names_does_not_fill_the_memory() -> None:
    brake = SignInBrake(TestClock(), Watch().pause)
    for number in range(MOST_NAMES + 10):
        brake.wait(f"name-{number}")
    assert len(vars(brake)["_by_name"]) == MOST_NAMES


def test_only_so_many_wait_at_once_and_the_next_one_may_come_back() -> None:
    go_on, waiting = threading.Event(), threading.Semaphore(0)

    def pause(_: float) -> None:
        waiting.release()
        assert go_on.wait(30)

    brake = SignInBrake(TestClock(), pause)
    brake.wait("lan")
    crowd = [threading.Thread(target=brake.wait, args=("lan",)) for _ in range(MOST_WAITING)]
    for thread in crowd:
        thread.start()
    for _ in crowd:
        assert waiting.acquire(timeout=30)
    with pytest.raises(TooManyRequestsError):
        brake.wait("lan")
    go_on.set()
    for thread in crowd:
        thread.join()
    brake.passed("lan")
    brake.wait("lan")


def test_guesses_at_once_wait_as_if_they_came_one_after_another() -> None:
    watch = Watch()
    brake = SignInBrake(TestClock(), watch.pause)
    crowd = [threading.Thread(target=brake.wait, args=("lan",)) for _ in range(5)]
    for thread in crowd:
        thread.start()
    for thread in crowd:
        thread.join()
    assert sorted(watch.seconds) == [0.5, 1.0, 2.0, 4.0]
