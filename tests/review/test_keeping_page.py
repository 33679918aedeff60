"""Hold, disposal and export on their page: said in place, refused by field, done once."""

import re

import pytest

from cases.case_export import EXPORTED_STEP
from crypto.keys import Identity
from crypto.opening import open_sealed
from policy.rights import Role
from tests.support.desk import RECEIVER, Browser, RunningDesk, new_tag
from tests.support.keeping import YEARS
from tests.support.law_page import triage

PROPOSAL = re.compile(r'name="proposal" value="([a-z2-7]{26})"')
COURT = Identity.generate()
KEEPING = {"hold": "hold", "release": "hold/end", "dispose": "disposal", "export": "exports"}


@pytest.fixture
def head(desk: RunningDesk) -> Browser:
    desk.enrol(RECEIVER, "trưởng", roles=frozenset({Role.HEAD}))
    browser = desk.browser()
    browser.sign_in("trưởng")
    return browser


def form(browser: Browser, ref: str, name: str, **changes: str) -> tuple[int, str]:
    values = {
        "reason": "tòa yêu cầu",
        "once": new_tag(),
        "version": browser.version(ref),
        **changes,
    }
    answer = browser.post(f"/cases/{ref}/{KEEPING[name]}", values)
    return answer.status_code, answer.text


def approve(browser: Browser, ref: str) -> int:
    [proposal] = set(PROPOSAL.findall(browser.get(f"/cases/{ref}").text))
    values = {
        "proposal": proposal,
        "verdict": "approve",
        "reason": "đã xem",
        "once": new_tag(),
        "version": browser.version(ref),
    }
    return browser.post(f"/cases/{ref}/proposals", values).status_code


def close(browser: Browser, ref: str) -> None:
    triage(browser, ref)
    for step in ("decline", "close"):
        assert browser.step(ref, step).status_code == 303


def test_a_held_case_says_so_on_its_page_and_cannot_be_disposed_of(
    desk: RunningDesk, browser: Browser, ref: str
) -> None:
    close(browser, ref)
    desk.pass_days(366 * YEARS, browser)
    assert "Đề nghị hủy" in browser.get(f"/cases/{ref}/keeping").text

    assert form(browser, ref, "hold")[0] == 303

    assert "Đang giữ theo yêu cầu" in browser.get(f"/cases/{ref}").text
    page = browser.get(f"/cases/{ref}/keeping").text
    assert "Đề nghị hủy" not in page
    assert "Hồ sơ đang được giữ theo yêu cầu" in page
    status, page = form(browser, ref, "dispose", reason="không mất chữ này")
    assert status == 422
    assert "không mất chữ này" in page


def test_a_hold_ends_when_another_approves(browser: Browser, head: Browser, ref: str) -> None:
    form(browser, ref, "hold")
    assert form(browser, ref, "release", reason="xong việc")[0] == 303
    assert "Đang giữ theo yêu cầu" in browser.get(f"/cases/{ref}").text

    assert approve(head, ref) == 303

    assert "Đang giữ theo yêu cầu" not in browser.get(f"/cases/{ref}").text


@pytest.mark.parametrize(
    ("name", "words"),
    [("dispose", "Hồ sơ chưa khép"), ("release", "không còn được giữ")],
)
def test_what_cannot_be_is_said_and_no_word_is_lost(
    browser: Browser, ref: str, name: str, words: str
) -> None:
    status, page = form(browser, ref, name, reason="không mất chữ này")

    assert status == 422
    assert words in page
    assert "không mất chữ này" in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"reason": " "}, "Chưa viết lý do"),
        ({"recipient": "age1xyz"}, "Không phải khóa công khai"),
        ({"recipient": ""}, "Không phải khóa công khai"),
        ({"recipient": COURT.recipient.encoded()[:-1]}, "Không phải khóa công khai"),
    ],
)
def test_an_export_that_cannot_be_sealed_is_refused_in_place(
    browser: Browser, ref: str, changes: dict[str, str], words: str
) -> None:
    fields = {"recipient": COURT.recipient.encoded(), **changes}
    status, page = form(browser, ref, "export", **fields)

    assert status == 422
    assert words in page
    assert fields["recipient"] in page


def test_who_proposed_an_export_downloads_it_sealed_and_a_second_click_takes_nothing_more(
    browser: Browser, head: Browser, ref: str
) -> None:
    key = COURT.recipient.encoded()
    assert form(browser, ref, "export", recipient=f"{key[:900]}\n {key[900:]}")[0] == 303
    assert COURT.recipient.fingerprint() in head.get(f"/cases/{ref}").text
    assert approve(head, ref) == 303
    page = browser.get(f"/cases/{ref}/keeping").text
    [proposal] = PROPOSAL.findall(page)
    taking = {"proposal": proposal, "once": new_tag(), "version": browser.version(ref)}

    first, second = (browser.post(f"/cases/{ref}/exports/take", taking) for _ in range(2))

    assert first.status_code == 200
    assert first.headers["Content-Disposition"].startswith("attachment")
    assert int(first.headers["Content-Length"]) == len(first.data)
    assert b"about.json" in open_sealed(first.data, COURT)
    assert second.status_code == 303
    assert browser.get(f"/cases/{ref}").text.count("Tải bản xuất trọn hồ sơ") == 1
    assert EXPORTED_STEP not in page


@pytest.mark.parametrize("proposal", ["", "a" * 26, "../x", "\0"])
def test_an_export_that_nobody_approved_is_not_taken(
    browser: Browser, ref: str, proposal: str
) -> None:
    taking = {"proposal": proposal, "once": new_tag(), "version": browser.version(ref)}

    answer = browser.post(f"/cases/{ref}/exports/take", taking)

    assert answer.status_code == 422
    assert "chưa được duyệt" in answer.text


def test_a_second_click_holds_once_and_a_page_of_before_is_stale(
    browser: Browser, ref: str
) -> None:
    fields = {"once": new_tag(), "version": browser.version(ref)}

    assert form(browser, ref, "hold", **fields)[0] == form(browser, ref, "hold", **fields)[0] == 303
    status, page = form(browser, ref, "release", version=fields["version"], reason="chữ của tôi")
    assert status == 409
    assert "chữ của tôi" in page


def test_what_is_left_of_a_case_is_shown_as_gone_and_a_late_form_gets_its_words_back(
    desk: RunningDesk, browser: Browser, head: Browser, ref: str
) -> None:
    close(browser, ref)
    desk.pass_days(366 * YEARS, browser, head)
    form(browser, ref, "dispose")
    assert approve(head, ref) == 303

    for page in (f"/cases/{ref}", f"/cases/{ref}/law", f"/cases/{ref}/keeping"):
        answer = head.get(page)
        assert answer.status_code == 410
        assert "đã hủy" in answer.text
    late = {"text": "lời viết muộn", "once": new_tag()}
    for answer in (
        head.post(f"/cases/{ref}/messages", late),
        head.send(f"/cases/{ref}/messages", late),
    ):
        assert answer.status_code == 410
        assert "lời viết muộn" in answer.text
    assert "đã hủy ngày" in head.get("/cases?state=closed").text
    stranger = desk.signed_in("cong-an-tp")
    assert stranger.get(f"/cases/{ref}").status_code == 404
