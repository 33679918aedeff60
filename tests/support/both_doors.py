"""One office with both doors open, so that one side reads what the other side was sent."""

import re
import secrets
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlencode

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from cases.case_file import open_case
from cases.office import Office
from cases.records import CaseRecord, EntryRecord
from intake.app import create_app as create_door
from review.app import create_app as create_desk
from tests.support.desk import RECEIVER, RunningDesk
from tests.support.hostile import Part, multipart, strange_markup
from tests.support.html import Document, Form, read_document
from tests.support.identity import open_box_of
from tests.support.office import SERVER_SECRET, TestOffice, open_office, public_side
from tests.support.webapp import SENDS_MAIL, settings_in

BOUNDARY = b"b0undary"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY.decode()}"
# A page that a visitor may see must never be this.
REFUSED, BROKEN = 400, 500
# What a library says of a refusal, in words that are not ours.
LIBRARY_WORDS = ("<title>4", "The browser (or proxy)", "The requested URL", "CSRF", "Bad Request")
HEADING = re.compile(r"<h1>\s*([^<\s][^<]+)")

# Browsers offer passkeys at a name, and at no number.
NAMED = {"desk_origin": "http://localhost"}

Fields = Sequence[Part]
Files = Sequence[Part]


# Who sees the most of the desk.
HEAD = frozenset({"head"})


class BothDoors:
    """The office, its two apps, and their readers.

    No dataclass: Hypothesis would write out all of it, megabytes, with each failing example.
    """

    def __init__(self, office: TestOffice, public: Office, door: Flask, desk: RunningDesk) -> None:
        self.office = office
        self.public = public
        self.door = door
        self.desk = desk
        self.readers: dict[str, FlaskClient] = {}

    @property
    def reviewer(self) -> FlaskClient:
        """Return the browser of the default receiver's reviewer."""
        return self.reader(RECEIVER)

    def reader(self, unit: str) -> FlaskClient:
        """Return the browser of a reviewer of a unit."""
        if unit not in self.readers:
            self.readers[unit] = self.desk.signed_in(unit, HEAD).client
        return self.readers[unit]

    def apps(self) -> Iterator[tuple[Flask, FlaskClient]]:
        """Return each app with somebody who may see most of it."""
        yield self.door, self.reporter()
        yield self.desk.app, self.reviewer

    def reporter(self) -> FlaskClient:
        """Return a browser that has a visit and follows a case."""
        client = self.door.test_client()
        come_from_elsewhere(client)
        receipt = self.office.file("Chuyện.").receipt
        sign_in = page_of(client, "/case").forms[-1]
        fields = sign_in.filled({"receipt": receipt.grouped()})
        assert client.post("/case", data=MultiDict(fields)).status_code == 303
        return client

    def refs(self) -> dict[str, str]:
        """Return the unit of each case, by its reference."""
        with self.office.office.database.reading() as session:
            return {
                ref: unit for ref, unit in session.execute(select(CaseRecord.ref, CaseRecord.unit))
            }

    def entries(self) -> Counter[str]:
        """Return how many texts each case has, by its reference."""
        with self.office.office.database.reading() as session:
            return Counter(session.scalars(select(EntryRecord.case_ref)))

    def case_page(self, ref: str) -> Document:
        """Return the page of a case as its unit's reviewer reads it."""
        answer = self.reader(self.refs()[ref]).get(f"/cases/{ref}")
        check_answer(answer, ref)
        assert answer.status_code == HTTPStatus.OK
        return read_document(answer.text)

    def kept_texts(self, ref: str) -> set[str]:
        """Return every text of a case that its unit's reviewer reads, as it was typed."""
        case = open_case(self.office.office, self.office.reviewers[self.refs()[ref]], ref)
        return set(_texts_in([entry.values for entry in case.entries]))


def open_both_doors(
    folder: Path, database_url: str = "", changes: dict[str, str] | None = None
) -> BothDoors:
    """Return an office in a folder with both doors open, and its box; no limit holds a test up.

    Where the engine has roles, the public door works under its own.
    """
    office = open_office(folder, database_url=database_url)
    open_box_of(office)
    public = public_side(office.office)
    settings = settings_in(folder / "instance", {**SENDS_MAIL, **NAMED, **(changes or {})})
    door = create_door(settings, public, SERVER_SECRET)
    desk = create_desk(settings, office.office, SERVER_SECRET, lambda _: None)
    return BothDoors(office, public, door, RunningDesk(desk, office))


def page_of(client: FlaskClient, path: str) -> Document:
    """Return a page taken apart."""
    return read_document(client.get(path).text)


def form_on(client: FlaskClient, page: str, action: str) -> Form:
    """Return the form of a page that is sent to an address."""
    forms = page_of(client, page).forms
    return next(form for form in forms if (form.action or page) == action)


def fill(client: FlaskClient, form: Form, typed: Mapping[str, str | Sequence[str]]) -> TestResponse:
    """Fill a form that says where it is sent, and send it as a browser does."""
    sending = send if form.is_multipart else send_short
    return sending(client, form.action, form.filled(typed))


def report(client: FlaskClient, typed: Mapping[str, str]) -> str:
    """File a report by the form, and return its receipt as it is shown."""
    form = form_on(client, "/report", "/report")
    answer = fill(client, form, {**typed, "action": "send"})
    check_answer(answer, typed)
    return read_document(answer.text).texts["receipt"].strip()


def send(client: FlaskClient, path: str, fields: Fields, files: Files = ()) -> TestResponse:
    """Send a multipart body by hand."""
    body = multipart(BOUNDARY, fields, files)
    come_from_elsewhere(client)
    return client.post(path, data=body, content_type=MULTIPART)


def send_short(client: FlaskClient, path: str, fields: Fields) -> TestResponse:
    """Send fields as the forms do that take no files."""
    come_from_elsewhere(client)
    return client.post(
        path, data=urlencode(fields), content_type="application/x-www-form-urlencoded"
    )


def come_from_elsewhere(client: FlaskClient) -> None:
    """Let a browser call from another address than before, so that no limit answers for us."""
    client.environ_base["REMOTE_ADDR"] = (
        f"2001:db8::{secrets.randbelow(1 << 16):x}:{secrets.randbelow(1 << 16):x}"
    )


def check_answer(answer: TestResponse, what: object) -> None:
    """Assert that an answer is no failure of ours and holds no markup of a visitor's."""
    assert answer.status_code < BROKEN, (answer.status_code, what)
    assert answer.headers["X-Content-Type-Options"] == "nosniff", what
    if answer.mimetype == "text/html" and "Content-Encoding" not in answer.headers:
        assert strange_markup(answer.text) == [], what
        if answer.status_code >= REFUSED and answer.data:
            check_says_why(answer.text, what)


def check_says_why(page: str, what: object) -> None:
    """Assert that a refusal says in our words what is wrong."""
    assert HEADING.search(page) is not None, what
    assert page.count('<html lang="vi">') + page.count('<html lang="en">') == 1, what
    assert not [words for words in LIBRARY_WORDS if words in page], what


def _texts_in(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts_in(each)
    elif isinstance(value, (list, tuple, set, frozenset)):
        for each in value:
            yield from _texts_in(each)
