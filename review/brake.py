"""The brake on guessing passphrases and claim codes: slower after each failure, never locked.

A lock would let anybody keep a reviewer out by guessing badly. Names that do not exist are slowed
like those that do, and are known here by a digest under a key of this process only.
"""

import secrets
import threading
from collections import OrderedDict, deque
from collections.abc import Callable
from typing import Final

from cases.clock import Clock
from cases.enrolment import fold_sign_in_name
from crypto.boxes import keyed_digest
from web.limits import TooManyRequestsError

REMEMBERED_SECONDS: Final = 15 * 60
FIRST_DELAY_SECONDS: Final = 0.5
LONGEST_DELAY_SECONDS: Final = 8.0
# A whole office mistypes about this often in a quarter of an hour; what is above is an attack.
FREE_FAILURES: Final = 30
DELAY_PER_FAILURE_SECONDS: Final = 0.05
LONGEST_SHARED_DELAY_SECONDS: Final = 2.0
# Each waiting request holds a thread of the server (web/settings.py, ``threads``).
MOST_WAITING: Final = 200
MOST_NAMES: Final = 10_000


class SignInBrake:
    """Counts attempts by name and in all, and lets each wait as long as the earlier ones ask."""

    def __init__(self, clock: Clock, pause: Callable[[float], None]) -> None:
        self._clock = clock
        self._pause = pause
        self._secret = secrets.token_bytes(32)
        self._by_name: OrderedDict[bytes, deque[int]] = OrderedDict()
        self._all: deque[int] = deque(maxlen=MOST_NAMES)
        self._waiting = threading.BoundedSemaphore(MOST_WAITING)
        self._lock = threading.Lock()

    def wait(self, sign_in_name: str) -> None:
        """Count an attempt as failed until it passes, and wait for what the earlier ones cost.

        Raises:
            TooManyRequestsError: too many are waiting; this attempt was not made.
        """
        if not self._waiting.acquire(blocking=False):
            raise TooManyRequestsError(int(LONGEST_DELAY_SECONDS))
        try:
            delay = self._count(self._key(sign_in_name))
            if delay:
                self._pause(delay)
        finally:
            self._waiting.release()

    def passed(self, sign_in_name: str) -> None:
        """Forget the failures of a name whose passphrase was right."""
        with self._lock:
            self._by_name.pop(self._key(sign_in_name), None)

    def _key(self, sign_in_name: str) -> bytes:
        folded = fold_sign_in_name(sign_in_name).encode("utf-8", "surrogatepass")
        return keyed_digest(self._secret, "sign-in name", folded)

    def _count(self, key: bytes) -> float:
        now = self._clock.now()
        with self._lock:
            mine = self._by_name.setdefault(key, deque(maxlen=FREE_FAILURES))
            self._by_name.move_to_end(key)
            if len(self._by_name) > MOST_NAMES:
                self._by_name.popitem(last=False)
            delay = max(_own_delay(_recent(mine, now)), _shared_delay(_recent(self._all, now)))
            mine.append(now)
            self._all.append(now)
        return delay


def _recent(attempts: deque[int], now: int) -> int:
    # What is later than now was counted before the clock was set back.
    while attempts and not now - REMEMBERED_SECONDS < attempts[0] <= now:
        attempts.popleft()
    return len(attempts)


def _own_delay(failures: int) -> float:
    if not failures:
        return 0.0
    return min(FIRST_DELAY_SECONDS * 2.0 ** (failures - 1), LONGEST_DELAY_SECONDS)


def _shared_delay(failures: int) -> float:
    above = max(0, failures - FREE_FAILURES)
    return min(above * DELAY_PER_FAILURE_SECONDS, LONGEST_SHARED_DELAY_SECONDS)
