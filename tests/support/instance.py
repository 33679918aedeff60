"""A real try-out instance, started as a newcomer starts it: two doors, each a process."""

import http.client
import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from tests.support.command import MadeUp, made_up_in
from tests.support.made import made_try_out

ROOT = Path(__file__).resolve().parents[2]
# A first start enrols a reviewer in every unit, each with a derivation of 64 MiB.
START_SECONDS = 240
STOP_SECONDS = 60
OUR_PORTS = (10_000, 32_768)
# What a program of ours is given of the machine; nothing that was meant for the tests.
PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "SYSTEMROOT")


@dataclass(frozen=True, kw_only=True)
class Start:
    """How an instance is started: settings by name, variables, and a program that watches it.

    ``is_made``: its folder may be a copy of one that was made before; on a server, and where one
    watches, it is made by its start.
    """

    settings: Mapping[str, str] = field(default_factory=dict)
    environ: Mapping[str, str] = field(default_factory=dict)
    watcher: Sequence[str] = ()
    is_made: bool = True
    # What browsers call the machine: they offer passkeys at a name, and at no number.
    host: str = "127.0.0.1"

    @property
    def may_be_copied(self) -> bool:
        """Return whether the start need not make the instance."""
        return self.is_made and not self.watcher and "database_url" not in self.settings


@dataclass(frozen=True, repr=False)
class Instance:
    """A running instance: its doors, its folder, what it printed, and who can sign in."""

    public: str
    desk: str
    folder: Path
    printed: Path
    logged: Path
    process: subprocess.Popen[bytes]
    environ: Mapping[str, str]
    told: Mapping[str, MadeUp]

    @property
    def reviewers(self) -> dict[str, MadeUp]:
        """Return what each made-up reviewer signs in with, by name, as the terminal showed it."""
        return {**self.told, **made_up_in(self.printed.read_text(encoding="utf-8"))}

    def reviewer_of(self, unit: str) -> MadeUp:
        """Return what a unit's first reviewer signs in with."""
        return self.reviewers[f"{unit}-1"]

    def command(self, *arguments: str) -> str:
        """Return what an operator's command prints, run on this instance."""
        return subprocess.run(
            [sys.executable, "-m", "console.main", *arguments],
            cwd=ROOT,
            env=self.environ,
            check=True,
            capture_output=True,
            encoding="utf-8",
        ).stdout

    @contextmanager
    def database(self) -> Iterator[sqlite3.Connection]:
        """Give what the instance keeps as whoever holds the machine has it, to change it."""
        path = self.folder / "liemchinh.db"
        with closing(sqlite3.connect(path)) as connection, connection:
            yield connection

    def log_text(self) -> str:
        """Return what both processes logged so far."""
        return self.logged.read_text(encoding="utf-8")


@contextmanager
def running_instance(folder: Path, start: Start | None = None) -> Iterator[Instance]:
    """Start an instance under ``folder`` and stop it at the end, as the operator's keyboard does.

    Raises:
        AssertionError: it did not come up, or did not stop in time; with what it logged.
    """
    chosen = start or Start()
    public_port, desk_port = free_ports(2)
    folder.mkdir(parents=True, exist_ok=True)
    environ = _environ(folder / "instance", public_port, desk_port, chosen)
    printed, logged = folder / "printed.txt", folder / "logged.txt"
    told: Mapping[str, MadeUp] = {}
    if chosen.may_be_copied and not (folder / "instance").exists():
        told = made_try_out().reviewers
        made_try_out().copy_to(folder / "instance")
    with printed.open("wb") as output, logged.open("wb") as errors:
        process = subprocess.Popen(
            [*chosen.watcher, sys.executable, "-m", "console.main", "run"],
            cwd=ROOT,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
        )
    instance = Instance(
        f"http://127.0.0.1:{public_port}",
        f"http://{chosen.host}:{desk_port}",
        folder / "instance",
        printed,
        logged,
        process,
        environ,
        told,
    )
    try:
        _await(instance)
        yield instance
    finally:
        _stop(process)


def _environ(instance: Path, public_port: int, desk_port: int, start: Start) -> dict[str, str]:
    ours = {
        "instance": str(instance),
        "public_bind": f"127.0.0.1:{public_port}",
        "desk_bind": f"127.0.0.1:{desk_port}",
        "public_origin": f"http://127.0.0.1:{public_port}",
        "desk_origin": f"http://{start.host}:{desk_port}",
        **start.settings,
    }
    return {
        **{name: os.environ[name] for name in PASSED_ON if name in os.environ},
        "PYTHONDONTWRITEBYTECODE": "1",
        **{f"LIEMCHINH_{key.upper()}": value for key, value in ours.items()},
        **start.environ,
    }


def free_ports(count: int) -> list[int]:
    """Return ports that nobody listens on, and that no client is usually given for its own end.

    A port of those that clients' ends are taken from (ip(7), ip_local_port_range; on Linux from
    32768 up) may be gone before our program asks for it.
    """
    found: list[int] = []
    while len(found) < count:
        port = random.SystemRandom().randrange(*OUR_PORTS)
        with socket.socket() as trial, suppress(OSError):
            trial.bind(("127.0.0.1", port))
            found += [port] * (port not in found)
    return found


def _await(instance: Instance) -> None:
    until = time.monotonic() + START_SECONDS
    doors = {instance.public: "/health", instance.desk: "/sign-in"}
    while doors:
        code = instance.process.poll()
        assert code is None, f"the instance ended with {code}: {instance.log_text()}"
        assert time.monotonic() < until, f"no answer in time: {instance.log_text()}"
        doors = {origin: path for origin, path in doors.items() if not answers(origin, path)}
        time.sleep(0.1)


def answers(origin: str, path: str) -> bool:
    """Return whether a door shows this page now."""
    connection = http.client.HTTPConnection(urlsplit(origin).netloc, timeout=10)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.kill(operator_of(process.pid), signal.SIGTERM)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise AssertionError("the instance did not stop when it was told to") from None


def operator_of(pid: int) -> int:
    """Return the process that an operator would stop: ours, or the one that a watcher started."""
    if Path(f"/proc/{pid}/comm").read_text(encoding="utf-8").strip() != "strace":
        return pid
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()
    return int(children[0])
