"""Following a case with its receipt: and nothing that is written there is lost."""

import re

import pytest

from cases.casework import answer
from cases.threads import Message
from tests.support.intake_office import IntakeOffice, Reporter, box_text, form_to, title_of

IDLE_SECONDS = 20 * 60


@pytest.fixture
def receipt(intake: IntakeOffice) -> str:
    """Return the receipt of a report that somebody filed with another browser."""
    return intake.reporter().file("Chuyện bí mật")


def reply(reporter: Reporter, text: str, **words: str) -> None:
    page = reporter.get("/case").text
    reporter.hidden = form_to(page, "/case/messages")
    assert reporter.post("/case/messages", {"text": text, **words}).status_code == 303


def test_without_a_receipt_the_page_asks_for_one(reporter: Reporter) -> None:
    page = reporter.get("/case")
    assert page.status_code == 200
    assert 'name="receipt"' in page.text


def test_the_receipt_shows_state_and_days_and_never_a_unit_or_the_report(
    intake: IntakeOffice, reporter: Reporter, receipt: str
) -> None:
    page = reporter.sign_in(receipt).text
    assert "Chưa ai mở" in page
    assert not [u.name_vi for u in intake.office.office.pack.units if u.name_vi in page]
    assert "27/11/2026 (dự kiến)" in page
    assert "08/12/2026" in page
    assert "Chuyện bí mật" not in page
    intake.read_first("van-phong")
    assert "Đã mở ngày 23/11/2026" in reporter.get("/case").text


def test_the_next_day_says_what_is_due(reporter: Reporter, receipt: str) -> None:
    page = reporter.sign_in(receipt).text
    assert "Có người đọc và đánh giá: chậm nhất ngày 27/11/2026" in page


def test_a_replys_limits_are_stated_before_the_box_in_each_language(
    reporter: Reporter, receipt: str
) -> None:
    page = reporter.sign_in(receipt).text
    assert page.index("50.000 ký tự") < page.index('<textarea id="message"')
    assert page.index("20 phút không dùng") < page.index('<textarea id="message"')
    assert page.index("2 GiB") < page.index('<input type="file"')
    # The same template, made before for the other language, must not keep its separators.
    assert "50,000 characters" in reporter.get("/case?lang=en").text


@pytest.mark.parametrize("spell", [str, str.lower, lambda code: code.replace("-", " ")])
def test_case_and_dashes_do_not_matter(reporter: Reporter, receipt: str, spell: type[str]) -> None:
    assert "Tình trạng" in reporter.sign_in(spell(receipt)).text


def test_a_slip_is_told_from_an_unknown_code(reporter: Reporter, receipt: str) -> None:
    reporter.get("/case")
    short = reporter.post("/case", {"receipt": receipt[:-2]})
    assert short.status_code == 422
    assert "26 ký tự" in short.text
    assert "28 ký tự" in short.text
    assert receipt[:-2] in short.text
    assert title_of(short.text).startswith("Lỗi: ")
    swapped = receipt[1] + receipt[0] + receipt[2:]
    if swapped != receipt:
        reporter.get("/case")
        assert "đổi chỗ" in reporter.post("/case", {"receipt": swapped}).text
    reporter.get("/case")
    assert "không bao giờ" in reporter.post("/case", {"receipt": "U" + receipt[1:]}).text


def test_a_code_that_nobody_has_is_not_found(intake: IntakeOffice, reporter: Reporter) -> None:
    unknown = "0000-0000-0000-0000-0000-0000-0000"
    reporter.get("/case")
    found = reporter.post("/case", {"receipt": unknown})
    assert found.status_code == 404
    assert title_of(found.text).startswith("Lỗi: ")


def test_guessing_codes_is_slowed_and_a_right_one_is_never_refused(
    intake: IntakeOffice, receipt: str
) -> None:
    reporter = intake.reporter("203.0.113.9")
    reporter.get("/case")
    codes = [reporter.post("/case", {"receipt": "0" * 28}).status_code for _ in range(11)]
    assert codes == [404] * 10 + [429]
    assert reporter.post("/case", {"receipt": receipt}).status_code == 303


def test_signing_in_changes_the_cookie(reporter: Reporter, receipt: str) -> None:
    reporter.get("/case")
    before = reporter.client.get_cookie("liemchinh-visit", domain="127.0.0.1")
    reporter.post("/case", {"receipt": receipt})
    after = reporter.client.get_cookie("liemchinh-visit", domain="127.0.0.1")
    assert before is not None
    assert after is not None
    assert before.value != after.value


def test_new_messages_are_marked_once(
    intake: IntakeOffice, reporter: Reporter, receipt: str
) -> None:
    case = intake.read_first("van-phong")
    upload = intake.office.upload("trả lời.pdf", b"answer")
    message = Message("Xin cho biết <b>ngày</b> nào?", (upload,))
    answer(intake.office.office, intake.office.reviewers["van-phong"], case.ref, message)
    first = reporter.sign_in(receipt).text
    assert '<span class="new">' in first
    assert "Xin cho biết &lt;b&gt;ngày&lt;/b&gt; nào?" in first
    assert '<span class="new">' not in reporter.get("/case").text


