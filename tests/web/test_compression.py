"""Pages are small where that gives nothing away (BREACH), and as they are everywhere else."""

import gzip
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Response
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.support.webapp import app_of, parts_in
from web.compression import PageOfPieces, forbid_compression
from web.gzip_pieces import FixedPiece, OwnPiece

PAGE = "<p>một trang dài</p>" * 100
GZIP = {"Accept-Encoding": "br, gzip"}


def secret() -> str:
    forbid_compression()
    return PAGE


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    app = app_of(replace(parts_in(tmp_path), known_queries={"kind": ("quick",)}))
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    app.add_url_rule("/page", "page", lambda: PAGE, methods=["GET", "POST"])
    app.add_url_rule("/secret", view_func=secret)
    pieces = (FixedPiece(PAGE), OwnPiece("của riêng ai"), FixedPiece(PAGE))
    app.add_url_rule("/pieces", "pieces", lambda: PageOfPieces(pieces))
    app.add_url_rule("/short", "short", lambda: "x")
    app.add_url_rule("/file", "file", lambda: Response(PAGE, mimetype="application/octet-stream"))
    return app.test_client()


def is_shrunk(answer: TestResponse) -> bool:
    return answer.headers.get("Content-Encoding") == "gzip"


def test_a_page_is_compressed_for_a_browser_that_can_read_it(client: FlaskClient) -> None:
    answer = client.get("/page", headers=GZIP)
    assert is_shrunk(answer)
    assert gzip.decompress(answer.data).decode() == PAGE
    assert answer.headers["Content-Length"] == str(len(answer.data))
    assert "Accept-Encoding" in answer.vary


def test_a_page_of_pieces_is_the_same_page_compressed_or_not(client: FlaskClient) -> None:
    plain, shrunk = client.get("/pieces"), client.get("/pieces", headers=GZIP)
    assert [is_shrunk(plain), is_shrunk(shrunk)] == [False, True]
    assert plain.text == f"{PAGE}của riêng ai{PAGE}"
    assert gzip.decompress(shrunk.data) == plain.data


@pytest.mark.parametrize("accepted", ["", "br", "gzip;q=0", "identity"])
def test_a_browser_that_cannot_gets_it_as_it_is(client: FlaskClient, accepted: str) -> None:
    answer = client.get("/page", headers={"Accept-Encoding": accepted})
    assert answer.text == PAGE
    assert "Accept-Encoding" in answer.vary


def test_an_answer_to_a_post_is_never_compressed(client: FlaskClient) -> None:
    assert not is_shrunk(client.post("/page", headers=GZIP))


def test_a_page_with_a_secret_is_never_compressed(client: FlaskClient) -> None:
    assert not is_shrunk(client.get("/secret", headers=GZIP))


@pytest.mark.parametrize(
    "query", ["q=guess", "kind=guess", "lang=guess", "lang=en&q=1", "kind=quick&kind=x"]
)
def test_a_page_that_could_repeat_an_attackers_words_is_not_compressed(
    client: FlaskClient, query: str
) -> None:
    assert not is_shrunk(client.get(f"/page?{query}", headers=GZIP))


@pytest.mark.parametrize("query", ["lang=en", "kind=quick", "lang=vi&kind=quick"])
def test_the_queries_that_we_link_ourselves_are_compressed(client: FlaskClient, query: str) -> None:
    assert is_shrunk(client.get(f"/page?{query}", headers=GZIP))


@pytest.mark.parametrize("path", ["/short", "/file", "/nowhere"])
def test_what_is_short_no_page_or_refused_is_left_alone(client: FlaskClient, path: str) -> None:
    assert not is_shrunk(client.get(path, headers=GZIP))


def test_the_style_sheet_is_small_and_its_address_changes_with_it(client: FlaskClient) -> None:
    answer = client.get("/static/liemchinh.css", headers=GZIP)
    assert is_shrunk(answer)
    assert len(answer.data) <= 4096
    assert answer.content_type == "text/css; charset=utf-8"
    assert "/static/liemchinh.css?" in client.get("/nowhere").text
