"""No page in no state breaks a rule of accessibility or of HTML, or scrolls sideways."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pages.audit import VIEWS, Auditor, running_auditor
from tests.pages.desk_states import DESK_STATES
from tests.pages.handover_states import DESK_HANDOVER_STATES
from tests.pages.identity_states import DESK_IDENTITY_STATES, PUBLIC_IDENTITY_STATES
from tests.pages.keeping_states import DESK_KEEPING_STATES, PUBLIC_KEEPING_STATES
from tests.pages.passkey_states import PASSKEY_STATES
from tests.pages.protection_states import (
    DESK_PROTECTION_STATES,
    ENGLISH_PROTECTION_STATES,
    PUBLIC_PROTECTION_STATES,
)
from tests.pages.public_states import (
    ENGLISH_STATES,
    FULL_STATES,
    NARROW_STATES,
    PUBLIC_STATES,
)
from tests.pages.reward_states import (
    DESK_REWARD_STATES,
    ENGLISH_REWARD_STATES,
    PUBLIC_REWARD_STATES,
)
from tests.pages.templates_shown import phrases_of_pages, template_of
from tests.pages.trouble_states import ALTERED_STATES, BROKEN_STATES, BUSY_STATES
from tests.support import needs
from tests.support.browser import Answer

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# Uncompressed, with all that was typed into it.
MOST_BYTES = 100_000

Answers = dict[tuple[str, str], Answer]
WANTED = {
    "public": PUBLIC_STATES
    | NARROW_STATES
    | PUBLIC_PROTECTION_STATES
    | PUBLIC_REWARD_STATES
    | PUBLIC_KEEPING_STATES
    | PUBLIC_IDENTITY_STATES,
    "english": ENGLISH_STATES | ENGLISH_PROTECTION_STATES | ENGLISH_REWARD_STATES,
    "desk": DESK_STATES
    | PASSKEY_STATES
    | DESK_PROTECTION_STATES
    | DESK_REWARD_STATES
    | DESK_KEEPING_STATES
    | DESK_IDENTITY_STATES
    | DESK_HANDOVER_STATES,
    "troubled": ALTERED_STATES | FULL_STATES | BUSY_STATES | BROKEN_STATES,
}
STATES = [(door, name) for door, states in WANTED.items() for name in states]
NAMES = [f"{door}: {name}" for door, name in STATES]


@pytest.fixture(scope="module")
def auditor() -> Iterator[Auditor]:
    with running_auditor() as running:
        yield running


def test_every_state_is_reached_with_its_status(answers: Answers) -> None:
    assert {key: answer.status for key, answer in answers.items()} == {
        (door, name): status for door, states in WANTED.items() for name, status in states.items()
    }


def test_every_page_that_has_a_template_is_shown_in_some_state(answers: Answers) -> None:
    phrases = phrases_of_pages()
    # No two templates say the same, so a page is told by what it says.
    assert all(phrases.values())
    assert len(set(phrases.values())) == len(phrases)
    assert {template_of(answer.text) for answer in answers.values()} - {None} == set(phrases)
    assert template_of(answers["troubled", "case, altered"].text) == "review/altered.html"
    assert template_of(answers["public", "no such page"].text) == "shared/error.html"


def test_no_page_is_longer_than_a_slow_line_bears(answers: Answers) -> None:
    lengths = {key: len(answer.body) for key, answer in answers.items()}

    assert {key: length for key, length in lengths.items() if length > MOST_BYTES} == {}


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("state", STATES, ids=NAMES)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    answers: Answers, auditor: Auditor, state: tuple[str, str], view: str
) -> None:
    page = auditor.show(answers[state], view)
    assert auditor.too_wide(page) == []
    auditor.unfold(page)
    assert auditor.too_wide(page) == []
    assert auditor.broken_rules(page, view) == []


def test_the_auditor_sees_what_is_wrong(answers: Answers, auditor: Auditor) -> None:
    page = auditor.show(answers["public", "home"], "phone")
    spoil = "() => { document.body.innerHTML += '<img src=x><div style=\"width:900px\">x</div>'; }"
    page.evaluate(spoil)
    assert auditor.too_wide(page)
    assert any(rule.startswith("image-alt") for rule in auditor.broken_rules(page, "phone"))


def test_the_auditor_sees_what_cannot_be_read_in_the_dark(
    answers: Answers, auditor: Auditor
) -> None:
    page = auditor.show(answers["public", "home"], "phone in the dark")
    page.evaluate("() => { document.querySelector('h1').style.color = '#222'; }")
    assert auditor.broken_rules(page, "phone in the dark")


def validated(folder: Path, pages: dict[str, str]) -> dict[str, list[str]]:
    """Return what html-validate says of pages, by name."""
    needs.node_package("html-validate")
    names = {f"{number:03}.html": name for number, name in enumerate(pages)}
    for file_name, name in names.items():
        (folder / file_name).write_text(pages[name], encoding="utf-8")
    script = Path(__file__).with_name("validate.mjs")
    result = subprocess.run(
        [needs.node(), script, folder], check=True, capture_output=True, encoding="utf-8"
    )
    return {names[file_name]: lines for file_name, lines in json.loads(result.stdout).items()}


def test_html_validate_finds_nothing(answers: Answers, tmp_path: Path) -> None:
    pages = {f"{door}: {name}": answer.text for (door, name), answer in answers.items()}
    assert validated(tmp_path, pages) == {}


def test_html_validate_sees_what_is_wrong(tmp_path: Path) -> None:
    spoiled = "<!DOCTYPE html><html lang=vi><title>x</title><p><div>x</div></p><img src=x></html>"
    assert validated(tmp_path, {"spoiled": spoiled}).keys() == {"spoiled"}


@pytest.mark.parametrize("state", STATES, ids=NAMES)
def test_a_page_loads_nothing_from_elsewhere(answers: Answers, state: tuple[str, str]) -> None:
    document = answers[state].document
    assert document.loads
    for address in document.loads:
        assert address.startswith(("/static/", "data:image/png;base64,")), address
    assert not {"iframe", "object", "embed", "style", "video"} & set(document.tags)


@pytest.mark.parametrize("state", STATES, ids=NAMES)
def test_no_page_runs_a_script_but_the_one_that_asks_an_authenticator(
    answers: Answers, state: tuple[str, str]
) -> None:
    document, headers = answers[state].document, answers[state].headers
    asking = [each for each in document.loads if each.startswith("/static/passkeys.js?")]
    assert document.tags.count("script") == len(asking)
    assert ("script-src 'self'" in headers["Content-Security-Policy"]) == bool(asking)
    assert not asking or (state[0] == "desk" and "data-passkey" in answers[state].text)


@pytest.mark.parametrize("state", STATES, ids=NAMES)
def test_an_answer_names_no_server_and_may_be_kept_by_nobody(
    answers: Answers, state: tuple[str, str]
) -> None:
    headers = answers[state].headers
    assert not any(character.isdigit() for character in headers.get("Server", ""))
    assert "X-Powered-By" not in headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'")
    for cookie in headers.get_all("Set-Cookie", []):
        assert "expires=" not in cookie.lower() or "max-age=0" in cookie.lower()
        assert "httponly" in cookie.lower() or cookie.startswith("liemchinh-lang")


@pytest.mark.parametrize("state", STATES, ids=NAMES)
def test_every_page_of_a_try_out_says_so(answers: Answers, state: tuple[str, str]) -> None:
    words = answers[state].document.words
    assert "BẢN THỬ" in words or "TRY-OUT" in words.upper()
