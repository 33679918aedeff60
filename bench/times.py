"""How long something takes, many times over."""

import time
from collections.abc import Callable, Sequence

LEAST, MOST = 6, 150
LONGEST_SECONDS = 20
PERCENT = 95


def milliseconds(act: Callable[[], object]) -> float:
    """Return how long one act takes."""
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


def interleaved(
    *acts: Callable[[], object], least: int = LEAST, longest_seconds: float = LONGEST_SECONDS
) -> list[list[float]]:
    """Return the times of each act, taken in turns until there are enough or time is over.

    ``least`` of each are taken, however long they last.
    """
    for act in acts:
        act()
    times: list[list[float]] = [[] for _ in acts]
    ends = time.monotonic() + longest_seconds
    while len(times[0]) < least or (len(times[0]) < MOST and time.monotonic() < ends):
        for act, taken in zip(acts, times, strict=True):
            taken.append(milliseconds(act))
    return times


def p95(times: Sequence[float]) -> float:
    """Return the time that 95 of 100 stay within."""
    return sorted(times)[min(len(times) - 1, len(times) * PERCENT // 100)]
