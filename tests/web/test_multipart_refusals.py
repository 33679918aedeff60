"""Bodies that no browser sends: refused, nothing half left, the words that came still there."""

import pytest

from tests.support.upload_door import (
    BOUNDARY,
    END,
    TOKEN,
    Door,
    Trickle,
    a_door,
    file,
    send,
    text,
    trickle,
)


@pytest.fixture
def door() -> Door:
    return a_door()


def test_a_body_that_is_cut_leaves_nothing_of_its_file_and_keeps_its_words(door: Door) -> None:
    body = TOKEN + text("statement", "chữ") + file("a", bytes(150_000)) + END
    answer = trickle(
        door,
        Trickle(body[:100_000], 65_536),
        len(body),
    )
    assert (answer.status_code, door.seen["error"]) == (400, "CutBodyError")
    assert door.seen["form"] == {"csrf_token": "good", "statement": "chữ"}
    assert door.shelf.opened == ["a"]
    assert door.shelf.whole == {}


def test_a_whole_file_before_the_cut_is_not_left_either(door: Door) -> None:
    body = TOKEN + file("a", b"whole") + file("b", bytes(150_000)) + END
    trickle(
        door,
        Trickle(body[:100_000], 65_536),
        len(body),
    )
    assert door.shelf.opened == ["a", "b"]
    assert door.shelf.whole == {}


class SilentVisitor(Trickle):
    """A visitor who stops sending: the server's reader gives up."""

    def read(self, size: int = -1) -> bytes:
        piece = super().read(size)
        if not piece:
            raise TimeoutError
        return piece


def test_a_visitor_who_stops_sending_is_one_who_went_away(door: Door) -> None:
    body = TOKEN + file("a", bytes(150_000)) + END
    answer = trickle(
        door,
        SilentVisitor(body[:100_000], 65_536),
        len(body),
    )
    assert (answer.status_code, door.seen["error"]) == (400, "CutBodyError")
    assert door.shelf.whole == {}


def test_a_body_over_the_ceiling_is_not_read_and_its_words_are_kept(door: Door) -> None:
    head = TOKEN + text("statement", "chữ") + file("a", b"x")
    answer = trickle(door, Trickle(head, 65_536), 10**9)
    assert (answer.status_code, door.seen["error"]) == (413, "BodyTooLargeError")
    assert door.seen["form"] == {"csrf_token": "good", "statement": "chữ"}
    assert door.shelf.opened == []


class EndlessFile:
    """A chunked body without end."""

    def __init__(self, head: bytes) -> None:
        self.head = head
        self.sent = 0

    def read(self, size: int = -1) -> bytes:
        piece, self.head = self.head or bytes(size), b""
        self.sent += len(piece)
        return piece


def test_a_body_that_declares_no_length_is_read_to_the_ceiling_and_no_further(door: Door) -> None:
    body = EndlessFile(TOKEN + file("a", b"x")[:-2])
    answer = trickle(door, body, None)
    assert (answer.status_code, door.seen["error"]) == (413, "BodyTooLargeError")
    assert body.sent < 4_000_000
    assert door.shelf.whole == {}


@pytest.mark.parametrize(
    "body",
    [
        b"no boundary at all",
        b"x" * 20_000,
        TOKEN,
        TOKEN + b"--" + BOUNDARY.encode() + b"\r\nContent-Type: text/plain\r\n\r\nx\r\n" + END,
        TOKEN + b"--" + BOUNDARY.encode() + b"\r\nX: " + b"y" * 20_000 + b"\r\n\r\nx\r\n" + END,
        TOKEN + text("n" * 101, "x") + END,
        TOKEN + text("", "x") + END,
        TOKEN + text("\udcff".encode("utf-8", "surrogateescape").decode("latin-1"), "x")[:-3],
        TOKEN + file("a", b"x", field_name="photo") + END,
        TOKEN + file("", b"x", field_name="photo") + END,
        TOKEN + END + b"x" * 20_000,
    ],
)
def test_a_body_that_no_browser_sends_is_refused(door: Door, body: bytes) -> None:
    answer = send(door, body)
    assert (answer.status_code, door.seen["error"]) == (400, "MalformedBodyError")
    assert door.shelf.whole == {}


@pytest.mark.parametrize("boundary", ["", "b" * 71, "ranh-giới"])
def test_a_boundary_outside_the_standard_is_refused(door: Door, boundary: str) -> None:
    answer = door.client().post(
        "/files", data=b"x", content_type=f'multipart/form-data; boundary="{boundary}"'
    )
    assert answer.status_code == 400


def test_files_where_none_are_taken_are_refused(door: Door) -> None:
    assert send(door, TOKEN, file("a", b"x"), END, path="/words").status_code == 400
    assert door.shelf.opened == []


@pytest.mark.parametrize(
    "parts",
    [
        [text("statement", "x" * 300_001)],
        [text("statement", "x" * 150_001), text("where", "y" * 150_001)],
        [text("field", "x")] * 1001,
    ],
)
def test_more_text_than_a_form_of_ours_sends_is_too_large(door: Door, parts: list[bytes]) -> None:
    answer = send(door, *parts, END)
    assert (answer.status_code, door.seen["error"]) == (413, "BodyTooLargeError")


def test_text_that_is_not_utf_8_is_refused_by_field_and_everything_is_kept(door: Door) -> None:
    answer = send(door, TOKEN, text("where", b"c\xffng"), text("when", "nay"), END)
    assert (answer.status_code, door.seen["error"]) == (400, "BadTextError")
    assert door.seen["form"] == {"csrf_token": "good", "where": "c\ufffdng", "when": "nay"}


URLENCODED = "application/x-www-form-urlencoded"


def post_words(door: Door, body: bytes) -> int:
    return door.client().post("/words", data=body, content_type=URLENCODED).status_code


def test_a_form_without_files_is_read_as_typed(door: Door) -> None:
    assert post_words(door, "a=Xin+ch%C3%A0o&b=&c=ả".encode()) == 200
    assert door.seen["form"] == {"a": "Xin chào", "b": "", "c": "ả"}


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        (b"a=" + b"x" * 300_001, 413, "BodyTooLargeError"),
        (b"a=1&" * 1001, 413, "BodyTooLargeError"),
        (b"a=%ff&b=%C3%A0", 400, "BadTextError"),
        (b"a=\xff", 400, "BadTextError"),
        (b"%ff=1", 400, "MalformedBodyError"),
        (b"=1", 400, "MalformedBodyError"),
    ],
)
def test_a_form_without_files_has_the_same_limits(
    door: Door, body: bytes, status: int, error: str
) -> None:
    assert (post_words(door, body), door.seen["error"]) == (status, error)
