"""Bodies that are no form: refused with the words given back, and nothing half left."""

import io
import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.support.both_doors import (
    BOUNDARY,
    MULTIPART,
    BothDoors,
    check_answer,
    come_from_elsewhere,
    form_on,
)
from tests.support.crawl import FoundForm, OpenForm
from tests.support.hostile import multipart
from tests.support.html import read_document
from tests.support.kept import Kept

WORDS = "Chuyện tôi kể."
LINE = b"--" + BOUNDARY
END = LINE + b"--\r\n"
FILES = (("a.jpg", b"first file"), ("b.jpg", b"second file"))


def part(headers: bytes, content: bytes = b"x") -> bytes:
    return LINE + b"\r\n" + headers + b"\r\n\r\n" + content + b"\r\n"


FILE_HEAD = b'Content-Disposition: form-data; name="attachments"; filename="c"'
NESTED = b"--in\r\nContent-Disposition: file; filename=x\r\n\r\nx\r\n--in--"
# What is put between a form's parts and its end.
ADDED = {
    "no name": part(b"Content-Disposition: form-data"),
    "empty name": part(b'Content-Disposition: form-data; name=""'),
    "no disposition": part(b"Content-Type: text/plain"),
    "nothing at all": LINE + b"\r\n\r\n\r\n",
    "huge header": part(b"X: " + b"y" * 20_000 + b"\r\n" + FILE_HEAD),
    "many headers": part(b"\r\n".join([b"X: y"] * 5_000) + b"\r\n" + FILE_HEAD),
    "endless header": LINE + b"\r\nX: " + b"y" * 200_000,
    "NUL in the header": part(b'Content-Disposition: form-data; name="a\0b"'),
    "not UTF-8 in the header": part(b'Content-Disposition: form-data; name="\xff"'),
    "folded header": part(b'Content-Disposition: form-data;\r\n name="statement"'),
    "nested": part(FILE_HEAD + b"\r\nContent-Type: multipart/mixed; boundary=in", NESTED),
    "base64": part(FILE_HEAD + b"\r\nContent-Transfer-Encoding: base64", b"eA=="),
    "another charset": part(b'Content-Disposition: form-data; name="_charset_"', b"utf-16"),
    "utf-16 text": part(b'Content-Disposition: form-data; name="when"', "nay".encode("utf-16")),
    "file elsewhere": part(b'Content-Disposition: form-data; name="photo"; filename="c"'),
    "thousands of parts": part(b'Content-Disposition: form-data; name="x"') * 3_000,
    "line feeds only": b"--" + BOUNDARY + b"\n" + FILE_HEAD + b"\n\nx\n",
    "a second end": END + part(FILE_HEAD),
    "long after the end": END + b"x" * 50_000,
}
pytestmark = pytest.mark.slow

# The boxes that people write most into, and what is too much for any.
LONGEST = ("statement", "text", "reason")
MUCH = "x" * 10_000_000
# A name, a number, a code or a choice: what is so long in one is no text that anybody wrote.
SHORT = {
    "/case",
    "/case/escalate",
    "/case/feedback",
    "/case/reward",
    "/report/confirm",
    "/report/another",
    "/sign-in",
    "/enrol/<token>",
    "/account/passphrase",
    "/account/second-factor",
    "/account/passkeys",
    "/account/passkeys/new",
    "/account/passkeys/<tag>",
    "/account/notice",
    "/account/notice/confirm",
    "/account/notice/remove",
    "/paper",
    "/cases/<ref>/handler",
    "/units/<unit>/members/<reviewer_id>",
    # A line about somebody's roles.
    "/units/<unit>/members/<reviewer_id>/roles",
    "/units/<unit>/roles",
}
TYPES = (
    "multipart/form-data",
    "multipart/form-data; boundary=",
    "multipart/form-data; boundary=another",
    f"multipart/form-data; boundary={'b' * 71}",
    'multipart/form-data; boundary="ranh giới"',
    f"multipart/mixed; boundary={BOUNDARY.decode()}",
    "application/x-www-form-urlencoded",
    "application/json",
    "text/plain",
    "\x7f",
    "",
)


@pytest.fixture(scope="module", params=["report", "reply", "answer"])
def place(request: pytest.FixtureRequest, doors: BothDoors) -> tuple[FlaskClient, str, str]:
    """Return who sends, the page with the form, and where it is sent: each form with files."""
    if request.param == "report":
        return doors.door.test_client(), "/report", "/report"
    if request.param == "reply":
        return doors.reporter(), "/case", "/case/messages"
    reviewer = doors.desk.signed_in()
    doors.office.file("Chuyện.")
    path = f"/cases/{doors.desk.refs(reviewer)[0]}"
    return reviewer.client, path, f"{path}/messages"


