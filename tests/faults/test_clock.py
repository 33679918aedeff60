"""A clock that jumps a day: what was filed stays, nothing is shown too long, the jobs go on."""

import secrets
from dataclasses import replace
from pathlib import Path

import pytest

from cases.drafts import Draft, keep_files, open_files
from cases.errors import DraftGoneError
from cases.filing import Filing, file_report
from cases.jobs import DAY, MINUTE, expire_drafts, run_due, sweep_orphans
from cases.once import SHOWN_AGAIN_SECONDS, Once
from cases.reports import Report
from review.brake import FREE_FAILURES, SignInBrake
from tests.support.intake_office import IntakeOffice, box_text, open_intake, receipt_of
from tests.support.office import TestOffice, open_office
from tests.support.webapp import MovedClock
from web.sessions import PUBLIC_IDLE_SECONDS

WORDS = "Chuyện đã kể."
FILE = ("a.jpg", b"evidence")
JUMPS = pytest.mark.parametrize("jump", [-DAY, DAY], ids=["back", "forward"])


@pytest.fixture
def intake(tmp_path: Path) -> IntakeOffice:
    return open_intake(tmp_path)


@pytest.fixture
def office(tmp_path: Path) -> TestOffice:
    return open_office(tmp_path)


@JUMPS
def test_what_was_filed_is_there_whole_and_the_jobs_go_on(intake: IntakeOffice, jump: int) -> None:
    reporter, clock, office = intake.reporter(), intake.office.clock, intake.office.office
    run_due(office)
    reporter.get("/report")
    receipt = receipt_of(reporter.report(WORDS, [FILE]))
    clock.pass_seconds(jump)
    assert len(run_due(office)) > 3
    clock.pass_seconds(MINUTE + 1)
    assert "expire-drafts" in run_due(office)
    clock.pass_seconds(-jump)
    run_due(office)

    case = intake.read_saying("van-phong", WORDS)
    (kept,) = case.filed.attachments
    assert len(list(office.vault.read(kept.object_key))) == 1
    assert intake.reporter().sign_in(receipt).status_code == 200


def test_a_receipt_is_shown_no_longer_than_its_quarter_of_an_hour_after_the_clock_went_back(
    intake: IntakeOffice,
) -> None:
    reporter, clock = intake.reporter(), intake.office.clock
    reporter.get("/report")
    form = dict(reporter.hidden)
    receipt = receipt_of(reporter.report(WORDS))
    clock.pass_seconds(-DAY)
    run_due(intake.office.office)
    reporter.hidden = form
    assert receipt_of(reporter.report(WORDS)) == receipt

    clock.pass_seconds(SHOWN_AGAIN_SECONDS)
    reporter.hidden = form
    answer = reporter.report(WORDS)
    assert answer.status_code == 409
    assert receipt not in answer.text


@JUMPS
def test_a_visit_goes_on_or_ends_and_never_lasts_longer_than_it_would(
    intake: IntakeOffice, jump: int
) -> None:
    receipt = intake.reporter().file()
    reporter, clock = intake.reporter(), intake.office.clock
    reporter.sign_in(receipt)
    clock.pass_seconds(jump)
    run_due(intake.office.office)
    assert ('action="/case/messages"' in reporter.get("/case").text) == (jump < 0)
    clock.pass_seconds(PUBLIC_IDLE_SECONDS + 1)
    run_due(intake.office.office)
    page = reporter.get("/case").text
    assert 'action="/case/messages"' not in page
    assert reporter.sign_in(receipt).status_code == 200


def test_a_visit_that_is_used_goes_on_after_the_clock_went_back(intake: IntakeOffice) -> None:
    receipt = intake.reporter().file()
    reporter, clock = intake.reporter(), intake.office.clock
    reporter.sign_in(receipt)
    clock.pass_seconds(-DAY)
    for _ in range(6):
        run_due(intake.office.office)
        assert 'action="/case/messages"' in reporter.get("/case").text
        clock.pass_seconds(PUBLIC_IDLE_SECONDS // 2)


def test_files_of_a_form_are_named_when_the_clock_went_forward_and_its_words_stay(
    intake: IntakeOffice,
) -> None:
    reporter = intake.reporter()
    reporter.get("/report")
    reporter.report("", [FILE])
    intake.office.clock.pass_seconds(DAY)
    run_due(intake.office.office)
    answer = reporter.report(WORDS)

    assert answer.status_code == 409
    assert FILE[0] in answer.text
    assert box_text(answer.text, "statement") == WORDS
    assert intake.cases() == 0
    receipt_of(reporter.report(WORDS, [FILE]))


def test_files_of_a_form_live_no_longer_than_their_hour_after_the_clock_went_back(
    office: TestOffice,
) -> None:
    draft = Draft(secrets.token_bytes(32))
    keep_files(office.office, draft, (office.upload(),), 1 << 30)
    office.clock.pass_seconds(-DAY)
    run_due(office.office)
    assert len(open_files(office.office, draft)) == 1
    office.clock.pass_seconds(60 * 60)
    assert open_files(office.office, draft) == ()


def test_a_form_whose_files_expired_while_it_was_filed_is_not_filed_without_them(
    office: TestOffice,
) -> None:
    draft, once = Draft(secrets.token_bytes(32)), Once(secrets.token_bytes(32))
    keep_files(office.office, draft, (office.upload(),), 1 << 30)
    files = open_files(office.office, draft)
    office.clock.pass_seconds(DAY)
    expire_drafts(office.office)
    keys = frozenset(file.object_key for file in files)
    filing = Filing(Report(WORDS), files, once, draft.tag, keys)
    with pytest.raises(DraftGoneError):
        file_report(office.office, filing)

    file_report(office.office, replace(filing, uploads=(), draft_tag=None))


@JUMPS
def test_no_upload_that_is_under_way_is_swept(office: TestOffice, jump: int) -> None:
    upload = office.upload()
    office.clock.pass_seconds(jump)
    sweep_orphans(office.office)
    office.clock.pass_seconds(-jump)
    sweep_orphans(office.office)
    assert [each.key for each in office.office.vault.stored()] == [upload.object_key]


def test_failures_from_a_future_that_was_taken_back_slow_nobody_down() -> None:
    clock, pauses = MovedClock(), list[float]()
    brake = SignInBrake(clock, pauses.append)
    for _ in range(FREE_FAILURES + 3):
        brake.wait("ai-đó")
    clock.seconds -= DAY
    pauses.clear()
    brake.wait("ai-đó")
    assert pauses == []
