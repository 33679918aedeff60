"""A form without this visit's token does nothing and gives its words back, whichever form it is."""

from collections.abc import Callable

import pytest

from tests.support.both_doors import BothDoors, check_answer, page_of, send
from tests.support.crawl import FoundForm, is_given_back, written
from tests.support.html import read_document

WORDS = "Lời tôi viết <b>."
# Which secrets of a page a form may bring instead of its token.
SECRETS = {"csrf_token", "once", "draft"}

Forge = Callable[[BothDoors, str], str]
TOKENS: dict[str, Forge] = {
    "missing": lambda doors, own: "",
    "garbage": lambda doors, own: "x\0\u202e" * 50,
    "cut": lambda doors, own: own[:-1],
    "another visit's": lambda doors, own: page_of(
        doors.door.test_client(), "/report"
    ).forms[-1].value("csrf_token"),
    "another reviewer's": lambda doors, own: page_of(
        doors.desk.app.test_client(), "/sign-in"
    ).forms[-1].value("csrf_token"),
}  # fmt: skip


@pytest.mark.parametrize("name", TOKENS)
def test_no_form_is_taken_without_its_own_token_and_no_word_is_lost(
    doors: BothDoors, forms: list[FoundForm], name: str
) -> None:
    before, asked = doors.refs(), 0
    for found in forms:
        form = found.on_page()
        if form is None:
            continue
        boxes = [control.name for control in written(form)]
        fields = form.filled({box: WORDS for box in boxes})
        token = TOKENS[name](doors, form.value("csrf_token"))
        sent = [("csrf_token", token), *(each for each in fields if each[0] not in SECRETS)]
        answer = send(
            found.client,
            found.action,
            sent,
            [("a.jpg", b"x")] if "attachments" in form.names else [],
        )
        check_answer(answer, found.action)
        assert answer.status_code == 400, found.action
        page = read_document(answer.text)
        assert [box for box in boxes if not is_given_back(page, box, WORDS)] == [], found.action
        asked += 1
    assert asked > 8
    assert doors.refs() == before
    assert not [ref for ref in before if WORDS in doors.kept_texts(ref)]


def test_a_field_that_no_form_has_changes_nothing(doors: BothDoors, forms: list[FoundForm]) -> None:
    for found in forms:
        form = found.on_page()
        if form is not None:
            fields = form.filled({control.name: WORDS for control in written(form)})
            strange = [
                (name, WORDS) for name in ("received_on", "unit_key", "__proto__", "x" * 100)
            ]
            check_answer(send(found.client, found.action, [*fields, *strange]), found.action)
