"""Steps and marks that need something before them: a ground, or so many days."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cases.casework import Decision, decide
from cases.errors import StaleCaseError
from cases.step_errors import MarkRefusedError, StepNotReadyError
from policy.clock import ClockStatus
from policy.deadlines import status_of
from policy.states import CaseState, CaseStep
from tests.support.casework import UNIT, new_case, note, opened, step, triage
from tests.support.office import TestOffice


@pytest.fixture
def accepted(office: TestOffice) -> str:
    ref = new_case(office)
    triage(office, ref)
    step(office, ref, CaseStep.ACCEPT)
    return ref


def test_nothing_is_stopped_without_a_ground_and_the_case_stays_as_it_is(
    office: TestOffice, accepted: str
) -> None:
    before = opened(office, accepted)
    with pytest.raises(StepNotReadyError):
        step(office, accepted, CaseStep.STOP)
    after = opened(office, accepted)
    assert (after.state, after.version) == (CaseState.ACCEPTED, before.version)


@pytest.mark.parametrize("ground", ["taken-back", "accused-died", "settled-elsewhere"])
def test_a_case_is_stopped_on_a_ground_and_nothing_of_it_is_gone(
    office: TestOffice, accepted: str, ground: str
) -> None:
    statement = opened(office, accepted).report.statement
    note(office, accepted, ground)
    case = step(office, accepted, CaseStep.STOP)
    assert case.state is CaseState.CLOSED
    assert case.report.statement == statement


def test_another_mark_is_no_ground(office: TestOffice, accepted: str) -> None:
    note(office, accepted, "danger-found")
    with pytest.raises(StepNotReadyError):
        step(office, accepted, CaseStep.STOP)


def test_what_is_public_stays_so_for_as_long_as_it_must(office: TestOffice) -> None:
    pack = office.office.pack
    on_b = {"D09": ("B",), "D09-posting": ("B",)}
    rules = [replace(row, tracks=on_b.get(row.code, row.tracks)) for row in pack.deadlines]
    marks = [
        replace(row, tracks=("B",)) if row.code == "posting-over" else row for row in pack.marks
    ]
    office.follow(deadlines=tuple(rules), marks=tuple(marks))
    ref = new_case(office)
    triage(office, ref)
    case = step(office, ref, CaseStep.ACCEPT, CaseStep.VERIFY, CaseStep.CONCLUDE, CaseStep.PUBLISH)
    [posted] = [clock for clock in case.clocks if clock.rule == "D09-posting"]
    rule = office.office.pack.rules["D09-posting"]

    assert case.due_rule != "D09-posting", "it is nothing that could be late"
    office.clock.go_to(posted.due_on - timedelta(days=1))
    with pytest.raises(MarkRefusedError, match="day"):
        note(office, ref, "posting-over")
    late = posted.due_on + timedelta(days=2)
    office.clock.go_to(late)
    assert posted.status(late) is ClockStatus.OVERDUE
    assert status_of(rule, posted, late) is ClockStatus.RUNNING
    case = note(office, ref, "posting-over", day=late - timedelta(days=1))
    [over] = [clock for clock in case.clocks if clock.rule == "D09-posting"]
    assert status_of(rule, over, late) is ClockStatus.MET
    assert not over.is_running


def test_a_ground_that_somebody_else_records_meanwhile_does_not_count_unseen(
    office: TestOffice, accepted: str
) -> None:
    seen = opened(office, accepted).version
    note(office, accepted, "taken-back")
    with pytest.raises(StaleCaseError):
        decide(office.office, office.reviewers[UNIT], accepted, Decision(CaseStep.STOP, "x", seen))
