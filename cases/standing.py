"""Where a case stands, from the columns that were never sealed; the same for desk and reporter."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from cases.records import CaseRecord
from policy.states import BEFORE_CONCLUSION, CaseState


@dataclass(frozen=True, repr=False, kw_only=True)
class Standing:
    """State, unit and days of a case."""

    state: CaseState
    track: str
    unit: str
    received_on: date
    side_tracks: frozenset[str]
    due_on: date | None
    due_rule: str | None
    told_on: date | None
    told_rule: str | None
    is_paper: bool
    is_matter: bool
    opened_on: date | None
    escalates_to: str | None
    escalates_on: date | None
    escalated_on: date | None

    @property
    def may_escalate(self) -> bool:
        """Return whether the case can go up: once, to a superior, before the conclusion."""
        return (
            self.escalates_to is not None
            and self.escalated_on is None
            and self.state in BEFORE_CONCLUSION
        )


def standing_columns(case: CaseRecord) -> dict[str, Any]:
    """Return the fields of ``Standing``, for it and for what is built upon it."""
    return {
        "state": CaseState(case.state),
        "track": case.track,
        "unit": case.unit,
        "received_on": case.received_on,
        "side_tracks": frozenset(case.side_tracks.split()),
        "due_on": case.due_on,
        "due_rule": case.due_rule,
        "told_on": case.told_on,
        "told_rule": case.told_rule,
        "is_paper": case.is_paper,
        "is_matter": case.is_matter,
        "opened_on": case.opened_on,
        "escalates_to": case.escalates_to,
        "escalates_on": case.escalates_on,
        "escalated_on": case.escalated_on,
    }
