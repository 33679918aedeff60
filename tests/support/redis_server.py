"""A real Redis on a port of its own, which is killed and comes back empty on the same port."""

import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from redis import Redis
from redis.exceptions import ConnectionError as AwayError

from tests.support import needs
from tests.support.instance import free_ports

READY_SECONDS = 20
# As README.md tells operators to start it: nothing of a count is ever on a disk.
UNWRITTEN = ("--save", "", "--appendonly", "no")


@dataclass
class RedisServer:
    """The server, running or killed."""

    program: Path
    folder: Path
    port: int
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        """Return its address, as a setting has it."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it, empty, and wait until it answers."""
        where = ("--bind", "127.0.0.1", "--port", str(self.port), "--dir", str(self.folder))
        self.process = subprocess.Popen(
            [self.program, *where, *UNWRITTEN], stdout=subprocess.DEVNULL, cwd=self.folder
        )
        until = time.monotonic() + READY_SECONDS
        while not self._answers():
            assert self.process.poll() is None, "redis-server ended by itself"
            assert time.monotonic() < until, "redis-server does not answer"
            time.sleep(0.01)

    def kill(self) -> None:
        """End it with no last word."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """Let it take connections and answer none, as on a machine that swaps."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)

    def everything(self) -> dict[bytes, object]:
        """Return every key with all that it holds."""
        with Redis.from_url(self.url) as client:
            readers = {
                b"string": client.get,
                b"list": lambda key: client.lrange(key, 0, -1),
                b"hash": client.hgetall,
                b"set": client.smembers,
                b"zset": lambda key: client.zrange(key, 0, -1, withscores=True),
            }
            return {key: readers[client.type(key)](key) for key in client.scan_iter()}

    def _answers(self) -> bool:
        with Redis.from_url(self.url) as client:
            try:
                return bool(client.ping())
            except AwayError:
                return False


@contextmanager
def running_redis(folder: Path) -> Iterator[RedisServer]:
    """Run a new server until the end; skip the test where its program is missing."""
    (port,) = free_ports(1)
    server = RedisServer(needs.redis(), folder, port)
    try:
        server.start()
        yield server
    finally:
        server.kill()
