"""Whatever is typed into any form of either door: read back exactly, or refused and given back."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from tests.support.both_doors import REFUSED, BothDoors, check_answer, page_of, send
from tests.support.crawl import (
    ENDING,
    WORDLESS,
    FoundForm,
    OpenForm,
    forms_of,
    is_given_back,
    pages_without_arguments,
    sites_of,
)
from tests.support.hostile import (
    ANY_TEXT,
    BROKEN_LINES,
    MARKUP,
    NUL,
    REORDERED,
    TEXTS,
    Part,
    as_typed,
)
from tests.support.html import Control, read_document
from web.texts import visible

pytestmark = pytest.mark.slow

# A name that is looked for, or a code that is compared, is no text that anybody reads.
UNREAD = {"/sign-in", "/case", "/report/confirm"}
# Of a name or a code that comes twice, the first counts.
FIRST_COUNTS = UNREAD | {"/enrol/<token>"}
# A code that a page compares with the one it showed is no stranger's to see again.
KEPT_TO_ITS_VISIT = {"/report/confirm"}
# One by one they come by chance, below.
SENT = ("".join(MARKUP), "".join(set(TEXTS) - set(MARKUP)), NUL)
# Of the office's own people, and of no case.
OF_NO_CASE = {"/units/<unit>/members/<reviewer_id>/roles", "/units/<unit>/roles"}
# What is taken here is sealed to a key off the network: no page shows it again.
SEALED_OFF = {"/case/identity", "/cases/<ref>/identity/passages"}
AGAIN = "lần hai"
WAYS = ("other text", "gone", "twice", "chosen")


@pytest.fixture(scope="module")
def doors(doors_on_each: BothDoors) -> BothDoors:
    return doors_on_each


@pytest.fixture(scope="module")
def forms(doors: BothDoors) -> list[FoundForm]:
    return forms_of(sites_of(doors))


def test_every_route_that_takes_a_form_is_one_that_the_crawl_fills(
    doors: BothDoors, forms: list[FoundForm]
) -> None:
    taking = {
        (app, rule.rule)
        for app, _ in doors.apps()
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ())
    }
    found = {(form.site.app, form.rule) for form in forms}
    assert {rule for _, rule in taking - found} == (ENDING | WORDLESS) - {"/exit"}


@dataclass
class Filling:
    """What is sent: every field, and the texts among them that must not be lost."""

    fields: list[Part] = field(default_factory=list)
    words: dict[str, list[str]] = field(default_factory=dict)

    def add(self, control: Control, text: str) -> None:
        self.fields.append((control.name, text))
        if control.is_written:
            self.words.setdefault(control.name, []).append(text)

    def due(self, *, first_counts: bool = False) -> dict[str, list[str]]:
        """Return the texts of each box that its writer wants to see again: no empty ones."""
        return {
            name: [text for text in texts[: 1 if first_counts else None] if text.strip()]
            for name, texts in self.words.items()
        }


def check_words(opened: OpenForm, filling: Filling, answer: TestResponse, doors: BothDoors,
                before: dict[str, int]) -> None:  # fmt: skip
    """Assert that each typed word is with its reader, or back in its box."""
    page = read_document(answer.text)
    is_taken = answer.status_code < REFUSED
    if opened.found.rule in (UNREAD if is_taken else KEPT_TO_ITS_VISIT):
        return
    if is_taken and opened.found.rule in OF_NO_CASE | SEALED_OFF:
        return
    if is_taken and (answer.status_code == 303 or "receipt" in page.texts):
        touched = [ref for ref, count in doors.entries().items() if count != before.get(ref)]
        kept = set().union(*(doors.kept_texts(ref) for ref in touched))
        for name, texts in filling.due().items():
            assert set(texts) <= kept, (opened.found, name)
        shown = "".join(doors.case_page(ref).words for ref in touched)
        for name, texts in filling.due().items():
            assert all(visible(text) in shown for text in texts), (opened.found, name)
    else:
        due = filling.due(first_counts=opened.found.rule in FIRST_COUNTS)
        for name, texts in due.items():
            lost = [text for text in texts if not is_given_back(page, name, text)]
            assert not lost, (opened.found, name, answer.status_code)


def send_filled(
    doors: BothDoors, opened: OpenForm, filling: Filling, files: Sequence[Part] = ()
) -> None:
    before = doors.entries()
    answer = opened.send(filling.fields, files if "attachments" in opened.form.names else ())
    check_answer(answer, opened.found)
    check_words(opened, filling, answer, doors, before)
    start_another(opened, answer)


def start_another(opened: OpenForm, answer: TestResponse) -> None:
    """Press the button for another report where one was filed: the next one is not this one."""
    if answer.status_code == 200 and opened.found.rule == "/report":
        for form in read_document(answer.text).forms:
            if form.action == "/report/another":
                sent = send(opened.found.site.client, form.action, form.filled({}))
                assert sent.status_code == 303


def choose(opened: OpenForm, pick: int = 0) -> dict[str, str]:
    """Return what is chosen: the last button and, where there is a pick, one of every list."""
    controls = opened.form.controls
    chosen = {each.name: each.value for each in controls if each.kind == "button"}
    if not pick:
        return chosen
    for name in {each.name for each in controls if each.kind == "tick" or each.options}:
        offered = [
            value
            for each in controls
            if each.name == name
            for value in each.options or [each.value]
        ]
        chosen[name] = offered[-pick % len(offered)]
    return chosen


def of_its_own(text: str) -> list[str]:
    """Return a text for each place of a form: another box's words are not its own given back."""
    return [as_typed(f"{text}{place}{text}") for place in range(100)]


