"""A page that is the same for everybody is rendered once, with each visitor's own in it."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from flask import Flask, render_template_string, session
from flask.testing import FlaskClient
from markupsafe import Markup

from tests.support.webapp import app_of, parts_in
from web.stencils import MOST_PAGES, Stencils

PAGE = '<form><input name="csrf_token" value="{{ csrf_token() }}"><b>{{ secret }}</b>{{ kind }}'


class Pages:
    """An app with one page, and how often that page was rendered."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.renders = 0
        self._stencils = Stencils(("secret",))
        app.add_url_rule("/page/<kind>/<secret>", "show", self.show)
        app.add_url_rule("/link", "link", self.show_link)
        app.add_url_rule("/token", "token", self.token)

    def show(self, kind: str, secret: str) -> str:
        def render(values: Mapping[str, str]) -> str:
            self.renders += 1
            return render_template_string(PAGE, kind=kind, secret=values["secret"])

        return self._stencils.filled(kind, {"secret": secret}, render)

    def show_link(self) -> str:
        link = Markup("<a>")
        return self._stencils.filled("link", {"secret": link}, lambda marks: marks["secret"])

    def token(self) -> str:
        return str(session.get("csrf_token"))


@pytest.fixture
def pages(tmp_path: Path) -> Pages:
    return Pages(app_of(parts_in(tmp_path)))


def token_in(page: str) -> str:
    return page.partition('value="')[2].partition('"')[0]


def test_the_same_page_is_rendered_once_for_all_visitors(pages: Pages) -> None:
    shown = [pages.app.test_client().get(f"/page/long/{name}").text for name in ("one", "two")]
    assert ["<b>one</b>" in shown[0], "<b>two</b>" in shown[1]] == [True, True]
    assert "one" not in shown[1]
    assert pages.renders == 1


def test_another_page_is_another_stencil(pages: Pages) -> None:
    client = pages.app.test_client()
    assert client.get("/page/long/x").text.endswith("long")
    assert client.get("/page/short/x").text.endswith("short")
    assert pages.renders == 2


def test_each_visitor_gets_a_form_token_of_their_own_session(pages: Pages) -> None:
    def visited(client: FlaskClient) -> tuple[str, str]:
        return token_in(client.get("/page/long/x").text), client.get("/token").text

    first, second = visited(pages.app.test_client()), visited(pages.app.test_client())
    assert first[0] != second[0]
    # What the session keeps is inside the signed token of the page (Flask-WTF).
    assert first[1] != second[1] != "None"


def test_a_value_is_escaped_unless_it_is_markup_of_ours(pages: Pages) -> None:
    client = pages.app.test_client()
    assert "<b>&lt;i&gt;</b>" in client.get("/page/long/<i>").text
    assert client.get("/link").text == "<a>"


def test_no_more_pages_are_kept_than_there_is_room_for(pages: Pages) -> None:
    client = pages.app.test_client()
    for number in range(MOST_PAGES + 1):
        client.get(f"/page/{number}/x")
    client.get(f"/page/{MOST_PAGES}/x")
    assert pages.renders == MOST_PAGES + 1
    client.get("/page/0/x")
    assert pages.renders == MOST_PAGES + 2
