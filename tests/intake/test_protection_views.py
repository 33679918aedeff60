"""Asking for protection with the receipt alone: sealed, once, and no word is lost on the way."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from cases.protection import protection_of
from cases.protection_records import FeedbackRecord
from tests.support.intake_office import IntakeOffice, Reporter, box_text, form_to, title_of
from tests.support.office import MONDAY

IDLE_SECONDS = 20 * 60
WORDS = "Tối qua có người đến nhà\r\ndọa <b>đánh</b> con tôi."
ASKED = {"kinds": ["safety", "job"], "persons": ["self", "child"], "words": WORDS, "urgent": "1"}


@pytest.fixture
def receipt(intake: IntakeOffice) -> str:
    """Return the receipt of a report that somebody filed with another browser."""
    return intake.reporter().file("Chuyện bí mật")


@pytest.fixture
def signed_in(reporter: Reporter, receipt: str) -> Reporter:
    reporter.sign_in(receipt)
    return reporter


def open_form(reporter: Reporter, page: str = "/case/protection", to: str = "") -> None:
    reporter.hidden = form_to(reporter.get(page).text, to or page)


def requests_of(intake: IntakeOffice) -> list[str]:
    entries = intake.read_first("van-phong").entries
    return [request.text for request in protection_of(entries).requests]


def test_a_request_comes_to_the_desk_and_its_words_are_on_no_page_of_the_reporter(
    intake: IntakeOffice, signed_in: Reporter
) -> None:
    assert 'href="/case/protection"' in signed_in.get("/case").text
    open_form(signed_in)
    answered = signed_in.post("/case/protection", ASKED)
    assert (answered.status_code, answered.headers["Location"]) == (303, "/case#latest")
    page = signed_in.get("/case").text
    assert "Đã nhận đề nghị bảo vệ" in page
    assert "Tối qua" not in page
    [request] = protection_of(intake.read_first("van-phong").entries).requests
    assert (request.kinds, request.persons) == (("safety", "job"), ("self", "child"))
    assert (request.text, request.is_urgent) == (WORDS, True)


def test_the_page_asks_for_no_name_and_says_how_to_come_in_person(signed_in: Reporter) -> None:
    page = signed_in.get("/case/protection").text
    assert "Không ai hỏi tên bạn" in page
    assert 'href="/reception"' in page
    assert "113" in page
    boxes = set(re.findall(r'<(?:input|textarea)[^>]* name="([^"]*)"', page))
    assert boxes == {"csrf_token", "once", "kinds", "persons", "words", "urgent"}


def test_without_a_receipt_the_page_asks_for_one(reporter: Reporter) -> None:
    page = reporter.get("/case/protection")
    assert 'name="receipt"' in page.text


def test_a_second_click_asks_once_and_other_words_are_another_request(
    intake: IntakeOffice, signed_in: Reporter
) -> None:
    open_form(signed_in)
    form = dict(signed_in.hidden)
    for words in (WORDS, WORDS, "Lời khác."):
        signed_in.hidden = dict(form)
        sent = {**ASKED, "words": words}
        assert signed_in.post("/case/protection", sent).status_code == 303
    assert requests_of(intake) == ["Lời khác.", WORDS]


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"kinds": []}, "kinds"),
        ({"kinds": ["king"]}, "kinds"),
        ({"persons": []}, "persons"),
        ({"persons": ["friend"]}, "persons"),
        ({"words": " "}, "words"),
        ({"words": "x" * 10_001}, "words"),
        ({"words": ["một", "hai"]}, "words"),
    ],
)
def test_a_refused_request_comes_back_with_every_word(
    intake: IntakeOffice, signed_in: Reporter, changes: dict[str, str | list[str]], place: str
) -> None:
    open_form(signed_in)
    answered = signed_in.post("/case/protection", {**ASKED, **changes})
    assert answered.status_code == 422
    assert title_of(answered.text).startswith("Lỗi: ")
    assert f'href="#{place}"' in answered.text
    if "words" not in changes:
        assert box_text(answered.text, "words") == WORDS
    assert 'value="1" checked' in answered.text
    assert requests_of(intake) == []


def test_a_request_after_twenty_idle_minutes_comes_back_and_can_be_sent(
    intake: IntakeOffice, signed_in: Reporter, receipt: str
) -> None:
    open_form(signed_in)
    intake.office.clock.pass_seconds(IDLE_SECONDS + 1)
    late = signed_in.post("/case/protection", ASKED)
    assert late.status_code in {400, 403}
    assert box_text(late.text, "words") == WORDS
    assert 'name="receipt"' in late.text
    assert requests_of(intake) == []
    mistyped = signed_in.post("/case/protection", {**ASKED, "receipt": receipt[:-1]})
    assert (mistyped.status_code, box_text(mistyped.text, "words")) == (422, WORDS)
    unknown = signed_in.post("/case/protection", {**ASKED, "receipt": "0" * 28})
    assert (unknown.status_code, box_text(unknown.text, "words")) == (404, WORDS)
    assert signed_in.post("/case/protection", {**ASKED, "receipt": receipt}).status_code == 303
    assert requests_of(intake) == [WORDS]


def test_nobody_without_a_receipt_adds_to_a_case(intake: IntakeOffice, receipt: str) -> None:
    stranger = intake.reporter()
    stranger.get("/report")
    answered = stranger.post("/case/protection", ASKED)
    assert answered.status_code == 403
    assert box_text(answered.text, "words") == WORDS
    assert requests_of(intake) == []


def test_the_question_stands_on_the_case_page_on_its_day_and_no_other(
    intake: IntakeOffice, signed_in: Reporter, receipt: str
) -> None:
    assert "Bạn có bình an không" not in signed_in.get("/case").text
    intake.office.clock.go_to(MONDAY + timedelta(days=30))
    assert "Bạn có bình an không" in signed_in.sign_in(receipt).text
    open_form(signed_in, "/case", "/case/follow-up")
    sent = {"answer": "happened", "words": "Bị chuyển sang kho."}
    assert signed_in.post("/case/follow-up", sent).status_code == 303
    page = signed_in.get("/case").text
    assert "Bạn có bình an không" not in page
    assert "sang kho" not in page
    assert requests_of(intake) == ["Bị chuyển sang kho."]


def test_who_says_that_something_happened_is_asked_what(
    intake: IntakeOffice, signed_in: Reporter, receipt: str
) -> None:
    intake.office.clock.go_to(MONDAY + timedelta(days=30))
    signed_in.sign_in(receipt)
    open_form(signed_in, "/case", "/case/follow-up")
    refused = signed_in.post("/case/follow-up", {"answer": "happened", "words": ""})
    assert refused.status_code == 422
    assert 'value="happened" checked' in refused.text
    assert signed_in.post("/case/follow-up", {"words": "x"}).status_code == 422
    signed_in.hidden = form_to(refused.text, "/case/follow-up")
    assert signed_in.post("/case/follow-up", {"answer": "no"}).status_code == 303
    # From a page that is still open: nothing is asked any more, and nothing is broken.
    signed_in.hidden = {**form_to(refused.text, "/case/follow-up"), "once": ""}
    again = signed_in.post("/case/follow-up", {"answer": "no", "words": "thêm"})
    assert (again.status_code, again.headers["Location"]) == (303, "/case")


def test_feedback_is_asked_once_after_closing_and_is_no_line_of_the_case(
    intake: IntakeOffice, signed_in: Reporter
) -> None:
    assert "Hai câu hỏi" not in signed_in.get("/case").text
    with intake.office.office.database.writing() as session:
        session.execute(text("UPDATE cases SET state = 'closed'"))
    before = intake.entries()
    open_form(signed_in, "/case", "/case/feedback")
    refused = signed_in.post("/case/feedback", {"fair": "yes"})
    assert refused.status_code == 422
    signed_in.hidden = form_to(refused.text, "/case/feedback")
    for _ in range(2):
        sent = signed_in.post("/case/feedback", {"fair": "yes", "safe": "no"})
        assert sent.status_code == 303
    assert "Hai câu hỏi" not in signed_in.get("/case").text
    assert intake.entries() == before
    with intake.office.office.database.reading() as session:
        rows = session.scalars(select(FeedbackRecord)).all()
        assert [(row.question, row.answer, row.count) for row in rows] == [
            ("fair", "yes", 1),
            ("safe", "no", 1),
        ]
