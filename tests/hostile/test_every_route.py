"""Every route of both doors, asked in every way that nobody asks: refused, never broken."""

import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from policy.states import CaseState
from tests.support.both_doors import BothDoors, check_answer, come_from_elsewhere, page_of
from tests.support.crawl import Site
from tests.support.desk import RECEIVER
from tests.support.hostile import ANY_LINE, ANY_TEXT, METHODS, NUL, TEXTS
from tests.support.html import read_document
from tests.support.office import CAT_HAI
from tests.support.sources import ROOT

ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>")
# What an address may ask for; a new one must be named here (test below).
QUERIES = (
    "answer",
    "lang",
    "kind",
    "unit",
    "state",
    "field",
    "only",
    "sort",
    "after",
    "done",
    "year",
    "page",
)
READS_QUERY = re.compile(r'args\.get\(\s*"(\w+)"')
REF = "a" * 26
CURSOR = r"\d{4}-\d{2}-\d{2}~[a-z2-7]{26}"
CURSORS = tuple(
    f"{day}~{REF}" for day in ("9999-99-99", "0000-01-01", "9999-12-31", "0001-01-01", "-001-01-01")
)
HEADERS = (
    ("Host", "evil.example"),
    ("Host", "127.0.0.1:99999999"),
    ("Host", ""),
    ("Host", "[::1"),
    ("Host", "127.0.0.1/../x"),
    ("X-Forwarded-Host", "evil.example"),
    ("Range", "bytes=0-0,5-,-1"),
    ("Range", "bytes=99999999999999999999999-"),
    ("If-None-Match", '*, W/"x'),
    ("If-Modified-Since", "9999-99-99"),
    ("If-Range", "\x7f"),
    ("Cookie", "liemchinh-visit=" + "A" * 43),
    ("Cookie", "liemchinh-desk=\xff\xfe; liemchinh-lang=<canary-x>"),
    ("Cookie", "liemchinh-visit=" + "x" * 8_000),
    ("Accept-Encoding", "gzip;q=nan"),
    ("Accept-Language", "x" * 5_000),
    ("Content-Type", "multipart/form-data"),
    ("Content-Type", "application/json; charset=utf-99"),
    ("Content-Length", "99999999999999999999"),
)


