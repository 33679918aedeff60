"""The law of a case at the desk: every form does what it says, or gives back what was written."""

import re
from datetime import date

import pytest
from sqlalchemy import select

from cases.records import CaseRecord
from cases.threads import read_thread
from policy.states import CaseStep
from tests.support import casework
from tests.support.desk import Browser, RunningDesk, new_tag
from tests.support.law_page import TESTS, form, law, triage
from tests.support.office import MONDAY
from tests.support.rewards import confirm


def the_case(desk: RunningDesk, ref: str) -> CaseRecord:
    with desk.test_office.office.database.reading() as session:
        return session.scalars(select(CaseRecord).where(CaseRecord.ref == ref)).one()


def test_a_new_case_says_what_the_law_wants_first(browser: Browser, ref: str) -> None:
    for page in (law(browser, ref), browser.get(f"/cases/{ref}").text):
        assert "Việc nên làm tiếp theo" in page
        assert "Đánh giá ban đầu" in page


def test_the_table_of_days_says_until_when_who_and_why(browser: Browser, ref: str) -> None:
    page = law(browser, ref)
    row = page[page.index("Đánh giá ban đầu") :]
    row = row[: row.index("</tr>")]
    for words in ("23/11/2026", "27/11/2026", "đang chạy", "đơn vị tiếp nhận", "TT 01/2020"):
        assert words in row
    assert "chưa kiểm chứng" in row
    assert "bắt đầu khi việc trước xong" in page


def test_triage_is_recorded_with_its_three_tests(
    desk: RunningDesk, browser: Browser, ref: str
) -> None:
    assert triage(browser, ref, evidence="no", marks=["crime-found", "party-found"]) == 303

    page = law(browser, ref)
    assert "Có tài liệu, chứng cứ cụ thể không? Không" in page
    assert "đã làm, đúng hạn" in page
    case = the_case(desk, ref)
    assert (case.state, case.side_tracks, case.due_rule) == ("assessing", "E F ", "D15")
    assert "song song" in browser.get(f"/cases/{ref}").text


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ({"track": "Z"}, "track"),
        ({"who": ""}, "who"),
        ({"who": "perhaps"}, "who"),
        ({"marks": ["team-named"]}, "marks"),
        ({"reason": " "}, "triage-reason"),
        ({"reason": "x" * 5_001}, "triage-reason"),
        ({"track": "A"}, "track"),
        ({"decision": "whim"}, "triage-decision"),
        ({"decision_number": "12/QĐ"}, "triage-decision"),
        ({"decision": "issue", "decision_number": "x" * 301}, "triage-decision-number"),
        ({"track": ["B", "C"]}, "track"),
    ],
)
def test_a_triage_that_cannot_be_is_refused_by_its_field(
    desk: RunningDesk, browser: Browser, ref: str, typed: dict[str, object], place: str
) -> None:
    values = {"once": new_tag(), "version": browser.version(ref), "reason": "Vì vậy."}
    answer = browser.post(f"/cases/{ref}/triage", {"track": "B", **TESTS, **values, **typed})
    assert answer.status_code == 422
    assert f'<a href="#{place}">' in answer.text
    assert answer.text.count('role="alert"') == 1
    assert the_case(desk, ref).state == "received"


def test_what_happened_beside_the_steps_is_recorded_with_day_and_paper(
    browser: Browser, ref: str
) -> None:
    triage(browser, ref)
    day = MONDAY.isoformat()
    assert form(browser, ref, "marks", mark="forwarded", day=day, document="CV 5/CV") == 303
    page = law(browser, ref)
    assert "CV 5/CV" in page
    assert "14/12/2026" in page  # 20 days from the receipt, a Sunday, rolled


