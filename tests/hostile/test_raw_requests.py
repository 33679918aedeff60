"""Requests that no browser writes, over sockets: refused or cut off, and the next one is served."""

import re
from collections.abc import Iterator

import pytest

from tests.support.both_doors import BothDoors
from tests.support.served_doors import ServedDoor, served_door

HOST = b"Host: 127.0.0.1\r\n"
ENDING = HOST + b"Connection: close\r\n"
FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"
STATUS = re.compile(rb"HTTP/1\.[01] (\d{3}) ")
# What a proxy might let through as the body of the request before it.
HIDDEN = b"GET /static/nowhere-canary HTTP/1.1\r\n" + HOST + b"\r\n"


def post(headers: bytes, body: bytes = b"") -> bytes:
    return b"POST /report HTTP/1.1\r\n" + HOST + headers + b"\r\n" + body


def line(words: bytes) -> bytes:
    return words + b"\r\n" + ENDING + b"\r\n"


LINES = (
    b"GET /",
    b"GET / HTTP/0.9",
    b"GET / HTTP/1.5",
    b"GET / HTTP/2.0",
    b"GET / HTTP/9.9",
    b"GET / HTTP/1.-5",
    b"GET / HTTP/+1.0_1",
    b"GET / HTTP/1.1.1",
    b"GET / HTTP/",
    b"GET / FTP/1.1",
    b"GET  / HTTP/1.1",
    b"GET\t/\tHTTP/1.1",
    b"GET /a b HTTP/1.1",
    b"get / HTTP/1.1",
    b"G\xc3\x89T / HTTP/1.1",
    b"G\0T / HTTP/1.1",
    b"PRI * HTTP/2.0",
    b"GET /\0 HTTP/1.1",
    b"GET /\x01\x7f HTTP/1.1",
    b"GET /\xff HTTP/1.1",
    b"GET /\xe2\x80\xae HTTP/1.1",
    b"GET /#x HTTP/1.1",
    b"GET report HTTP/1.1",
    b"GET ../report HTTP/1.1",
    b"GET //[x HTTP/1.1",
    b"GET //evil.example/ HTTP/1.1",
    b"GET http://[x/ HTTP/1.1",
    b"GET http://evil.example/ HTTP/1.1",
    b"GET http://127.0.0.1/ HTTP/1.1",
    b"OPTIONS http://evil.example/ HTTP/1.1",
    b"OPTIONS javascript://evil/%0a HTTP/1.1",
    b"OPTIONS * HTTP/1.1",
    b"CONNECT evil.example:443 HTTP/1.1",
    b"GET /%zz%00%ff HTTP/1.1",
    b"GET /" + b"y" * 65_536 + b" HTTP/1.1",
    b"y" * 65_536,
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500),
    b"\r\n\r\n\r\nGET / HTTP/1.1",
)
HOSTS = (
    b"",
    b"Host:\r\n",
    b"Host: evil.example\r\n",
    b"Host: 127.0.0.1.evil.example\r\n",
    b"Host: 127.0.0.1:x\r\n",
    b"Host: x@127.0.0.1\r\n",
    b"Host: 127.0.0.1/x\r\n",
    b"Host: \xff\xfe\r\n",
    b"Host: 127.0.0.1\0\r\n",
    b"Host: 127.0.0.1\r\nHost: 127.0.0.1\r\n",
    b"Host : 127.0.0.1\r\n",
    b"Host\r\n",
)
HEADERS = (
    b"X: \0\r\n",
    b"X\0: y\r\n",
    b": y\r\n",
    b"X y: z\r\n",
    b"X: y\nZ: z\r\n",
    b"X: y\r\r\n",
    b" X: y\r\n",
    b"X: y\r\n folded\r\n",
    b"X: " + b"y" * 65_536 + b"\r\n",
    b"X: y\r\n" * 12_000,
    b"X" * 65_536,
)
LENGTHS = (
    b"Content-Length: 5\r\nContent-Length: 5\r\n",
    b"Content-Length: 5\r\nContent-Length: 50\r\n",
    b"Content-Length: 5, 5\r\n",
    b"Content-Length: -1\r\n",
    b"Content-Length: +5\r\n",
    b"Content-Length: 0x5\r\n",
    b"Content-Length: 5.0\r\n",
    b"Content-Length: 5_0\r\n",
    b"Content-Length: \xd9\xa5\r\n",
    b"Content-Length: 5 5\r\n",
    b"Content-Length:\r\n",
    b"Content-Length: " + b"9" * 4_000 + b"\r\n",
    b"Content-Length: " + b"9" * 5_000 + b"\r\n",
    b"Transfer-Encoding: chunked\r\n",
    b"Transfer-Encoding: gzip\r\n",
    b"Transfer-Encoding: identity\r\n",
    b"Transfer-Encoding:\r\n",
    b"Transfer-Encoding: chunked, chunked\r\n",
    b"Transfer-Encoding: x\x0bchunked\r\n",
    b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
    b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
    b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
    b"Content-Length: 5\r\ntransfer-encoding: xchunked\r\n",
    b"Content-Length : 5\r\nTransfer-Encoding: chunked\r\n",
    b"Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n",
)