@pytest.mark.parametrize("text", SENT, ids=range(len(SENT)))
def test_a_hostile_text_in_every_box_of_every_form_is_read_or_given_back(
    doors: BothDoors, forms: list[FoundForm], text: str
) -> None:
    for found in forms:
        opened = found.opened()
        send_filled(doors, opened, fill(opened, Attempt(texts=of_its_own(text))))


# Short enough for every box: what is chosen with them is what most forms need to be taken.
@pytest.mark.parametrize("text", (NUL, REORDERED, BROKEN_LINES), ids=range(3))
def test_hostile_texts_beside_a_choice_in_every_list_are_all_read_or_given_back(
    doors: BothDoors, forms: list[FoundForm], text: str
) -> None:
    for found in forms:
        opened = found.opened()
        send_filled(doors, opened, fill(opened, Attempt(pick=1, texts=of_its_own(text))))


def test_a_box_that_comes_twice_loses_neither_text(
    doors: BothDoors, forms: list[FoundForm]
) -> None:
    for found in forms:
        opened, filling = found.opened(), Filling()
        for control in opened.form.controls:
            words = [f"{control.name} {time}" for time in ("lần đầu", AGAIN)]
            for text in words if control.is_written else [control.value]:
                if control.is_written or control.kind == "text":
                    filling.add(control, text)
        send_filled(doors, opened, filling)


@dataclass(frozen=True)
class Change:
    """What a hostile visitor makes of one field."""

    place: int
    way: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """Which form is sent, with what in its boxes, in its other fields and in its files."""

    which: int = 0
    pick: int = 0
    texts: list[str]
    changes: list[Change] = field(default_factory=list)
    files: list[Part] = field(default_factory=list)


CHANGE = st.builds(Change, st.integers(0, 99), st.sampled_from(WAYS), ANY_TEXT)
ATTEMPT = st.builds(
    Attempt,
    which=st.integers(0, 99),
    pick=st.integers(0, 3),
    texts=st.lists(ANY_TEXT, min_size=1, max_size=3),
    changes=st.lists(CHANGE, max_size=5),
    files=st.lists(st.tuples(ANY_TEXT, st.binary(max_size=50)), max_size=2),
)


def fill(opened: OpenForm, attempt: Attempt) -> Filling:
    """Return a form with texts in its boxes, and some fields as no page of ours has them."""
    filling, controls, texts = Filling(), opened.form.controls, attempt.texts
    changed = {change.place % len(controls): change for change in attempt.changes}
    chosen = choose(opened, attempt.pick)
    for place, control in enumerate(controls):
        change = changed.get(place)
        text = texts[place % len(texts)] if control.is_written else control.value
        if control.options:
            text = chosen.get(control.name, text)
        if change is None and (control.kind == "text" or chosen.get(control.name) == text):
            filling.add(control, text)
        elif change is not None and change.way != "gone":
            filling.add(control, change.text if change.way == "other text" else text)
            if change.way == "twice":
                filling.add(control, change.text)
    return filling


@settings(max_examples=60)
@given(attempt=ATTEMPT)
def test_any_text_choice_or_secret_in_any_form_is_read_or_given_back(
    doors: BothDoors, forms: list[FoundForm], attempt: Attempt
) -> None:
    opened = forms[attempt.which % len(forms)].opened()
    send_filled(doors, opened, fill(opened, attempt), attempt.files)


@pytest.mark.parametrize("text", SENT, ids=range(len(SENT)))
def test_a_text_that_is_sent_after_the_visit_ended_is_given_back(
    doors: BothDoors, forms: list[FoundForm], text: str
) -> None:
    for found in forms:
        opened = found.opened()
        typed = dict(zip(opened.boxes, of_its_own(text), strict=False))
        fields = opened.form.filled(typed)
        stranger = found.site.app.test_client()
        stranger.get(pages_without_arguments(found.site.app)[-1])
        before = doors.entries()
        twice = (
            []
            if found.rule in FIRST_COUNTS
            else [(name, f"{AGAIN} {name}") for name in opened.boxes]
        )
        answer = send(stranger, opened.action, [*fields, *twice])
        check_answer(answer, found)
        assert answer.status_code >= REFUSED, found
        page = read_document(answer.text)
        if found.rule in KEPT_TO_ITS_VISIT:
            continue
        lost = [name for name, words in typed.items() if not is_given_back(page, name, words)]
        assert not lost, (found, lost)
        assert all(is_given_back(page, name, words) for name, words in twice), found
        assert doors.entries() == before


def test_the_forms_that_end_a_visit_need_its_token_and_nothing_else(doors: BothDoors) -> None:
    for site_page, action, browser in (
        ("/case", "/case/leave", doors.reporter()),
        ("/cases", "/sign-out", doors.desk.signed_in().client),
    ):
        form = next(form for form in page_of(browser, site_page).forms if form.action == action)
        for token in ("", NUL, form.value("csrf_token")[:-1]):
            answer = send(browser, action, [("csrf_token", token)])
            check_answer(answer, action)
            assert answer.status_code == 400
        strange = [(name, name) for name in TEXTS if len(name) < 90]
        answer = send(browser, action, [*form.filled({}), *strange])
        check_answer(answer, action)
        assert answer.status_code in {303, 400}
        send(browser, action, list(form.filled({})))
        assert action not in [each.action for each in page_of(browser, site_page).forms]
