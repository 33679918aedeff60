"""The case page: what a reviewer reads, and what nobody else can even guess at."""

import re

import pytest

from cases.reports import Report
from cases.threads import Message, escalate, read_thread, reply
from tests.support.desk import RECEIVER, Browser, RunningDesk, new_tag
from tests.support.office import CAT_HAI

HOSTILE = "<script>alert(1)</script> <img src=x onerror=y> \u202etxt.exe"


def filed(desk: RunningDesk, browser: Browser, **words: object) -> str:
    """File a report and return its case's reference."""
    before = set(desk.refs(browser))
    desk.test_office.file(**{"statement": "Chuyện đã xảy ra.", **words})  # type: ignore[arg-type]  # a test's
    [ref] = set(desk.refs(browser)) - before
    return ref


def test_every_answer_of_the_report_is_on_the_page(desk: RunningDesk) -> None:
    browser = desk.signed_in()
    field = next(field for field in CAT_HAI.fields if not field.competent)
    act = CAT_HAI.acts[0]
    words = {
        name: f"ĐÂY-LÀ-{name}"
        for name in ("statement", "accused_text", "when", "where", "evidence", "verifiable")
    }
    ref = filed(desk, browser, **words, field=field.code, act=act.code, urgent=True)
    page = browser.get(f"/cases/{ref}").text
    for text in (*words.values(), field.plain_vi, field.name_vi, act.plain_vi, act.name_vi):
        assert text in page
    assert '<span class="urgent">Khẩn</span>' in page


def test_what_was_typed_is_shown_as_text_and_never_as_markup(desk: RunningDesk) -> None:
    browser = desk.signed_in()
    ref = filed(desk, browser, statement=HOSTILE, where=HOSTILE)
    page = browser.get(f"/cases/{ref}").text
    assert "<script" not in page
    assert "<img" not in page
    assert "\u202e" not in page


def test_the_page_says_why_the_case_is_here_who_opens_it_and_by_when(desk: RunningDesk) -> None:
    browser = desk.signed_in()
    ref = filed(desk, browser, accused=frozenset({"phong-kinh-te"}))
    page = browser.get(f"/cases/{ref}").text
    assert "Luật Tố cáo Điều 13.1" in page
    assert CAT_HAI.unit_name(RECEIVER, "vi") in page
    assert re.search(r"Không được nhận hồ sơ này</dt><dd>[^<]*Phòng Kinh tế", page)
    assert "chưa kiểm chứng" in page
    assert "NĐ 154/2026/NĐ-CP Điều 41.3b" in page


def test_the_page_says_that_units_where_named_operators_sit_are_kept_out_and_where_crimes_go(
    desk: RunningDesk,
) -> None:
    superior = desk.signed_in("chu-tich")
    page = superior.get(f"/cases/{filed(desk, superior, accused=frozenset({'van-hanh'}))}").text
    assert re.search(r"Không được nhận hồ sơ này</dt><dd>[^<]*Phòng Văn hóa", page)
    assert re.search(r"một bản chuyển ngay cho Công an thành phố.*Luật Tố cáo Điều 27", page)


def test_a_roster_name_is_not_on_the_page_of_the_case(desk: RunningDesk) -> None:
    desk.test_office.add_to_roster(RECEIVER, "Trần Văn Kim", is_head=True)
    superior = desk.signed_in("chu-tich")
    ref = filed(desk, superior, statement="Ong tran van kim nhan tien")
    assert "Trần Văn Kim" not in superior.get(f"/cases/{ref}").text


def test_the_thread_says_whether_the_reporter_saw_the_answer(desk: RunningDesk) -> None:
    browser = desk.signed_in()
    receipt = desk.test_office.file().receipt
    [ref] = desk.refs(browser)
    form = {"text": "Còn giữ ghi âm không?", "once": new_tag()}
    assert browser.post(f"/cases/{ref}/messages", form).status_code == 303
    assert "người gửi chưa xem" in browser.get(f"/cases/{ref}").text
    read_thread(desk.test_office.office, receipt)
    assert "người gửi đã xem" in browser.get(f"/cases/{ref}").text


def test_the_reporters_reply_is_on_the_page(desk: RunningDesk) -> None:
    browser = desk.signed_in()
    receipt = desk.test_office.file().receipt
    [ref] = desk.refs(browser)
    upload = desk.test_office.upload("thêm.png", b"more")
    reply(desk.test_office.office, receipt, Message("Tôi vẫn giữ.", (upload,)))
    page = browser.get(f"/cases/{ref}").text
    assert "Tôi vẫn giữ." in page
    assert "thêm.png" in page


