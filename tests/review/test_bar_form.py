"""The form by which a reader says whom a case is about."""

from tests.support.desk import RECEIVER, Browser, RunningDesk, new_tag


def say(browser: Browser, ref: str, **form: str) -> tuple[int, str]:
    whole = {"version": browser.version(ref), "once": new_tag(), **form}
    answer = browser.post(f"/cases/{ref}/bar", whole)
    return answer.status_code, answer.text


def test_nothing_typed_is_lost_and_a_second_click_is_taken_for_the_first(
    desk: RunningDesk, browser: Browser, ref: str
) -> None:
    status, page = say(browser, ref, reason="ai cũng gọi vậy")
    assert (status, "Chưa chọn hồ sơ nói về ai" in page) == (422, True)
    assert "ai cũng gọi vậy" in page
    status, page = say(browser, ref, accused=f"staff:{RECEIVER}")
    assert (status, "Chưa viết lý do" in page) == (422, True)
    assert f'value="staff:{RECEIVER}" checked' in page
    assert say(browser, ref, accused="staff:nowhere", reason="x")[0] == 422

    form = {"accused": f"staff:{RECEIVER}", "reason": "ai cũng gọi vậy"}
    twice = {**form, "version": browser.version(ref), "once": new_tag()}
    answers = [browser.post(f"/cases/{ref}/bar", twice) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert desk.refs(browser) == []
    assert browser.get(f"/cases/{ref}").status_code == 404
