"""Saying who one is: nobody is asked, it is closed by default, and no word is lost on the way."""

import re
from dataclasses import replace

import pytest

from cases.identity_boxes import boxes_of
from cases.identity_keys import end_identity_key
from crypto.opening import open_sealed
from intake.door import EXTENSION, Door
from tests.support.identity import OFFICER, PERMITS, register_key
from tests.support.intake_office import IntakeOffice, Reporter, box_text, form_to, title_of

PAGE = "/case/identity"
WHO = "Nguyễn <b>Văn</b> An\r\nThôn 3"
GIVEN = {"purpose": "reward", "words": WHO}
IDLE_SECONDS = 20 * 60


@pytest.fixture
def receipt(intake: IntakeOffice) -> str:
    return intake.reporter().file("Chuyện bí mật")


@pytest.fixture
def signed_in(intake: IntakeOffice, reporter: Reporter, receipt: str) -> Reporter:
    """Return a reporter before a door whose box is open."""
    register_key(intake.office)
    permit(intake)
    reporter.sign_in(receipt)
    return reporter


def permit(intake: IntakeOffice) -> None:
    """Let the door follow a pack that names the document which permits it."""
    bound: Door = intake.app.extensions[EXTENSION]
    pack = replace(bound.office.pack, identity_permits=PERMITS)
    intake.app.extensions[EXTENSION] = replace(bound, office=replace(bound.office, pack=pack))


def open_form(reporter: Reporter) -> None:
    reporter.hidden = form_to(reporter.get(PAGE).text, PAGE)


def boxes(intake: IntakeOffice) -> list[str]:
    found = boxes_of(intake.read_first("van-phong").entries)
    return [open_sealed(box.content, OFFICER).rstrip(b"\0").decode() for box in found]


def test_it_is_closed_by_default_and_says_how_to_come_in_person(
    intake: IntakeOffice, reporter: Reporter, receipt: str
) -> None:
    reporter.sign_in(receipt)
    assert f'href="{PAGE}"' in reporter.get("/case").text
    # A key alone opens nothing: the document that permits it is missing.
    register_key(intake.office)
    page = reporter.get(PAGE).text
    assert "Không ai hỏi tên bạn" in page
    assert "Gặp trực tiếp Chủ tịch đặc khu" in page
    assert "117/2025/QH15" in page
    assert "<textarea" not in page


def test_what_is_sent_to_a_closed_box_is_not_kept_and_comes_back(
    intake: IntakeOffice, signed_in: Reporter
) -> None:
    open_form(signed_in)
    end_identity_key(intake.office.office)
    answered = signed_in.post(PAGE, GIVEN)
    assert answered.status_code == 409
    assert box_text(answered.text, "words") == WHO
    assert "Gặp trực tiếp Chủ tịch đặc khu" in answered.text
    assert boxes(intake) == []


def test_it_is_sealed_to_the_officer_and_shown_to_nobody(
    intake: IntakeOffice, signed_in: Reporter
) -> None:
    page = signed_in.get(PAGE).text
    assert OFFICER.recipient.fingerprint() in page
    assert "Số 1/CP" in page
    asked = set(re.findall(r'<(?:input|textarea)[^>]* name="([^"]*)"', page))
    assert asked == {"csrf_token", "once", "purpose", "words"}
    form = form_to(page, PAGE)
    for _ in range(2):
        signed_in.hidden = dict(form)
        assert signed_in.post(PAGE, GIVEN).status_code == 303
    [box] = boxes(intake)
    assert box.endswith("\n\nNguyễn <b>Văn</b> An\nThôn 3\n")
    thread = signed_in.get("/case").text
    assert "Bạn đã cho biết mình là ai (Để được xét khen thưởng)" in thread
    assert "Thôn 3" not in thread + signed_in.get(PAGE).text


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"purpose": ""}, "purpose"),
        ({"purpose": "king"}, "purpose"),
        ({"words": " "}, "words"),
        ({"words": "x" * 2_001}, "words"),
        ({"words": ["một", "hai"]}, "words"),
    ],
)
def test_a_refused_form_comes_back_with_every_word(
    intake: IntakeOffice, signed_in: Reporter, changes: dict[str, str | list[str]], place: str
) -> None:
    open_form(signed_in)
    answered = signed_in.post(PAGE, {**GIVEN, **changes})
    assert answered.status_code == 422
    assert title_of(answered.text).startswith("Lỗi: ")
    assert f'href="#{place}"' in answered.text
    if "words" not in changes:
        assert box_text(answered.text, "words") == WHO
    else:
        assert 'value="reward" checked' in answered.text
    assert boxes(intake) == []


def test_after_twenty_idle_minutes_it_comes_back_and_can_be_sent_with_the_receipt(
    intake: IntakeOffice, signed_in: Reporter, receipt: str
) -> None:
    open_form(signed_in)
    intake.office.clock.pass_seconds(IDLE_SECONDS + 1)
    late = signed_in.post(PAGE, GIVEN)
    assert late.status_code in {400, 403}
    assert box_text(late.text, "words") == WHO
    assert 'name="receipt"' in late.text
    unknown = signed_in.post(PAGE, {**GIVEN, "receipt": "0" * 28})
    assert (unknown.status_code, box_text(unknown.text, "words")) == (404, WHO)
    assert signed_in.post(PAGE, {**GIVEN, "receipt": receipt}).status_code == 303
    assert len(boxes(intake)) == 1


def test_without_a_receipt_the_page_asks_for_one(reporter: Reporter) -> None:
    assert 'name="receipt"' in reporter.get(PAGE).text
