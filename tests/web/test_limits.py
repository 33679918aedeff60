"""Who asks too often is slowed, by the name of the limit; no address is kept, nobody locked out."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask, request
from flask.testing import FlaskClient

from tests.support.office import SERVER_SECRET
from tests.support.webapp import MovedClock, app_of, parts_in
from web.appbase import AppParts
from web.limits import (
    DEFAULT_LIMITS,
    EXTENSION,
    LimitRule,
    Limits,
    TooManyRequestsError,
    is_loopback,
    spend,
)

RULES = {
    "report": LimitRule(each="2/hour", shared="3/10 seconds"),
    "receipt": LimitRule(each="1/minute", shared="5/10 seconds"),
}
SOMEBODY, SOMEBODY_ELSE = "203.0.113.7", "2001:db8::7"
# Nobody listens there, so every call is refused at once.
AWAY = "redis://127.0.0.1:1"


def file_report() -> str:
    text = request.form["statement"]
    try:
        spend("report")
    except TooManyRequestsError:
        return f"kept {text}"
    return "filed"


def start(parts: AppParts) -> Flask:
    app = app_of(replace(parts, limits=RULES))
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    app.add_url_rule("/report", view_func=file_report, methods=["POST"])
    return app


@pytest.fixture
def parts(tmp_path: Path) -> AppParts:
    return parts_in(tmp_path)


@pytest.fixture
def limits(parts: AppParts) -> Limits:
    found = start(parts).extensions[EXTENSION]
    assert isinstance(found, Limits)
    return found


def post(client: FlaskClient, address: str) -> str:
    answer = client.post(
        "/report", data={"statement": "lời"}, environ_overrides={"REMOTE_ADDR": address}
    )
    return answer.text


def use_up(limits: Limits, name: str, address: str | None, times: int) -> None:
    for _ in range(times):
        limits.spend(name, address)


def test_a_refusal_comes_after_the_form_was_read_so_its_text_is_kept(parts: AppParts) -> None:
    client = start(parts).test_client()
    answers = [post(client, SOMEBODY) for _ in range(3)]
    assert answers == ["filed", "filed", "kept lời"]


def test_one_visitors_limit_is_no_other_visitors(limits: Limits) -> None:
    use_up(limits, "report", SOMEBODY, 2)
    with pytest.raises(TooManyRequestsError):
        limits.spend("report", SOMEBODY)
    limits.spend("report", SOMEBODY_ELSE)


def test_each_limit_counts_by_itself(limits: Limits) -> None:
    use_up(limits, "report", SOMEBODY, 2)
    limits.spend("receipt", SOMEBODY)


def test_a_refusal_says_when_to_come_back(limits: Limits) -> None:
    limits.spend("receipt", SOMEBODY)
    with pytest.raises(TooManyRequestsError) as refusal:
        limits.spend("receipt", SOMEBODY)
    assert 1 <= refusal.value.retry_after <= 60


def test_an_onion_services_visitors_wait_seconds_and_no_more(limits: Limits) -> None:
    use_up(limits, "report", "127.0.0.1", 3)
    with pytest.raises(TooManyRequestsError) as refusal:
        limits.spend("report", "::1")
    assert 1 <= refusal.value.retry_after <= 10


def test_every_limit_shared_by_an_onion_service_opens_again_within_seconds() -> None:
    assert DEFAULT_LIMITS.keys() == {"report", "receipt", "message", "sign_in"}
    assert all(rule.shared.endswith("/10 seconds") for rule in DEFAULT_LIMITS.values())


@pytest.mark.parametrize(
    ("address", "is_ours"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        (None, True),
        ("", True),
        (SOMEBODY, False),
        (SOMEBODY_ELSE, False),
        ("fc00:dead:beef:4dad::1", False),
    ],
)
def test_only_loopback_is_shared(address: str | None, is_ours: bool) -> None:
    assert is_loopback(address) is is_ours


def test_tomorrows_count_cannot_be_matched_with_todays(parts: AppParts, limits: Limits) -> None:
    assert isinstance(parts.clock, MovedClock)
    use_up(limits, "report", SOMEBODY, 2)
    parts.clock.seconds += 24 * 60 * 60
    use_up(limits, "report", SOMEBODY, 2)


def test_the_counters_hold_no_address(parts: AppParts) -> None:
    app = start(parts)
    assert post(app.test_client(), SOMEBODY) == "filed"
    held = repr(vars(app.extensions[EXTENSION].store))
    assert "report" in held
    assert SOMEBODY not in held


def test_a_store_that_is_away_costs_no_report_and_counting_goes_on(tmp_path: Path) -> None:
    parts = parts_in(tmp_path, {"limiter_url": AWAY})
    client = start(parts).test_client()
    answers = [post(client, SOMEBODY) for _ in range(3)]
    assert answers == ["filed", "filed", "kept lời"]


def test_two_processes_count_under_the_same_key(tmp_path: Path) -> None:
    one, other = parts_in(tmp_path), parts_in(tmp_path)
    assert one.server_secret == other.server_secret == SERVER_SECRET
    first, second = (start(parts).extensions[EXTENSION] for parts in (one, other))
    assert first.visitor_key(SOMEBODY) == second.visitor_key(SOMEBODY)
    assert SOMEBODY not in first.visitor_key(SOMEBODY)
