"""Who takes every file that the system lets us open keeps nobody out for long, and fills no log."""

import contextlib
import time
from pathlib import Path

import pytest

from tests.support import needs
from tests.support.served import UPLOAD_END, everything, served, upload_head

FILES, VISITORS = 160, 180
SILENT = {"silent": b"", "half-a-body": upload_head(10**6) + b"x"}


def few_files() -> tuple[str, ...]:
    """Return what a program is started by that may open few files."""
    return str(needs.program("prlimit", "apt-get install util-linux")), f"--nofile={FILES}:{FILES}"


@pytest.mark.parametrize("first", SILENT.values(), ids=SILENT)
def test_a_flood_of_visitors_who_hold_on_lets_others_in_and_logs_a_line(
    tmp_path: Path, first: bytes
) -> None:
    with served(tmp_path, *few_files(), threads=100) as server, contextlib.ExitStack() as held:
        for _ in range(VISITORS):
            held.enter_context(server.connect()).sendall(first)
        began = time.monotonic()
        assert server.get().endswith(b"hello")
        assert time.monotonic() - began < 15
        assert len(server.words.read_text().splitlines()) <= 1


def test_an_upload_under_such_a_flood_is_kept(tmp_path: Path) -> None:
    with served(tmp_path, *few_files(), threads=100) as server, contextlib.ExitStack() as held:
        upload = held.enter_context(server.connect())
        head = upload_head(300_000)
        upload.sendall(head[:20])
        for _ in range(VISITORS):
            held.enter_context(server.connect())
        upload.sendall(head[20:] + bytes(300_000) + UPLOAD_END)
        assert everything(upload).endswith(b"300000")
        assert len(server.stored()) == 1
