"""The voice of the reporter: two questions after a case is closed, counted and never kept.

A thief learns that this case has answered, and how a unit's reporters answered in a quarter.
Whoever has two copies of the database, from before and after, can tell an answer from what differs.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from sqlalchemy import select

from cases.errors import FeedbackOverError, UncertainStoreError
from cases.office import Office
from cases.protection_records import FeedbackGivenRecord, FeedbackRecord
from cases.protection_wall import count_feedback, quarter_of
from cases.threads import find_case, lock_case
from crypto.receipts import Receipt
from policy.states import CaseState

QUESTIONS: Final = ("fair", "safe")
FEEDBACK_ANSWERS: Final = ("yes", "partly", "no")
# Fewer could be told apart by who knows whose case was closed. A reason of secrecy, not of law.
LEAST_SHOWN: Final = 5


@dataclass(frozen=True, repr=False)
class Feedback:
    """Was it handled fairly, does the reporter feel safe: each one of three answers."""

    fair: str
    safe: str


class Quarter(NamedTuple):
    """A quarter of a year."""

    year: int
    number: int


@dataclass(frozen=True)
class CountedFeedback:
    """The answers of some quarters, by question and answer."""

    first: Quarter
    last: Quarter
    counts: Mapping[str, Mapping[str, int]]


def is_asked_for_feedback(office: Office, receipt: Receipt) -> bool:
    """Return whether the case is closed and its reporter has not answered.

    Raises:
        UnknownReceiptError: no case answers to this receipt.
    """
    with office.database.reading() as session:
        case = find_case(session, receipt)
        is_given = session.get(FeedbackGivenRecord, case.ref) is not None
        return case.state == CaseState.CLOSED and not is_given


def give_feedback(office: Office, receipt: Receipt, feedback: Feedback) -> None:
    """Count two answers of a closed case, once.

    Raises:
        FeedbackOverError: it is not closed, or answered already.
        UnknownReceiptError: no case answers to this receipt.
        StoreUnavailableError: nothing was counted, or that is not known; to answer again is safe.
    """
    answers = {"fair": feedback.fair, "safe": feedback.safe}
    try:
        with office.database.writing() as session:
            case, day = lock_case(session, receipt), office.clock.today()
            if not count_feedback(session, receipt.lookup_tag(), case, answers, day):
                raise FeedbackOverError
    except UncertainStoreError:
        if is_asked_for_feedback(office, receipt):
            raise


def feedback_counts(office: Office, units: Iterable[str]) -> tuple[CountedFeedback, ...]:
    """Return how reporters of units answered, in quarters that are over, the newest first.

    A quarter with few answers is shown with the next ones, until there are enough together.
    """
    day = office.clock.today()
    today = Quarter(day.year, quarter_of(day))
    query = select(FeedbackRecord).where(FeedbackRecord.unit.in_(set(units)))
    with office.database.reading() as session:
        rows = session.scalars(query).all()
    by_quarter: dict[Quarter, Counter[tuple[str, str]]] = {}
    for row in rows:
        quarter = Quarter(row.year, row.quarter)
        if quarter < today:
            found = by_quarter.setdefault(quarter, Counter())
            found[row.question, row.answer] += row.count
    return tuple(reversed(list(_enough_together(by_quarter))))


def _enough_together(
    by_quarter: Mapping[Quarter, Counter[tuple[str, str]]],
) -> Iterable[CountedFeedback]:
    first: Quarter | None = None
    together: Counter[tuple[str, str]] = Counter()
    for quarter in sorted(by_quarter):
        first = first or quarter
        together += by_quarter[quarter]
        if sum(together["fair", answer] for answer in FEEDBACK_ANSWERS) >= LEAST_SHOWN:
            counts = {
                question: {answer: together[question, answer] for answer in FEEDBACK_ANSWERS}
                for question in QUESTIONS
            }
            yield CountedFeedback(first, quarter, counts)
            first, together = None, Counter()
