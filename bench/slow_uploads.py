"""How long a new report takes while 500 visitors with a bad line are sending a file each."""

import subprocess
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from bench.engines import Engine, engines
from bench.programs import Address, running, written
from bench.report_visit import Reporter
from bench.rows import Row, over
from bench.times import milliseconds, p95
from cases.clock import SystemClock
from cases.vault import Vault

UPLOADS = 500
ROUNDS = 3
REPORTS = 40
# After the uploads are cut off, their threads clean up.
SETTLE_SECONDS, LONGEST_SECONDS = 2, 60
WANTED_RATIO = 2


def run() -> list[Row]:
    """Return a report's p95 with the slow uploads over its p95 without them, on each engine."""
    with engines("slow_uploads") as found:
        return [_measured(engine) for engine in found]


def _measured(engine: Engine) -> Row:
    with tempfile.TemporaryDirectory() as folder:
        url = engine.new_url(Path(folder))
        with running("bench.report_app", folder, url) as (_, door):
            _reports(door)
            # Interleaved, so that what else the machine does falls on both alike.
            rounds = [(_alone(door, Path(folder)), _beside_uploads(door)) for _ in range(ROUNDS)]
    alone, loaded = (
        [each for times in side for each in times] for side in zip(*rounds, strict=True)
    )
    name = f"slow_uploads{engine.suffix}"
    return over(name, p95(loaded), p95(alone), "ms", WANTED_RATIO)


def _alone(door: Address, folder: Path) -> list[float]:
    """Return the times of reports once nothing of the uploads before is left.

    Raises:
        RuntimeError: something stays.
    """
    today = SystemClock().today
    vault, tomorrow = Vault(str(folder / "vault"), today), today() + timedelta(days=1)
    ends = time.monotonic() + LONGEST_SECONDS
    while vault.unfinished(tomorrow):
        if time.monotonic() > ends:
            raise RuntimeError("uploads that were cut off stay in the vault")
        time.sleep(0.1)
    time.sleep(SETTLE_SECONDS)
    return _reports(door)


def _reports(door: Address) -> list[float]:
    reporter = Reporter(door)
    return [milliseconds(reporter.visit) for _ in range(REPORTS)]


def _beside_uploads(door: Address) -> list[float]:
    with running("bench.slow_uploaders", written(door), str(UPLOADS)) as (uploaders, _):
        times = _reports(door)
        _check(uploaders)
    return times


def _check(uploaders: "subprocess.Popen[str]") -> None:
    """Hold that all of them were sending until the end.

    Raises:
        RuntimeError: the server let go of one.
    """
    if uploaders.poll() is not None:
        raise RuntimeError("not all uploads stayed open")
