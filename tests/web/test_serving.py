"""The server: answers, says nothing about itself or its visitors, and stops when told to."""

import signal
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.served import UPLOAD_END, everything, served, upload_head
from web.serving import parse_bind
from web.serving_requests import CROWDED_SECONDS


def test_an_answer_names_no_software(tmp_path: Path) -> None:
    with served(tmp_path) as server:
        answer = server.get()
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert answer.endswith(b"hello")
    assert b"\r\nserver:" not in answer.lower()
    assert b"cheroot" not in answer.lower()


def test_one_connection_carries_one_request_after_another(tmp_path: Path) -> None:
    with served(tmp_path) as server, server.connect() as sock:
        for _ in range(3):
            sock.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            answer = b""
            while not answer.endswith(b"hello"):
                answer += sock.recv(4096)


def test_an_upload_is_sealed_into_the_vault_and_answered(tmp_path: Path) -> None:
    content = bytes(3_000_000)
    with served(tmp_path) as server:
        answer = server.ask(upload_head(len(content)) + content + UPLOAD_END)
        assert answer.endswith(b"3000000")
        assert len(server.stored()) == 1


def test_a_large_answer_arrives_whole(tmp_path: Path) -> None:
    with served(tmp_path) as server:
        answer = server.ask(b"GET /bytes/9961472 HTTP/1.0\r\nHost: a\r\n\r\n")
    assert len(answer.partition(b"\r\n\r\n")[2]) == 9961472


def test_nothing_about_a_visitor_is_logged_whatever_they_send(tmp_path: Path) -> None:
    with served(tmp_path) as server:
        server.get("/")
        server.get("/broken?canary")
        server.ask(b"canary\r\n\r\n")
        server.ask(b"GET /canary HTTP/9.9\r\n\r\n")
        server.ask(b"GET / HTTP/1.1\r\ncanary\r\n\r\n")
        with server.connect() as sock:
            sock.sendall(upload_head(10**6))
            # An abrupt end: the kernel answers what comes later with a reset.
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        server.stop()
        words = server.words.read_text()
    assert '"error": "RuntimeError"' in words
    for hidden in ("127.0.0.1", "canary", "a value", "GET", str(server.address[1])):
        assert hidden not in words


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_lets_an_answer_finish_and_ends_the_program(tmp_path: Path, number: int) -> None:
    with served(tmp_path) as server, server.connect() as sock:
        sock.sendall(b"GET /slow HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        time.sleep(0.3)
        server.running.send_signal(number)
        assert everything(sock).endswith(b"slow")
        assert server.running.wait(timeout=10) == 0


def test_a_stop_does_not_wait_for_an_upload_that_stands_still(tmp_path: Path) -> None:
    with served(tmp_path, stop_seconds=1) as server, server.connect() as sock:
        sock.sendall(upload_head(10**8) + bytes(5_000_000))
        time.sleep(0.5)
        assert server.stop() < 5
        assert server.running.returncode == 0
        assert server.stored() == []


def test_a_stop_refuses_in_words_an_upload_that_cannot_be_whole_in_time(tmp_path: Path) -> None:
    with served(tmp_path) as server, server.connect() as sock:
        sock.sendall(upload_head(10**9) + bytes(100_000))
        time.sleep(CROWDED_SECONDS)
        assert server.stop() < 5
        assert everything(sock).startswith(b"HTTP/1.1 400 ")
        assert server.running.returncode == 0


@pytest.mark.parametrize("first", [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: a\r\n"])
def test_a_stop_does_not_wait_for_half_a_head(tmp_path: Path, first: bytes) -> None:
    with served(tmp_path) as server, server.connect() as sock:
        sock.sendall(first)
        time.sleep(0.3)
        assert server.stop() < CROWDED_SECONDS + 3
        assert server.running.returncode == 0


def test_a_stop_waits_for_an_upload_that_can_be_whole_in_time(tmp_path: Path) -> None:
    with served(tmp_path) as server, server.connect() as sock:
        sock.sendall(upload_head(400_000) + bytes(100_000))
        time.sleep(CROWDED_SECONDS + 0.5)
        server.running.send_signal(signal.SIGTERM)
        for _ in range(3):
            time.sleep(0.7)
            sock.sendall(bytes(100_000))
        sock.sendall(UPLOAD_END)
        assert everything(sock).endswith(b"400000")
        assert server.running.wait(timeout=10) == 0
        assert len(server.stored()) == 1


def test_a_stop_does_not_wait_for_a_visitor_who_does_not_read(tmp_path: Path) -> None:
    with served(tmp_path, stop_seconds=1) as server, server.connect() as sock:
        sock.sendall(b"GET /bytes/1000000000 HTTP/1.1\r\nHost: a\r\n\r\n")
        time.sleep(0.5)
        assert server.stop() < 5
        assert server.running.returncode == 0


def test_the_process_leaves_no_core_and_its_files_are_its_own(tmp_path: Path) -> None:
    with served(tmp_path) as server:
        server.ask(upload_head(10) + bytes(10) + UPLOAD_END)
        limits = Path(f"/proc/{server.running.pid}/limits").read_text()
        status = Path(f"/proc/{server.running.pid}/status").read_text()
        owner = Path(f"/proc/{server.running.pid}/environ").stat().st_uid
        assert {stat.S_IMODE(path.stat().st_mode) for path in server.stored()} == {0o600}
    cores = next(line for line in limits.splitlines() if line.startswith("Max core"))
    assert cores.split()[4:6] == ["0", "0"]
    assert "Umask:\t0077" in status
    # A process that may not be dumped belongs to root in /proc, whoever runs it (proc(5)).
    assert owner == 0


def test_what_a_program_is_made_of_is_looked_through_no_more(tmp_path: Path) -> None:
    with served(tmp_path) as server:
        assert server.get("/collector").endswith(b"True True")


@pytest.mark.parametrize("program", ["intake", "review"])
def test_a_program_that_serves_is_not_looked_through_while_it_starts(program: str) -> None:
    code = f"import gc, {program}.__main__; print(gc.isenabled(), gc.get_stats()[2]['collections'])"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["False", "0"]


@pytest.mark.parametrize(
    ("bind", "expected"),
    [("127.0.0.1:8000", ("127.0.0.1", 8000)), ("[::1]:8001", ("::1", 8001))],
)
def test_an_address_is_a_host_and_a_port(bind: str, expected: tuple[str, int]) -> None:
    assert parse_bind(bind) == expected


@pytest.mark.parametrize("bind", ["", "8000", ":8000", "host:", "host:http", "host:-1"])
def test_what_is_no_address_is_refused(bind: str) -> None:
    with pytest.raises(ValueError, match="host:port"):
        parse_bind(bind)
