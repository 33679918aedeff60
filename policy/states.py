"""A case's life as one table: what is not written is refused."""

from enum import StrEnum

from policy.errors import IllegalTransitionError


class CaseState(StrEnum):
    """Where a case stands. Kept in clear, so it says nothing about who or what."""

    RECEIVED = "received"
    ASSESSING = "assessing"
    REFERRED = "referred"
    ACCEPTED = "accepted"
    NOT_ACCEPTED = "not_accepted"
    TRANSFERRED = "transferred"
    VERIFYING = "verifying"
    CONCLUDED = "concluded"
    CLOSED = "closed"
    REOPENED = "reopened"


class CaseStep(StrEnum):
    """What a reviewer can do to a case's state."""

    ASSESS = "assess"
    REFER = "refer"
    ACCEPT = "accept"
    DECLINE = "decline"
    TRANSFER = "transfer"
    VERIFY = "verify"
    CONCLUDE = "conclude"
    CLOSE = "close"
    REOPEN = "reopen"


# REFER passes a case to another unit of this system; TRANSFER passes it out of the system (Luật
# Tố cáo Điều 24.2, 25.2). DECLINE is the notice of Điều 24.1 or, for anonymous information, the
# finding that the three tests of Điều 25.2 are not met. Nothing closes before it was assessed, and
# nothing is deleted: a closed case can only be opened again (Điều 37).
TRANSITIONS: dict[tuple[CaseState, CaseStep], CaseState] = {
    (CaseState.RECEIVED, CaseStep.ASSESS): CaseState.ASSESSING,
    (CaseState.RECEIVED, CaseStep.REFER): CaseState.REFERRED,
    (CaseState.RECEIVED, CaseStep.TRANSFER): CaseState.TRANSFERRED,
    (CaseState.REFERRED, CaseStep.ASSESS): CaseState.ASSESSING,
    (CaseState.REFERRED, CaseStep.REFER): CaseState.REFERRED,
    (CaseState.REFERRED, CaseStep.TRANSFER): CaseState.TRANSFERRED,
    (CaseState.ASSESSING, CaseStep.ACCEPT): CaseState.ACCEPTED,
    (CaseState.ASSESSING, CaseStep.DECLINE): CaseState.NOT_ACCEPTED,
    (CaseState.ASSESSING, CaseStep.REFER): CaseState.REFERRED,
    (CaseState.ASSESSING, CaseStep.TRANSFER): CaseState.TRANSFERRED,
    (CaseState.ACCEPTED, CaseStep.VERIFY): CaseState.VERIFYING,
    (CaseState.ACCEPTED, CaseStep.REFER): CaseState.REFERRED,
    (CaseState.ACCEPTED, CaseStep.TRANSFER): CaseState.TRANSFERRED,
    (CaseState.VERIFYING, CaseStep.CONCLUDE): CaseState.CONCLUDED,
    (CaseState.VERIFYING, CaseStep.REFER): CaseState.REFERRED,
    (CaseState.VERIFYING, CaseStep.TRANSFER): CaseState.TRANSFERRED,
    (CaseState.CONCLUDED, CaseStep.CLOSE): CaseState.CLOSED,
    (CaseState.CONCLUDED, CaseStep.REOPEN): CaseState.REOPENED,
    (CaseState.NOT_ACCEPTED, CaseStep.CLOSE): CaseState.CLOSED,
    (CaseState.NOT_ACCEPTED, CaseStep.REOPEN): CaseState.REOPENED,
    (CaseState.TRANSFERRED, CaseStep.CLOSE): CaseState.CLOSED,
    (CaseState.TRANSFERRED, CaseStep.REOPEN): CaseState.REOPENED,
    (CaseState.CLOSED, CaseStep.REOPEN): CaseState.REOPENED,
    (CaseState.REOPENED, CaseStep.ASSESS): CaseState.ASSESSING,
    (CaseState.REOPENED, CaseStep.REFER): CaseState.REFERRED,
    (CaseState.REOPENED, CaseStep.TRANSFER): CaseState.TRANSFERRED,
}

# The reporter may send a case to the superior at any time before the conclusion (design.md §5);
# a refusal and a transfer are no conclusion (Luật Tố cáo Điều 35).
BEFORE_CONCLUSION = frozenset(CaseState) - {CaseState.CONCLUDED, CaseState.CLOSED}

# A closed case waits for nobody, so it stands in no queue.
LISTED = frozenset(CaseState) - {CaseState.CLOSED}


def steps_from(state: CaseState) -> tuple[CaseStep, ...]:
    """Return the steps that a case in this state can take, in the order of the table."""
    return tuple(step for start, step in TRANSITIONS if start is state)


def move(state: CaseState, step: CaseStep) -> CaseState:
    """Return the state after the step.

    Raises:
        IllegalTransitionError: a case in this state cannot take this step.
    """
    try:
        return TRANSITIONS[state, step]
    except KeyError:
        raise IllegalTransitionError(f"{step} is not possible from {state}") from None