def escaped(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


def addresses(app: Flask, text: str) -> Iterator[str]:
    """Return every address of an app with a text in each place of its path."""
    for rule in app.url_map.iter_rules():
        if rule.arguments:
            yield ARGUMENT.sub(escaped(text), rule.rule)


def ask(client: FlaskClient, path: str, method: str = "GET", **headers: str) -> None:
    come_from_elsewhere(client)
    answer = client.open(path, method=method, headers=headers)
    check_answer(answer, (method, path, headers))
    location = answer.headers.get("Location", "/")
    assert re.match(r"https?://(127\.0\.0\.1|localhost|vi\.wikipedia\.org)/|/(?![/\\])", location)


@pytest.mark.parametrize("text", [*TEXTS, "\ud800", "%", "..", "~", "x" * 60_000], ids=ascii)
def test_a_hostile_text_in_a_path_finds_nothing(doors_on_each: BothDoors, text: str) -> None:
    for app, client in doors_on_each.apps():
        for path in addresses(app, text):
            ask(client, path)


@pytest.mark.parametrize("text", [*TEXTS[:3], NUL, "\ud800", *CURSORS], ids=ascii)
def test_a_hostile_query_is_refused_or_means_nothing(doors_on_each: BothDoors, text: str) -> None:
    query = "&".join(f"{name}={escaped(text)}" for name in (*QUERIES, escaped(text)))
    for app, client in doors_on_each.apps():
        for rule in app.url_map.iter_rules():
            if not rule.arguments and rule.endpoint != "pages.leave_quickly":
                ask(client, f"{rule.rule}?{query}")
        for name in QUERIES:
            ask(client, f"/cases?{name}={escaped(text)}&sort=due")


def test_every_argument_of_an_address_is_asked_for(sites: list[Site]) -> None:
    from_code = set()
    for package in ("intake", "review", "web"):
        for path in sorted((ROOT / package).glob("*.py")):
            from_code |= set(READS_QUERY.findall(path.read_text(encoding="utf-8")))
    from_pages = set()
    for site in sites:
        assert list(site.pages())
        from_pages |= site.queries
    assert {"lang", "kind", "state", "sort"} <= from_pages
    assert from_code | from_pages <= set(QUERIES)


ASKED = {
    "lang": st.sampled_from(["vi", "en"]),
    "kind": st.just("ordinary"),
    "unit": st.just(RECEIVER),
    "state": st.sampled_from([*CaseState]),
    "field": st.sampled_from([field.code for field in CAT_HAI.fields]),
    "only": st.sampled_from(["new", "urgent", "overdue"]),
    "sort": st.sampled_from(["received", "due"]),
    "after": st.sampled_from(CURSORS) | st.from_regex(CURSOR, fullmatch=True),
    "done": st.sampled_from(["note", "step", "admitted"]),
}


@settings(max_examples=40)
@given(
    asked=st.lists(
        st.sampled_from(sorted(ASKED)).flatmap(
            lambda name: st.tuples(st.just(name), ASKED[name] | ANY_TEXT)
        ),
        max_size=7,
    )
)
def test_a_queue_that_is_asked_for_in_any_way_is_shown_or_refused_by_name(
    doors_on_each: BothDoors, asked: list[tuple[str, str]]
) -> None:
    query = "&".join(f"{name}={escaped(text)}" for name, text in asked)
    answer = doors_on_each.reviewer.get(f"/cases?{query}")
    check_answer(answer, query)
    assert answer.status_code in {200, 400}
    if answer.status_code == 400:
        named = set(read_document(answer.text).words.split()) & {name for name, _ in asked}
        assert named, query


def test_no_route_breaks_under_another_method(doors_on_each: BothDoors) -> None:
    for app, client in doors_on_each.apps():
        for rule in app.url_map.iter_rules():
            if rule.endpoint in {"sign_in.leave", "pages.leave_quickly"}:
                continue
            for method in METHODS:
                ask(client, ARGUMENT.sub(REF, rule.rule), method)


@pytest.mark.parametrize(("name", "value"), HEADERS, ids=range(len(HEADERS)))
def test_no_header_breaks_a_route(doors_on_each: BothDoors, name: str, value: str) -> None:
    for app in (doors_on_each.door, doors_on_each.desk.app):
        client = app.test_client()
        for rule in app.url_map.iter_rules():
            ask(client, ARGUMENT.sub(REF, rule.rule), "GET", **{name: value})


def test_another_hosts_name_is_refused_and_stands_in_no_page(doors_on_each: BothDoors) -> None:
    for app in (doors_on_each.door, doors_on_each.desk.app):
        answer = app.test_client().get("/", headers={"Host": "evil.example"})
        assert answer.status_code == 400
        assert "evil.example" not in answer.text + str(answer.headers)


@settings(max_examples=40)
@given(drawn=st.data())
def test_no_request_at_all_breaks_a_door(doors_on_each: BothDoors, drawn: st.DataObject) -> None:
    app = drawn.draw(st.sampled_from([doors_on_each.door, doors_on_each.desk.app]))
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint != "sign_in.leave"]
    rule = drawn.draw(st.sampled_from(rules))
    path = ARGUMENT.sub(lambda _: escaped(drawn.draw(ANY_TEXT)) or REF, rule.rule)
    query = f"{drawn.draw(st.sampled_from(QUERIES))}={escaped(drawn.draw(ANY_TEXT))}"
    client = doors_on_each.reviewer if app is doors_on_each.desk.app else app.test_client()
    headers = {drawn.draw(st.sampled_from(["Cookie", "Referer", "Range"])): drawn.draw(ANY_LINE)}
    if app is doors_on_each.desk.app:
        headers.pop("Cookie", None)
    ask(client, f"{path}?{query}", drawn.draw(st.sampled_from(METHODS)), **headers)


def test_text_that_a_database_cannot_hold_is_refused_or_finds_nothing(
    doors_on_each: BothDoors,
) -> None:
    for text in (NUL, "\ud800", "x" * 5_000):
        for app, client in doors_on_each.apps():
            for path in addresses(app, text):
                ask(client, path)
            for name in QUERIES:
                ask(client, f"/cases?{name}={escaped(text)}")
        stranger = doors_on_each.desk.app.test_client()
        token = page_of(stranger, "/sign-in").forms[-1].value("csrf_token")
        body = f"csrf_token={token}&name={escaped(text)}&passphrase={escaped(text)}"
        answer = stranger.post(
            "/sign-in", data=body, content_type="application/x-www-form-urlencoded"
        )
        assert answer.status_code in {400, 401}
        check_answer(answer, text)


def test_nobody_is_admitted_under_a_name_that_a_database_cannot_hold(
    doors_on_each: BothDoors,
) -> None:
    token = page_of(doors_on_each.reviewer, "/account").forms[-1].value("csrf_token")
    for text in (NUL, "\ud800", "x" * 5_000):
        for path in (
            f"/units/{escaped(text)}/members/{REF}",
            f"/units/van-phong/members/{escaped(text)}",
        ):
            answer = doors_on_each.reviewer.post(
                path, data={"csrf_token": token, "compared": "yes"}
            )
            assert 400 <= answer.status_code < 500, path
