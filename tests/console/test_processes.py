"""The doors come back by themselves, and go when they are told to."""

import os
import signal
import socket
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.support.command import liemchinh
from tests.support.instance import Start, answers, running_instance
from tests.support.made import made_try_out

PATIENCE_SECONDS = 60


def children(pid: int) -> dict[str, int]:
    """Return the programs that a process started: module name and process id."""
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    found = {}
    for child in listed:
        with suppress(FileNotFoundError):
            words = Path(f"/proc/{child}/cmdline").read_bytes().rstrip(b"\0").split(b"\0")
            found[words[-1].decode()] = int(child)
    return found


@pytest.mark.slow
def test_a_door_that_was_killed_answers_again(tmp_path: Path) -> None:
    with running_instance(tmp_path, Start(is_made=False)) as instance:
        for program, origin, path in (
            ("intake", instance.public, "/health"),
            ("review", instance.desk, "/sign-in"),
        ):
            before = children(instance.process.pid)[program]
            os.kill(before, signal.SIGKILL)
            until = time.monotonic() + PATIENCE_SECONDS
            while children(instance.process.pid).get(program, before) == before:
                assert time.monotonic() < until
                time.sleep(0.1)
            while not answers(origin, path):
                assert time.monotonic() < until
                time.sleep(0.1)


@pytest.mark.slow
def test_the_doors_leave_with_the_program_that_keeps_them(tmp_path: Path) -> None:
    with running_instance(tmp_path) as instance:
        doors = children(instance.process.pid)
        instance.process.kill()
        instance.process.wait()
        until = time.monotonic() + PATIENCE_SECONDS
        while any(Path(f"/proc/{pid}").exists() for pid in doors.values()):
            assert time.monotonic() < until
            time.sleep(0.1)


@pytest.mark.slow
def test_an_instance_is_not_run_twice(tmp_path: Path) -> None:
    binds = {"public_bind": "127.0.0.1:0", "desk_bind": "127.0.0.1:0"}
    with running_instance(tmp_path) as instance:
        second = liemchinh(instance.folder, "run", **binds)
        assert second.returncode == 78
        assert "runs already" in second.stderr
        assert answers(instance.public, "/health")


def test_an_address_that_is_taken_stops_the_start_with_its_setting(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        bind = f"127.0.0.1:{taken.getsockname()[1]}"
        made_try_out().copy_to(tmp_path / "instance")
        refused = liemchinh(tmp_path / "instance", "run", desk_bind=bind, public_bind="127.0.0.1:0")

    assert refused.returncode == 78
    assert "desk_bind" in refused.stderr
