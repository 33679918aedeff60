"""What a receipt says whose case was disposed of: gone since a day, and nothing else."""

from werkzeug.test import TestResponse

from crypto.receipts import Receipt
from tests.support.casework import listed
from tests.support.intake_office import IntakeOffice, Reporter
from tests.support.keeping import approve, closed_case, grow_old, make_head, propose_to_dispose


def test_a_receipt_is_told_the_day_and_a_late_reply_gets_its_words_back(
    intake: IntakeOffice, reporter: Reporter
) -> None:
    receipt = intake.reporter().file("Chuyện bí mật")
    office, head = intake.office, make_head(intake.office)
    [ref] = listed(office)
    closed_case(office, ref)
    grow_old(office)
    reporter.sign_in(receipt)
    proposal = propose_to_dispose(office, ref)

    approve(office, ref, head, proposal)

    late = reporter.post("/case/messages", {"text": "lời viết muộn"})
    assert late.status_code == 410
    assert "lời viết muộn" in late.text
    page = reporter.get("/case")
    assert page.status_code == 410
    assert "đã được hủy" in page.text
    assert "05/01/2043" in page.text
    assert reporter.get("/case").status_code == 200
    again = typed(intake, receipt)
    assert again.status_code == 410
    assert "05/01/2043" in again.text
    assert typed(intake, Receipt.generate().grouped()).status_code == 404


def typed(intake: IntakeOffice, receipt: str) -> TestResponse:
    somebody = intake.reporter()
    somebody.get("/case")
    return somebody.post("/case", {"receipt": receipt})
