"""A report's whole way over plain HTTP, as curl or an old telephone would go it."""

import hashlib
from collections.abc import Iterator

import pytest

from crypto.receipts import Receipt
from tests.support.browser import File
from tests.support.instance import Instance, Start, running_instance
from tests.support.people import (
    Reporter,
    Reviewer,
    file_links,
    receipt_of,
    reporter_at,
    reviewer_of,
)
from tests.support.postgresql import PostgreSQL

PHOTO = File("ảnh biên nhận.jpg", b"\xff\xd8\xff" + bytes(range(256)) * 700)
NUMBERS = File('sổ "tay".csv', "ngày;số tiền\n1/11;5000000\n".encode())


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def instance(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Instance]:
    """Yield an instance on each engine; what a browser shows of it is the same on either."""
    if request.param == "sqlite":
        yield request.getfixturevalue("instance")
        return
    server: PostgreSQL = request.getfixturevalue("postgresql")
    url = server.url(server.new_database())
    start = Start(settings={"database_url": url})
    with running_instance(tmp_path_factory.mktemp("postgresql"), start) as running:
        yield running


def saved(browser: Reporter | Reviewer, links: list[str]) -> list[str]:
    """Return the digests of the files behind links, in order, each sent only to be saved."""
    digests = []
    for link in links:
        answer = browser.get(link)
        assert answer.status == 200
        assert answer.headers["Content-Type"] == "application/octet-stream"
        assert answer.headers["Content-Disposition"].startswith("attachment")
        digests.append(hashlib.sha256(answer.body).hexdigest())
    return digests


def digests_of(*files: File) -> list[str]:
    return [hashlib.sha256(file.content).hexdigest() for file in files]


@pytest.mark.slow
def test_a_report_is_filed_read_referred_answered_and_answered_again(instance: Instance) -> None:
    statement = "Bến tàu thu tiền hai lần, chuyến sáng thứ hai."
    reporter = reporter_at(instance)
    code = receipt_of(reporter.report(statement, [PHOTO, NUMBERS], where="Bến tàu"))

    office = reviewer_of(instance, "van-phong")
    case = office.case_saying(statement)
    page = office.get(case)
    assert "Bến tàu" in page.document.words
    assert saved(office, file_links(page)) == digests_of(PHOTO, NUMBERS)
    assert office.note(case, "Chuyển phòng Kinh tế xem giá vé.").status == 200
    assert office.refer(case, "phong-kinh-te", "Đúng việc của phòng.", keeps=False).status == 200
    assert case not in office.listed()
    assert office.get(case).status == 404

    other = reviewer_of(instance, "phong-kinh-te")
    assert case in other.listed()
    asked = other.answer(case, "Bạn còn giữ vé nào không?", [NUMBERS])
    assert "Bạn còn giữ vé nào không?" in asked.document.words

    later = Reporter(instance.public)
    thread = later.follow(code)
    assert thread.status == 200
    assert "Bạn còn giữ vé nào không?" in thread.document.words
    assert statement not in thread.text
    assert "Chuyển phòng Kinh tế xem giá vé" not in thread.text
    assert saved(later, file_links(thread)) == digests_of(NUMBERS)
    assert "Còn một vé." in later.reply("Còn một vé.", [PHOTO]).document.words

    answered = other.get(case)
    assert "Còn một vé." in answered.document.words
    assert set(saved(other, file_links(answered))) == set(digests_of(PHOTO, NUMBERS))


def test_no_address_of_a_journey_holds_the_receipt(instance: Instance) -> None:
    reporter = reporter_at(instance)
    code = receipt_of(reporter.report("Mã không được nằm trong địa chỉ."))
    reporter.follow(code)
    reporter.reply("Một câu.")
    reporter.submit(reporter.get("/case"), "/case/leave", {})
    symbols = code.replace("-", "")
    for answer in reporter.seen:
        places = [answer.url, *answer.headers.values(), *answer.document.links]
        assert not [place for place in places if symbols in place.replace("-", "")]


def test_a_double_click_a_reload_and_a_lost_answer_file_one_report(instance: Instance) -> None:
    statement = "Gửi hai lần cùng một biểu mẫu."
    reporter = reporter_at(instance)
    page = reporter.get("/report")
    fields = page.form("/report").filled({"statement": statement, "action": "send"})
    first = reporter.post("/report", fields, [NUMBERS])
    again = [reporter.post("/report", fields, [NUMBERS]) for _ in range(2)]
    assert {receipt_of(answer) for answer in again} == {receipt_of(first)}
    reviewer_of(instance, "van-phong").case_saying(statement)


# Ways to say that the head of the receiving unit is meant, or must not see it. The name is the
# made-up head's own, as a telephone without accents would type it.
ABOUT_THE_HEAD: dict[str, dict[str, str | list[str]]] = {
    "by box": {"statement": "Trưởng phòng nhận tiền.", "accused_head": ["van-phong"]},
    "by wish": {"statement": "Đừng để văn phòng thấy.", "not_to": ["van-phong"]},
    "by name": {"statement": "Ong  HOANG van vi du nhan tien cua toi."},
    "by name elsewhere": {"statement": "Người ký giấy.", "accused_text": "hoàng văn ví dụ"},
}


@pytest.mark.parametrize("way", ABOUT_THE_HEAD)
def test_a_report_about_the_head_of_the_receiving_unit_is_nowhere_to_be_found_there(
    instance: Instance, way: str
) -> None:
    office = reviewer_of(instance, "van-phong")
    before = office.listed()
    statement = str(ABOUT_THE_HEAD[way]["statement"])
    reporter = reporter_at(instance)
    page = reporter.get("/report")
    sent = reporter.submit(page, "/report", {**ABOUT_THE_HEAD[way], "action": "send"})
    code = receipt_of(sent)
    case = reviewer_of(instance, "chu-tich").case_saying(statement)
    assert office.listed() == before
    for path in (case, f"{case}/files/00/00/{'0' * 28}"):
        assert office.get(path).status == 404
    token = office.get("/cases").form("/sign-out").value("csrf_token")
    for name in ("messages", "notes", "steps", "referral"):
        typed = [("csrf_token", token), ("text", "x"), ("reason", "x")]
        assert office.post(f"{case}/{name}", typed).status == 404
    assert "Chủ tịch" in sent.document.words
    assert "Chủ tịch" not in Reporter(instance.public).follow(code).document.words


def test_a_member_who_is_named_is_kept_out_and_the_reporter_is_not_told(
    instance: Instance,
) -> None:
    statement = "Chị Đoàn Thị Giả Định giữ giấy của tôi."
    reporter = reporter_at(instance)
    shown = reporter.report(statement, action="preview").document.texts["receiver"]
    other = reporter_at(instance).report("Ai đó giữ giấy.", action="preview")
    assert shown == other.document.texts["receiver"]
    receipt_of(reporter.report(statement))
    office = reviewer_of(instance, "van-phong")
    case = office.case_saying(statement)
    named = Reviewer(instance.desk)
    assert named.sign_in(*instance.reviewers["van-phong-2"]).status == 200
    assert case not in named.listed()
    assert named.get(case).status == 404


def test_a_mistyped_receipt_is_told_from_an_unknown_one(instance: Instance) -> None:
    visitor = reporter_at(instance)
    unknown = visitor.follow(Receipt.generate().grouped())
    mistyped = visitor.follow("BCFG HJ")
    assert (unknown.status, mistyped.status) == (404, 422)
    assert "6" in mistyped.document.words
    assert visitor.get("/case").form("/case").names == {"csrf_token", "receipt"}
