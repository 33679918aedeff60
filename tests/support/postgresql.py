"""A real PostgreSQL in a temporary folder, on a Unix socket, and a database of it for each test."""

import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg

from tests.support import needs

OWNER = "postgres"
# The server refuses to run as root; Debian's package brings this account.
ACCOUNT = "postgres"
# What each test gets a copy of.
MIGRATED = "migrated"
READY_SECONDS = 60
# For tests that kill nothing.
FORGETFUL = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
# Durable as in production: what a test kills, it kills for real.
SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": "64MB",
    "max_connections": "200",
    "log_statement": "none",
    "log_min_error_statement": "panic",
}


@dataclass(frozen=True)
class PostgreSQL:
    """A running server."""

    programs: Path
    folder: Path
    settings: Mapping[str, str]

    @property
    def sockets(self) -> Path:
        """Return the folder of its socket."""
        return self.folder / "socket"

    @property
    def log(self) -> Path:
        """Return what it wrote about itself."""
        return self.folder / "log"

    def url(self, database: str, role: str = OWNER, password: str = "") -> str:
        """Return the address of a database."""
        who = f"{role}:{password}" if password else role
        return f"postgresql+psycopg://{who}@/{database}?host={quote(str(self.sockets))}"

    def new_database(self) -> str:
        """Return the name of a new, empty database."""
        name = f"office_{secrets.token_hex(8)}"
        self.run("createdb", "--host", str(self.sockets), "--username", OWNER, name)
        return name

    def clone(self, template: str) -> str:
        """Return the name of a new copy of a database that nobody is connected to."""
        name = f"office_{secrets.token_hex(8)}"
        # By its files, which is quicker than by its log where nothing waits for the disk.
        self.order(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        return name

    def order(self, statement: str, database: str = OWNER) -> None:
        """Run a statement as the server's owner."""
        url = self.url(database).replace("+psycopg", "")
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(statement.encode())

    def drop_database(self, name: str) -> None:
        """Remove a database, whoever is still connected."""
        self.order(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    @property
    def cluster(self) -> Path:
        """Return the folder of its data."""
        return self.folder / "cluster"

    def start(self) -> None:
        """Start the server, or start it again after a stop."""
        options = " ".join(f"-c {key}={value}" for key, value in self.settings.items() if value)
        options += f" -c listen_addresses='' -k {self.sockets}"
        cluster = ("-D", str(self.cluster), "-l", str(self.log), "-w")
        self.run("pg_ctl", "start", *cluster, "-o", options)

    def start_watched(self, watcher: Sequence[str]) -> subprocess.Popen[bytes]:
        """Start the server under a program that watches it; return that one, once it answers."""
        given = [f"--{key}={value}" for key, value in self.settings.items() if value]
        program = [str(self.programs / "postgres"), "-D", str(self.cluster), *given]
        program += ["--listen_addresses=", "-k", str(self.sockets)]
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [*_as_account(), *watcher, *program], cwd="/", stdout=log, stderr=log
            )
        until = time.monotonic() + READY_SECONDS
        while True:
            with suppress(psycopg.OperationalError):
                self.order("SELECT")
                return process
            assert time.monotonic() < until, "the watched server does not answer"
            time.sleep(0.05)

    def stop(self, mode: str = "immediate") -> None:
        """Stop the server: ``immediate`` is a crash, from which it recovers by its log."""
        self.run("pg_ctl", "stop", "-D", str(self.cluster), "-m", mode, "-w")

    def run(self, program: str, *arguments: str) -> str:
        """Run one of its programs as an account that may, and return what it printed."""
        command = [*_as_account(), str(self.programs / program), *arguments]
        done = subprocess.run(command, check=False, capture_output=True, text=True, cwd="/")
        assert done.returncode == 0, f"{program}: {done.stderr}"
        return done.stdout


@contextmanager
def running_postgresql(**settings: str) -> Iterator[PostgreSQL]:
    """Run a new server until the end; skip the test where its programs are missing."""
    programs = needs.postgresql()
    # A socket's path has 107 bytes at most, so the folder lies right under the temporary one.
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    server = PostgreSQL(programs, folder, {**SETTINGS, **settings})
    server.sockets.mkdir()
    give_to_the_server(folder, server.sockets)
    try:
        server.run(
            "initdb",
            *("-D", str(server.cluster), "--username", OWNER, "--auth", "trust"),
            *("--encoding", "UTF8", "--no-locale", "--no-sync"),
        )
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def give_to_the_server(*paths: Path) -> None:
    """Let folders and files belong to the account that the server runs as."""
    if os.geteuid() == 0:
        account = pwd.getpwnam(ACCOUNT)
        for path in paths:
            os.chown(path, account.pw_uid, account.pw_gid)


def _as_account() -> tuple[str, ...]:
    return ("runuser", "-u", ACCOUNT, "--") if os.geteuid() == 0 else ()
