"""A form without this visit's token does nothing and gives its words back, whichever form it is."""

import re
from collections.abc import Callable

import pytest

from tests.support.both_doors import BothDoors, check_answer, page_of
from tests.support.crawl import FoundForm, is_given_back
from tests.support.html import read_document

WORDS = "Lời tôi viết <b>."
STRANGE_WORDS = "Lời khác."
# A code that a page compares with the one it showed is no stranger's to see again.
KEPT_TO_ITS_VISIT = {"/report/confirm"}
# Which secrets of a page a form may bring instead of its token.
SECRETS = {"csrf_token", "once", "draft"}

# The heading of a refusal, and what stands in the list of what is wrong.
SAID = re.compile(r'<h1>(.*?)</h1>|<li><a href="#[^"]*">(.*?)</a></li>', re.DOTALL)
VIETNAMESE = set("ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ")

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
    for found in forms:
        opened = found.opened()
        fields = opened.form.filled(dict.fromkeys(opened.boxes, WORDS))
        token = TOKENS[name](doors, opened.form.value("csrf_token"))
        sent = [("csrf_token", token), *(each for each in fields if each[0] not in SECRETS)]
        before = doors.refs()
        answer = opened.send(sent, [("a.jpg", b"x")] if "attachments" in opened.form.names else [])
        check_answer(answer, found)
        assert answer.status_code == 400, found
        page = read_document(answer.text)
        lost = [box for box in opened.boxes if not is_given_back(page, box, WORDS)]
        assert not lost or found.rule in KEPT_TO_ITS_VISIT, found
        assert doors.refs() == before
    assert not [ref for ref in doors.refs() if WORDS in doors.kept_texts(ref)]


def test_a_field_that_no_form_has_changes_nothing(doors: BothDoors, forms: list[FoundForm]) -> None:
    for found in forms:
        opened = found.opened()
        fields = opened.form.filled(dict.fromkeys(opened.boxes, STRANGE_WORDS))
        strange = [
            (name, STRANGE_WORDS) for name in ("received_on", "unit_key", "__proto__", "x" * 100)
        ]
        check_answer(opened.send([*fields, *strange]), found)


def test_a_refusal_says_what_is_wrong_in_the_readers_language(forms: list[FoundForm]) -> None:
    for found in forms:
        opened, said = found.opened(), []
        for language in ("vi", "en"):
            opened.found.site.client.set_cookie("liemchinh-lang", language)
            answer = opened.send([("csrf_token", "")])
            found.site.client.delete_cookie("liemchinh-lang")
            check_answer(answer, found)
            assert f'<html lang="{language}">' in answer.text, found
            said.append(" ".join("".join(words) for words in SAID.findall(answer.text)))
        assert all(said), found
        assert VIETNAMESE & set(said[0]), found
        assert not VIETNAMESE & set(said[1]), found
