"""From ``python -m intake`` on an instance that is there to its first page, beside Flask alone."""

import os
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from bench.engines import Engine, engines
from bench.offices import staffed_office
from bench.programs import ROOT
from bench.rows import Row, at_most, over
from bench.wire import Line
from tests.support.instance import free_ports
from tests.support.office import public_url
from tests.support.webapp import settings_in
from web.server_secret import create_server_secret
from web.settings import POSTGRESQL

ROUNDS = 7
POLL_SECONDS = 0.002
LONGEST_SECONDS = 60
WANTED_RATIO = 6
WANTED_SECONDS = 1
OK = 200


def run() -> list[Row]:
    """Return the time to the first page, over the time Python needs to import Flask."""
    with engines("cold_start", "cold_start_seconds") as found:
        return [row for engine in found for row in _measured(engine)]


def _measured(engine: Engine) -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        environ = _existing_instance(Path(folder), engine.new_url(Path(folder)))
        _import_flask()
        _first_page(environ)
        # Interleaved, so that what else the machine does falls on both alike.
        pairs = [(_first_page(environ), _import_flask()) for _ in range(ROUNDS)]
    started, floor = (min(times) for times in zip(*pairs, strict=True))
    return [
        over(f"cold_start{engine.suffix}", started, floor, "s", WANTED_RATIO),
        at_most(f"cold_start_seconds{engine.suffix}", started, "s", WANTED_SECONDS),
    ]


def _existing_instance(folder: Path, database_url: str) -> dict[str, str]:
    create_server_secret(settings_in(folder))
    staffed_office(folder, database_url)
    [port] = free_ports(1)
    ours = {
        "LIEMCHINH_INSTANCE": str(folder),
        "LIEMCHINH_DATABASE_URL": database_url,
        "LIEMCHINH_PUBLIC_BIND": f"127.0.0.1:{port}",
    }
    if database_url.startswith(POSTGRESQL):
        ours["LIEMCHINH_PUBLIC_DATABASE_URL"] = public_url(database_url)
    # An installed program has its compiled modules beside it, as Flask has.
    return {**os.environ, **ours, "PYTHONDONTWRITEBYTECODE": ""}


def _import_flask() -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import flask"], check=True, cwd=ROOT)
    return time.perf_counter() - began


def _first_page(environ: dict[str, str]) -> float:
    host, port = environ["LIEMCHINH_PUBLIC_BIND"].split(":")
    began = time.perf_counter()
    with subprocess.Popen([sys.executable, "-m", "intake"], env=environ, cwd=ROOT) as program:
        try:
            _await_page((host, int(port)), program)
            return time.perf_counter() - began
        finally:
            program.terminate()


def _await_page(address: tuple[str, int], program: "subprocess.Popen[bytes]") -> None:
    """Return when the first page is there.

    Raises:
        RuntimeError: the program ended, or took too long, or showed something else.
    """
    ends = time.monotonic() + LONGEST_SECONDS
    while program.poll() is None and time.monotonic() < ends:
        with suppress(ConnectionRefusedError), Line(address) as line:
            status = line.get(b"/").status
            if status != OK:
                raise RuntimeError(f"status {status}")
            return
        time.sleep(POLL_SECONDS)
    raise RuntimeError("no first page")
