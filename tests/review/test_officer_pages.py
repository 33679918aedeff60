"""The desk of a protection officer: from the link to the register, and one page of a case."""

import re

import pytest

from cases.enrolment import Place, invite
from cases.members import list_members
from cases.protection import protection_of
from cases.protection_requests import ProtectionRequest, ask_for_protection
from crypto.second_factor import TotpKey
from tests.support.accounts import PASSPHRASE
from tests.support.casework import opened
from tests.support.desk import RECEIVER, TOKEN, Browser, RunningDesk, new_tag
from tests.support.office import MONDAY, OFFICER
from tests.support.people import KEY

URGENT = ProtectionRequest(
    ("safety", "secrecy"), ("self", "child"), is_urgent=True, text="Họ <b>đứng</b> ngoài cửa."
)
STATEMENT = "Chuyện đất đai mà người phụ trách bảo vệ không được đọc."


@pytest.fixture
def ref(desk: RunningDesk, browser: Browser) -> str:
    receipt = desk.test_office.file(STATEMENT).receipt
    ask_for_protection(desk.test_office.office, receipt, URGENT)
    [found] = desk.refs(browser)
    return found


@pytest.fixture
def officer(desk: RunningDesk) -> Browser:
    return desk.signed_in(roles=OFFICER)


def decision(desk: RunningDesk, ref: str, shown_to: Browser) -> dict[str, object]:
    """Return the form by which a request is granted, as the page is shown to somebody now."""
    request = protection_of(opened(desk.test_office, ref).entries).requests[0].id
    page = shown_to.get(f"/cases/{ref}/protection").text
    version = re.findall(r'name="version" value="(\d+)"', page)[0]
    return {
        "once": new_tag(), "version": version, "reason": "Vì vậy.", "request": request,
        "decision-kinds": ["secrecy"], "decider": "resolver", "outcome": "granted",
        "day": MONDAY.isoformat(), "document": "4/QĐ", "words": "",
    }  # fmt: skip


def test_who_enrols_by_a_link_as_an_officer_waits_for_a_member_and_then_finds_the_register(
    desk: RunningDesk, browser: Browser, ref: str
) -> None:
    newcomer = desk.browser()
    path = f"/enrol/{invite(desk.test_office.office, Place(RECEIVER, OFFICER))}"
    key = KEY.search(newcomer.get(path).text)
    assert key is not None
    form = {"name": "bảo.vệ", "passphrase": PASSPHRASE, "again": PASSPHRASE}
    form["code"] = TotpKey.parse(key[1]).code_at(newcomer.clock.now())
    assert "chỉ mở được phần bảo vệ của hồ sơ" in newcomer.post(path, form, path).text
    members = list_members(desk.test_office.office, frozenset({RECEIVER}))
    waiting = next(each for each in members if each.sign_in_name == "bảo.vệ")
    assert not waiting.is_admitted
    assert f"/units/{RECEIVER}/members/{waiting.reviewer_id}" in browser.get("/units").text
    admitted = browser.post(
        f"/units/{RECEIVER}/members/{waiting.reviewer_id}", {"compared": "yes"}, "/units"
    )
    assert admitted.status_code == 303
    newcomer.clock.pass_seconds(60)
    code = TotpKey.parse(key[1]).code_at(newcomer.clock.now())
    assert newcomer.sign_in("bảo.vệ", code=code).status_code == 303
    assert "Có đề nghị bảo vệ phải quyết định hôm nay" in newcomer.get("/cases").text
    assert f'href="/cases/{ref}/protection"' in newcomer.get("/protection").text
    assert "chỉ mở được phần bảo vệ của hồ sơ" in browser.get("/units").text


def test_an_officer_sees_one_page_of_a_case_and_none_of_the_others(
    desk: RunningDesk, officer: Browser
) -> None:
    office = desk.test_office
    receipt = office.file(STATEMENT).receipt
    ask_for_protection(office.office, receipt, URGENT)
    found = re.search(r'href="/cases/(\w+)/protection"', officer.get("/protection").text)
    assert found is not None
    page = officer.get(f"/cases/{found[1]}/protection").text
    assert "Họ &lt;b&gt;đứng&lt;/b&gt; ngoài cửa." in page
    assert STATEMENT not in page
    assert f'href="/cases/{found[1]}"' not in page
    assert desk.refs(officer) == []
    for other in ("", "/law"):
        assert officer.get(f"/cases/{found[1]}{other}").status_code == 403
    for part in ("notes", "messages", "steps", "referral"):
        form = {"text": "x", "version": "1", "once": new_tag()}
        assert officer.post(f"/cases/{found[1]}/{part}", form).status_code == 403


def test_an_officer_decides_by_the_form_once_and_a_stale_form_is_refused(
    desk: RunningDesk, browser: Browser, officer: Browser, ref: str
) -> None:
    path = f"/cases/{ref}/protection/decisions"
    form = decision(desk, ref, officer)
    assert officer.post(path, {**form, "document": ""}).status_code == 422
    assert officer.post(path, form).status_code == 303
    assert officer.post(path, form).status_code == 303
    assert officer.post(path, {**form, "once": new_tag()}).status_code == 409
    history = browser.get(f"/cases/{ref}").text.partition('id="history"')[2]
    assert history.count("Quyết định về bảo vệ: Bí mật thông tin cá nhân") == 1
    assert "đang bảo vệ" in officer.get(f"/cases/{ref}/protection").text


def without_token(page: str) -> str:
    """Return a page without what every page has anew: its token."""
    return TOKEN.sub("", page)


def test_a_named_officer_finds_no_trace_at_the_desk(desk: RunningDesk, browser: Browser) -> None:
    desk.enrol(RECEIVER, "bị.nêu.tên", roles=OFFICER)
    named = desk.identity_of("bị.nêu.tên")
    desk.test_office.add_to_roster(RECEIVER, "Phạm Văn Làm Mẫu", reviewer=named)
    receipt = desk.test_office.file("Phạm Văn Làm Mẫu đòi tiền.").receipt
    ask_for_protection(desk.test_office.office, receipt, URGENT)
    [ref] = desk.refs(browser)
    officer = desk.browser()
    officer.sign_in("bị.nêu.tên")
    assert "Có đề nghị bảo vệ" not in officer.get("/cases").text
    assert "Không có đề nghị bảo vệ nào ở đây." in officer.get("/protection").text
    gone, nothing = (officer.get(f"/cases/{each}/protection") for each in (ref, "a" * len(ref)))
    assert (gone.status_code, without_token(gone.text)) == (404, without_token(nothing.text))
    path = f"/cases/{ref}/protection/decisions"
    assert officer.post(path, decision(desk, ref, browser)).status_code == 404
    page = browser.get(f"/cases/{ref}/protection").text
    assert "Không người phụ trách bảo vệ nào mở được phần này" in page
