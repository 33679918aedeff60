"""What came of a case: figures in clear for reports, the rest sealed in its history."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from sqlalchemy.orm import Session

from cases.access import check_version, lock_for
from cases.appending import tell
from cases.figures import Figures, keep_figures
from cases.history import Change, Step, add_step
from cases.office import Office
from cases.proposals import propose
from cases.records import CaseRecord
from cases.reviewers import SignedIn
from cases.step_errors import OutcomeRefusedError
from policy.case_rows import Finding
from policy.rights import Action
from policy.states import CONCLUSIVE, CaseState


@dataclass(frozen=True, repr=False, kw_only=True)
class Outcome(Change):
    """Figures, and what only the readers of the case may know: names, numbers of documents.

    ``details`` are texts by name: head, carry_out_by (a day), detection, document, decision,
    decision_number, loophole, assets.
    """

    figures: Figures
    details: Mapping[str, str]


def record_outcome(office: Office, signed_in: SignedIn, ref: str, outcome: Outcome) -> bool:
    """Record what came of a concluded case, and tell the reporter what was found.

    The latest record counts, all stand in the history. Return whether it is done: what takes two
    waits for a second person (``cases.proposals``).

    Raises:
        OutcomeRefusedError: nothing was concluded yet, or the pack has no such finding.
        NotPermittedError: another unit is responsible for the case.
        StaleCaseError: somebody changed it meanwhile.
    """
    today = office.clock.today()
    with office.database.writing() as session:
        case = lock_for(session, signed_in, ref, today, Action.RECORD_OUTCOME)
        check_version(case, outcome.version)
        finding = checked_finding(office, case, outcome)
        if finding.needs_two:
            propose(session, signed_in, case, _line_of(outcome), today)
        else:
            keep_outcome(office, session, signed_in, case, outcome)
    return not finding.needs_two


def checked_finding(office: Office, case: CaseRecord, outcome: Outcome) -> Finding:
    """Return what could be concluded of a case now.

    Raises:
        OutcomeRefusedError: nothing was concluded yet, or the pack has no such finding or measure.
    """
    pack, figures = office.todays_pack, outcome.figures
    finding = next((row for row in pack.findings if row.code == figures.finding), None)
    if finding is None or not set(figures.measures) <= {row.code for row in pack.measures}:
        raise OutcomeRefusedError
    if CaseState(case.state) not in CONCLUSIVE:
        raise OutcomeRefusedError
    return finding


def keep_outcome(
    office: Office, session: Session, signed_in: SignedIn, case: CaseRecord, outcome: Outcome
) -> None:
    """Record the outcome of a locked case, and tell the reporter.

    Raises:
        OutcomeRefusedError: it cannot be recorded now.
    """
    today, finding = office.clock.today(), checked_finding(office, case, outcome)
    keep_figures(session, case.ref, outcome.figures, today)
    add_step(session, signed_in, case, _line_of(outcome), today)
    tell(session, case, {"event": "outcome", "finding": finding.code}, today)


def _line_of(outcome: Outcome) -> Step:
    said = {**asdict(outcome.figures), "details": dict(outcome.details)}
    return outcome.as_step("outcome", said)
