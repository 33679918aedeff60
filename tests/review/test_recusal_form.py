"""The form by which somebody gives a case up: taken once, or given back with every word."""

from policy.rights import Role
from tests.support.desk import RECEIVER, Browser, RunningDesk, new_tag


def recuse(browser: Browser, ref: str, who: str, **changes: str) -> tuple[int, str]:
    form = {"recused": who, "reason": "", "version": browser.version(ref), "once": new_tag()}
    answer = browser.post(f"/cases/{ref}/recusal", {**form, **changes})
    return answer.status_code, answer.text


def test_a_member_gives_a_case_up_without_a_reason(
    desk: RunningDesk, browser: Browser, ref: str
) -> None:
    own = desk.identity_of(browser.name).reviewer_id
    assert recuse(browser, ref, own)[0] == 303

    assert desk.refs(browser) == []
    assert browser.get(f"/cases/{ref}").status_code == 404
    other = desk.signed_in()
    assert desk.refs(other) == []


def test_a_head_gives_a_reason_for_somebody_else_and_loses_no_word(
    desk: RunningDesk, browser: Browser, ref: str
) -> None:
    desk.enrol(RECEIVER, "trưởng", roles=frozenset({Role.HEAD}))
    head = desk.browser()
    head.sign_in("trưởng")
    who = desk.identity_of(browser.name).reviewer_id
    status, page = recuse(head, ref, who)
    assert status == 422
    assert "Chưa viết lý do" in page
    status, page = recuse(head, ref, "nobody", reason="chữ không được mất")
    assert status == 422
    assert "chữ không được mất" in page

    assert recuse(head, ref, who, reason="là em rể")[0] == 303
    assert desk.refs(browser) == []
    assert "là em rể" in head.get(f"/cases/{ref}").text


def test_a_handler_recuses_nobody_else(desk: RunningDesk, browser: Browser, ref: str) -> None:
    other = desk.signed_in()
    who = desk.identity_of(other.name).reviewer_id

    assert recuse(browser, ref, who, reason="tôi không ưa")[0] == 403
    assert desk.refs(other) == [ref]
