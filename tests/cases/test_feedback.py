"""The voice of the reporter: counted once a case, shown of quarters that are over, if enough."""

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import select, text

from cases.errors import FeedbackOverError, UnknownReceiptError
from cases.feedback import (
    Feedback,
    feedback_counts,
    give_feedback,
    is_asked_for_feedback,
)
from cases.office import Office
from cases.protection_records import FeedbackRecord
from crypto.receipts import Receipt
from tests.support.casework import UNIT
from tests.support.office import TestOffice, public_side

FAIR = Feedback("yes", "partly")


@pytest.fixture
def public(office: TestOffice) -> Iterator[Office]:
    opened_side = public_side(office.office)
    yield opened_side
    opened_side.database.close()


def close_all(office: TestOffice) -> None:
    with office.office.database.writing() as session:
        session.execute(text("UPDATE cases SET state = 'closed'"))


def closed(office: TestOffice, count: int) -> list[Receipt]:
    receipts = [office.file("Chuyện.").receipt for _ in range(count)]
    close_all(office)
    return receipts


def test_only_a_closed_case_is_asked_about_and_once(office: TestOffice, public: Office) -> None:
    receipt = office.file("Chuyện.").receipt
    assert not is_asked_for_feedback(public, receipt)
    with pytest.raises(FeedbackOverError):
        give_feedback(public, receipt, FAIR)
    close_all(office)
    assert is_asked_for_feedback(public, receipt)
    give_feedback(public, receipt, FAIR)
    assert not is_asked_for_feedback(public, receipt)
    with pytest.raises(FeedbackOverError):
        give_feedback(public, receipt, Feedback("no", "no"))
    with pytest.raises(UnknownReceiptError):
        give_feedback(public, Receipt.generate(), FAIR)


def test_each_question_is_counted_by_itself(office: TestOffice, public: Office) -> None:
    for receipt, feedback in zip(closed(office, 2), (FAIR, Feedback("yes", "no")), strict=True):
        give_feedback(public, receipt, feedback)
    with office.office.database.reading() as session:
        rows = session.scalars(select(FeedbackRecord)).all()
        found = {(row.question, row.answer): row.count for row in rows}
        assert {(row.unit, row.year, row.quarter) for row in rows} == {(UNIT, 2026, 4)}
    assert found == {("fair", "yes"): 2, ("safe", "partly"): 1, ("safe", "no"): 1}


def test_a_quarter_is_shown_when_it_is_over_and_has_enough_answers(
    office: TestOffice, public: Office
) -> None:
    for receipt in closed(office, 5):
        give_feedback(public, receipt, FAIR)
    assert feedback_counts(office.office, {UNIT}) == ()
    office.clock.go_to(date(2027, 1, 1))
    [shown] = feedback_counts(office.office, {UNIT})
    assert shown.counts["fair"] == {"yes": 5, "partly": 0, "no": 0}
    assert feedback_counts(office.office, {"phong-vhxh"}) == ()


def test_few_answers_wait_for_the_next_quarters(office: TestOffice, public: Office) -> None:
    *some, last = closed(office, 5)
    for receipt in some:
        give_feedback(public, receipt, FAIR)
    office.clock.go_to(date(2027, 2, 1))
    assert feedback_counts(office.office, {UNIT}) == ()
    give_feedback(public, last, FAIR)
    office.clock.go_to(date(2027, 4, 1))
    [shown] = feedback_counts(office.office, {UNIT})
    assert (shown.first, shown.last) == ((2026, 4), (2027, 1))