def test_what_can_happen_is_offered_by_its_group(browser: Browser, ref: str) -> None:
    triage(browser, ref)
    page = law(browser, ref)
    offered = page[page.index('name="mark"') :].partition("</select>")[0]
    groups = [
        (words, re.findall(r'value="([\w-]+)"', choices))
        for words, choices in re.findall(r'<optgroup label="([^"]+)">(.*?)</optgroup>', offered)
    ]
    marks = [code for _, codes in groups for code in codes]
    assert groups[0][0] == "Thông báo, công khai"
    assert "forwarded" in dict(groups)["Cơ quan khác"]
    assert len(marks) == len(set(marks)) == offered.count('<option value="') - 1


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ({"mark": "x"}, "mark"),
        ({"day": "2026-02-30"}, "day"),
        ({"day": "2027-01-01"}, "day"),
        ({"mark": "crime-sent", "document": ""}, "mark-document"),
        ({"document": "x" * 301}, "mark-document"),
    ],
)
def test_a_mark_that_cannot_be_is_refused_with_its_words(
    browser: Browser, ref: str, typed: dict[str, object], place: str
) -> None:
    values = {"mark": "danger-found", "day": MONDAY.isoformat(), "document": "", "people": ""}
    values |= {"once": new_tag(), "version": browser.version(ref), "reason": "Có người đe dọa."}
    answer = browser.post(f"/cases/{ref}/marks", {**values, **typed})
    assert answer.status_code == 422
    assert f'<a href="#{place}">' in answer.text
    assert "Có người đe dọa." in answer.text


def test_more_time_needs_grounds_and_is_shown(browser: Browser, ref: str) -> None:
    triage(browser, ref, track="C")
    assert form(browser, ref, "extensions", rule="D14", document="") == 422
    assert form(browser, ref, "extensions", rule="D14", grounds=["places"], document="") == 303
    page = law(browser, ref)
    assert "gia hạn 1 lần" in page
    assert "23/12/2026" in page
    assert form(browser, ref, "extensions", rule="D14", grounds=["places"]) == 422


def test_an_outcome_is_kept_in_figures(browser: Browser, ref: str) -> None:
    triage(browser, ref)
    for step in (CaseStep.ACCEPT, CaseStep.VERIFY, CaseStep.CONCLUDE):
        browser.step(ref, step)
    typed = {"finding": "true", "measures": ["discipline"], "money_to_recover": "1.200.000"}
    assert form(browser, ref, "outcome", **typed, carry_out_by="2027-02-30") == 422
    typed |= {"carry_out_by": "2027-02-28", "document": "KL 4/KL", "people": "2"}
    assert form(browser, ref, "outcome", **typed) == 303
    page = law(browser, ref)
    for words in ("1.200.000", "KL 4/KL", "Tiền phải thu hồi", "xong trước hết ngày: 28/02/2027"):
        assert words in page


@pytest.mark.parametrize("figure", ["1,5", "1.5", "-1", "một", "1e9", "9" * 19])
def test_a_figure_that_is_none_is_refused(browser: Browser, ref: str, figure: str) -> None:
    triage(browser, ref)
    for step in (CaseStep.ACCEPT, CaseStep.VERIFY, CaseStep.CONCLUDE):
        browser.step(ref, step)
    assert form(browser, ref, "outcome", finding="true", land_recovered=figure) == 422


@pytest.mark.parametrize(("finding", "restores"), [("", True), ("true", False), ("false", True)])
def test_what_the_law_wants_next_fits_what_was_concluded(
    desk: RunningDesk, browser: Browser, ref: str, finding: str, *, restores: bool
) -> None:
    office = desk.test_office
    casework.triage(office, ref)
    casework.step(office, ref, CaseStep.ACCEPT, CaseStep.VERIFY, CaseStep.CONCLUDE)
    if finding:
        confirm(office, ref, finding=finding)
    page = browser.get(f"/cases/{ref}").text
    assert ("Nếu kết luận là không đúng: khôi phục ngay" in page) == restores
    assert ("Chỉ kết luận người gửi cố ý nêu sai khi" in page) == restores


def test_nobody_calls_a_report_knowingly_false_alone(browser: Browser, ref: str) -> None:
    triage(browser, ref)
    for step in (CaseStep.ACCEPT, CaseStep.VERIFY, CaseStep.CONCLUDE):
        browser.step(ref, step)
    values = {"once": new_tag(), "version": browser.version(ref), "reason": "x"}
    answer = browser.post(f"/cases/{ref}/outcome", {**values, "finding": "knowingly-false"})
    assert answer.location == f"/cases/{ref}?done=proposed#proposals"
    assert "Chờ người thứ hai duyệt" in browser.get(f"/cases/{ref}").text


