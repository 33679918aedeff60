"""A unit's page: who leaves, who is what, and old cases under a new key."""

import re

from policy.rights import Role
from tests.support.desk import RECEIVER, Browser, RunningDesk

HEAD = frozenset({Role.HEAD})


def member(desk: RunningDesk, name: str, roles: frozenset[str]) -> tuple[Browser, str]:
    """Return a new member's browser, signed in, and their id."""
    desk.enrol(RECEIVER, name, roles=roles)
    browser = desk.browser()
    browser.sign_in(name)
    return browser, desk.identity_of(name).reviewer_id


def test_a_head_lets_somebody_go_at_once(desk: RunningDesk) -> None:
    head, _ = member(desk, "trưởng", HEAD)
    gone, reviewer_id = member(desk, "người đi", frozenset({Role.HANDLER}))
    desk.test_office.file()
    assert len(desk.refs(gone)) == 1
    path = f"/units/{RECEIVER}/members/{reviewer_id}/leave"
    assert head.post(path, {}).status_code == 422
    assert gone.get("/cases").status_code == 200

    assert head.post(path, {"sure": "yes"}).location == "/units?done=left"
    assert gone.get("/cases").location == "/sign-in"
    assert desk.browser().sign_in("người đi").status_code == 401
    assert "niêm bằng khóa trước" in head.get("/units").text
    assert head.post(f"/units/{RECEIVER}/seals", {}).status_code == 303
    assert "niêm bằng khóa trước" not in head.get("/units").text


def test_a_sign_in_seals_old_cases_anew(desk: RunningDesk) -> None:
    head, _ = member(desk, "trưởng", HEAD)
    _, reviewer_id = member(desk, "người đi", frozenset({Role.HANDLER}))
    desk.test_office.file()
    head.post(f"/units/{RECEIVER}/members/{reviewer_id}/leave", {"sure": "yes"})
    again = desk.browser()
    again.sign_in("trưởng")

    assert "niêm bằng khóa trước" not in again.get("/units").text
    [ref] = desk.refs(again)
    assert again.get(f"/cases/{ref}").status_code == 200


def test_a_handler_is_offered_only_their_own_leaving(desk: RunningDesk) -> None:
    browser, own = member(desk, "người xử lý", frozenset({Role.HANDLER}))
    _, other = member(desk, "người khác", frozenset({Role.HANDLER}))
    page = browser.get("/units").text

    assert f"/members/{own}/leave" in page
    assert f"/members/{other}/leave" not in page
    form = {"sure": "yes"}
    assert browser.post(f"/units/{RECEIVER}/members/{other}/leave", form).status_code == 403
    roles = {"roles": "head", "reason": "tự phong"}
    assert browser.post(f"/units/{RECEIVER}/members/{own}/roles", roles).status_code == 403


def test_other_roles_are_proposed_and_settled_on_the_page(desk: RunningDesk) -> None:
    head, _ = member(desk, "trưởng", HEAD)
    third, reviewer_id = member(desk, "người mới", frozenset({Role.INTAKE}))
    second, _ = member(desk, "người duyệt", frozenset({Role.HANDLER}))
    path = f"/units/{RECEIVER}/members/{reviewer_id}/roles"
    assert head.post(path, {"roles": "handler", "reason": " "}).status_code == 422
    both = {"roles": ["handler", "administrator"], "reason": "x"}
    refused = head.post(path, both)
    assert refused.status_code == 422
    assert "không được giữ các vai này cùng lúc" in refused.text
    assert head.post(path, {"roles": "handler", "reason": "đã tập huấn"}).status_code == 303

    page = second.get("/units").text
    assert "đã tập huấn" in page
    [change] = set(re.findall(r'name="change" value="([a-z2-7]{26})"', page))
    verdict = {"change": change, "verdict": "approve", "reason": "đúng"}
    assert head.post(f"/units/{RECEIVER}/roles", verdict).status_code == 422
    assert third.post(f"/units/{RECEIVER}/roles", verdict).status_code == 422
    assert second.post(f"/units/{RECEIVER}/roles", verdict).status_code == 303
    assert "người mới</strong> – Người xử lý" in second.get("/units").text
    for odd in ("", "x", "a" * 26, "\0"):
        form = {"change": odd, "verdict": "approve", "reason": "x"}
        assert second.post(f"/units/{RECEIVER}/roles", form).status_code == 409


def test_who_is_admitted_can_be_said_to_have_another_account(desk: RunningDesk) -> None:
    head, own = member(desk, "trưởng", HEAD)
    desk.enrol(RECEIVER, "tài khoản hai", is_admitted=False)
    waiting = desk.identity_of("tài khoản hai").reviewer_id
    path = f"/units/{RECEIVER}/members/{waiting}"

    assert head.post(path, {"compared": "yes", "person": "nobody"}).status_code == 403
    assert head.post(path, {"compared": "yes", "person": own}).status_code == 303
