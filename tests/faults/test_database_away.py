"""A database that is away, full, locked or read-only: said plainly, and over by itself."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import event

from intake.health import ANSWER_SECONDS
from tests.support.intake_office import IntakeOffice, Reporter, box_text, open_intake, receipt_of
from tests.support.outages import DATABASE_OUTAGES, Outage, database_moved_away

WORDS = "Chuyện phải còn lại nguyên vẹn, từng chữ một."
FILE = ("ảnh chụp.jpg", b"evidence" * 5000)


@dataclass
class Struck:
    """An office with a case from before, and what is about to happen to its database."""

    intake: IntakeOffice
    outage: Outage
    receipt: str

    def health(self) -> int:
        """Return what /health answers, once it looks again."""
        self.intake.office.clock.pass_seconds(ANSWER_SECONDS + 1)
        return self.intake.reporter().get("/health").status_code


@pytest.fixture(params=DATABASE_OUTAGES)
def struck(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Struck]:
    intake = open_intake(tmp_path)
    receipt = intake.reporter().file("Một chuyện trước đó.")
    yield Struck(intake, DATABASE_OUTAGES[request.param], receipt)
    intake.office.office.database.close()


def returning(intake: IntakeOffice) -> Reporter:
    """Return somebody whose browser was here before."""
    reporter = intake.reporter()
    reporter.get("/report")
    reporter.get("/report")
    return reporter


def test_the_form_is_there_and_comes_back_with_every_word_and_a_plain_answer(
    struck: Struck,
) -> None:
    reporter = returning(struck.intake)
    with struck.outage(struck.intake.office.office):
        assert reporter.get("/report").status_code == 200
        answer = reporter.report(WORDS, [FILE])

    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "Chưa gửi được lần này" in answer.text
    assert box_text(answer.text, "statement") == WORDS
    assert FILE[0] in answer.text


def test_the_very_form_that_was_refused_is_filed_once_when_it_is_over(struck: Struck) -> None:
    reporter = returning(struck.intake)
    before = struck.intake.cases()
    with struck.outage(struck.intake.office.office):
        refused = reporter.report(WORDS)
        assert refused.status_code == 503
        assert reporter.report(WORDS).status_code == 503

    receipt = receipt_of(reporter.report(WORDS, [FILE]))
    assert receipt_of(reporter.report(WORDS, [FILE])) == receipt
    assert struck.intake.cases() == before + 1
    case = struck.intake.read_saying("van-phong", WORDS)
    assert [each.file_name for each in case.filed.attachments] == [FILE[0]]


def test_health_says_unavailable_while_no_report_could_be_kept(struck: Struck) -> None:
    assert struck.health() == 200
    with struck.outage(struck.intake.office.office):
        assert struck.health() == 503
    assert struck.health() == 200


# A full database still has room for so small a row as a visit's.
@pytest.mark.parametrize("struck", sorted(DATABASE_OUTAGES.keys() - {"full"}), indirect=True)
def test_a_typed_code_comes_back_and_opens_the_thread_when_it_is_over(struck: Struck) -> None:
    reporter = returning(struck.intake)
    reporter.get("/case")
    with struck.outage(struck.intake.office.office):
        answer = reporter.post("/case", {"receipt": struck.receipt})
        assert answer.status_code == 503
        assert struck.receipt in answer.text
        assert "Chưa mở được" in answer.text

    assert reporter.sign_in(struck.receipt).status_code == 200


def test_a_reply_comes_back_and_is_added_once_when_it_is_over(struck: Struck) -> None:
    reporter = returning(struck.intake)
    reporter.sign_in(struck.receipt)
    before = struck.intake.entries()
    with struck.outage(struck.intake.office.office):
        answer = reporter.post("/case/messages", {"text": WORDS}, [FILE])
        assert answer.status_code == 503
        assert box_text(answer.text, "message") == WORDS
        assert FILE[0] in answer.text

    again = reporter.post("/case/messages", {"text": WORDS, "receipt": struck.receipt})
    assert again.status_code == 303
    assert struck.intake.entries() == before + 1


def test_who_wants_to_leave_gets_away_whatever_the_database_does(struck: Struck) -> None:
    reporter = returning(struck.intake)
    reporter.sign_in(struck.receipt)
    with struck.outage(struck.intake.office.office):
        answer = reporter.get("/exit")

    assert answer.status_code == 303
    assert any("liemchinh-visit=;" in each for each in answer.headers.getlist("Set-Cookie"))


def test_a_receipt_is_shown_although_the_database_goes_right_after_the_commit(
    tmp_path: Path,
) -> None:
    intake = open_intake(tmp_path)
    reporter = returning(intake)
    office = intake.office.office
    with ExitStack() as outage:

        def go(_connection: object) -> None:
            # An open file is written to its end, wherever its name is.
            outage.enter_context(database_moved_away(office))

        event.listen(office.database.engine, "commit", go, once=True)
        receipt = receipt_of(reporter.report(WORDS, [FILE]))
        assert reporter.report("Một tin khác.").status_code == 503

    case = intake.read_saying("van-phong", WORDS)
    assert [each.file_name for each in case.filed.attachments] == [FILE[0]]
    assert intake.reporter().sign_in(receipt).status_code == 200
