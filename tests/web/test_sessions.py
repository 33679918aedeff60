"""A visit costs nothing until something is kept, and what is kept needs the browser's cookie."""

from pathlib import Path

import pytest
from flask import Flask, session
from flask.testing import FlaskClient

from tests.support.webapp import MovedClock, StoredSessions, app_of, parts_in
from web.appbase import AppParts, Side
from web.sessions import (
    DESK_IDLE_SECONDS,
    LONGEST_SECONDS,
    PUBLIC_IDLE_SECONDS,
    REFRESH_SECONDS,
    Visit,
)

RECEIPT = "canary-receipt"
COOKIE = "liemchinh-visit"


def visit() -> Visit:
    assert isinstance(session, Visit)
    return session


def plain() -> str:
    return "plain"


def csrf() -> str:
    return str(session["csrf_token"])


def once(counter: int) -> str:
    return visit().once_secret(counter).hex()


def keep() -> str:
    session["receipt"] = RECEIPT
    session["raw"] = b"\x00\xff"
    session["list"] = [1, "hai", b"ba"]
    return "kept"


def kept() -> str:
    return repr(sorted(session.items()))


def sign_in() -> str:
    visit().rotate()
    session["reviewer"] = 7
    return "in"


def forget() -> str:
    session.pop("receipt", None)
    session.clear()
    return "forgotten"


def end() -> str:
    visit().end()
    return "out"


def start(parts: AppParts, side: Side = Side.PUBLIC) -> Flask:
    app = app_of(parts, side)
    for view in (plain, csrf, keep, kept, sign_in, forget, end):
        app.add_url_rule(f"/{view.__name__}", view_func=view)
    app.add_url_rule("/once/<int:counter>", view_func=once)
    return app


@pytest.fixture
def parts(tmp_path: Path) -> AppParts:
    return parts_in(tmp_path)


@pytest.fixture
def client(parts: AppParts) -> FlaskClient:
    return start(parts).test_client()


@pytest.fixture
def store(parts: AppParts) -> StoredSessions:
    assert isinstance(parts.sessions, StoredSessions)
    return parts.sessions


@pytest.fixture
def clock(parts: AppParts) -> MovedClock:
    assert isinstance(parts.clock, MovedClock)
    return parts.clock


def cookie_of(client: FlaskClient, name: str = COOKIE) -> str | None:
    found = client.get_cookie(name)
    return found.value if found else None


def test_a_page_that_needs_no_visit_sets_no_cookie(client: FlaskClient) -> None:
    assert "Set-Cookie" not in client.get("/plain").headers


def test_a_new_visit_with_a_form_writes_nothing(client: FlaskClient, store: StoredSessions) -> None:
    first = client.get("/csrf").text
    assert client.get("/csrf").text == first
    assert client.get("/once/1").text != client.get("/once/2").text
    assert client.get("/once/1").text == client.get("/once/1").text
    assert store.saves == 0


def test_two_visits_have_nothing_in_common(parts: AppParts) -> None:
    app = start(parts)
    one, other = app.test_client(), app.test_client()
    assert one.get("/csrf").text != other.get("/csrf").text
    assert one.get("/once/1").text != other.get("/once/1").text


def test_the_cookie_ends_with_the_browser_and_no_script_reads_it(client: FlaskClient) -> None:
    header = client.get("/csrf").headers["Set-Cookie"]
    assert header.startswith(f"{COOKIE}=")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(header.split("; "))
    assert "Expires" not in header
    assert "Max-Age" not in header
    assert "Domain" not in header


def test_over_tls_the_cookie_is_bound_to_the_host_and_to_tls(tmp_path: Path) -> None:
    parts = parts_in(tmp_path, {"public_origin": "https://localhost"})
    header = start(parts).test_client().get("/csrf").headers["Set-Cookie"]
    assert header.startswith(f"__Host-{COOKIE}=")
    assert "Secure" in header.split("; ")


def test_the_two_doors_have_cookies_of_their_own(parts: AppParts) -> None:
    desk = start(parts, Side.DESK).test_client()
    assert desk.get("/csrf").headers["Set-Cookie"].startswith("liemchinh-desk=")


def test_what_was_kept_comes_back_as_it_was(client: FlaskClient) -> None:
    client.get("/keep")
    wanted = [("list", [1, "hai", b"ba"]), ("raw", b"\x00\xff"), ("receipt", RECEIPT)]
    assert client.get("/kept").text == repr(wanted)


def test_a_stored_row_shows_neither_value_nor_cookie(
    client: FlaskClient, store: StoredSessions
) -> None:
    client.get("/keep")
    rows = repr(store.rows).encode() + b"".join(tag + row for tag, (row, _) in store.rows.items())
    assert len(store.rows) == 1
    assert RECEIPT.encode() not in rows
    assert (cookie_of(client) or "").encode() not in rows


