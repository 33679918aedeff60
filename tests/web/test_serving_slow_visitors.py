"""Visitors who stall, drip or lie about a body: let go in bounded time, harmless to the others."""

import socket
import threading
import time
from pathlib import Path

import pytest

from tests.support.served import UPLOAD_END, Served, everything, served, upload_head

QUICK = {
    "head_seconds": 1.0,
    "idle_seconds": 1.0,
    "window_seconds": 2.0,
    "window_bytes": 1000,
}


def seconds_until_closed(server: Served, first: bytes, drip: bytes = b"") -> float:
    """Return how long a visitor is kept who sends something, then drips."""
    began = time.monotonic()
    with server.connect() as sock:
        sock.sendall(first)
        sock.settimeout(0.2)
        while time.monotonic() - began < 15:
            try:
                if drip:
                    sock.sendall(drip)
                if not sock.recv(4096):
                    break
            except TimeoutError:
                continue
            except ConnectionError:
                break
    return time.monotonic() - began


@pytest.mark.parametrize(
    ("first", "drip"),
    [
        (b"", b""),
        (b"GET / HT", b""),
        (b"GET / HTTP/1.1\r\nHost: a\r\n", b"X-a: b\r\n"),
        (upload_head(10**6), b""),
        (upload_head(10**6) + bytes(200_000), b""),
        (upload_head(10**6), b"x"),
    ],
    ids=["silent", "half-line", "dripped-head", "stalled-body", "stalled-later", "dripped-body"],
)
def test_who_stalls_or_drips_is_let_go_and_leaves_nothing(
    tmp_path: Path, first: bytes, drip: bytes
) -> None:
    with served(tmp_path, pace=QUICK) as server:
        assert seconds_until_closed(server, first, drip) < 10
        assert server.stored() == []
        assert server.get().endswith(b"hello")


def test_a_stalled_upload_is_answered_before_it_is_let_go(tmp_path: Path) -> None:
    with served(tmp_path, pace=QUICK) as server, server.connect() as sock:
        sock.sendall(upload_head(10**6) + bytes(1000))
        assert everything(sock).startswith(b"HTTP/1.1 400 ")


def test_who_reads_nothing_is_let_go(tmp_path: Path) -> None:
    with served(tmp_path, pace=QUICK) as server, server.connect() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        sock.sendall(b"GET /bytes/1000000000 HTTP/1.1\r\nHost: a\r\n\r\n")
        time.sleep(4)
        assert server.stop() < 3


def test_a_slow_upload_that_keeps_moving_arrives(tmp_path: Path) -> None:
    with served(tmp_path, pace=QUICK) as server, server.connect() as sock:
        sock.sendall(upload_head(12_000))
        for _ in range(12):
            sock.sendall(bytes(1000))
            time.sleep(0.4)
        sock.sendall(UPLOAD_END)
        assert everything(sock).endswith(b"12000")


def test_hundreds_of_slow_uploads_do_not_delay_a_page(tmp_path: Path) -> None:
    with served(tmp_path, threads=320) as server:
        slow = [server.connect() for _ in range(300)]
        for sock in slow:
            sock.sendall(upload_head(10**6) + bytes(1000))
        stop = threading.Event()

        def drip() -> None:
            while not stop.wait(0.5):
                for sock in slow:
                    sock.send(bytes(100))

        dripping = threading.Thread(target=drip)
        dripping.start()
        took = []
        for _ in range(20):
            began = time.monotonic()
            assert server.get().endswith(b"hello")
            took.append(time.monotonic() - began)
        stop.set()
        dripping.join()
        for sock in slow:
            sock.close()
    assert sorted(took)[10] < 0.5


def test_connections_opened_ahead_of_time_cost_no_thread(tmp_path: Path) -> None:
    with served(tmp_path, threads=2) as server:
        ahead = [server.connect() for _ in range(20)]
        assert server.get().endswith(b"hello")
        for sock in ahead:
            sock.close()


def test_an_answer_before_the_end_of_a_body_arrives_and_ends_the_connection(
    tmp_path: Path,
) -> None:
    with served(tmp_path) as server, server.connect() as sock:
        sock.sendall(upload_head(3_000_000, "/unread"))
        hidden = b"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n"
        for _ in range(3_000_000 // len(hidden)):
            sock.sendall(hidden)
        answer = everything(sock)
    assert answer.endswith(b"not read")
    assert answer.count(b"HTTP/1.1 ") == 1
    assert b"Connection: close" in answer


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"Host: a\r\nTransfer-Encoding: chunked\r\n", 411),
        (b"Host: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n", 411),
        (b"Host: a\r\nContent-Length: 5\r\nContent-Length: 50\r\n", 400),
        (b"Host: a\r\nContent-Length: -5\r\n", 400),
        (b"Host: a\r\nContent-Length: +5\r\n", 400),
        (b"Host: a\r\nContent-Length: 5_0\r\n", 400),
        (b"Host: a\r\nContent-Length : 5\r\n", 400),
        (b"Host: a\r\nHost: b\r\n", 400),
        (b"Host: a\r\n folded\r\n", 400),
        (b" folded\r\nHost: a\r\n", 400),
        (b"Host: a\nX: b\r\n", 400),
        (b"Host: a\r\nX: \0\r\n", 400),
        (b"Host: a\r\nX: " + b"y" * 40_000 + b"\r\n", 413),
    ],
)
def test_a_head_that_two_servers_could_read_differently_is_refused(
    tmp_path: Path, head: bytes, status: int
) -> None:
    with served(tmp_path) as server:
        answer = server.ask(b"POST /unread HTTP/1.1\r\n" + head + b"\r\nhello")
    assert answer.startswith(f"HTTP/1.1 {status} ".encode()), answer[:80]
    assert answer.count(b"HTTP/1.1 ") == 1


def test_a_header_with_an_underscore_cannot_pass_for_another(tmp_path: Path) -> None:
    with served(tmp_path) as server:
        answer = server.ask(
            b"POST /unread HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent_Length: 5\r\n\r\n"
        )
    assert answer.endswith(b"not read")
