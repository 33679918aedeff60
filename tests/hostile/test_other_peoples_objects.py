"""What is somebody else's is found by nobody: every address that names something, by strangers.

The addresses are those that pages show to who may see them, and the few that no page shows now,
made of the same names. Forms are sent with a token of the stranger's own.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

from cases.reports import Report
from tests.support.both_doors import BothDoors, check_answer, page_of, send, send_short
from tests.support.crawl import Site
from tests.support.html import Form
from tests.support.kept import Kept

NOTHING = {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}
# A link of enrolment is for whoever has it; a style sheet is for everybody.
FOR_ANYBODY = {"/enrol/<token>", "/static/<name>"}
# No case of the crawl goes there.
OTHER_UNIT = "tram-y-te"
ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>")
# An address, and the form that a page sends there.
Object = tuple[str, Form | None]


@dataclass
class Found:
    """The addresses of a door that name something, by method and route, and the names in them."""

    site: Site
    objects: dict[tuple[str, str], list[Object]] = field(default_factory=lambda: defaultdict(list))
    names: dict[str, str] = field(default_factory=dict)

    def add(self, method: str, path: str, form: Form | None = None) -> None:
        """Keep an address if it names something."""
        try:
            rule, named = self.site.app.url_map.bind("127.0.0.1").match(
                path, method, return_rule=True
            )
        except HTTPException:
            return
        if named and rule.rule not in FOR_ANYBODY:
            self.objects[method, rule.rule].append((path, form))
            self.names |= {name: str(value) for name, value in named.items()}

    def every_object(self) -> Iterator[tuple[str, str, Form | None]]:
        """Return each with its method, and one for each route that no page leads to now."""
        for rule in self.site.app.url_map.iter_rules():
            if not rule.arguments or rule.rule in FOR_ANYBODY:
                continue
            for method in (rule.methods or set()) & {"GET", "POST"}:
                made = ARGUMENT.sub(lambda found: self.names[found[1]], rule.rule)
                found = self.objects.get((method, rule.rule), [(made, None)])
                yield from ((method, path, form) for path, form in found)


def found_on(site: Site) -> Found:
    found = Found(site)
    for page, document in site.pages():
        for link in (page, *document.links):
            found.add("GET", urlsplit(link).path)
        for form in document.forms:
            if form.method == "POST":
                found.add("POST", urlsplit(form.action or page).path, form)
    return found


@pytest.fixture(scope="module")
def desk(doors: BothDoors, sites: list[Site]) -> Found:
    upload = doors.office.upload("ảnh.jpg", b"abc")
    doors.office.send(Report("Kèm ảnh."), (upload,))
    return found_on(next(site for site in sites if site.app is doors.desk.app))


@pytest.fixture(scope="module")
def door(doors: BothDoors, sites: list[Site]) -> Found:
    site = next(site for site in sites if site.app is doors.door)
    form = next(each for each in page_of(site.client, "/case").forms if each.is_multipart)
    sent = form.filled({"text": "Kèm ảnh."})
    answer = send(site.client, form.action, sent, [("ảnh.jpg", b"abc")])
    assert answer.status_code == HTTPStatus.SEE_OTHER
    return found_on(site)


def status_for(client: FlaskClient, token: str, method: str, path: str, form: Form | None) -> int:
    """Return how a stranger is answered, who sends a form with every box filled."""
    if method == "GET":
        answer = client.get(path)
    else:
        fields = MultiDict(form.filled(filling(form)) if form else ())
        fields.setlist("csrf_token", [token])
        sending = send if form and form.is_multipart else send_short
        answer = sending(client, path, list(fields.items(multi=True)))
    check_answer(answer, path)
    return answer.status_code


def filling(form: Form) -> dict[str, str]:
    """Return something for every field that somebody writes, ticks or chooses."""
    typed = {box.name: "Lời." for box in form.controls if box.is_written}
    for box in form.controls:
        if box.kind in {"tick", "button"} or box.options:
            typed[box.name] = next((value for value in form.offered(box.name) if value), "")
    return typed


def token_on(client: FlaskClient, page: str) -> str:
    return page_of(client, page).forms[-1].value("csrf_token")


def test_every_address_leads_somewhere_for_whom_it_is_shown(desk: Found, door: Found) -> None:
    for found in (desk, door):
        assert found.objects
        for (method, _), objects in found.objects.items():
            paths = {path for path, _ in objects} if method == "GET" else ()
            for path in paths:
                assert found.site.client.get(path).status_code == HTTPStatus.OK, path


def test_a_member_of_another_unit_finds_nothing_and_changes_nothing(
    doors: BothDoors, desk: Found
) -> None:
    stranger = doors.reader(OTHER_UNIT)
    token, kept = token_on(stranger, "/account"), Kept(doors)
    for method, path, form in desk.every_object():
        assert status_for(stranger, token, method, path, form) in NOTHING, (method, path)
    kept.check_same("a stranger's request")


def test_whoever_is_not_signed_in_is_led_to_the_sign_in(doors: BothDoors, desk: Found) -> None:
    nobody = doors.desk.app.test_client()
    token, kept = token_on(nobody, "/sign-in"), Kept(doors)
    for method, path, form in desk.every_object():
        wanted = HTTPStatus.SEE_OTHER if method == "GET" else HTTPStatus.UNAUTHORIZED
        assert status_for(nobody, token, method, path, form) == wanted, (method, path)
    kept.check_same("a request of nobody's")


def test_another_reporter_finds_nothing_of_this_one(doors: BothDoors, door: Found) -> None:
    other = doors.reporter()
    token, kept = token_on(other, "/case"), Kept(doors)
    for method, path, form in door.every_object():
        assert status_for(other, token, method, path, form) in NOTHING, (method, path)
    kept.check_same("another reporter's request")
