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
    DECIDED = "decided"
    PUBLISHED = "published"
    FOLLOWED_UP = "followed_up"
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
    DECIDE = "decide"
    PUBLISH = "publish"
    FOLLOW_UP = "follow_up"
    STOP = "stop"
    CLOSE = "close"
    REOPEN = "reopen"


# REFER passes a case to another unit of this system; TRANSFER passes it out of the system (Luật
# Tố cáo Điều 24.2, 25.2). DECLINE is the notice of Điều 24.1 or, for anonymous information, the
# finding that the three tests of Điều 25.2 are not met. DECIDE is the handling of Điều 36, PUBLISH
# the publication of Điều 40, which may come before it, FOLLOW_UP watches that both are carried
# out (Điều 44.3). STOP ends a case whose denunciation was withdrawn (Điều 33, 34). Nothing closes
# before it was assessed, and no step deletes: a closed case can only be opened again (Điều 37), or
# be disposed of by two people when its time is over, which is no step (cases.disposal).
_TABLE: dict[CaseState, dict[CaseStep, CaseState]] = {
    CaseState.RECEIVED: {
        CaseStep.ASSESS: CaseState.ASSESSING,
        CaseStep.REFER: CaseState.REFERRED,
        CaseStep.TRANSFER: CaseState.TRANSFERRED,
    },
    CaseState.REFERRED: {
        CaseStep.ASSESS: CaseState.ASSESSING,
        CaseStep.REFER: CaseState.REFERRED,
        CaseStep.TRANSFER: CaseState.TRANSFERRED,
    },
    CaseState.ASSESSING: {
        CaseStep.ACCEPT: CaseState.ACCEPTED,
        CaseStep.DECLINE: CaseState.NOT_ACCEPTED,
        CaseStep.REFER: CaseState.REFERRED,
        CaseStep.TRANSFER: CaseState.TRANSFERRED,
    },
    CaseState.ACCEPTED: {
        CaseStep.VERIFY: CaseState.VERIFYING,
        CaseStep.REFER: CaseState.REFERRED,
        CaseStep.TRANSFER: CaseState.TRANSFERRED,
        CaseStep.STOP: CaseState.CLOSED,
    },
    CaseState.VERIFYING: {
        CaseStep.CONCLUDE: CaseState.CONCLUDED,
        CaseStep.REFER: CaseState.REFERRED,
        CaseStep.TRANSFER: CaseState.TRANSFERRED,
        CaseStep.STOP: CaseState.CLOSED,
    },
    CaseState.CONCLUDED: {
        CaseStep.DECIDE: CaseState.DECIDED,
        CaseStep.PUBLISH: CaseState.PUBLISHED,
        CaseStep.CLOSE: CaseState.CLOSED,
        CaseStep.REOPEN: CaseState.REOPENED,
    },
    CaseState.DECIDED: {
        CaseStep.PUBLISH: CaseState.PUBLISHED,
        CaseStep.FOLLOW_UP: CaseState.FOLLOWED_UP,
        CaseStep.CLOSE: CaseState.CLOSED,
        CaseStep.REOPEN: CaseState.REOPENED,
    },
    CaseState.PUBLISHED: {
        CaseStep.DECIDE: CaseState.DECIDED,
        CaseStep.FOLLOW_UP: CaseState.FOLLOWED_UP,
        CaseStep.CLOSE: CaseState.CLOSED,
        CaseStep.REOPEN: CaseState.REOPENED,
    },
    CaseState.FOLLOWED_UP: {
        CaseStep.CLOSE: CaseState.CLOSED,
        CaseStep.REOPEN: CaseState.REOPENED,
    },
    CaseState.NOT_ACCEPTED: {
        CaseStep.CLOSE: CaseState.CLOSED,
        CaseStep.REOPEN: CaseState.REOPENED,
    },
    CaseState.TRANSFERRED: {
        CaseStep.CLOSE: CaseState.CLOSED,
        CaseStep.REOPEN: CaseState.REOPENED,
    },
    CaseState.CLOSED: {CaseStep.REOPEN: CaseState.REOPENED},
    CaseState.REOPENED: {
        CaseStep.ASSESS: CaseState.ASSESSING,
        CaseStep.REFER: CaseState.REFERRED,
        CaseStep.TRANSFER: CaseState.TRANSFERRED,
    },
}
TRANSITIONS = {(start, step): end for start, steps in _TABLE.items() for step, end in steps.items()}

# The reporter may send a case to the superior at any time before the conclusion (design.md §5);
# a refusal and a transfer are no conclusion (Luật Tố cáo Điều 35).
BEFORE_CONCLUSION = frozenset(CaseState) - {
    CaseState.CONCLUDED,
    CaseState.DECIDED,
    CaseState.PUBLISHED,
    CaseState.FOLLOWED_UP,
    CaseState.CLOSED,
}

# What was decided already of a case that stands there, whatever its track was then.
PASSED: dict[CaseState, frozenset[CaseStep]] = {
    CaseState.ACCEPTED: frozenset({CaseStep.ACCEPT}),
    CaseState.VERIFYING: frozenset({CaseStep.ACCEPT}),
    CaseState.NOT_ACCEPTED: frozenset({CaseStep.DECLINE}),
    CaseState.TRANSFERRED: frozenset({CaseStep.TRANSFER}),
}

# What came of a case can be said from its conclusion on.
CONCLUSIVE = frozenset(CaseState) - BEFORE_CONCLUSION

# A closed case waits for nobody, so it stands in no queue.
LISTED = frozenset(CaseState) - {CaseState.CLOSED}


def steps_from(state: CaseState) -> tuple[CaseStep, ...]:
    """Return the steps that a case in this state can take, in the order of the table."""
    return tuple(_TABLE[state])


def move(state: CaseState, step: CaseStep) -> CaseState:
    """Return the state after the step.

    Raises:
        IllegalTransitionError: a case in this state cannot take this step.
    """
    try:
        return TRANSITIONS[state, step]
    except KeyError:
        raise IllegalTransitionError(f"{step} is not possible from {state}") from None
