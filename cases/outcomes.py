"""What came of a case: figures in clear for reports, the rest sealed in its history."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from cases.access import check_version, lock_for
from cases.appending import tell
from cases.errors import NeedsTwoError, OutcomeRefusedError
from cases.figures import Figures, keep_figures
from cases.history import Change, add_step
from cases.office import Office
from cases.reviewers import SignedIn
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


def record_outcome(office: Office, signed_in: SignedIn, ref: str, outcome: Outcome) -> None:
    """Record what came of a concluded case, and tell the reporter what was found.

    The latest record counts, all stand in the history.

    Raises:
        OutcomeRefusedError: nothing was concluded yet, or the pack has no such finding.
        NeedsTwoError: nobody concludes that alone.
        NotPermittedError: another unit is responsible for the case.
        StaleCaseError: somebody changed it meanwhile.
    """
    today, figures, pack = office.clock.today(), outcome.figures, office.todays_pack
    finding = next((row for row in pack.findings if row.code == figures.finding), None)
    measures = {row.code for row in pack.measures}
    if finding is None or not set(figures.measures) <= measures:
        raise OutcomeRefusedError
    if finding.needs_two:
        raise NeedsTwoError
    with office.database.writing() as session:
        case = lock_for(session, signed_in, ref, today, Action.RECORD_OUTCOME)
        check_version(case, outcome.version)
        if CaseState(case.state) not in CONCLUSIVE:
            raise OutcomeRefusedError
        keep_figures(session, ref, figures, today)
        said = {**asdict(figures), "details": dict(outcome.details)}
        add_step(session, signed_in, case, outcome.as_step("outcome", said), today)
        tell(session, case, {"event": "outcome", "finding": figures.finding}, today)
