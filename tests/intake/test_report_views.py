"""The report form: what it states, how it refuses, and that nothing typed or uploaded is lost."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.support.intake_office import (
    IntakeOffice,
    Reporter,
    box_text,
    open_intake,
    receipt_of,
    title_of,
)

HINT = "Hôm qua một người ở bến đòi tiền.\r\nTôi chưa đưa."


def test_one_field_files_a_report_that_its_unit_can_read(
    intake: IntakeOffice, reporter: Reporter
) -> None:
    reporter.get("/report")
    answer = reporter.report(HINT)
    assert answer.status_code == 200
    assert len(receipt_of(answer).replace("-", "")) == 28
    report = intake.read_first("van-phong").entries[0].values["report"]
    assert isinstance(report, dict)
    assert report["statement"] == HINT


def test_everything_that_can_be_said_arrives_as_it_was_said(
    intake: IntakeOffice, reporter: Reporter
) -> None:
    reporter.get("/report?kind=nhung-nhieu")
    words: dict[str, str | Sequence[str]] = {
        "kind": "nhung-nhieu", "field": "dat-dai", "act": "nhung-nhieu", "accused": ["ttpvhcc"],
        "accused_head": ["truong-hoc"], "accused_text": "ông Ba", "not_to": ["phong-kinh-te"],
        "urgent": "1", "when": "hôm qua", "where": "bến Bèo", "evidence": "giấy hẹn",
        "verifiable": "xem camera",
    }  # fmt: skip
    assert reporter.report("Họ đòi tiền.", (), **words).status_code == 200
    report = intake.read_first("van-phong").entries[0].values["report"]
    assert isinstance(report, dict)
    assert {name: report[name] for name in words if name != "urgent"} == {
        name: word for name, word in words.items() if name != "urgent"
    }
    assert report["urgent"] is True


def test_limits_are_stated_before_anybody_types(reporter: Reporter) -> None:
    page = reporter.get("/report").text
    assert page.index("50.000") < page.index('<textarea id="statement"')
    assert page.index("5.000 ký tự") < page.index('id="when"')
    assert page.index("2 GiB") < page.index('<input type="file"')
    assert page.index("4 GiB") < page.index('<input type="file"')


def test_the_notice_on_paying_stands_before_the_first_box(reporter: Reporter) -> None:
    for path in ("/report", "/report?kind=nhung-nhieu", "/report?kind=doanh-nghiep"):
        page = reporter.get(path).text
        assert page.index("không có tội") < page.index('<textarea id="statement"')
        assert page.index("Viện kiểm sát và phải nêu tên") < page.index('<textarea id="statement"')


def test_secrets_come_first_and_files_last_in_the_form(reporter: Reporter) -> None:
    page = reporter.get("/report").text
    form = page[page.index('<form method="post" action="/report"') :]
    places = [form.index(f'name="{name}"') for name in ("csrf_token", "draft", "once", "statement")]
    assert places == sorted(places)
    last = max(form.rindex(" name="), 0)
    assert form.index('name="attachments"') > form.index('name="evidence"')
    assert 'name="action"' in form[last:]


def test_a_refused_form_says_so_first_and_keeps_every_word(reporter: Reporter) -> None:
    reporter.get("/report")
    answer = reporter.report("", when="hôm qua", where="bến <Bèo>", accused=["phong-kinh-te"])
    assert answer.status_code == 422
    assert title_of(answer.text).startswith("Lỗi: ")
    assert answer.text.index('role="alert"') < answer.text.index("<h1>")
    assert 'href="#statement"' in answer.text
    assert 'value="bến &lt;Bèo&gt;"' in answer.text
    assert 'id="a-phong-kinh-te" name="accused" value="phong-kinh-te" checked' in answer.text


def test_a_refused_form_keeps_its_files_and_sends_them_later(
    intake: IntakeOffice, reporter: Reporter
) -> None:
    reporter.get("/report")
    refused = reporter.report("", files=[("giấy hẹn.jpg", b"first"), ("b.png", b"second")])
    assert refused.status_code == 422
    assert "giấy hẹn.jpg" in refused.text
    assert "b.png" in refused.text
    receipt_of(reporter.report("Chuyện", files=[("c.pdf", b"third")]))
    sent = intake.read_first("van-phong").entries[0].attachments
    assert [file.file_name for file in sent] == ["giấy hẹn.jpg", "b.png", "c.pdf"]
    assert intake.kept_files() == 0


def test_a_file_can_be_taken_out_again(intake: IntakeOffice, reporter: Reporter) -> None:
    reporter.get("/report")
    reporter.report("", files=[("a.jpg", b"first"), ("b.png", b"second")])
    shown = reporter.report("", drop=["0"])
    assert "a.jpg" not in shown.text
    assert intake.kept_files() == 1
    receipt_of(reporter.report("Chuyện"))
    sent = intake.read_first("van-phong").entries[0].attachments
    assert [file.file_name for file in sent] == ["b.png"]


def test_the_same_refused_form_again_keeps_its_files_once(
    intake: IntakeOffice, reporter: Reporter
) -> None:
    reporter.get("/report")
    for _ in range(2):
        assert reporter.report("", files=[("a.jpg", b"first")]).status_code == 422
    assert intake.kept_files() == 1


def test_a_form_cannot_drop_another_forms_files(intake: IntakeOffice) -> None:
    victim, other = intake.reporter(), intake.reporter()
    victim.get("/report")
    victim.report("", files=[("a.jpg", b"first")])
    other.get("/report")
    other.hidden["kept"] = victim.hidden["kept"]
    other.report("", drop=["0"])
    assert receipt_of(victim.report("Chuyện"))
    assert len(intake.read_first("van-phong").entries[0].attachments) == 1


def test_files_that_are_kept_no_longer_are_named_before_anything_is_sent(
    intake: IntakeOffice, reporter: Reporter
) -> None:
    reporter.get("/report")
    reporter.report("", files=[("a.jpg", b"first")])
    intake.office.clock.pass_seconds(60 * 60 + 1)
    answer = reporter.report(HINT)
    assert answer.status_code == 409
    assert "a.jpg" in answer.text
    assert box_text(answer.text, "statement") == HINT
    assert intake.cases() == 0
    assert reporter.report(HINT).status_code == 200


def test_a_refused_token_gives_the_words_back_with_a_fresh_one(
    intake: IntakeOffice, reporter: Reporter
) -> None:
    stranger = intake.reporter()
    stranger.get("/report")
    reporter.hidden = dict(stranger.hidden)
    answer = reporter.report(HINT, files=[("a.jpg", b"first")], where="bến Bèo")
    assert answer.status_code == 400
    assert box_text(answer.text, "statement") == HINT
    assert 'value="bến Bèo"' in answer.text
    assert "a.jpg" in answer.text
    assert intake.kept_files() == 0
    for secret in ("csrf_token", "draft", "once"):
        assert reporter.hidden[secret] != stranger.hidden[secret]
    assert reporter.report(HINT).status_code == 200


@pytest.mark.parametrize(
    ("changes", "files", "rule"),
    [
        ({"max_file_bytes": "4"}, [("big.jpg", b"12345"), ("ok.jpg", b"123")], "một tệp"),
        ({"max_report_bytes": "6", "max_file_bytes": "6"},
         [("ok.jpg", b"1234"), ("big.jpg", b"123")], "một lần gửi"),
        ({"max_files": "1"}, [("ok.jpg", b"1"), ("big.jpg", b"2")], "quá số tệp"),
    ],
)  # fmt: skip
def test_a_file_over_a_limit_is_named_and_the_rest_is_kept(
    tmp_path: Path, changes: dict[str, str], files: list[tuple[str, bytes]], rule: str
) -> None:
    intake = open_intake(tmp_path, changes)
    reporter = intake.reporter()
    reporter.get("/report")
    answer = reporter.report(HINT, files=files)
    assert answer.status_code == 413
    assert "big.jpg" in answer.text
    assert rule in answer.text
    assert box_text(answer.text, "statement") == HINT
    assert (intake.kept_files(), intake.cases()) == (1, 0)
    assert receipt_of(reporter.report(HINT))


def test_limits_count_what_the_form_has_already(tmp_path: Path) -> None:
    intake = open_intake(tmp_path, {"max_files": "2"})
    reporter = intake.reporter()
    reporter.get("/report")
    reporter.report("", files=[("a.jpg", b"1"), ("b.jpg", b"2")])
    answer = reporter.report(HINT, files=[("c.jpg", b"3")])
    assert answer.status_code == 413
    assert intake.kept_files() == 2


def test_a_full_room_for_drafts_names_what_was_not_kept(tmp_path: Path) -> None:
    intake = open_intake(tmp_path, {"draft_quota_bytes": "10"})
    reporter = intake.reporter()
    reporter.get("/report")
    answer = reporter.report("", files=[("a.jpg", b"x" * 100)], where="bến Bèo")
    assert answer.status_code == 422
    assert "a.jpg" in answer.text
    assert 'name="drop"' not in answer.text
    assert 'value="bến Bèo"' in answer.text


def test_more_text_than_any_form_holds_is_given_back(reporter: Reporter) -> None:
    reporter.get("/report")
    answer = reporter.report(HINT, evidence="x" * 3_000_000)
    assert answer.status_code == 413
    assert box_text(answer.text, "statement") == HINT


def test_who_sends_too_often_loses_nothing(intake: IntakeOffice) -> None:
    reporter = intake.reporter("203.0.113.7")
    for number in range(10):
        reporter.file(f"Chuyện {number}") if number == 0 else _another(reporter, number)
    reporter.get("/report")
    reporter.post("/report/another", {})
    reporter.get("/report")
    answer = reporter.report(HINT, files=[("a.jpg", b"first")])
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert box_text(answer.text, "statement") == HINT
    assert "a.jpg" in answer.text
    assert intake.kept_files() == 1


def _another(reporter: Reporter, number: int) -> None:
    reporter.post("/report/another", {})
    reporter.file(f"Chuyện {number}")


def test_a_report_that_bars_everybody_is_given_back(
    intake: IntakeOffice, reporter: Reporter
) -> None:
    everybody = [unit.code for unit in intake.office.office.pack.receiving_units()]
    reporter.get("/report")
    answer = reporter.report(HINT, not_to=everybody)
    assert answer.status_code == 409
    assert 'href="#not_to"' in answer.text
    assert box_text(answer.text, "statement") == HINT


# PostgreSQL goes away in tests/faults/test_postgresql_away.py.
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_store_that_is_away_gives_the_words_back(intake: IntakeOffice, tmp_path: Path) -> None:
    reporter = intake.reporter()
    reporter.get("/report")
    intake.office.office.database.close()
    for file in tmp_path.glob("office.db*"):
        file.unlink()
    answer = reporter.report(HINT)
    assert answer.status_code == 503
    assert "Retry-After" in answer.headers
    assert box_text(answer.text, "statement") == HINT
