"""Saved answers: chosen from the pack, put into the box, and changed before they are sent."""

from tests.support.desk import Browser, RunningDesk, new_tag
from tests.support.html import read_document

ASKED = ("tên bạn là", "địa chỉ của bạn", "số điện thoại của bạn")


def test_a_saved_answer_is_put_into_the_box_and_nothing_is_sent(
    desk: RunningDesk, browser: Browser, ref: str
) -> None:
    [first, *_] = desk.test_office.office.pack.answers
    page = browser.get(f"/cases/{ref}?answer={first.code}").text

    assert f'<option value="{first.code}"' in page
    assert first.text_vi in page.partition("<textarea")[2]
    assert "Chưa có trao đổi nào." in page


def test_an_answer_that_is_not_there_leaves_the_box_empty(browser: Browser, ref: str) -> None:
    for odd in ("nothing", "", "\0", "<b>"):
        page = browser.client.get(f"/cases/{ref}", query_string={"answer": odd})
        assert page.status_code == 200
        document = read_document(page.text)
        [box] = [each for form in document.forms for each in form.controls if each.name == "text"][
            :1
        ]
        assert box.value == ""


def test_what_was_typed_and_refused_goes_before_a_saved_answer(
    desk: RunningDesk, browser: Browser, ref: str
) -> None:
    [first, *_] = desk.test_office.office.pack.answers
    long = "dài " * 6000
    form = {"text": long, "once": new_tag()}
    refused = browser.upload(f"/cases/{ref}/messages?answer={first.code}", form)

    assert refused.status_code == 422
    assert first.text_vi not in refused.text
    assert long in refused.text


def test_saved_answers_ask_nobody_who_they_are(desk: RunningDesk) -> None:
    for row in desk.test_office.office.pack.answers:
        words = row.text_vi.casefold()
        assert not [
            asked for asked in ("tên bạn là", "địa chỉ của bạn", "số điện thoại") if asked in words
        ]
