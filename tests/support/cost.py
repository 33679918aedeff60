"""What something costs in processor time, on a machine that others share."""

import time
from collections.abc import Callable

TIMES = 3


def cpu_seconds(act: Callable[[], object]) -> float:
    """Return the least of a few, so that a busy machine does not count."""
    spent = []
    for _ in range(TIMES):
        started = time.process_time()
        act()
        spent.append(time.process_time() - started)
    return min(spent)
