"""Every answer of both doors tells the browser to run, load, keep and tell nothing."""

from pathlib import Path

import pytest
from flask import Flask

from tests.support.webapp import app_of, parts_in
from web.appbase import Side
from web.headers import allow_data_images


def qr() -> str:
    allow_data_images()
    return "<img src='data:image/png;base64,'>"


def broken() -> str:
    message = "a value"
    raise RuntimeError(message)


def start(instance: Path, side: Side = Side.PUBLIC, origin: str = "http://localhost") -> Flask:
    app = app_of(parts_in(instance, {"public_origin": origin, "desk_origin": origin}), side)
    app.add_url_rule("/", "home", lambda: "home")
    app.add_url_rule("/qr", view_func=qr)
    app.add_url_rule("/broken", view_func=broken)
    return app


def policy_of(app: Flask, path: str) -> dict[str, str]:
    header = app.test_client().get(path).headers["Content-Security-Policy"]
    return dict(rule.split(" ", 1) for rule in header.split("; "))


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize(
    ("path", "status"), [("/", 200), ("/nowhere", 404), ("/broken", 500), ("/static/nothing", 404)]
)
def test_every_answer_has_the_headers_also_a_refusal(
    tmp_path: Path, side: Side, path: str, status: int
) -> None:
    answer = start(tmp_path, side).test_client().get(path)
    assert answer.status_code == status
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    for header in ("Opener", "Resource"):
        assert answer.headers[f"Cross-Origin-{header}-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Embedder-Policy"] == "require-corp"
    assert "camera=()" in answer.headers["Permissions-Policy"]
    assert "Server" not in answer.headers


def test_no_script_runs_and_nothing_comes_from_elsewhere(tmp_path: Path) -> None:
    assert policy_of(start(tmp_path), "/") == {
        "default-src": "'none'",
        "style-src": "'self'",
        "img-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }


def test_an_image_inside_the_page_is_shown_only_where_the_view_asks(tmp_path: Path) -> None:
    app = start(tmp_path)
    assert policy_of(app, "/qr")["img-src"] == "'self' data:"
    assert policy_of(app, "/")["img-src"] == "'self'"


def test_no_page_is_kept_by_the_browser_but_the_style_sheet_is(tmp_path: Path) -> None:
    client = start(tmp_path).test_client()
    assert client.get("/").headers["Cache-Control"] == "no-store"
    assert client.get("/nowhere").headers["Cache-Control"] == "no-store"
    assert "max-age=3600" in client.get("/static/liemchinh.css").headers["Cache-Control"]


def test_tls_is_asked_for_where_there_is_tls(tmp_path: Path) -> None:
    secure = start(tmp_path, origin="https://localhost").test_client().get("/")
    assert "max-age=63072000" in secure.headers["Strict-Transport-Security"]
    assert "Strict-Transport-Security" not in start(tmp_path).test_client().get("/").headers


def test_the_desk_stands_in_no_search_engine(tmp_path: Path) -> None:
    desk = start(tmp_path, Side.DESK).test_client().get("/")
    assert "noindex" in desk.headers["X-Robots-Tag"]
    assert "X-Robots-Tag" not in start(tmp_path).test_client().get("/").headers
