"""Sign-ins with a receipt in a second by 8 visitors, beside the same page from plain rows."""

import tempfile
from pathlib import Path

from bench.engines import Engine, engines
from bench.programs import Address, running
from bench.rows import Row, beside
from bench.status_app import RECEIPTS_FILE
from bench.status_floor import FLOOR_PATH
from bench.visitors import Visited, visited

ROUNDS = 4
SECONDS = 3
WANTED_RATIO = 1 / 3
PATHS = ("/case", f"{FLOOR_PATH}/case")


def run() -> list[Row]:
    """Return the sign-ins in a second, each with its page, on each engine."""
    with engines("status") as found:
        return [_measured(engine) for engine in found]


def _measured(engine: Engine) -> Row:
    with tempfile.TemporaryDirectory() as folder:
        url = engine.new_url(Path(folder))
        with running("bench.status_app", folder, url) as (_, door):
            receipts = str(Path(folder) / RECEIPTS_FILE)
            # Interleaved, so that what else the machine does falls on both alike.
            rounds = [[_visited(door, receipts, path) for path in PATHS] for _ in range(ROUNDS)]
    _check({size for pair in rounds for each in pair for size in each.shown})
    product, floor = (max(each.rate for each in rates) for rates in zip(*rounds, strict=True))
    return beside(f"status{engine.suffix}", product, floor, "1/s", WANTED_RATIO)


def _visited(door: Address, receipts: str, path: str) -> Visited:
    return visited("status", door, SECONDS, receipts, path)


def _check(sizes: set[str]) -> None:
    """Hold that both doors showed the same page.

    Raises:
        RuntimeError: they differ in length.
    """
    if len(sizes) != 1:
        raise RuntimeError(f"pages of different lengths: {sorted(sizes)}")