@pytest.fixture(scope="module", params=["door", "desk"])
def served(request: pytest.FixtureRequest, doors: BothDoors) -> Iterator[ServedDoor]:
    with served_door(doors.door if request.param == "door" else doors.desk.app) as door:
        yield door


def statuses(answer: bytes) -> list[int]:
    """Return every status in what was answered, but for "go on"."""
    return [int(status) for status in STATUS.findall(answer) if status != b"100"]


def check_served(served: ServedDoor) -> None:
    answer = served.ask(b"GET /static/liemchinh.css HTTP/1.1\r\n" + ENDING + b"\r\n")
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")


def check_refused(served: ServedDoor, *pieces: bytes) -> None:
    """Assert that a request was refused once, or cut off, and nobody else suffers from it."""
    answered = statuses(served.ask(*pieces))
    assert len(answered) <= 1
    assert all(400 <= status < 500 for status in answered), answered
    check_served(served)


@pytest.mark.parametrize("words", LINES, ids=range(len(LINES)))
def test_a_request_line_that_no_browser_writes_is_refused(served: ServedDoor, words: bytes) -> None:
    check_refused(served, line(words))


@pytest.mark.parametrize("host", HOSTS, ids=range(len(HOSTS)))
def test_a_request_to_another_host_or_to_none_is_refused(served: ServedDoor, host: bytes) -> None:
    check_refused(served, b"GET / HTTP/1.1\r\n" + host + b"Connection: close\r\n\r\n")


@pytest.mark.parametrize("header", HEADERS, ids=range(len(HEADERS)))
def test_a_header_that_no_browser_writes_is_refused(served: ServedDoor, header: bytes) -> None:
    check_refused(served, b"GET / HTTP/1.1\r\n" + ENDING + header + b"\r\n")


@pytest.mark.parametrize("length", LENGTHS, ids=range(len(LENGTHS)))
def test_no_body_hides_another_request_from_a_proxy(served: ServedDoor, length: bytes) -> None:
    for body in (b"hello", b"5\r\nhello\r\n0\r\n\r\n", b"0\r\n\r\n", b"zz\r\n"):
        check_refused(served, post(FORM + length, body + HIDDEN))


def test_what_comes_after_a_body_of_a_length_too_short_is_never_another_form(
    served: ServedDoor,
) -> None:
    for length in range(6):
        answer = served.ask(post(FORM + b"Content-Length: %d\r\n" % length, b"a=b&cc" + HIDDEN))
        refused = statuses(answer)
        # What is left of the words makes the line after them no request line.
        assert refused, length
        assert all(400 <= status < 500 for status in refused), refused
        assert len(refused) <= 2
    check_served(served)


def test_a_length_too_long_waits_for_the_rest_and_then_refuses(served: ServedDoor) -> None:
    with served.connect() as sock:
        sock.sendall(post(FORM + b"Content-Length: 50\r\n", b"a=b"))
        answer = b""
        while piece := sock.recv(65_536):
            answer += piece
    assert [status // 100 for status in statuses(answer)] == [4]
    check_served(served)


def test_requests_that_are_sent_at_once_are_answered_in_their_order(served: ServedDoor) -> None:
    asked = [b"/static/liemchinh.css", b"/static/nowhere", b"/static/liemchinh.css"]
    lines = [b"GET " + path + b" HTTP/1.1\r\n" + HOST + b"\r\n" for path in asked]
    assert statuses(served.ask(b"".join(lines))) == [200, 404, 200]


def test_a_refused_request_takes_what_was_sent_behind_it_with_it(served: ServedDoor) -> None:
    for refused in (line(b"GET //[x HTTP/1.1"), post(b"Transfer-Encoding: chunked\r\n")):
        assert len(statuses(served.ask(refused + HIDDEN * 3))) == 1


def test_a_head_that_is_cut_anywhere_is_answered_by_closing(served: ServedDoor) -> None:
    head = b"GET /report HTTP/1.1\r\n" + HOST + b"Cookie: a=b\r\n\r\n"
    for cut in range(len(head)):
        assert not [status for status in statuses(served.ask(head[:cut])) if status // 100 != 4]
    check_served(served)


def test_a_request_that_comes_byte_by_byte_is_served(served: ServedDoor) -> None:
    request = b"GET /static/liemchinh.css HTTP/1.1\r\n" + ENDING + b"\r\n"
    pieces = [request[at : at + 1] for at in range(len(request))]
    assert statuses(served.ask(*pieces)) == [200]
