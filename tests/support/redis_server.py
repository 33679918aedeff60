"""A real Redis on this machine, for the counters that several processes share."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from redis import Redis
from redis.exceptions import ConnectionError as NoConnectionError

from tests.support import needs
from tests.support.instance import free_ports

START_SECONDS = 30


@contextmanager
def running_redis(folder: Path) -> Iterator[str]:
    """Run a new server that keeps nothing on disk, and yield its address."""
    (port,) = free_ports(1)
    options = ("--bind", "127.0.0.1", "--port", str(port), "--save", "", "--appendonly", "no")
    with subprocess.Popen(
        [str(needs.redis()), *options], cwd=folder, stdout=subprocess.DEVNULL
    ) as process:
        url = f"redis://127.0.0.1:{port}/0"
        try:
            _await(url)
            yield url
        finally:
            process.kill()


def _await(url: str) -> None:
    until = time.monotonic() + START_SECONDS
    with Redis.from_url(url) as client:
        while True:
            try:
                client.ping()
            except NoConnectionError:
                assert time.monotonic() < until, "Redis does not answer"
                time.sleep(0.02)
            else:
                return