def test_the_first_opening_is_written_into_the_history(desk: RunningDesk) -> None:
    desk.enrol(RECEIVER, "lan.anh")
    browser = desk.browser()
    browser.sign_in("lan.anh")
    ref = filed(desk, browser)
    page = browser.get(f"/cases/{ref}").text
    assert re.search(r"Mở hồ sơ lần đầu</bdi> – lan\.anh", page)


ROUTES = [
    ("GET", "/cases/{ref}"),
    ("GET", "/cases/{ref}/files/{key}"),
    ("POST", "/cases/{ref}/messages"),
    ("POST", "/cases/{ref}/notes"),
    ("POST", "/cases/{ref}/steps"),
    ("POST", "/cases/{ref}/referral"),
]
FORM = {
    "text": "chữ",
    "step": "assess",
    "reason": "lý do",
    "unit": "chu-tich",
    "keeps": "yes",
    "clean": "yes",
    "version": "1",
}


def send(browser: Browser, method: str, path: str, form: dict[str, str]) -> int:
    answer = browser.get(path) if method == "GET" else browser.post(path, form)
    return answer.status_code


def case_with_file(desk: RunningDesk, browser: Browser) -> tuple[str, str]:
    """File a report with a file; return the case's reference and the file's key."""
    upload = desk.test_office.upload("ảnh.jpg", b"content")
    desk.test_office.send(Report("Chuyện."), (upload,))
    [ref] = desk.refs(browser)
    return ref, upload.object_key


@pytest.mark.parametrize("form", [FORM, {}], ids=["whole", "empty"])
@pytest.mark.parametrize(("method", "route"), ROUTES)
def test_a_member_of_another_unit_finds_nothing_on_any_address(
    desk: RunningDesk, method: str, route: str, form: dict[str, str]
) -> None:
    ours, stranger = desk.signed_in(), desk.signed_in("phong-kinh-te")
    ref, key = case_with_file(desk, ours)
    before = ours.get(f"/cases/{ref}").text.count("<article")
    assert send(stranger, method, route.format(ref=ref, key=key), form) == 404
    assert send(stranger, method, route.format(ref="a" * 26, key=key), form) == 404
    assert ours.get(f"/cases/{ref}").text.count("<article") == before


@pytest.mark.parametrize(("method", "route"), ROUTES)
def test_a_unit_that_passed_a_case_on_without_keeping_it_finds_nothing(
    desk: RunningDesk, method: str, route: str
) -> None:
    ours = desk.signed_in()
    ref, key = case_with_file(desk, ours)
    assert ours.refer(ref, "phong-vhxh").status_code == 303
    assert desk.refs(ours) == []
    assert send(ours, method, route.format(ref=ref, key=key), FORM) == 404


def test_a_unit_that_keeps_access_reads_but_cannot_act(desk: RunningDesk) -> None:
    ours = desk.signed_in()
    ref, key = case_with_file(desk, ours)
    ours.refer(ref, "phong-vhxh", keeps="yes")
    assert desk.refs(ours) == [ref]
    page = ours.get(f"/cases/{ref}").text
    assert "Đơn vị khác đang chịu trách nhiệm" in page
    assert f'action="/cases/{ref}/messages"' not in page
    assert ours.get(f"/cases/{ref}/files/{key}").data == b"content"
    for part in ("messages", "steps", "referral"):
        assert ours.post(f"/cases/{ref}/{part}", FORM).status_code == 403


def test_a_case_that_nobody_above_may_have_is_not_said_to_be_up(desk: RunningDesk) -> None:
    office, ours = desk.test_office, desk.signed_in()
    office.add_to_roster("chu-tich", "Đinh Thị Thí Dụ", reviewer=office.reviewers["chu-tich"])
    others = {unit.code for unit in CAT_HAI.receiving_units()} - {RECEIVER, "chu-tich"}
    receipt = office.file("Đinh Thị Thí Dụ đòi tiền.", not_to=frozenset(others)).receipt
    [ref] = desk.refs(ours)
    escalate(office.office, receipt)
    page = ours.get(f"/cases/{ref}").text
    assert "Không còn ai ở cấp trên được nhận, nên ở lại đây (người gửi yêu cầu)" in page
    assert "Đã chuyển lên cấp trên" not in page
    assert "Đơn vị khác đang chịu trách nhiệm" not in page


def test_a_case_that_the_reporter_sent_up_is_said_to_be_up(desk: RunningDesk) -> None:
    ours = desk.signed_in()
    receipt = desk.test_office.file().receipt
    [ref] = desk.refs(ours)
    escalate(desk.test_office.office, receipt)
    assert "Chuyển lên cấp trên" in desk.signed_in("chu-tich").get(f"/cases/{ref}").text
