"""What was found in law is found again, or taken back: no deadline is lost or doubled by it."""

from datetime import timedelta

import pytest

from cases.errors import StaleCaseError
from cases.queue import Wanted, list_cases
from cases.step_errors import MarkRefusedError
from cases.triage import Extending, extend
from policy.clock import ClockStatus
from policy.states import CaseStep
from tests.support.casework import ALL_YES, UNIT, note, opened, statuses, step, triage
from tests.support.office import MONDAY, TestOffice


@pytest.fixture
def ref(office: TestOffice) -> str:
    office.file("Chuyện đất đai.")
    [row] = list_cases(office.office, office.reviewers[UNIT], Wanted()).rows
    return row.ref


def test_two_who_look_at_the_same_page_do_not_extend_one_deadline_twice(
    office: TestOffice, ref: str
) -> None:
    # The extended deadline is not the one that runs out first.
    triage(office, ref, track="C", marks=("danger-found",))
    more = Extending(
        rule="D14",
        grounds=("places",),
        document="",
        reason="nhiều nơi",
        version=opened(office, ref).version,
    )
    extend(office.office, office.reviewers[UNIT], ref, more)
    with pytest.raises(StaleCaseError):
        extend(office.office, office.reviewers[UNIT], ref, more)


def test_a_track_that_was_chosen_by_mistake_costs_no_deadline(office: TestOffice, ref: str) -> None:
    before = triage(office, ref).clocks
    for track in ("E", "B"):
        triage(office, ref, track=track)
    after = opened(office, ref).clocks
    running = {clock.rule: clock.due_on for clock in after if clock.is_running}
    assert running.items() >= {(clock.rule, clock.due_on) for clock in before if clock.is_running}


def test_a_mark_that_was_made_by_mistake_is_taken_back(office: TestOffice, ref: str) -> None:
    triage(office, ref, marks=("crime-found", "party-found"))
    note(office, ref, "crime-ruled-out")
    case = note(office, ref, "party-ruled-out")
    assert case.side_tracks == frozenset()
    assert statuses(case, MONDAY)["D15"] is ClockStatus.LAPSED


def test_a_second_triage_of_a_crime_report_finds_no_second_crime(
    office: TestOffice, ref: str
) -> None:
    triage(office, ref, track="E")
    note(office, ref, "crime-sent")
    office.clock.go_to(MONDAY + timedelta(days=4))
    case = triage(office, ref, track="E", tests={**ALL_YES, "who": "no"})
    assert [clock.is_running for clock in case.clocks if clock.rule == "D15"] == [False]


def test_on_another_track_nothing_is_asked_that_was_decided_before(
    office: TestOffice, ref: str
) -> None:
    triage(office, ref)
    step(office, ref, CaseStep.ACCEPT)
    case = triage(office, ref, track="D")
    assert "D13" not in {clock.rule for clock in case.clocks}


def test_a_case_that_was_opened_again_has_a_deadline_again(office: TestOffice, ref: str) -> None:
    triage(office, ref)
    case = step(office, ref, CaseStep.DECLINE, CaseStep.CLOSE, CaseStep.REOPEN)
    assert {clock.rule for clock in case.clocks if clock.is_running} >= {"D19", "D23"}


def test_nothing_ends_or_goes_on_before_it_began(office: TestOffice, ref: str) -> None:
    office.clock.go_to(MONDAY + timedelta(days=7))
    note(office, ref, "danger-found")
    with pytest.raises(MarkRefusedError) as refused:
        note(office, ref, "danger-handled", day=MONDAY)
    assert refused.value.why == "day"
