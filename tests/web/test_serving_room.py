"""Visitors who only hold on do not keep the others out, however many they are."""

import contextlib
import threading
import time
from pathlib import Path

import pytest

from tests.support.served import UPLOAD_END, Served, everything, served, upload_head

THREADS = 8
NO_MORE_FILES = ("sh", "-c", 'ulimit -n 96 && exec "$@"', "sh")
# As many as a machine allows at first where nobody asks for more: here fewer, so that they run out.
FEW_OPEN_FILES = ("sh", "-c", 'ulimit -Sn 64 && exec "$@"', "sh")


def is_let_in(server: Served) -> bool:
    """Return whether a new visitor is answered."""
    try:
        return server.get().endswith(b"hello")
    except ConnectionError:
        return False


@pytest.mark.parametrize(
    "first", [b"G", upload_head(10**6) + b"x"], ids=["half-a-head", "half-a-body"]
)
def test_who_holds_every_thread_and_sends_nothing_makes_room(tmp_path: Path, first: bytes) -> None:
    with served(tmp_path, threads=THREADS) as server, contextlib.ExitStack() as held:
        for _ in range(2 * THREADS):
            held.enter_context(server.connect()).sendall(first)
        time.sleep(0.5)
        began = time.monotonic()

        assert server.get().endswith(b"hello")

        # A silent visitor may stay for 30 seconds where nobody else wants the thread.
        assert time.monotonic() - began < 15
        assert server.stored() == []


def test_open_files_run_out_for_nobody_where_the_machine_allows_more(tmp_path: Path) -> None:
    begun, rest = bytes(1_200_000), bytes(1000)
    with served(tmp_path, *FEW_OPEN_FILES, threads=48) as server, contextlib.ExitStack() as held:
        uploads = [held.enter_context(server.connect()) for _ in range(40)]
        for upload in uploads:
            upload.sendall(upload_head(len(begun) + len(rest)) + begun)
        assert server.get().endswith(b"hello")
        for upload in uploads:
            upload.sendall(rest + UPLOAD_END)
            assert everything(upload).endswith(b"1201000")
    assert server.words.read_text() == ""


def test_more_connections_than_files_keep_nobody_inside_from_sending_and_nobody_out_for_good(
    tmp_path: Path,
) -> None:
    content = bytes(1_200_000)
    with served(tmp_path, *NO_MORE_FILES, threads=THREADS) as server, server.connect() as upload:
        upload.sendall(upload_head(len(content)))
        time.sleep(0.5)
        with contextlib.ExitStack() as held:
            for _ in range(150):
                held.enter_context(server.connect())
            time.sleep(1)
            upload.sendall(content + UPLOAD_END)
            assert everything(upload).endswith(b"1200000")
        began = time.monotonic()
        while not is_let_in(server):
            assert time.monotonic() < began + 10
    assert server.words.read_text().count("\n") == 1


@pytest.mark.parametrize("first", [b"", upload_head(10**6) + b"x"], ids=["silent", "half-a-body"])
def test_who_takes_every_open_file_and_stays_makes_room_within_seconds(
    tmp_path: Path, first: bytes
) -> None:
    # More threads than connections that are let in, so that nobody inside waits for one.
    with served(tmp_path, *NO_MORE_FILES, threads=64) as server, contextlib.ExitStack() as held:
        for _ in range(60):
            with contextlib.suppress(ConnectionError):
                held.enter_context(server.connect()).sendall(first)
        assert not is_let_in(server)
        began = time.monotonic()
        while not is_let_in(server):
            # A silent visitor may stay for 30 seconds where nobody else waits.
            assert time.monotonic() < began + 15
            time.sleep(0.1)


def test_a_slow_upload_that_goes_on_is_not_let_go_for_others(tmp_path: Path) -> None:
    length = 16 * 1024
    with served(tmp_path, threads=2) as server, contextlib.ExitStack() as held:
        upload = held.enter_context(server.connect())
        upload.sendall(upload_head(length))
        for _ in range(4):
            held.enter_context(server.connect()).sendall(b"G")
        asking = threading.Thread(target=server.get)
        asking.start()
        for _ in range(16):
            upload.sendall(bytes(length // 16))
            time.sleep(0.4)
        upload.sendall(UPLOAD_END)

        assert upload.recv(4096).startswith(b"HTTP/1.1 200 ")
        asking.join()
