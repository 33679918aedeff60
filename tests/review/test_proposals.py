"""What takes two, on the page: proposed by one, settled by another."""

import re
from dataclasses import replace

import pytest

from policy.rights import Role
from tests.support.desk import RECEIVER, Browser, RunningDesk, new_tag
from tests.support.law_page import form, triage

PROPOSAL = re.compile(r'name="proposal" value="([a-z2-7]{26})"')
FALSE = {"finding": "knowingly-false", "reason": "bịa đặt, có biên bản"}


@pytest.fixture
def proposed(browser: Browser, ref: str) -> str:
    """Return a concluded case that somebody proposes to call knowingly false."""
    triage(browser, ref)
    for step in ("accept", "verify", "conclude"):
        browser.step(ref, step)
    assert form(browser, ref, "outcome", **FALSE) == 303
    return ref


@pytest.fixture
def head(desk: RunningDesk) -> Browser:
    desk.enrol(RECEIVER, "trưởng", roles=frozenset({Role.HEAD}))
    browser = desk.browser()
    browser.sign_in("trưởng")
    return browser


def settle(browser: Browser, ref: str, verdict: str, **changes: str) -> tuple[int, str]:
    page = browser.get(f"/cases/{ref}").text
    [proposal] = PROPOSAL.findall(page)
    values = {
        "proposal": proposal,
        "verdict": verdict,
        "reason": "đã xem kỹ",
        "version": browser.version(ref),
        "once": new_tag(),
        **changes,
    }
    answer = browser.post(f"/cases/{ref}/proposals", values)
    return answer.status_code, answer.text


def test_the_page_shows_what_waits_and_who_may_settle_it(
    browser: Browser, head: Browser, proposed: str
) -> None:
    own, other = (each.get(f"/cases/{proposed}").text for each in (browser, head))

    for page in (own, other):
        assert "Chờ người thứ hai duyệt" in page
        assert "bịa đặt, có biên bản" in page
    assert "Duyệt, có hiệu lực ngay" in other
    assert "Duyệt, có hiệu lực ngay" not in own
    assert "Rút lại" in own
    assert "người khác phải duyệt. Muốn rút lại thì ghi lý do" in own
    assert "Vì sao rút lại" not in other


def test_a_head_approves_and_the_history_has_both(
    browser: Browser, head: Browser, proposed: str
) -> None:
    assert settle(head, proposed, "approve")[0] == 303

    assert "Đã duyệt, có hiệu lực ngay" in head.get(f"/cases/{proposed}?done=approved").text
    page = browser.get(f"/cases/{proposed}").text
    assert "Chờ người thứ hai duyệt" not in page
    history = page.partition('id="history"')[2]
    for words in (
        "Đề nghị, chờ người thứ hai",
        f"Duyệt đề nghị của {browser.name}: Kết quả",
        "đã xem kỹ",
    ):
        assert words in history


def test_whoever_takes_their_own_proposal_back_is_said_to(browser: Browser, proposed: str) -> None:
    assert settle(browser, proposed, "refuse")[0] == 303

    history = browser.get(f"/cases/{proposed}").text.partition('id="history"')[2]
    assert "Rút lại đề nghị: Kết quả" in history
    assert "Duyệt đề nghị của" not in history


def test_an_own_proposal_is_not_approved_by_a_form_made_by_hand(
    browser: Browser, proposed: str
) -> None:
    status, page = settle(browser, proposed, "approve", reason="không mất chữ này")

    assert status == 422
    assert "Người duyệt phải là người khác với người đề nghị" in page
    assert "không mất chữ này" in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"verdict": "maybe"}, "Chưa chọn duyệt hay không duyệt"),
        ({"reason": " "}, "Chưa viết lý do"),
    ],
)
def test_a_verdict_that_cannot_be_taken_is_said_in_place(
    head: Browser, proposed: str, changes: dict[str, str], words: str
) -> None:
    status, page = settle(head, proposed, **{"verdict": "approve", **changes})

    assert status == 422
    assert words in page


@pytest.mark.parametrize("proposal", ["", "a" * 26, "../x", "\0"])
def test_a_proposal_that_is_not_there_changes_nothing(
    head: Browser, proposed: str, proposal: str
) -> None:
    assert settle(head, proposed, "approve", proposal=proposal)[0] == 409
    assert "Chờ người thứ hai duyệt" in head.get(f"/cases/{proposed}").text


def test_a_proposal_of_another_case_is_not_settled_by_this_ones_address(
    desk: RunningDesk, browser: Browser, head: Browser, proposed: str
) -> None:
    desk.test_office.file("Chuyện khác.")
    [other] = set(desk.refs(head)) - {proposed}
    browser.get(f"/cases/{other}")
    [proposal] = PROPOSAL.findall(head.get(f"/cases/{proposed}").text)
    values = {
        "proposal": proposal,
        "verdict": "approve",
        "reason": "x",
        "version": head.version(other),
        "once": new_tag(),
    }

    assert head.post(f"/cases/{other}/proposals", values).status_code == 409
    assert "Chờ người thứ hai duyệt" in head.get(f"/cases/{proposed}").text


def test_a_second_click_settles_once(head: Browser, proposed: str) -> None:
    again = {"once": new_tag(), "version": head.version(proposed)}
    [again["proposal"]] = PROPOSAL.findall(head.get(f"/cases/{proposed}").text)
    form_of = {"verdict": "approve", "reason": "x", **again}

    first, second = (head.post(f"/cases/{proposed}/proposals", form_of) for _ in range(2))

    assert first.status_code == second.status_code == 303
    assert head.get(f"/cases/{proposed}").text.count("Duyệt đề nghị") == 1


def test_a_step_that_takes_two_is_marked_so_and_waits(
    desk: RunningDesk, browser: Browser, ref: str
) -> None:
    triage(browser, ref)
    rule = desk.test_office.office.pack.step_rules[0]
    by_two = replace(rule, code="x", step="accept", tracks=("B",), needs=(), needs_two=True)
    desk.follow(step_rules=(by_two,))

    assert "Nhận giải quyết (cần hai người)" in browser.get(f"/cases/{ref}").text
    assert browser.step(ref, "accept").location == f"/cases/{ref}?done=proposed#proposals"
    page = browser.get(f"/cases/{ref}?done=proposed").text
    assert "chờ một người khác duyệt, chưa có hiệu lực" in page
    assert "Đang xem xét" in page