def test_a_file_of_the_thread_is_saved_and_never_shown(
    intake: IntakeOffice, reporter: Reporter, receipt: str
) -> None:
    reporter.sign_in(receipt)
    page = reporter.get("/case").text
    reporter.hidden = form_to(page, "/case/messages")
    reporter.post("/case/messages", {"text": ""}, [("ảnh.html", b"<script>1</script>")])
    link = re.search(r'href="(/case/files/[^"]*)"', reporter.get("/case").text)
    assert link is not None
    file = reporter.client.get(link[1], headers={"Host": "127.0.0.1"})
    assert file.data == b"<script>1</script>"
    assert file.mimetype == "application/octet-stream"
    assert file.headers["Content-Disposition"].startswith("attachment;")
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    stranger = intake.reporter()
    assert stranger.get(link[1]).status_code == 403
    stranger.file("Chuyện khác")
    other = intake.reporter()
    other.sign_in(stranger_receipt(intake))
    assert other.get(link[1]).status_code == 404


def stranger_receipt(intake: IntakeOffice) -> str:
    return intake.reporter().file("Chuyện thứ ba")


def test_a_reply_reaches_the_desk_once_however_often_it_is_clicked(
    intake: IntakeOffice, reporter: Reporter, receipt: str
) -> None:
    page = reporter.sign_in(receipt).text
    form = form_to(page, "/case/messages")
    for _ in range(3):
        reporter.hidden = dict(form)
        assert reporter.post("/case/messages", {"text": "Thêm\r\nảnh"}).status_code == 303
    texts = [entry.text() for entry in intake.read_first("van-phong").entries]
    assert texts.count("Thêm\r\nảnh") == 1


def test_an_empty_reply_is_refused(intake: IntakeOffice, reporter: Reporter, receipt: str) -> None:
    page = reporter.sign_in(receipt).text
    reporter.hidden = form_to(page, "/case/messages")
    answered = reporter.post("/case/messages", {"text": " \r\n"})
    assert answered.status_code == 422
    assert 'href="#message"' in answered.text
    assert title_of(answered.text).startswith("Lỗi: ")


def test_a_reply_after_twenty_idle_minutes_comes_back_and_can_be_sent(
    intake: IntakeOffice, reporter: Reporter, receipt: str
) -> None:
    page = reporter.sign_in(receipt).text
    reporter.hidden = form_to(page, "/case/messages")
    intake.office.clock.pass_seconds(IDLE_SECONDS + 1)
    before = intake.entries()
    late = reporter.post("/case/messages", {"text": "Lời dài"}, [("a.jpg", b"1")])
    assert late.status_code == 403
    assert box_text(late.text, "message") == "Lời dài"
    assert "a.jpg" in late.text
    assert 'name="receipt"' in late.text
    assert late.text.index("Trang tự đóng sau 20 phút") < late.text.index('<textarea id="message"')
    assert intake.entries() == before
    mistyped = reporter.post("/case/messages", {"text": "Lời dài", "receipt": receipt[:-1]})
    assert mistyped.status_code == 422
    assert box_text(mistyped.text, "message") == "Lời dài"
    sent = reporter.post("/case/messages", {"text": "Lời dài", "receipt": receipt})
    assert sent.status_code == 303
    assert "Lời dài" in reporter.get("/case").text


def test_a_reply_with_a_refused_token_comes_back(
    intake: IntakeOffice, reporter: Reporter, receipt: str
) -> None:
    page = reporter.sign_in(receipt).text
    reporter.hidden = {**form_to(page, "/case/messages"), "csrf_token": "stale"}
    answered = reporter.post("/case/messages", {"text": "Lời dài"}, [("a.jpg", b"1")])
    assert answered.status_code == 400
    assert box_text(answered.text, "message") == "Lời dài"
    assert "a.jpg" in answered.text


def test_the_reporter_sends_the_case_up_and_both_sides_are_told(
    intake: IntakeOffice, reporter: Reporter, receipt: str
) -> None:
    page = reporter.sign_in(receipt).text
    assert "vẫn đọc được phần trao đổi" in page
    assert intake.listed("chu-tich") == 0
    reporter.hidden = form_to(page, "/case/escalate")
    assert reporter.post("/case/escalate", {}).status_code == 303
    page = reporter.get("/case").text
    assert "Bạn đã yêu cầu chuyển lên cấp trên. Từ nay cấp trên giữ tin" in page
    assert 'action="/case/escalate"' not in page
    assert "và không chuyển lên nữa" in page
    assert intake.listed("chu-tich") == 1
    assert reporter.post("/case/escalate", {}).status_code == 409


def test_who_sends_a_case_up_after_the_visit_ended_is_told_that_it_did_not_go(
    intake: IntakeOffice, reporter: Reporter, receipt: str
) -> None:
    reporter.hidden = form_to(reporter.sign_in(receipt).text, "/case/escalate")
    intake.office.clock.pass_seconds(IDLE_SECONDS + 1)
    late = reporter.post("/case/escalate", {})
    assert late.status_code == 403
    assert title_of(late.text).startswith("Lỗi: ")
    assert "Chưa chuyển lên cấp trên" in late.text
    assert 'name="receipt"' in late.text
    assert intake.listed("chu-tich") == 0


def test_signing_out_ends_it_at_once(
    intake: IntakeOffice, reporter: Reporter, receipt: str
) -> None:
    page = reporter.sign_in(receipt).text
    reporter.hidden = form_to(page, "/case/leave")
    assert reporter.post("/case/leave", {}).status_code == 303
    assert 'name="receipt"' in reporter.get("/case").text


def test_an_idle_visit_is_over(intake: IntakeOffice, reporter: Reporter, receipt: str) -> None:
    reporter.sign_in(receipt)
    intake.office.clock.pass_seconds(IDLE_SECONDS + 1)
    assert 'name="receipt"' in reporter.get("/case").text
