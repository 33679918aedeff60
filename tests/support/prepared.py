"""An instance made by the operator's own command, and its office seen from inside."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from cases.clock import SystemClock
from cases.database import Database
from cases.office import Office
from cases.reviewers import SignedIn
from cases.vault import Vault
from policy.deadlines import calendar_for
from policy.loading import load_pack
from tests.support.accounts import sign_in_now
from tests.support.command import MadeUp, made_up_in
from tests.support.instance import PASSED_ON, free_ports
from tests.support.made import made_try_out
from tests.support.spared import at_true_cost
from web.server_secret import read_server_secret
from web.settings import Settings, load_settings

ROOT = Path(__file__).resolve().parents[2]
READY_SECONDS = 60


@dataclass
class LateClock:
    """The machine's clock, so many days later."""

    days: int
    system: SystemClock = field(default_factory=SystemClock)

    def today(self) -> date:
        return self.system.today() + timedelta(days=self.days)

    def now(self) -> int:
        return self.system.now() + self.days * 24 * 60 * 60


@dataclass(frozen=True, repr=False)
class Prepared:
    """An instance that was made and is not running: its variables, and who can sign in."""

    folder: Path
    environ: Mapping[str, str]
    reviewers: Mapping[str, MadeUp]

    @property
    def settings(self) -> Settings:
        """Return what its programs are started with."""
        return load_settings(ROOT, self.environ)

    def office(self, days_later: int = 0) -> Office:
        """Return the office as its programs have it, on the day or later."""
        settings, clock = self.settings, LateClock(days_later)
        pack = load_pack(settings.pack)
        return Office(
            Database(settings.database_url),
            Vault(settings.vault_url, clock.today, is_made=True),
            pack,
            calendar_for(pack),
            clock,
        )

    def reviewer_of(self, office: Office, unit: str) -> SignedIn:
        """Return a unit's first reviewer, signed in."""
        with at_true_cost():
            secret = read_server_secret(self.settings)
            return sign_in_now(office, secret, *self.reviewers[f"{unit}-1"])


def prepare(folder: Path, **settings: str) -> Prepared:
    """Make an instance under a folder as an operator does, or copy one that was made so."""
    public_port, desk_port = free_ports(2)
    ours = {
        "instance": str(folder / "instance"),
        "public_bind": f"127.0.0.1:{public_port}",
        "desk_bind": f"127.0.0.1:{desk_port}",
        "public_origin": f"http://127.0.0.1:{public_port}",
        "desk_origin": f"http://127.0.0.1:{desk_port}",
        # Fewer threads are sooner there, and more than the clients need.
        "threads": "24",
        **settings,
    }
    environ = {
        **{name: os.environ[name] for name in PASSED_ON if name in os.environ},
        "PYTHONDONTWRITEBYTECODE": "1",
        **{f"LIEMCHINH_{key.upper()}": value for key, value in ours.items()},
    }
    if not {"database_url", "vault_url", "pack"} & settings.keys():
        made_try_out().copy_to(folder / "instance")
        return Prepared(folder / "instance", environ, made_try_out().reviewers)
    made = subprocess.run(
        [sys.executable, "-m", "console.main", "init"],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert made.returncode == 0, made.stderr
    return Prepared(folder / "instance", environ, made_up_in(made.stdout))


@dataclass
class Launcher:
    """The running launcher, and what it started last under each name."""

    prepared: Prepared
    process: subprocess.Popen[str]
    running: dict[str, int] = field(default_factory=dict)

    @property
    def public(self) -> str:
        """Return the address of the public door."""
        return self.prepared.settings.public_origin

    def start(self, program: str) -> None:
        """Start a program; wait for a door until it takes connections."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{program}\n")
        self.process.stdin.flush()
        self.running[program] = int(self.process.stdout.readline())
        settings = self.prepared.settings
        binds = {"intake": settings.public_bind, "review": settings.desk_bind}
        door = program.removeprefix("watched ")
        if door in binds:
            self._await(program, binds[door])

    def run(self, program: str) -> None:
        """Start a program that ends by itself, and wait for its end."""
        self.start(program)
        pid = self.running.pop(program)
        until = time.monotonic() + READY_SECONDS
        while Path(f"/proc/{pid}").exists():
            assert time.monotonic() < until, f"{program} does not end"
            time.sleep(0.002)

    def kill(self, program: str) -> None:
        """Kill a program as the kernel's out-of-memory killer does: with no last word."""
        pid = self.running.pop(program)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        while Path(f"/proc/{pid}").exists():
            time.sleep(0.001)

    def stop(self, program: str) -> float:
        """Tell a program to stop as an operator does; return how many seconds it took."""
        pid, began = self.running.pop(program), time.monotonic()
        os.kill(pid, signal.SIGTERM)
        while Path(f"/proc/{pid}").exists():
            assert time.monotonic() < began + READY_SECONDS, f"{program} does not stop"
            time.sleep(0.01)
        return time.monotonic() - began

    def _await(self, program: str, bind: str) -> None:
        host, port = bind.rsplit(":", 1)
        until = time.monotonic() + READY_SECONDS
        while True:
            assert time.monotonic() < until, f"{program} does not answer"
            assert Path(f"/proc/{self.running[program]}").exists(), f"{program} ended by itself"
            try:
                socket.create_connection((host, int(port)), timeout=1).close()
            except OSError:
                time.sleep(0.003)
            else:
                return


@contextmanager
def launcher(prepared: Prepared, logged: Path, watcher: Sequence[str] = ()) -> Iterator[Launcher]:
    """Run a launcher for an instance; everything it started ends with it."""
    with (
        logged.open("ab") as errors,
        subprocess.Popen(
            [*watcher, sys.executable, "-m", "tests.support.launcher"],
            cwd=ROOT,
            env=prepared.environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as process,
    ):
        running = Launcher(prepared, process)
        try:
            yield running
        finally:
            for program in tuple(running.running):
                running.kill(program)
            # It ends with its input, and a watcher ends with it.
            assert process.stdin is not None
            process.stdin.close()
            process.wait(READY_SECONDS)
