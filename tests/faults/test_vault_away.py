"""A vault that is away: its files are named as not kept, everything else goes on."""

from pathlib import Path

import pytest

from intake.health import ANSWER_SECONDS
from tests.support.intake_office import IntakeOffice, box_text, open_intake, receipt_of
from tests.support.outages import VAULT_OUTAGES, Outage

WORDS = "Chuyện có tệp kèm theo."
FILE = ("ảnh chụp.jpg", b"evidence" * 5000)


@pytest.fixture(params=VAULT_OUTAGES)
def outage(request: pytest.FixtureRequest) -> Outage:
    return VAULT_OUTAGES[request.param]


@pytest.fixture
def intake(tmp_path: Path) -> IntakeOffice:
    return open_intake(tmp_path)


def test_the_words_come_back_with_the_name_of_the_file_that_was_not_kept(
    intake: IntakeOffice, outage: Outage
) -> None:
    reporter = intake.reporter()
    reporter.get("/report")
    with outage(intake.office.office):
        answer = reporter.report(WORDS, [FILE])

    assert answer.status_code == 503
    assert box_text(answer.text, "statement") == WORDS
    assert f"Tệp “{FILE[0]}” không được giữ" in answer.text
    assert intake.cases() == 0


def test_a_report_without_a_file_is_filed_all_the_same(
    intake: IntakeOffice, outage: Outage
) -> None:
    with outage(intake.office.office):
        receipt = intake.reporter().file(WORDS)
        assert intake.reporter().sign_in(receipt).status_code == 200


def test_the_form_is_filed_with_its_file_when_it_is_over(
    intake: IntakeOffice, outage: Outage
) -> None:
    reporter = intake.reporter()
    reporter.get("/report")
    with outage(intake.office.office):
        reporter.report(WORDS, [FILE])

    receipt_of(reporter.report(WORDS, [FILE]))
    case = intake.read_saying("van-phong", WORDS)
    assert [each.file_name for each in case.filed.attachments] == [FILE[0]]


def test_health_says_unavailable_while_no_file_could_be_kept(
    intake: IntakeOffice, outage: Outage
) -> None:
    reporter, clock = intake.reporter(), intake.office.clock
    assert reporter.get("/health").status_code == 200
    with outage(intake.office.office):
        clock.pass_seconds(ANSWER_SECONDS + 1)
        assert reporter.get("/health").status_code == 503
    clock.pass_seconds(ANSWER_SECONDS + 1)
    assert reporter.get("/health").status_code == 200
