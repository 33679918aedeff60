"""Forms with files: sealed while they arrive, refused by name, and the words always kept."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import request

from tests.support.upload_door import (
    BOUNDARY,
    END,
    FORM,
    TOKEN,
    Door,
    Trickle,
    a_door,
    file,
    outcomes,
    send,
    text,
    trickle,
)
from web.attachments import FILE_NAME_CHARS, UploadOutcome, bounded_file_name


@pytest.fixture
def door() -> Door:
    return a_door()


def test_words_and_files_of_a_form_arrive_as_sent(door: Door) -> None:
    photo = bytes(range(256)) * 600
    answer = send(door, TOKEN, text("statement", "Xin chào\0\r\n"), file("ảnh.jpg", photo), END)
    assert answer.status_code == 200
    assert door.seen["form"] == {"csrf_token": "good", "statement": "Xin chào\0\r\n"}
    assert door.shelf.whole == {"ảnh.jpg": photo}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\r\n",
        b"\r" * 200_000,
        b"\n" * 200_000,
        (b"\r\n--" + BOUNDARY.encode()[:-1]) * 5000,
        (b"x--" + BOUNDARY.encode()) * 5000,
        (b"x--" + BOUNDARY.encode() + b"--\r\n") * 5000,
        (b"\r\n--" + BOUNDARY.encode() + b"x") * 5000,
        b"x" * 131_071 + b"\r",
    ],
)
def test_a_file_full_of_almost_boundaries_arrives_as_sent(door: Door, content: bytes) -> None:
    assert send(door, TOKEN, file("a", content), text("urgent", "1"), END).status_code == 200
    assert door.shelf.whole == {"a": content}
    assert door.seen["form"] == {"csrf_token": "good", "urgent": "1"}


def test_every_way_to_cut_a_body_on_its_way_gives_the_same_file(door: Door) -> None:
    content = b"ab\r\n--" + BOUNDARY.encode()[:9] + b"\r\ncd\r"
    body = TOKEN + file("a", content) + END
    for size in range(1, len(body)):
        answer = trickle(door, Trickle(body, size), len(body))
        assert answer.status_code == 200, size
        assert door.shelf.whole == {"a": content}, size


def test_an_empty_file_input_is_no_upload_but_an_empty_file_is(door: Door) -> None:
    send(door, TOKEN, file("", b""), file("empty.txt", b""), END)
    assert outcomes(door) == [("empty.txt", "kept")]


def test_a_file_name_is_kept_as_the_browser_gave_it(door: Door) -> None:
    send(door, TOKEN, file("../a%22b\\c d.pdf", b"x"), END)
    assert outcomes(door) == [('../a"b\\c d.pdf', "kept")]


def test_a_file_name_without_end_loses_its_middle(door: Door) -> None:
    name = bounded_file_name("a" * 5000 + ".jpeg")
    assert len(name) == FILE_NAME_CHARS
    assert name.endswith(".jpeg")


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ([200_000, 100_000], ["kept", "kept"]),
        ([200_001, 100_000], ["too_large", "kept"]),
        ([200_000, 100_001, 50_000], ["kept", "over_total", "kept"]),
        ([1, 1, 1, 1, 1], ["kept", "kept", "kept", "too_many", "too_many"]),
    ],
)
def test_a_file_over_a_limit_is_named_and_the_others_and_the_words_are_kept(
    door: Door, sizes: list[int], expected: list[str]
) -> None:
    parts = [file(str(number), bytes(size)) for number, size in enumerate(sizes)]
    assert send(door, TOKEN, *parts, text("where", "cảng"), END).status_code == 200
    assert [outcome for _, outcome in outcomes(door)] == expected
    assert door.seen["form"] == {"csrf_token": "good", "where": "cảng"}
    kept = [str(number) for number, outcome in enumerate(expected) if outcome == "kept"]
    assert sorted(door.shelf.whole) == kept


def test_the_token_is_checked_once_before_the_first_byte_of_a_file(door: Door) -> None:
    late = text("csrf_token", "good")
    send(door, text("statement", "chữ"), file("a", b"x"), file("b", b"y"), late, END)
    assert door.shelf.checked == [{"statement": "chữ"}]
    assert door.shelf.opened == []


def test_a_refused_token_drops_the_files_by_name_and_keeps_the_words(door: Door) -> None:
    bad = text("csrf_token", "bad")
    send(door, bad, text("statement", "chữ"), file("a.jpg", bytes(90_000)), text("x", "y"), END)
    assert outcomes(door) == [("a.jpg", "token_refused")]
    assert door.seen["is_token_refused"] is True
    assert door.seen["form"] == {"csrf_token": "bad", "statement": "chữ", "x": "y"}
    assert door.shelf.opened == []


def test_a_vault_that_fails_costs_the_file_and_not_the_words(door: Door) -> None:
    door.shelf.is_full = True
    answer = send(door, TOKEN, file("a", bytes(90_000)), text("statement", "chữ"), END)
    assert answer.status_code == 200
    assert outcomes(door) == [("a", "failed")]
    assert door.seen["form"] == {"csrf_token": "good", "statement": "chữ"}


def test_what_a_request_does_not_claim_is_gone_at_its_end(door: Door) -> None:
    door.claims = False
    send(door, TOKEN, file("a", b"x"), END)
    assert outcomes(door) == [("a", "kept")]
    assert door.shelf.opened == ["a"]
    assert door.shelf.whole == {}


def test_an_upload_that_was_not_kept_cannot_be_claimed(door: Door) -> None:
    door.policy = replace(door.policy, max_files=0)
    refused: list[Exception] = []

    def check(claim: Callable[[], object]) -> None:
        try:
            claim()
        except AssertionError as error:
            refused.append(error)

    with door.client() as client:
        client.post("/files", data=TOKEN + file("a", b"x") + END, content_type=FORM)
        check(door.request.uploads[0].claim)
    assert len(refused) == 1
    assert door.seen["uploads"] == [("a", UploadOutcome.TOO_MANY, 1)]


def test_no_file_object_is_ever_made_that_could_spool_to_disk(door: Door) -> None:
    with door.client() as client:
        client.post("/files", data=TOKEN + file("a", bytes(150_000)) + END, content_type=FORM)
        assert len(request.files) == 0
        assert door.shelf.whole == {"a": bytes(150_000)}
