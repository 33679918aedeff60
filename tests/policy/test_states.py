from itertools import product

import pytest

from console.state_paper import state_paper
from policy.errors import IllegalTransitionError
from policy.states import (
    BEFORE_CONCLUSION,
    CONCLUSIVE,
    LISTED,
    TRANSITIONS,
    CaseState,
    CaseStep,
    move,
    steps_from,
)
from tests.policy.packs import ROOT


@pytest.mark.parametrize(("state", "step"), list(product(CaseState, CaseStep)))
def test_every_step_from_every_state_moves_by_the_table_or_is_refused(
    state: CaseState, step: CaseStep
) -> None:
    if step in steps_from(state):
        assert move(state, step) is TRANSITIONS[state, step]
    else:
        with pytest.raises(IllegalTransitionError):
            move(state, step)


def test_the_paper_shows_the_table_as_it_is() -> None:
    paper = (ROOT / "docs" / "states.md").read_text(encoding="utf-8")
    assert paper == state_paper()
    for (start, step), end in TRANSITIONS.items():
        assert f"    {start} --> {end}: {step}\n" in paper


def reachable(start: CaseState) -> set[CaseState]:
    seen, waiting = {start}, [start]
    while waiting:
        state = waiting.pop()
        found = {move(state, step) for step in steps_from(state)} - seen
        seen |= found
        waiting += found
    return seen


def test_every_state_can_come_about() -> None:
    assert reachable(CaseState.RECEIVED) == set(CaseState)


@pytest.mark.parametrize("state", CaseState)
def test_no_state_is_a_trap_every_case_can_be_closed_and_opened_again(state: CaseState) -> None:
    assert {CaseState.CLOSED, CaseState.REOPENED} <= reachable(state)


def test_nothing_is_closed_or_declined_before_it_was_read() -> None:
    early = set(steps_from(CaseState.RECEIVED))
    assert not early & {CaseStep.CLOSE, CaseStep.DECLINE, CaseStep.CONCLUDE}


def test_a_closed_case_stands_in_no_queue_and_a_concluded_one_goes_up_no_more() -> None:
    assert CaseState.CLOSED not in LISTED
    after = {CaseState.CONCLUDED, CaseState.DECIDED, CaseState.PUBLISHED, CaseState.FOLLOWED_UP}
    assert not {*after, CaseState.CLOSED} & BEFORE_CONCLUSION
    assert {*after, CaseState.CLOSED} == CONCLUSIVE
    assert {CaseState.RECEIVED, CaseState.VERIFYING, CaseState.REOPENED} <= BEFORE_CONCLUSION


def test_a_case_can_be_referred_from_every_open_stage_before_the_decision() -> None:
    for state in BEFORE_CONCLUSION - {CaseState.NOT_ACCEPTED, CaseState.TRANSFERRED}:
        assert move(state, CaseStep.REFER) is CaseState.REFERRED
