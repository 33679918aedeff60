"""How long a case is kept: since when it is closed, whether it is held, until when it must be."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from cases.clocks import course_of
from cases.law_records import OutcomeRecord
from cases.office import Office
from cases.records import CaseRecord
from cases.retention_records import RetentionRecord
from policy.retention import kept_until, rules_of_retention
from policy.retention_rows import Retention
from policy.states import CaseState


@dataclass(frozen=True)
class Keeping:
    """How long a case is kept. ``until`` is the last day; none where it is open, or for ever."""

    closed_on: date | None
    held_on: date | None
    until: date | None
    rules: tuple[Retention, ...]

    def is_over(self, today: date) -> bool:
        """Return whether the case need not be kept any more, by the rules of the pack."""
        return self.until is not None and self.until < today


def keeping_of(session: Session, office: Office, case: CaseRecord) -> Keeping:
    """Return how long a case is kept, by the rules of today."""
    kept = session.get(RetentionRecord, case.ref)
    outcome = session.get(OutcomeRecord, case.ref)
    finding = outcome.finding if outcome else ""
    rules = rules_of_retention(office.todays_pack.retention, course_of(case).tracks, finding)
    closed_on, held_on = (kept.closed_on, kept.held_on) if kept else (None, None)
    return Keeping(closed_on, held_on, kept_until(rules, closed_on) if closed_on else None, rules)


def keep_closing_day(session: Session, case: CaseRecord, day: date) -> None:
    """Take note of the day on which a locked case was closed, or that it is open again."""
    is_closed = case.state == CaseState.CLOSED
    if is_closed or session.get(RetentionRecord, case.ref) is not None:
        retention_row(session, case.ref).closed_on = day if is_closed else None


def retention_row(session: Session, ref: str) -> RetentionRecord:
    """Return the row of a locked case, which is made where there is none yet."""
    kept = session.get(RetentionRecord, ref)
    if kept is None:
        kept = RetentionRecord(case_ref=ref, closed_on=None, held_on=None, disposed_on=None)
        session.add(kept)
    return kept
