"""Whatever is typed into any form of either door: read back exactly, or refused and given back."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from tests.support.both_doors import BothDoors, check_answer, send
from tests.support.crawl import FoundForm, is_given_back, written
from tests.support.hostile import ANY_TEXT, MARKUP, NUL, TEXTS
from tests.support.html import Form, read_document

# A name that is found, or a link that is used up, is no text that anybody reads.
UNREAD = {"/sign-in", "/case", "/report/confirm"}
# One by one they come by chance, below.
SENT = ("".join(MARKUP), "".join(set(TEXTS) - set(MARKUP)), NUL)


def test_the_crawl_finds_the_forms_of_both_doors(forms: list[FoundForm]) -> None:
    found = {form.action.rpartition("/")[2] for form in forms}
    assert found >= {"report", "case", "messages", "notes", "steps", "referral", "sign-in"}


def filled(form: Form, typed: dict[str, str], chosen: dict[str, str]) -> list[tuple[str, str]]:
    """Return what a browser sends, with texts in every box and one of each choice."""
    sent = []
    for control in form.controls:
        if control.name in typed and control.kind == "text":
            sent.append((control.name, typed[control.name]))
        elif control.kind == "tick":
            if chosen.get(control.name, "") == control.value:
                sent.append((control.name, control.value))
        elif control.kind == "button":
            if chosen.get(control.name, control.value) == control.value:
                sent.append((control.name, control.value))
                chosen.setdefault(control.name, control.value)
        elif control.kind == "text":
            sent.append((control.name, chosen.get(control.name, control.value)))
    return sent


def check_words(doors: BothDoors, found: FoundForm, typed: dict[str, str], answer: TestResponse,
                before: dict[str, str]) -> None:  # fmt: skip
    """Assert that each typed word is with the reader, or back in its box."""
    words = {name: text for name, text in typed.items() if text.strip()}
    page = read_document(answer.text)
    is_done = answer.status_code == 303 or "receipt" in page.texts
    if is_done and found.action not in UNREAD:
        new = set(doors.refs()) - set(before)
        touched = new or {ref for ref in before if ref in found.action} or set(before)
        kept = set().union(*(doors.kept_texts(ref) for ref in touched))
        assert words.keys() <= {name for name, text in words.items() if text in kept}, found.action
    elif not is_done:
        lost = [name for name, text in words.items() if not is_given_back(page, name, text)]
        assert not lost, (found.action, answer.status_code)


def fill_and_send(
    doors: BothDoors, found: FoundForm, typed: dict[str, str], chosen: dict[str, str]
) -> None:
    form = found.on_page()
    if form is None:
        return
    boxes = {control.name for control in written(form)}
    typed = {name: text for name, text in typed.items() if name in boxes}
    before = doors.refs()
    answer = send(found.client, found.action, filled(form, typed, chosen))
    check_answer(answer, (found.page, found.action))
    check_words(doors, found, typed, answer, before)


@pytest.mark.parametrize("text", SENT, ids=range(len(SENT)))
def test_a_hostile_text_in_every_box_of_every_form_is_read_or_given_back(
    doors: BothDoors, forms: list[FoundForm], text: str
) -> None:
    sent = text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")
    for found in forms:
        form = found.on_page()
        if form is not None:
            typed = {control.name: sent for control in written(form)}
            fill_and_send(doors, found, typed, {})


@settings(max_examples=60)
@given(
    which=st.integers(0, 999),
    texts=st.lists(ANY_TEXT, min_size=5, max_size=5),
    picks=st.lists(st.integers(0, 9), min_size=40, max_size=40),
)
def test_any_text_and_any_choice_in_any_form_is_read_or_given_back(
    doors: BothDoors, forms: list[FoundForm], which: int, texts: list[str], picks: list[int]
) -> None:
    found = forms[which % len(forms)]
    form = found.on_page()
    if form is None:
        return
    typed = {each.name: texts[place % 5] for place, each in enumerate(written(form))}
    chosen = {}
    for place, control in enumerate(form.controls):
        pick = picks[place % 40]
        if control.kind in {"tick", "button"} and pick < 3:
            chosen[control.name] = control.value
        elif control.kind == "text" and pick == 9:
            chosen[control.name] = texts[pick % 5]
    fill_and_send(doors, found, typed, chosen)
