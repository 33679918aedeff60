"""A refusal is a plain page in the reader's language; what nobody foresaw tells no value."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http import HTTPStatus
from io import StringIO
from pathlib import Path

import pytest
from flask import abort
from flask.testing import FlaskClient
from werkzeug.exceptions import RequestEntityTooLarge

from cases.errors import DomainError, NotPermittedError, StoreUnavailableError
from tests.support.webapp import app_of, parts_in
from web.errors import ErrorPage
from web.limits import TooManyRequestsError
from web.logs import JsonLines

CANARY = "canary-from-the-form"


class TeapotError(DomainError):
    """A refusal that only this app knows."""


def raising(error: Exception) -> str:
    raise error


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    table: dict[type[Exception], ErrorPage] = {
        TeapotError: ErrorPage(HTTPStatus.IM_A_TEAPOT),
        DomainError: ErrorPage(HTTPStatus.CONFLICT),
    }
    app = app_of(replace(parts_in(tmp_path), errors=table))
    errors: dict[str, Exception] = {
        "teapot": TeapotError(CANARY),
        "permitted": NotPermittedError(CANARY),
        "store": StoreUnavailableError(CANARY),
        "often": TooManyRequestsError(7),
        "large": RequestEntityTooLarge(),
        "bug": ValueError(CANARY),
    }
    for path, error in errors.items():
        app.add_url_rule(f"/{path}", path, lambda error=error: raising(error))
    app.add_url_rule("/moved/", "moved", lambda: "moved")
    app.add_url_rule("/form", "form", lambda: "taken", methods=["POST"])
    app.add_url_rule("/gone", "gone", lambda: abort(410))
    return app.test_client()


@contextmanager
def log_lines() -> Iterator[StringIO]:
    """Give what our logger writes while the block runs."""
    out = StringIO()
    writer = logging.StreamHandler(out)
    writer.setFormatter(JsonLines())
    logger = logging.getLogger("liemchinh")
    logger.addHandler(writer)
    try:
        yield out
    finally:
        logger.removeHandler(writer)


@pytest.mark.parametrize(
    ("path", "status", "title"),
    [
        ("/nowhere", 404, "Không có trang này"),
        ("/form", 405, "Trang này không nhận cách gửi đó"),
        ("/large", 413, "Nội dung gửi lên quá lớn"),
        ("/often", 429, "Lúc này có quá nhiều lượt gửi"),
        ("/bug", 500, "Trang web gặp lỗi"),
        ("/store", 503, "Kho lưu trữ tạm thời không dùng được"),
        ("/gone", 410, "Trang web không đọc được yêu cầu này"),
    ],
)
def test_each_refusal_is_a_page_that_says_what_happened(
    client: FlaskClient, path: str, status: int, title: str
) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert answer.mimetype == "text/html"
    assert f"<h1>{title}</h1>" in answer.text
    assert "Thoát nhanh" in answer.text
    assert CANARY not in answer.text


def test_a_refusal_of_the_house_has_the_status_of_its_nearest_class(client: FlaskClient) -> None:
    assert client.get("/teapot").status_code == 418
    assert client.get("/permitted").status_code == 409


def test_who_must_wait_is_told_how_long(client: FlaskClient) -> None:
    assert client.get("/often").headers["Retry-After"] == "7"
    assert client.get("/store").headers["Retry-After"] == "60"


def test_a_wrong_method_names_the_right_ones(client: FlaskClient) -> None:
    assert "POST" in client.get("/form").headers["Allow"]


def test_a_redirect_is_no_refusal(client: FlaskClient) -> None:
    assert client.get("/moved").status_code == 308


def test_a_form_without_its_token_is_refused_with_a_page_that_explains(client: FlaskClient) -> None:
    answer = client.post("/form", data={"statement": CANARY})
    assert answer.status_code == 400
    assert "<h1>Trang đã mở quá lâu</h1>" in answer.text
    assert CANARY not in answer.text


def test_a_request_for_another_host_is_refused(client: FlaskClient) -> None:
    answer = client.get("/nowhere", headers={"Host": "evil.example.test"})
    assert answer.status_code == 400
    assert "evil" not in answer.text


def test_a_path_like_a_host_makes_no_link_to_that_host(client: FlaskClient) -> None:
    assert "evil.example.test" not in client.get("/x//evil.example.test/").text


@pytest.mark.parametrize("path", ["/bug", "/store"])
def test_a_fault_of_ours_is_logged_by_class_and_place_alone(client: FlaskClient, path: str) -> None:
    with log_lines() as lines:
        client.get(f"{path}?{CANARY}", headers={"User-Agent": CANARY})
    line = json.loads(lines.getvalue())
    assert CANARY not in lines.getvalue()
    assert line["error"] in {"ValueError", "StoreUnavailableError"}
    assert line["place"].startswith("tests.web.test_errors:")
    assert line.keys() == {"at", "level", "event", "place", "error"}


def test_what_the_reader_can_mend_is_not_logged(client: FlaskClient) -> None:
    with log_lines() as lines:
        for path in ("/nowhere", "/teapot", "/often"):
            client.get(path)
    assert lines.getvalue() == ""
