"""One form, one report, one receipt: double clicks, reloads, lost answers; and who reads it."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.intake_office import (
    IntakeOffice,
    Reporter,
    box_text,
    form_to,
    receipt_of,
)


@pytest.mark.parametrize("files", [[], [("a.jpg", b"first")]])
def test_the_same_form_sent_again_shows_the_same_receipt(
    intake: IntakeOffice, reporter: Reporter, files: list[tuple[str, bytes]]
) -> None:
    reporter.get("/report")
    form = dict(reporter.hidden)
    first = receipt_of(reporter.report("Chuyện", files=files))
    reporter.hidden = form
    assert receipt_of(reporter.report("Chuyện", files=files)) == first
    assert intake.cases() == 1


def test_a_form_whose_files_were_kept_before_shows_the_same_receipt(
    intake: IntakeOffice, reporter: Reporter
) -> None:
    reporter.get("/report")
    reporter.report("", files=[("a.jpg", b"first"), ("b.jpg", b"second")])
    form = dict(reporter.hidden)
    first = receipt_of(reporter.report("Chuyện", drop=["0"]))
    reporter.hidden = form
    assert receipt_of(reporter.report("Chuyện", drop=["0"])) == first
    assert intake.cases() == 1


def test_going_back_to_an_empty_form_files_nothing_twice(
    intake: IntakeOffice, reporter: Reporter
) -> None:
    first = reporter.file("Chuyện")
    reporter.get("/report")
    assert receipt_of(reporter.report("Chuyện")) == first
    assert intake.cases() == 1


def test_a_double_click_files_one_report(intake: IntakeOffice) -> None:
    reporter = intake.reporter()
    reporter.get("/report")
    cookie = reporter.client.get_cookie("liemchinh-visit", domain="127.0.0.1")
    assert cookie is not None
    twins = [intake.reporter() for _ in range(4)]
    for twin in twins:
        twin.client.set_cookie("liemchinh-visit", cookie.value, domain="127.0.0.1")
        twin.hidden = dict(reporter.hidden)
    with ThreadPoolExecutor(len(twins)) as at_once:
        answers = list(at_once.map(lambda twin: twin.report("Chuyện", [("a.jpg", b"1")]), twins))
    assert {receipt_of(answer) for answer in answers} == {receipt_of(answers[0])}
    assert intake.cases() == 1


def test_a_filed_form_with_other_words_is_not_sent_and_can_be_sent_as_new(
    intake: IntakeOffice, reporter: Reporter
) -> None:
    reporter.get("/report")
    form = dict(reporter.hidden)
    first = receipt_of(reporter.report("Chuyện"))
    reporter.hidden = form
    answer = reporter.report("Chuyện khác", files=[("a.jpg", b"first")])
    assert answer.status_code == 409
    assert box_text(answer.text, "statement") == "Chuyện khác"
    assert "a.jpg" in answer.text
    assert intake.cases() == 1
    again = reporter.post("/report", {"action": "another", "statement": "Chuyện khác"})
    assert box_text(again.text, "statement") == "Chuyện khác"
    assert intake.cases() == 1
    assert receipt_of(reporter.report("Chuyện khác")) != first
    assert intake.cases() == 2
    assert intake.kept_files() == 0


def test_another_report_starts_with_another_secret(
    intake: IntakeOffice, reporter: Reporter
) -> None:
    reporter.get("/report")
    before = reporter.hidden["once"]
    answer = reporter.report("Chuyện")
    reporter.hidden = form_to(answer.text, "/report/another")
    assert reporter.post("/report/another", {}).status_code == 303
    reporter.get("/report")
    assert reporter.hidden["once"] != before
    assert reporter.report("Chuyện").status_code == 200
    assert intake.cases() == 2


def test_a_used_receipt_is_not_shown_again(intake: IntakeOffice, reporter: Reporter) -> None:
    reporter.get("/report")
    form = dict(reporter.hidden)
    receipt = receipt_of(reporter.report("Chuyện"))
    reporter.sign_in(receipt)
    reporter.hidden = form
    answer = reporter.report("Chuyện")
    assert answer.status_code == 409
    assert receipt not in answer.text
    assert "đã gửi rồi" in answer.text
    assert intake.cases() == 1


def test_a_receipt_is_shown_again_for_a_quarter_of_an_hour(
    intake: IntakeOffice, reporter: Reporter
) -> None:
    reporter.get("/report")
    form = dict(reporter.hidden)
    receipt = receipt_of(reporter.report("Chuyện"))
    intake.office.clock.pass_seconds(15 * 60 - 1)
    reporter.hidden = dict(form)
    assert receipt_of(reporter.report("Chuyện")) == receipt
    intake.office.clock.pass_seconds(2)
    reporter.hidden = dict(form)
    assert reporter.report("Chuyện").status_code == 409
    assert intake.cases() == 1


def test_typing_the_receipt_to_be_sure_is_not_its_first_use(
    intake: IntakeOffice, reporter: Reporter
) -> None:
    reporter.get("/report")
    form = dict(reporter.hidden)
    page = reporter.report("Chuyện")
    receipt = receipt_of(page)
    reporter.hidden = form_to(page.text, "/report/confirm")
    wrong = reporter.post("/report/confirm", {"receipt": receipt[:-1]})
    assert wrong.status_code == 422
    assert "27 ký tự" in wrong.text
    # Nobody who miscopied a code may think that the report was not sent.
    assert "Tin đã gửi xong" in wrong.text
    assert "Chưa gửi được" not in wrong.text
    assert receipt_of(wrong) == receipt
    reporter.hidden = form_to(wrong.text, "/report/confirm")
    right = reporter.post("/report/confirm", {"receipt": receipt.lower().replace("-", " ")})
    assert right.status_code == 200
    assert "Đúng mã" in right.text
    reporter.hidden = form
    assert receipt_of(reporter.report("Chuyện")) == receipt


def test_the_receipt_page_says_who_received_it_why_and_what_comes_next(
    reporter: Reporter,
) -> None:
    reporter.get("/report")
    page = reporter.report("Chuyện", accused=["phong-kinh-te"])
    assert "Văn phòng HĐND và UBND đặc khu" in page.text
    # Three and ten working days after Monday 23/11/2026, without the holiday of 24/11.
    assert "27/11/2026 (dự kiến)" in page.text
    assert "08/12/2026" in page.text
    assert "không ai lấy lại được" in page.text
    assert 'src="data:image/png;base64,' in page.text
    assert "img-src 'self' data:" in page.headers["Content-Security-Policy"]
    assert "Content-Encoding" not in page.headers


def test_a_receipt_stands_in_no_address_and_no_cookie(reporter: Reporter) -> None:
    reporter.get("/report")
    answer = reporter.report("Chuyện")
    receipt = receipt_of(answer)
    signed_in = reporter.post("/case", {"receipt": receipt})
    for spelled in (receipt, receipt.replace("-", "")):
        for page in (answer, signed_in, reporter.get("/case")):
            assert spelled not in str(page.headers)
            assert f"/{spelled}" not in page.text
            assert f"={spelled}" not in page.text


def test_the_preview_says_who_would_receive_it_and_sends_nothing(
    intake: IntakeOffice, reporter: Reporter
) -> None:
    reporter.get("/report")
    words = {"action": "preview", "statement": "Chuyện", "accused_head": ["van-phong"]}
    page = reporter.post("/report", words, [("a.jpg", b"first")])
    assert page.status_code == 200
    shown = page.text[page.text.index('id="receiver"') : page.text.index("<h1>")]
    assert "Chủ tịch UBND đặc khu Cát Hải" in shown
    assert box_text(page.text, "statement") == "Chuyện"
    assert 'name="accused_head" value="van-phong" checked' in page.text
    assert "a.jpg" in page.text
    assert intake.cases() == 0
    receipt_of(reporter.report("Chuyện", accused_head=["van-phong"]))
    assert intake.listed("van-phong") == 0
    assert len(intake.read_first("chu-tich").entries[0].attachments) == 1


def test_the_preview_never_tells_that_a_name_was_found(intake: IntakeOffice) -> None:
    van_phong = intake.office.reviewers["van-phong"]
    intake.office.add_reviewer("van-phong")
    intake.office.add_to_roster("van-phong", "Nguyễn Văn Thử", reviewer=van_phong)
    shown = []
    for statement in ("Ông Nguyễn Văn Thử đòi tiền.", "Ông Trần Văn Khác đòi tiền."):
        reporter = intake.reporter()
        reporter.get("/report")
        page = reporter.post("/report", {"action": "preview", "statement": statement})
        shown.append(page.text[page.text.index('id="receiver"') : page.text.index("<h1>")])
    assert shown[0] == shown[1]


def test_a_head_named_in_the_text_routes_up_without_saying_why(intake: IntakeOffice) -> None:
    intake.office.add_to_roster("van-phong", "Nguyễn Văn Thử", is_head=True)
    reporter = intake.reporter()
    reporter.get("/report")
    page = reporter.report("Ong nguyen van thu doi tien.")
    assert page.status_code == 200
    assert "Thử" not in page.text
    assert intake.listed("van-phong") == 0
    assert intake.listed("chu-tich") == 1


def test_a_form_opened_after_filing_says_so_before_anything_is_written(
    reporter: Reporter,
) -> None:
    assert "Bạn vừa gửi một tin" not in reporter.get("/report").text
    reporter.file("tin thứ nhất")

    page = reporter.get("/report").text
    assert "Bạn vừa gửi một tin" in page
    reporter.post("/report/another", form_to(page, "/report/another"))
    assert "Bạn vừa gửi một tin" not in reporter.get("/report").text
