"""Every door's routes: who may come in, and what every answer carries."""

import re
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.routing import Rule

from intake.app import create_app as create_door
from policy.rights import Action
from policy.rows import DESK_PAGE, DOCUMENT
from review.rights import declared_action
from tests.policy.packs import PACKS
from tests.support.desk import RunningDesk, open_desk
from tests.support.office import SERVER_SECRET, open_office
from tests.support.sources import ROOT, tracked_files
from tests.support.webapp import settings_in

# The pages that a stranger may see at the desk; every other one needs a sign-in.
OPEN_AT_THE_DESK = {
    ("GET", "/static/<name>"),
    ("GET", "/sign-in"),
    ("POST", "/sign-in"),
    ("GET", "/enrol/<token>"),
    ("POST", "/enrol/<token>"),
}
# What a page to look at can be; one that takes a step, HANDLE, is asked for as ASSESS first.
LOOKS = {
    Action.OWN_ACCOUNT, Action.OWN_LIST, Action.SEE_UNITS, Action.COUNT, Action.ENTER_PAPER,
    Action.READ, Action.SEE_REGISTER, Action.SEE_PROTECTION, Action.SEE_REWARDS, Action.ENTER_HEARD,
}  # fmt: skip
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> RunningDesk:
    return open_desk(tmp_path_factory.mktemp("desk"))


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    folder = tmp_path_factory.mktemp("door")
    return create_door(settings_in(folder), open_office(folder).office, SERVER_SECRET)


def routes(app: Flask) -> Iterator[tuple[str, Rule]]:
    """Return each method and rule of an app, but what Flask adds by itself."""
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield method, rule


def address(rule: Rule) -> str:
    """Return an address that the rule answers to."""
    return ARGUMENT.sub(lambda found: "a" * 26, rule.rule)


def test_every_desk_route_needs_a_sign_in_unless_listed(desk: RunningDesk) -> None:
    browser, checked = desk.browser(), set()
    for method, rule in routes(desk.app):
        if (method, rule.rule) in OPEN_AT_THE_DESK:
            continue
        token = browser.token("/sign-in")
        answer = browser.client.open(address(rule), method=method, data={"csrf_token": token})
        assert (answer.status_code, answer.location) in {(303, "/sign-in"), (401, None)}, rule.rule
        assert 'name="text"' not in answer.text
        checked.add(rule.rule)
    assert len(checked) > 8


def test_every_desk_page_says_which_action_it_is(desk: RunningDesk) -> None:
    said = {}
    for method, rule in routes(desk.app):
        if (method, rule.rule) not in OPEN_AT_THE_DESK:
            said[method, rule.rule] = declared_action(desk.app.view_functions[rule.endpoint])
    assert [route for route, action in said.items() if action is None] == []
    # A page to look at is never the right to change, and every action is some page's.
    assert {action for (method, _), action in said.items() if method == "GET"} <= LOOKS
    assert {*said.values(), Action.HANDLE, Action.LET_GO} == set(Action)


def test_a_page_that_says_no_action_opens_to_nobody(tmp_path: Path) -> None:
    desk = open_desk(tmp_path)
    desk.app.add_url_rule("/undeclared", "undeclared", lambda: "bí mật")
    browser = desk.signed_in()

    assert browser.get("/cases").status_code == 200
    assert browser.get("/undeclared").status_code == 403


def test_the_list_of_open_desk_routes_names_routes_that_there_are(desk: RunningDesk) -> None:
    assert {(method, rule.rule) for method, rule in routes(desk.app)} >= OPEN_AT_THE_DESK


def test_no_desk_form_is_taken_without_its_token(desk: RunningDesk) -> None:
    signed_in = desk.signed_in(roles=frozenset({"head"}))
    desk.test_office.file()
    [ref] = desk.refs(signed_in)
    for method, rule in routes(desk.app):
        if method == "POST":
            path = ARGUMENT.sub(lambda found: ref, rule.rule)
            assert signed_in.send(path, {"text": "Chữ."}).status_code in {400, 404}, rule.rule
    assert "Chữ." not in signed_in.get(f"/cases/{ref}").text
    assert signed_in.get("/cases").status_code == 200


def check_headers(app: Flask) -> None:
    checked = 0
    for method, rule in [*routes(app), ("GET", Rule("/nowhere"))]:
        answer = app.test_client().open(address(rule), method=method)
        for name, value in HEADERS.items():
            assert answer.headers.get(name) == value, f"{method} {rule.rule}: {name}"
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; "), rule.rule
        assert "unsafe" not in policy
        assert "script-src" not in policy
        assert "Server" not in answer.headers
        checked += 1
    assert checked > 8


def test_every_desk_route_sends_the_security_headers(desk: RunningDesk) -> None:
    check_headers(desk.app)


def test_every_public_route_sends_the_security_headers(door: Flask) -> None:
    check_headers(door)


def cookie_names(app: Flask, path: str) -> set[str]:
    """Return the names of the cookies that a page sets."""
    cookies = app.test_client().get(path).headers.getlist("Set-Cookie")
    return {cookie.partition("=")[0] for cookie in cookies}


def test_the_two_doors_share_no_cookie(desk: RunningDesk, door: Flask) -> None:
    at_the_desk, in_public = cookie_names(desk.app, "/sign-in"), cookie_names(door, "/report")
    assert at_the_desk
    assert in_public
    assert not at_the_desk & in_public


def test_the_desk_is_not_for_search_engines(desk: RunningDesk) -> None:
    answer = desk.app.test_client().get("/sign-in")
    assert "noindex" in answer.headers["X-Robots-Tag"]


def missing_places(places: Iterable[str], door: Flask, desk: Flask) -> list[str]:
    """Return the places that are no public page, no page of the desk and no document."""
    desk_pages = {rule.rule for method, rule in routes(desk) if method == "GET"}
    # A name in angle brackets stands for whichever case somebody looks at.
    desk_pages = {ARGUMENT.sub(r"<\1>", rule) for rule in desk_pages}
    papers = {path.relative_to(ROOT).as_posix() for path in tracked_files()}
    missing = []
    for place in places:
        if place.startswith(DESK_PAGE):
            is_there = place.removeprefix("desk:") in desk_pages
        elif place.startswith(DOCUMENT):
            is_there = place in papers
        else:
            is_there = door.test_client().get(place).status_code == HTTPStatus.OK
        missing += [] if is_there else [place]
    return missing


def test_every_place_that_a_duty_names_is_there(desk: RunningDesk, door: Flask) -> None:
    places = {place for pack in PACKS for duty in pack.duties for place in duty.where}
    assert places
    assert missing_places(sorted(places), door, desk.app) == []


def test_a_place_that_is_not_there_is_noticed(desk: RunningDesk, door: Flask) -> None:
    gone = ["/statistics-of-nothing", "desk:/nowhere", "desk:/cases/<name>", "docs/nothing.md"]
    assert missing_places([*gone, "/report", "desk:/cases"], door, desk.app) == gone
