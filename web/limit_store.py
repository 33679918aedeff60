"""Counters in this process's memory, which look for what is over every now and then."""

import threading

from limits.storage import MemoryStorage


class SweptStorage(MemoryStorage):
    """The library's counters in memory, and what ``memory://`` means from here on.

    Its own start a thread after almost every use, to look through all of them for what is over.
    What counts never rests on that: each counter looks at the time itself.
    """

    STORAGE_SCHEME = ["memory"]
    sweep_seconds = 5.0
    _timer: threading.Timer

    @property
    def timer(self) -> threading.Timer:
        """Return what looks for what is over: as long as it waits, no other is started."""
        return self._timer

    @timer.setter
    def timer(self, timer: threading.Timer) -> None:
        self._timer = threading.Timer(self.sweep_seconds, timer.function)
        # Nobody's stop waits for it.
        self._timer.daemon = True
