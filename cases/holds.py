"""Legal hold: a case that a court, an investigation or an inspection asks for is not destroyed.

One person places it; to end it takes two.
"""

from sqlalchemy.orm import Session

from cases.access import check_version, lock_for
from cases.history import Change, Step, add_step
from cases.office import Office
from cases.proposals import propose
from cases.records import CaseRecord
from cases.retention import retention_row
from cases.reviewers import SignedIn
from cases.step_errors import HoldRefusedError
from policy.rights import Action

HOLD_STEP, END_HOLD_STEP = "hold", "end-hold"


def place_hold(office: Office, signed_in: SignedIn, ref: str, change: Change) -> None:
    """Hold a case, from today on and until two people end it.

    Raises:
        HoldRefusedError: it is held already.
        NotPermittedError: it is not theirs to handle.
        StaleCaseError: somebody changed it meanwhile.
    """
    today = office.clock.today()
    with office.database.writing() as session:
        case = lock_for(session, signed_in, ref, today, Action.HOLD)
        check_version(case, change.version)
        kept = retention_row(session, ref)
        if kept.held_on is not None:
            raise HoldRefusedError
        kept.held_on = today
        add_step(session, signed_in, case, change.as_step(HOLD_STEP, {}), today)


def propose_end_of_hold(office: Office, signed_in: SignedIn, ref: str, change: Change) -> None:
    """Propose that a case is not held any more, for a second person to approve.

    Raises:
        HoldRefusedError: it is not held.
        NotPermittedError: it is not theirs to handle.
        StaleCaseError: somebody changed it meanwhile.
    """
    today = office.clock.today()
    with office.database.writing() as session:
        case = lock_for(session, signed_in, ref, today, Action.HOLD)
        check_version(case, change.version)
        if retention_row(session, ref).held_on is None:
            raise HoldRefusedError
        propose(session, signed_in, case, change.as_step(END_HOLD_STEP, {}), today)


def end_hold(
    office: Office, session: Session, signed_in: SignedIn, case: CaseRecord, reason: str
) -> None:
    """Hold a locked case no longer: two people said so.

    Raises:
        HoldRefusedError: it is not held any more.
    """
    kept = retention_row(session, case.ref)
    if kept.held_on is None:
        raise HoldRefusedError
    kept.held_on = None
    line = Step({"step": END_HOLD_STEP, "reason": reason})
    add_step(session, signed_in, case, line, office.clock.today())
