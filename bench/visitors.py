"""Visitors of a door, in a program of their own: ``python -m bench.visitors KIND DOOR SECONDS``.

Prints how many visits there were, in how many seconds, and what each was shown, as JSON.
"""

import json
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bench.programs import Address, result_of, written
from bench.report_visit import Reporter
from bench.status_visit import Follower
from web.serving import parse_bind

CLIENTS = 8

Visit = Callable[[], str]


@dataclass(frozen=True)
class Visited:
    """What the visitors did."""

    visits: int
    seconds: float
    shown: tuple[str, ...]

    @property
    def rate(self) -> float:
        """Return visits a second."""
        return self.visits / self.seconds


def visited(kind: str, address: Address, seconds: float, *more: str) -> Visited:
    """Return what a program full of visitors did at a door."""
    found = result_of("bench.visitors", kind, written(address), str(seconds), *more)
    return Visited(found["visits"], found["seconds"], tuple(found["shown"]))


@dataclass
class Crowd:
    """Visitors who come again and again until the time is over."""

    visits: list[Visit]
    seconds: float
    shown: list[str] = field(default_factory=list)
    errors: list[Exception] = field(default_factory=list)

    def run(self) -> float:
        """Return how long it took until the last visitor left.

        Raises:
            RuntimeError: a visitor was refused.
        """
        threads = [threading.Thread(target=self._come_again, args=(each,)) for each in self.visits]
        began = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if self.errors:
            raise RuntimeError(f"{len(self.errors)} visitors were refused") from self.errors[0]
        return time.perf_counter() - began

    def _come_again(self, visit: Visit) -> None:
        until = time.perf_counter() + self.seconds
        try:
            while time.perf_counter() < until:
                self.shown.append(visit())
        except (OSError, RuntimeError, ValueError) as error:
            self.errors.append(error)


def _visits(kind: str, address: Address, more: list[str]) -> list[Visit]:
    if kind == "report":
        return [Reporter(address).visit for _ in range(CLIENTS)]
    receipts_file, path = more
    receipts = Path(receipts_file).read_text(encoding="ascii").split()
    each = [receipts[client::CLIENTS] for client in range(CLIENTS)]
    return [Follower(address, own, path).visit for own in each]


def main(arguments: list[str]) -> None:
    """Let the visitors come, and print what they did."""
    kind, door, seconds, *more = arguments
    crowd = Crowd(_visits(kind, parse_bind(door), more), float(seconds))
    took = crowd.run()
    print(json.dumps({"visits": len(crowd.shown), "seconds": took, "shown": crowd.shown}))


if __name__ == "__main__":
    main(sys.argv[1:])
