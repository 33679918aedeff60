"""What goes over the wire: little, from nowhere else, and no cookie where none is needed."""

import gzip
from urllib.parse import urljoin

import pytest

from tests.support.browser import Answer, Browser
from tests.support.instance import Instance

WANTED_BYTES = 14_600
COOKIELESS = ("/", "/protection", "/reception", "/plan", "/exit/about", "/health", "/case/left")
COMPRESSED = {"Accept-Encoding": "gzip"}


def wire_bytes(answer: Answer) -> int:
    """Return the length of an answer's head and body, as they were sent."""
    lines = [f"{name}: {value}\r\n" for name, value in answer.headers.items()]
    return len(b"HTTP/1.1 200 OK\r\n\r\n") + sum(map(len, lines)) + len(answer.body)


def loaded(browser: Browser, path: str) -> list[Answer]:
    """Return a page and everything that it loads, as sent, each once."""
    page = browser.request("GET", path, headers=COMPRESSED)
    body = gzip.decompress(page.body)
    shown = Answer(page.url, page.status, page.headers, body)
    addresses = dict.fromkeys(shown.document.loads)
    return [page, *(browser.request("GET", each, headers=COMPRESSED) for each in addresses)]


@pytest.mark.parametrize("kind", ["", "?kind=nhung-nhieu", "?kind=doanh-nghiep"])
def test_the_report_page_with_all_it_loads_is_small(instance: Instance, kind: str) -> None:
    answers = loaded(Browser(instance.public), f"/report{kind}")
    assert len(answers) >= 2
    assert all(answer.status == 200 for answer in answers)
    assert sum(map(wire_bytes, answers)) <= WANTED_BYTES


@pytest.mark.parametrize("path", COOKIELESS)
def test_a_page_that_needs_no_cookie_sets_none(instance: Instance, path: str) -> None:
    answer = Browser(instance.public).request("GET", path)
    assert answer.status == 200
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("path", [*COOKIELESS, "/report", "/case", "/report?kind=nhung-nhieu"])
def test_a_page_works_without_any_cookie_over_plain_http(instance: Instance, path: str) -> None:
    answer = Browser(instance.public).request("GET", path)
    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith(("text/html", "text/plain"))


@pytest.mark.parametrize("door", ["public", "desk"])
def test_no_answer_says_what_serves_it(instance: Instance, door: str) -> None:
    browser = Browser(getattr(instance, door))
    for path in ("/", "/sign-in", "/static/liemchinh.css", "/khong-co", "/report", "/health"):
        answer = browser.request("GET", path)
        said = " ".join(str(value) for value in answer.headers.values()).lower()
        for name in ("cheroot", "gunicorn", "werkzeug", "python", "flask", "granian"):
            assert name not in said


def test_links_of_the_public_pages_stay_here_but_for_the_few_that_say_so(
    instance: Instance,
) -> None:
    browser = Browser(instance.public)
    for path in ("/", "/report", "/case", "/protection", "/reception", "/plan", "/exit/about"):
        document = browser.get(path).document
        for form in document.forms:
            assert urljoin(instance.public, form.action).startswith(f"{instance.public}/")
        for address in document.loads:
            assert urljoin(instance.public, address).startswith(f"{instance.public}/")


def test_answers_to_forms_and_pages_with_secrets_are_not_compressed(instance: Instance) -> None:
    browser = Browser(instance.public)
    page = browser.get("/report")
    fields = page.form("/report").filled({"statement": "Không nén.", "action": "send"})
    body = "&".join(f"{name}={value}" for name, value in fields).encode()
    sent = {**COMPRESSED, "Content-Type": "application/x-www-form-urlencoded"}
    assert "Content-Encoding" not in browser.request("POST", "/report", body, sent).headers
