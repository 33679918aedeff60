"""Steps that wait for something recorded: the page says for what."""

from dataclasses import replace

from policy.case_rows import RULED_STEPS
from policy.states import CaseState, steps_from
from tests.support.desk import Browser, RunningDesk
from tests.support.law_page import form, triage
from tests.support.office import MONDAY


def test_a_case_is_not_stopped_before_its_ground_is_recorded(browser: Browser, ref: str) -> None:
    assert triage(browser, ref) == 303
    browser.step(ref, "accept")
    page = browser.get(f"/cases/{ref}").text
    assert 'value="stop"' not in page
    assert "chọn được sau khi ghi một trong các việc này" in page
    refused = browser.step(ref, "stop", "Lời của bước bị từ chối.")
    assert refused.status_code == 422
    assert "Bước này cần ghi căn cứ trước" in refused.text
    assert "Lời của bước bị từ chối." in refused.text

    assert form(browser, ref, "marks", mark="taken-back", day=MONDAY.isoformat()) == 303
    assert 'value="stop"' in browser.get(f"/cases/{ref}").text
    assert browser.step(ref, "stop").status_code == 303
    assert "Đã kết thúc" in browser.get(f"/cases/{ref}").text


def test_where_every_step_waits_the_page_says_so_and_gives_back_what_was_typed(
    desk: RunningDesk, browser: Browser, ref: str
) -> None:
    triage(browser, ref)
    browser.step(ref, "accept")
    rule = desk.test_office.office.pack.step_rules[0]
    waits = [
        replace(rule, code=step, step=step, tracks=("B",), needs=("taken-back",))
        for step in set(steps_from(CaseState.ACCEPTED)) & set(RULED_STEPS)
    ]
    desk.follow(step_rules=tuple(waits))

    page = browser.get(f"/cases/{ref}").text
    assert f"/cases/{ref}/steps" not in page
    assert page.count("chọn được sau khi ghi một trong các việc này") == len(waits)
    refused = browser.step(ref, "verify", "Lý do không được mất.")
    assert refused.status_code == 422
    assert "Lý do không được mất." in refused.text