def test_the_cookie_alone_opens_nothing_under_another_server_secret(parts: AppParts) -> None:
    client = start(parts).test_client()
    client.get("/keep")
    moved = AppParts(parts.settings, bytes(32), parts.sessions, parts.clock)
    thief = start(moved).test_client()
    thief.set_cookie(COOKIE, cookie_of(client) or "", domain="localhost")
    assert thief.get("/kept").text == "[]"


def test_a_row_that_was_exchanged_for_another_visits_row_is_not_opened(
    parts: AppParts, store: StoredSessions
) -> None:
    app = start(parts)
    one, other = app.test_client(), app.test_client()
    one.get("/keep")
    other.get("/sign_in")
    first, second = store.rows
    store.rows[first], store.rows[second] = store.rows[second], store.rows[first]
    assert one.get("/kept").text == "[]"
    assert other.get("/kept").text == "[]"


@pytest.mark.parametrize("cookie", ["", "x", "A" * 44, "!" * 43, "é" * 43, "A" * 42 + "="])
def test_a_cookie_that_is_none_of_ours_is_a_new_visit(client: FlaskClient, cookie: str) -> None:
    answer = client.get("/csrf", headers={"Cookie": f"{COOKIE}={cookie}"})
    assert answer.status_code == 200
    assert "Set-Cookie" in answer.headers


@pytest.mark.parametrize(
    ("side", "idle"), [(Side.PUBLIC, PUBLIC_IDLE_SECONDS), (Side.DESK, DESK_IDLE_SECONDS)]
)
def test_a_visit_is_over_after_its_idle_minutes(
    parts: AppParts, clock: MovedClock, side: Side, idle: int
) -> None:
    client = start(parts, side).test_client()
    client.get("/keep")
    clock.seconds += idle - 1
    assert RECEIPT in client.get("/kept").text
    clock.seconds += idle
    assert client.get("/kept").text == "[]"


def test_idle_means_public_20_and_desk_15_minutes() -> None:
    assert (PUBLIC_IDLE_SECONDS, DESK_IDLE_SECONDS) == (20 * 60, 15 * 60)


def test_a_visit_in_use_is_written_back_at_most_once_a_minute(
    client: FlaskClient, store: StoredSessions, clock: MovedClock
) -> None:
    client.get("/keep")
    for _ in range(5):
        clock.seconds += REFRESH_SECONDS // 6
        client.get("/kept")
    assert store.saves == 1
    clock.seconds += REFRESH_SECONDS
    client.get("/kept")
    assert store.saves == 2


def test_however_busy_a_visit_ends_within_the_longest_time(
    client: FlaskClient, clock: MovedClock
) -> None:
    client.get("/keep")
    for _ in range(LONGEST_SECONDS // 600):
        assert RECEIPT in client.get("/kept").text
        clock.seconds += 600
    assert client.get("/kept").text == "[]"


def test_signing_in_moves_to_a_new_cookie_and_the_old_one_opens_nothing(
    client: FlaskClient, store: StoredSessions
) -> None:
    client.get("/keep")
    before, token = cookie_of(client), client.get("/csrf").text
    client.get("/sign_in")
    assert cookie_of(client) != before
    assert client.get("/csrf").text != token
    assert "'reviewer', 7" in client.get("/kept").text
    assert RECEIPT in client.get("/kept").text
    assert len(store.rows) == 1
    client.set_cookie(COOKIE, before or "", domain="localhost")
    assert client.get("/kept").text == "[]"


def test_signing_out_deletes_the_row_and_the_cookie(
    client: FlaskClient, store: StoredSessions
) -> None:
    client.get("/keep")
    client.get("/end")
    assert store.rows == {}
    assert cookie_of(client) is None
    assert client.get("/kept").text == "[]"


def test_a_slow_answer_does_not_sign_in_again_who_signed_out_meanwhile(parts: AppParts) -> None:
    app = start(parts)
    tab = app.test_client()

    def slow() -> str:
        session["reviewer"] = 8
        other_tab = app.test_client()
        other_tab.set_cookie(COOKIE, cookie_of(tab) or "", domain="localhost")
        other_tab.get("/end")
        return "slow"

    app.add_url_rule("/slow", view_func=slow)
    tab.get("/keep")
    tab.get("/slow")
    assert parts.sessions == StoredSessions(rows={}, saves=1)


def test_a_visit_that_keeps_nothing_any_more_has_no_row(
    client: FlaskClient, store: StoredSessions
) -> None:
    client.get("/keep")
    client.get("/forget")
    assert store.rows == {}


def test_a_visit_keeps_no_objects(client: FlaskClient, store: StoredSessions) -> None:
    def keep_object() -> str:
        session["object"] = object()
        return "kept"

    client.application.add_url_rule("/object", view_func=keep_object)
    assert client.get("/object").status_code == 500
    assert store.rows == {}


def test_answers_that_read_the_visit_vary_by_cookie(client: FlaskClient) -> None:
    assert "Cookie" in client.get("/csrf").vary
    assert "Cookie" not in client.get("/plain").vary
