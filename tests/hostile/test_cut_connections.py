"""Connections that end in the midst of a form, at any byte: answered, and nothing half is kept."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from cases.jobs import expire_drafts, sweep_orphans
from cases.records import AttachmentRecord, CaseRecord, DraftFileRecord, EntryRecord
from tests.support.both_doors import BOUNDARY, MULTIPART, BothDoors, form_on, open_both_doors
from tests.support.hostile import multipart
from tests.support.served_doors import ServedDoor, served_door

WORDS = "Chữ."
# As they stand in their box again.
SHOWN = f">\n{WORDS}</textarea>".encode()
TABLES = (CaseRecord, EntryRecord, AttachmentRecord, DraftFileRecord)


@dataclass
class SentForm:
    """A form as bytes on a connection, and the office that must not keep half of it."""

    doors: BothDoors
    served: ServedDoor
    client: FlaskClient
    page: str
    action: str

    def body(self) -> bytes:
        """Return the smallest body with words and files that this form sends."""
        typed = {"statement": WORDS, "text": WORDS, "action": "send"}
        filled = form_on(self.client, self.page, self.action).filled({})
        secrets = [(name, value) for name, value in filled if name in {"csrf_token", "once"}]
        names = form_on(self.client, self.page, self.action).names
        words = [(name, value) for name, value in typed.items() if name in names]
        return multipart(BOUNDARY, [*secrets, *words], [("a", b"file"), ("b", b"")])

    def request(self, body: bytes, length: int) -> bytes:
        cookies = "; ".join(
            f"{cookie.key}={cookie.value}"
            for name in ("liemchinh-visit", "liemchinh-desk")
            if (cookie := self.client.get_cookie(name)) is not None
        )
        head = (
            f"POST {self.action} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
            f"Content-Type: {MULTIPART}\r\nContent-Length: {length}\r\nCookie: {cookies}\r\n\r\n"
        )
        return head.encode() + body

    def kept(self) -> tuple[int, ...]:
        """Return how many rows of each kind and how many objects there are."""
        office = self.doors.office.office
        with office.database.reading() as session:
            rows = [session.scalar(select(func.count()).select_from(table)) for table in TABLES]
        files = sum(path.is_file() for path in (self.doors.office.folder / "vault").rglob("*"))
        return (*(count or 0 for count in rows), files)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> BothDoors:
    """Return an office of this module's own: its clock is moved, and its vault counted."""
    return open_both_doors(tmp_path_factory.mktemp("cut"))


@pytest.fixture(params=["report", "reply", "answer"])
def form(request: pytest.FixtureRequest, office: BothDoors) -> Iterator[SentForm]:
    if request.param == "answer":
        office.office.file("Chuyện.")
        reviewer = office.desk.signed_in()
        path = f"/cases/{office.desk.refs(reviewer)[0]}"
        client, page, action = reviewer.client, path, f"{path}/messages"
    elif request.param == "reply":
        client, page, action = office.reporter(), "/case", "/case/messages"
    else:
        client, page, action = office.door.test_client(), "/report", "/report"
    app = office.desk.app if request.param == "answer" else office.door
    with served_door(app) as served:
        yield SentForm(office, served, client, page, action)


def test_a_form_cut_at_any_byte_is_answered_with_its_words_and_leaves_nothing(
    form: SentForm,
) -> None:
    body, before = form.body(), form.kept()
    words_end = body.find(WORDS.encode()) + len(WORDS.encode())
    # One parser reads all three: each byte of the first form, and some of the other two.
    step = {"/report": 1, "/case/messages": 7}.get(form.action, 11)
    for cut in range(0, len(body), step):
        answer = form.served.ask(form.request(body[:cut], len(body)))
        assert answer.startswith(b"HTTP/1.1 400 "), cut
        assert answer.count(b"HTTP/1.1 ") == 1, cut
        assert cut < words_end or SHOWN in answer, cut
    assert form.kept() == before
    check_whole(form, body, before)


def test_a_visitor_who_vanishes_leaves_nothing(form: SentForm) -> None:
    body, before = form.body(), form.kept()
    for cut in range(0, len(body), 9):
        form.served.drop(form.request(body[:cut], len(body)))
    form.served.settle()
    assert form.kept() == before
    check_whole(form, body, before)


def test_bytes_cut_into_many_pieces_are_the_same_form(form: SentForm) -> None:
    body, before = form.body(), form.kept()
    request = form.request(body, len(body))
    pieces = [request[at : at + 7] for at in range(0, len(request), 7)]
    assert form.served.ask(*pieces).partition(b" ")[2][:3] in {b"200", b"303"}
    assert form.kept() != before


def test_a_length_that_is_not_the_bodys_is_refused(form: SentForm) -> None:
    body, before = form.body(), form.kept()
    for length in (0, 1, len(body) // 2, len(body) - 10, len(body) + 1, len(body) + 10**9):
        answer = form.served.ask(form.request(body, length))
        assert answer.startswith(b"HTTP/1.1 4"), length
        assert answer.count(b"HTTP/1.1 ") == 1, length
    assert form.kept() == before


def check_whole(form: SentForm, body: bytes, before: tuple[int, ...]) -> None:
    """Assert that the same form, sent whole at last, is kept once, and the sweep takes nothing."""
    answer = form.served.ask(form.request(body, len(body)))
    assert answer.partition(b" ")[2][:3] in {b"200", b"303"}
    cases, entries, attachments, drafts, files = form.kept()
    assert entries == before[1] + 1
    assert (cases - before[0]) == (1 if form.action == "/report" else 0)
    assert attachments == before[2] + 2
    assert (drafts, files) == (before[3], before[4] + 2)
    clock, office = form.doors.office.clock, form.doors.office.office
    clock.go_to(clock.today() + timedelta(days=3))
    expire_drafts(office)
    sweep_orphans(office)
    assert form.kept()[4] == attachments
