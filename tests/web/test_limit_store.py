"""Counters in memory forget what is over, and start no thread for it with each use."""

import threading
import time

from limits import parse
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter

from web.limit_store import SweptStorage

PATIENCE_SECONDS = 20
RULE = parse("100/second")


def test_many_uses_start_one_thread_that_no_stop_waits_for() -> None:
    store = SweptStorage()
    counters, before = MovingWindowRateLimiter(store), threading.active_count()
    waiting = store.timer
    assert all(counters.hit(RULE, "report", str(visitor)) for visitor in range(50))
    assert store.timer is waiting
    assert waiting.daemon
    assert threading.active_count() <= before


class HastyStorage(SweptStorage):
    """Looks at once for what is over."""

    sweep_seconds = 0.01


def test_what_is_over_is_forgotten() -> None:
    store = HastyStorage()
    counters = MovingWindowRateLimiter(store)
    counters.hit(RULE, "report", "once")
    [once] = store.events
    until = time.monotonic() + PATIENCE_SECONDS
    while store.events[once]:
        assert time.monotonic() < until
        time.sleep(0.1)
        counters.hit(RULE, "report", "later")


def test_the_setting_means_these_counters() -> None:
    assert isinstance(storage_from_string("memory://"), SweptStorage)
