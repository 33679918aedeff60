"""An upload may last for hours: whoever sends one is not idle."""

import pytest

from cases.jobs import MINUTE, run_due
from tests.support.intake_office import IntakeOffice, Reporter, box_text, form_to
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
