"""A hostile text on its whole way: from whoever typed it to everybody who reads it, as it was."""

from dataclasses import dataclass, field

import pytest
from flask.testing import FlaskClient

from tests.support.both_doors import BothDoors, check_answer, fill, form_on, page_of, report, send
from tests.support.desk import RECEIVER
from tests.support.hostile import CANARY, MARKUP, NFC, NFD, NUL, TEXTS, as_typed, strange_markup
from tests.support.html import read_document
from web.texts import visible

SENT = {
    "markup": "\n".join(MARKUP),
    "NFD": NFD,
    "NFC": NFC,
    "NUL": NUL,
    "the others": "\r".join(text for text in TEXTS if text not in MARKUP and len(text) < 500),
    "thousands of joined marks": "e" + "\u0301" * 4_000,
    "spaces around": " \t\n x \n\t ",
}


@dataclass
class Way:
    """A case on its way through both doors, and what was written into it so far."""

    doors: BothDoors
    text: str
    reporter: FlaskClient
    ref: str = ""
    written: list[str] = field(default_factory=list)

    def words(self, place: str) -> str:
        """Return the text as it is typed at some place, told from the same at other places."""
        self.written.append(as_typed(f"{self.text}|{place}"))
        return self.written[-1]

    def report(self) -> None:
        """File a report with the text in every box, and follow it with its receipt."""
        before = self.doors.refs()
        form = form_on(self.reporter, "/report", "/report")
        boxes = [each.name for each in form.controls if each.is_written]
        receipt = report(self.reporter, {name: self.words(name) for name in boxes})
        [self.ref] = self.doors.refs().keys() - before.keys()
        self.say(self.reporter, "/case", "/case", receipt=receipt)

    def say(self, client: FlaskClient, page: str, action: str, **typed: str) -> None:
        """Send a form of a page, which must be taken."""
        answer = fill(client, form_on(client, page, action), typed)
        check_answer(answer, action)
        assert answer.status_code == 303, action

    def work(self, form: str, **typed: str) -> None:
        """Send a form of the case's page as its unit's reviewer."""
        page = f"/cases/{self.ref}"
        self.say(self.doors.reader(self.doors.refs()[self.ref]), page, f"{page}/{form}", **typed)

    def offered(self, form: str, name: str) -> str:
        """Return the first choice that a form of the case's page offers."""
        page = f"/cases/{self.ref}"
        client = self.doors.reader(self.doors.refs()[self.ref])
        values = form_on(client, page, f"{page}/{form}").offered(name)
        return next(value for value in values if value)

    def check_read(self) -> None:
        """Assert that the case's reviewer reads every text, and that it is kept as typed."""
        assert set(self.written) <= self.doors.kept_texts(self.ref)
        shown = self.doors.case_page(self.ref).words
        assert [each for each in self.written if visible(each) not in shown] == []


@pytest.mark.parametrize("name", SENT)
def test_a_hostile_text_is_read_exactly_at_every_place_where_it_is_shown(
    doors: BothDoors, name: str
) -> None:
    way = Way(doors, SENT[name], doors.door.test_client())
    way.report()
    way.work("messages", text=way.words("answer"))
    way.say(way.reporter, "/case", "/case/messages", text=way.words("reply"))
    in_thread = way.written[-2:]
    way.work("notes", text=way.words("note"))
    way.work("steps", step=way.offered("steps", "step"), reason=way.words("step"))
    way.check_read()

    thread = way.reporter.get("/case")
    check_answer(thread, name)
    shown = read_document(thread.text).words
    assert [each for each in in_thread if visible(each) not in shown] == []
    assert [each for each in way.written if visible(each) in shown] == in_thread

    unit = way.offered("referral", "unit")
    way.work("referral", unit=unit, reason=way.words("referral"), keeps="no", clean="yes")
    assert doors.refs()[way.ref] == unit
    way.check_read()


def test_no_list_shows_a_word_of_what_was_typed(doors: BothDoors) -> None:
    Way(doors, MARKUP[0], doors.door.test_client()).report()
    for path in ("/cases", "/units", "/account"):
        page = doors.reader(RECEIVER).get(path).text
        assert CANARY not in page, path
        assert strange_markup(page) == []


def test_a_refused_text_stands_in_its_box_exactly(doors: BothDoors) -> None:
    client = doors.door.test_client()
    for text in SENT.values():
        form = form_on(client, "/report", "/report")
        boxes = [each.name for each in form.controls if each.is_written]
        typed = {name: as_typed(f"{text}|{name}") for name in boxes}
        answer = send(client, "/report", [*form.filled(typed), ("kind", "no such kind")])
        assert answer.status_code == 422
        again = read_document(answer.text).forms[-1]
        assert {name: again.value(name) for name in boxes} == typed
        assert page_of(client, "/report").forms[-1].value(boxes[0]) == ""
