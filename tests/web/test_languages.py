"""Vietnamese first, English at a click, and the click changes nothing else."""

from datetime import date
from pathlib import Path

import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient

from tests.support.webapp import app_of, parts_in

PAGE = """{% extends "shared/base.html" %}{% block title %}x{% endblock %}
{% block main %}<h1>{{ day|show_date }} {{ 1234.5|show_number }} {{ size|show_size }}</h1>
{% endblock %}"""


def show() -> str:
    return render_template_string(PAGE, day=date(2026, 12, 3), size=3 << 29)


def start(instance: Path, origin: str = "http://localhost") -> Flask:
    app = app_of(parts_in(instance, {"public_origin": origin}))
    app.add_url_rule("/page", view_func=show, methods=["GET", "POST"])
    return app


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    app = start(tmp_path)
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    return app.test_client()


def test_a_first_visit_is_in_vietnamese_whatever_the_browser_prefers(client: FlaskClient) -> None:
    page = client.get("/page", headers={"Accept-Language": "en-GB,en"}).text
    assert '<html lang="vi">' in page
    assert "Thoát nhanh" in page


def test_english_is_one_link_away_on_the_same_page(client: FlaskClient) -> None:
    assert 'href="?kind=x&amp;lang=en"' in client.get("/page?kind=x").text
    page = client.get("/page?kind=x&lang=en").text
    assert '<html lang="en">' in page
    assert "Thoát nhanh" not in page
    assert 'href="?kind=x&amp;lang=vi"' in page


def test_a_chosen_language_stays_for_the_next_page_and_for_a_post(client: FlaskClient) -> None:
    client.get("/page?lang=en")
    assert '<html lang="en">' in client.get("/page").text
    assert '<html lang="en">' in client.post("/page").text
    client.get("/page?lang=vi")
    assert '<html lang="vi">' in client.get("/page").text


def test_an_answer_to_a_post_offers_no_link_that_would_lose_it(client: FlaskClient) -> None:
    assert "hreflang" in client.get("/page").text
    assert "hreflang" not in client.post("/page").text


def test_a_post_does_not_choose_a_language_by_its_address(client: FlaskClient) -> None:
    answer = client.post("/page?lang=en")
    assert '<html lang="vi">' in answer.text
    assert "Set-Cookie" not in answer.headers


def test_the_language_cookie_ends_with_the_browser(client: FlaskClient) -> None:
    header = client.get("/page?lang=en").headers["Set-Cookie"]
    assert header.startswith("liemchinh-lang=en")
    assert "Expires" not in header
    assert "Max-Age" not in header
    assert "Secure" not in header


def test_over_tls_the_language_cookie_stays_on_tls(tmp_path: Path) -> None:
    answer = start(tmp_path, "https://localhost").test_client().get("/page?lang=en")
    assert "Secure" in answer.headers["Set-Cookie"].split("; ")


@pytest.mark.parametrize("wish", ["fr", "", "en'", "../en", "EN"])
def test_an_unknown_language_is_vietnamese_and_not_kept(client: FlaskClient, wish: str) -> None:
    answer = client.get("/page", query_string={"lang": wish})
    assert '<html lang="vi">' in answer.text
    assert "Set-Cookie" not in answer.headers
    client.set_cookie("liemchinh-lang", wish)
    assert '<html lang="vi">' in client.get("/page").text


def test_dates_numbers_and_sizes_read_as_people_write_them(client: FlaskClient) -> None:
    assert "<h1>03/12/2026 1.234,5 1,5 GiB</h1>" in client.get("/page").text
    assert "<h1>3 December 2026 1,234.5 1.5 GiB</h1>" in client.get("/page?lang=en").text


def test_a_refusal_is_in_the_readers_language_too(client: FlaskClient) -> None:
    assert '<html lang="en">' in client.get("/nowhere?lang=en").text


def test_a_phrase_is_said_in_the_language_of_each_page_and_its_values_are_escaped(
    tmp_path: Path,
) -> None:
    page = '{{ _("Các trang") }}|{{ _("tối đa %(size)s", size=size) }}'
    app = app_of(parts_in(tmp_path))
    app.add_url_rule("/page", view_func=lambda: render_template_string(page, size="<b>"))
    client = app.test_client()
    in_vietnamese, in_english = (client.get(f"/page?lang={code}").text for code in ("vi", "en"))
    assert in_vietnamese == "Các trang|tối đa &lt;b&gt;"
    assert in_english.split("|")[0] == "Pages"
    assert client.get("/page?lang=vi").text == in_vietnamese