def whole_body(client: FlaskClient, page: str, action: str) -> bytes:
    form = form_on(client, page, action)
    typed = {"statement": WORDS, "text": WORDS, "action": "send"}
    sent = form.filled({name: value for name, value in typed.items() if name in form.names})
    return multipart(BOUNDARY, sent, FILES)


def post(client: FlaskClient, path: str, body: bytes, kind: str = MULTIPART,
         length: int | None = None) -> TestResponse:  # fmt: skip
    come_from_elsewhere(client)
    declared = {"CONTENT_LENGTH": str(len(body) if length is None else length)}
    return client.post(
        path,
        environ_overrides={"CONTENT_TYPE": kind, "wsgi.input": io.BytesIO(body), **declared},
    )


def check_refused(kept: Kept, answer: TestResponse, what: object) -> None:
    """Assert that a body was refused, its words shown again, and nothing of it kept."""
    check_answer(answer, what)
    assert answer.status_code >= 400, what
    kept.check_same(what)


def widest_box(opened: OpenForm) -> str:
    """Return the box that people write most into; a field of no form where it has none."""
    return next((name for name in (*LONGEST, *opened.boxes) if name in opened.boxes), "text")


def boundaries(body: bytes) -> Iterator[int]:
    for found in re.finditer(LINE, body):
        yield from (
            found.start() - 1,
            found.start(),
            found.start() + 2,
            found.end(),
            found.end() + 1,
        )


def test_a_body_cut_at_any_boundary_is_refused_whatever_length_it_declares(
    doors: BothDoors, place: tuple[FlaskClient, str, str]
) -> None:
    client, page, action = place
    body, kept = whole_body(client, page, action), Kept(doors)
    for cut in boundaries(body):
        if 0 < cut < len(body) - 4:
            # What it declares beyond its own length is tried over sockets (test_cut_connections).
            for length in (cut, 10**12):
                answer = post(client, action, body[:cut], length=length)
                check_refused(kept, answer, (cut, length))


def test_a_body_without_its_end_gives_its_words_back(
    doors: BothDoors, place: tuple[FlaskClient, str, str]
) -> None:
    client, page, action = place
    body, kept = whole_body(client, page, action), Kept(doors)
    answer = post(client, action, body.removesuffix(b"--\r\n"))
    check_refused(kept, answer, "no end")
    boxes = [box.value for form in read_document(answer.text).forms for box in form.controls]
    assert WORDS in boxes


@pytest.mark.parametrize("name", ADDED)
def test_a_part_that_no_browser_sends_breaks_nothing(
    doors: BothDoors, place: tuple[FlaskClient, str, str], name: str
) -> None:
    client, page, action = place
    kept = Kept(doors)
    whole = whole_body(client, page, action)
    body = whole.removesuffix(END) + ADDED[name] + END
    answer = post(client, action, body)
    check_answer(answer, name)
    if answer.status_code >= 400:
        kept.check_same(name)


@pytest.mark.parametrize("kind", TYPES)
def test_a_body_of_another_type_than_it_says_is_refused(
    doors: BothDoors, place: tuple[FlaskClient, str, str], kind: str
) -> None:
    client, page, action = place
    kept = Kept(doors)
    check_refused(kept, post(client, action, whole_body(client, page, action), kind), kind)


def test_ten_million_characters_are_refused_and_their_beginning_is_given_back(
    doors: BothDoors, forms: list[FoundForm]
) -> None:
    assert {form.rule for form in forms} >= SHORT
    for found in forms:
        opened, kept = found.opened(), Kept(doors)
        name = widest_box(opened)
        sent = [(each, value) for each, value in opened.form.filled({}) if each != name]
        answer = opened.send([*sent, (name, MUCH)])
        check_refused(kept, answer, found)
        assert answer.status_code == 413, found
        boxes = [box for form in read_document(answer.text).forms for box in form.controls]
        found_again = [box.value for box in boxes if box.name == name]
        given_back = any(MUCH.startswith(text) and len(text) > 50_000 for text in found_again)
        assert given_back != (found.rule in SHORT), found


@pytest.mark.parametrize("name", ["statement", "when", "accused_text", "text", "kind"])
def test_a_field_that_comes_twice_is_refused_and_both_are_given_back(
    doors: BothDoors, place: tuple[FlaskClient, str, str], name: str
) -> None:
    client, page, action = place
    form, kept = form_on(client, page, action), Kept(doors)
    if name not in form.names:
        return
    typed = {"statement": WORDS, "text": WORDS}
    words = form.filled({each: value for each, value in typed.items() if each in form.names})
    sent = [*words, (name, "lần đầu"), (name, "lần hai")]
    answer = post(client, action, multipart(BOUNDARY, sent))
    check_refused(kept, answer, name)
    assert answer.status_code == 422
    if name != "kind":
        assert "lần đầu\nlần hai" in answer.text