def test_words_of_a_form_that_the_page_no_longer_has_are_given_back(
    browser: Browser, ref: str
) -> None:
    values = {"once": new_tag(), "version": browser.version(ref), "reason": "Đừng để mất."}
    answer = browser.post(f"/cases/{ref}/outcome", {**values, "finding": "true"})
    assert answer.status_code == 422
    assert "Đừng để mất." in answer.text


def test_a_part_leaves_and_the_reporter_reads_it(desk: RunningDesk, browser: Browser) -> None:
    filed = desk.test_office.file("Hai chuyện.", accused=frozenset({"phong-kinh-te"}))
    [ref] = desk.refs(browser)
    typed = {"text": "Chuyện thứ hai.", "accused": ["staff:phong-kinh-te"]}
    assert form(browser, ref, "parts", **typed) == 303
    assert len(desk.refs(browser)) == 2
    messages = read_thread(desk.test_office.office, filed.receipt).messages
    assert [entry.text("event") for entry in messages] == ["split"]
    assert form(browser, ref, "parts", text=" ") == 422
    assert form(browser, ref, "parts", text="x", accused=["staff:khong-co"]) == 422
    assert form(browser, ref, "parts", text="x", files=["../../x"]) == 422


def test_a_decision_that_is_complained_of_is_seen_at_triage_and_comes_with_the_outcome(
    browser: Browser, ref: str
) -> None:
    assert triage(browser, ref, decision="revoke", decision_number="12/QĐ-UBND <b>") == 303
    page = law(browser, ref)
    assert "Thu hồi; 12/QĐ-UBND &lt;b&gt;" in page
    assert "Phân loại:" in page
    browser.step(ref, "accept")
    browser.step(ref, "verify")
    browser.step(ref, "conclude")
    outcome = law(browser, ref).partition('action="/cases/' + ref + '/outcome"')[2]
    assert '<option value="revoke" selected>' in outcome
    assert 'value="12/QĐ-UBND &lt;b&gt;"' in outcome


def test_an_old_page_changes_nothing_and_loses_nothing(browser: Browser, ref: str) -> None:
    version = browser.version(ref)
    triage(browser, ref)
    values = {"once": new_tag(), "version": version, "reason": "Của trang cũ."}
    answer = browser.post(f"/cases/{ref}/triage", {"track": "D", **TESTS, **values})
    assert answer.status_code == 409
    assert "Của trang cũ." in answer.text


@pytest.mark.parametrize("part", ["triage", "marks"])
def test_a_second_click_ends_where_the_first_one_did(browser: Browser, ref: str, part: str) -> None:
    values = {"once": new_tag(), "version": browser.version(ref), "reason": "Một lần."}
    typed = {"track": "B", **TESTS, "mark": "danger-found", "day": MONDAY.isoformat()}
    first, second = (browser.post(f"/cases/{ref}/{part}", {**values, **typed}) for _ in range(2))
    assert first.status_code == second.status_code == 303
    assert first.location == second.location


def test_a_stranger_to_the_case_finds_nothing(
    desk: RunningDesk, browser: Browser, ref: str
) -> None:
    version = browser.version(ref)
    other = desk.signed_in("phong-vhxh")
    assert other.get(f"/cases/{ref}/law").status_code == 404
    for part in ("triage", "marks", "extensions", "outcome", "links", "parts"):
        values = {
            "once": new_tag(),
            "version": version,
            "reason": "x",
            "text": "x",
            "track": "B",
            **TESTS,
            "mark": "danger-found",
            "day": MONDAY.isoformat(),
            "rule": "D14",
            "finding": "true",
            "other": "1/2026",
            "kind": "related",
        }
        assert other.post(f"/cases/{ref}/{part}", values).status_code == 404


def test_the_queue_warns_of_a_year_whose_holidays_nobody_confirmed(
    desk: RunningDesk, browser: Browser
) -> None:
    assert "Lịch nghỉ năm 2027 chưa được xác nhận" in browser.get("/cases").text
    assert "Báo cáo định kỳ tới hạn ngày 17/12/2026" in browser.get("/cases").text
    desk.test_office.clock.go_to(date(2027, 3, 1))
    browser.sign_in(browser.name)
    assert "chưa được xác nhận" not in browser.get("/cases").text
