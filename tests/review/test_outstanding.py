"""What the desk says is still to be done, beside the step that it belongs to."""

import re

from sqlalchemy import update

from cases.records import CaseRecord
from policy.states import CaseStep
from tests.support.desk import Browser, RunningDesk
from tests.support.law_page import form, law, missing, triage
from tests.support.office import MONDAY


def test_where_nothing_was_found_the_accused_s_rights_are_owed(browser: Browser, ref: str) -> None:
    triage(browser, ref)
    for step in (CaseStep.ACCEPT, CaseStep.VERIFY, CaseStep.CONCLUDE):
        browser.step(ref, step)
    owed = "Đã khôi phục quyền và lợi ích hợp pháp"
    assert owed not in missing(law(browser, ref))
    assert form(browser, ref, "outcome", finding="false") == 303
    assert owed in missing(law(browser, ref))
    day = MONDAY.isoformat()
    assert form(browser, ref, "marks", mark="rights-restored", day=day, document="9/TB") == 303
    assert owed not in missing(law(browser, ref))


def test_beside_a_step_stands_what_is_still_to_be_recorded_before_it(
    browser: Browser, ref: str
) -> None:
    triage(browser, ref)
    for step in (CaseStep.ASSESS, CaseStep.ACCEPT, CaseStep.VERIFY):
        browser.step(ref, step)
    for page in (law(browser, ref), re.sub(r"\s+", " ", browser.get(f"/cases/{ref}").text)):
        assert "(trước bước: Kết luận)" in missing(page)
        assert "tổ xác minh" in missing(page)


def test_who_closes_a_case_is_told_what_that_leaves_undone(browser: Browser, ref: str) -> None:
    triage(browser, ref)
    form(browser, ref, "marks", mark="danger-found", day=MONDAY.isoformat(), document="")
    for step in (CaseStep.ASSESS, CaseStep.ACCEPT, CaseStep.VERIFY):
        browser.step(ref, step)
    assert "Khép bây giờ" not in browser.get(f"/cases/{ref}").text
    browser.step(ref, CaseStep.CONCLUDE)
    page = browser.get(f"/cases/{ref}").text
    assert "Khép bây giờ thì còn dở: " in page
    assert "Kết quả: chưa ghi" in page
    form(browser, ref, "outcome", finding="true")
    assert "Kết quả: chưa ghi" not in browser.get(f"/cases/{ref}").text


def test_while_the_reporter_is_asked_the_decision_waits(browser: Browser, ref: str) -> None:
    triage(browser, ref)
    form(browser, ref, "marks", mark="reporter-asked", day=MONDAY.isoformat(), document="")
    page = law(browser, ref)
    row = page[page.index("Chờ người gửi nói thêm") :].partition("</tr>")[0]
    assert "23/12/2026" in row
    assert "tạm dừng" in page


def test_an_alarm_of_the_law_stands_in_the_queue(desk: RunningDesk, browser: Browser) -> None:
    code = next(rule.code for rule in desk.test_office.office.pack.deadlines if rule.alarm)
    desk.test_office.file("Chuyện đất đai.")
    assert "xem xét kỷ luật" not in browser.get("/cases").text
    with desk.test_office.office.database.writing() as session:
        session.execute(update(CaseRecord).values(due_rule=code))
    assert "xem xét kỷ luật" in browser.get("/cases").text
