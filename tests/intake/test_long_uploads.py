"""An upload may last for hours: whoever sends one is not idle."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event

from cases.jobs import MINUTE, run_due
from tests.support.intake_office import (
    IntakeOffice,
    Reporter,
    box_text,
    form_to,
    open_intake,
    receipt_of,
)
from tests.support.long_body import LongBody, pieces_of

FILE = ("phim.mp4", bytes(range(256)) * 160)
PIECES = pieces_of(len(FILE[1]))


@pytest.fixture
def signed_in(intake: IntakeOffice, reporter: Reporter) -> Reporter:
    """Return a reporter whose thread is open, with its reply's form."""
    receipt = intake.reporter().file("Chuyện bí mật")
    reporter.hidden = form_to(reporter.sign_in(receipt).text, "/case/messages")
    return reporter


def leave_in_another_tab(intake: IntakeOffice, reporter: Reporter) -> None:
    """Sign out with the same browser's cookie, of which this tab is told nothing."""
    cookie = reporter.client.get_cookie("liemchinh-visit", domain="127.0.0.1")
    assert cookie is not None
    other = intake.reporter()
    other.client.set_cookie("liemchinh-visit", cookie.value, domain="127.0.0.1")
    other.hidden = form_to(other.get("/case").text, "/case/leave")
    assert other.post("/case/leave", {}).status_code == 303


def stored(intake: IntakeOffice) -> int:
    return len(list(intake.office.office.vault.stored()))


@pytest.mark.parametrize("hours", [1, 11])
def test_a_reply_that_comes_for_hours_arrives_with_its_file(
    intake: IntakeOffice, signed_in: Reporter, hours: int
) -> None:
    clock = intake.office.clock
    began, lasts = clock.now(), hours * 60 * MINUTE

    def go_on() -> None:
        clock.pass_seconds(lasts // PIECES)
        run_due(intake.office.office)

    signed_in.line = lambda body: LongBody(body, go_on)
    sent = signed_in.post("/case/messages", {"text": "Lời dài"}, [FILE])
    assert clock.now() - began >= lasts
    assert sent.status_code == 303
    entries = intake.read_first("van-phong").entries
    (message,) = [entry for entry in entries if entry.text() == "Lời dài"]
    assert [file.file_name for file in message.attachments] == [FILE[0]]


def test_who_sent_for_an_hour_is_signed_in_still(intake: IntakeOffice, signed_in: Reporter) -> None:
    clock = intake.office.clock
    signed_in.line = lambda body: LongBody(body, lambda: clock.pass_seconds(60 * MINUTE // PIECES))
    assert signed_in.post("/case/messages", {"text": "Lời dài"}, [FILE]).status_code == 303
    assert "Lời dài" in signed_in.get("/case").text


def test_a_visit_that_was_nearly_over_when_its_reply_began_is_enough(
    intake: IntakeOffice, signed_in: Reporter
) -> None:
    clock = intake.office.clock
    clock.pass_seconds(20 * MINUTE - 1)

    def go_on() -> None:
        clock.pass_seconds(2)
        run_due(intake.office.office)

    signed_in.line = lambda body: LongBody(body, go_on)
    assert signed_in.post("/case/messages", {"text": "Lời dài"}).status_code == 303


def test_an_expired_visit_is_told_from_one_that_was_left(
    intake: IntakeOffice, signed_in: Reporter
) -> None:
    clock = intake.office.clock
    # The line stands still for longer than a visit may, and nobody swept yet.
    signed_in.line = lambda body: LongBody(body, lambda: clock.pass_seconds(25 * MINUTE))
    assert signed_in.post("/case/messages", {"text": "Lời dài"}, [FILE]).status_code == 303


@pytest.mark.parametrize("minutes", [0, 60])
def test_a_reply_whose_visitor_signed_out_meanwhile_comes_back(
    intake: IntakeOffice, signed_in: Reporter, minutes: int
) -> None:
    before, left = intake.entries(), list[bool]()

    def leave_once() -> None:
        intake.office.clock.pass_seconds(minutes * MINUTE // PIECES)
        if not left:
            left.append(True)
            leave_in_another_tab(intake, signed_in)

    signed_in.line = lambda body: LongBody(body, leave_once)
    answer = signed_in.post("/case/messages", {"text": "Lời dài"}, [FILE])
    assert answer.status_code == 403
    assert box_text(answer.text, "message") == "Lời dài"
    assert FILE[0] in answer.text
    assert 'name="receipt"' in answer.text
    assert "Chuyện bí mật" not in answer.text
    assert (intake.entries(), stored(intake)) == (before, 0)
    signed_in.line = lambda body: body
    assert 'name="receipt"' in signed_in.get("/case").text


@contextmanager
def renewals_of_drafts(intake: IntakeOffice) -> Iterator[list[object]]:
    """Yield what was asked of the database to move a draft's hour along."""
    asked: list[object] = []

    def take_note(*said: object) -> None:
        if "UPDATE drafts" in str(said[2]):
            asked.append(said[2])

    event.listen(intake.public.engine, "before_cursor_execute", take_note)
    yield asked
    event.remove(intake.public.engine, "before_cursor_execute", take_note)


def test_files_of_a_form_wait_while_its_next_ones_come_for_hours(
    intake: IntakeOffice, reporter: Reporter
) -> None:
    clock = intake.office.clock
    reporter.get("/report")
    assert reporter.report("", [("giấy hẹn.jpg", b"first")]).status_code == 422
    clock.pass_seconds(50 * MINUTE)

    def go_on() -> None:
        clock.pass_seconds(180 * MINUTE // PIECES)
        run_due(intake.office.office)

    reporter.line = lambda body: LongBody(body, go_on)
    receipt_of(reporter.report("Chuyện", [FILE]))
    sent = intake.read_first("van-phong").entries[0].attachments
    assert [file.file_name for file in sent] == ["giấy hẹn.jpg", FILE[0]]


def test_a_form_renews_its_files_once_in_five_minutes_however_many_pieces_come(
    intake: IntakeOffice, reporter: Reporter
) -> None:
    clock = intake.office.clock
    reporter.get("/report")
    reporter.report("", [("a.jpg", b"first")])
    reporter.line = lambda body: LongBody(body, lambda: clock.pass_seconds(20 * MINUTE // PIECES))
    with renewals_of_drafts(intake) as asked:
        receipt_of(reporter.report("Chuyện", [FILE]))
    assert 3 <= len(asked) <= 5


def test_a_form_with_its_first_files_renews_nothing(
    intake: IntakeOffice, reporter: Reporter
) -> None:
    reporter.get("/report")
    reporter.line = lambda body: LongBody(body, lambda: None)
    with renewals_of_drafts(intake) as asked:
        receipt_of(reporter.report("Chuyện", [FILE]))
    assert asked == []


def test_a_file_that_is_too_large_keeps_those_that_came_before(tmp_path: Path) -> None:
    intake = open_intake(tmp_path, {"max_file_bytes": "1000"})
    reporter, clock = intake.reporter(), intake.office.clock
    reporter.get("/report")
    reporter.report("", [("a.jpg", b"first")])
    reporter.line = lambda body: LongBody(body, lambda: clock.pass_seconds(90 * MINUTE // PIECES))
    answer = reporter.report("Chuyện", [FILE])
    assert answer.status_code == 413
    reporter.line = lambda body: body
    receipt_of(reporter.report("Chuyện"))
    sent = intake.read_first("van-phong").entries[0].attachments
    assert [file.file_name for file in sent] == ["a.jpg"]
