"""The register of paper: a line goes where such a report would go, and its days run."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from cases.case_file import CaseFile, open_case
from cases.casework import Decision, decide
from cases.paper import PaperLine, enter_paper
from cases.queue import Wanted, list_cases
from cases.triage import Extending, extend
from policy.clock import ClockStatus
from policy.errors import ExtensionRefusedError
from policy.states import CaseState, CaseStep
from tests.support.casework import UNIT, note, triage
from tests.support.office import CAT_HAI, MONDAY, TestOffice

LINE = PaperLine(number="Sổ 2026, số 17", received_on=MONDAY)


def the_case(office: TestOffice, unit: str = UNIT) -> CaseFile:
    [row] = list_cases(office.office, office.reviewers[unit], Wanted()).rows
    return open_case(office.office, office.reviewers[unit], row.ref)


def test_a_paper_has_the_days_of_a_denunciation_from_the_day_it_came(office: TestOffice) -> None:
    office.clock.go_to(MONDAY + timedelta(days=4))
    assert enter_paper(office.office, office.reviewers[UNIT], LINE) == UNIT

    case = the_case(office)

    assert (case.track, case.is_paper, case.has_receipt) == ("A", True, False)
    assert case.report.statement == "Sổ 2026, số 17"
    assert (case.received_on, case.due_rule, case.due_on) == (MONDAY, "D01", date(2026, 12, 3))


def test_a_paper_about_the_unit_s_head_goes_to_the_superior(office: TestOffice) -> None:
    line = PaperLine(number="18", received_on=MONDAY, accused_head=frozenset({UNIT}))
    assert enter_paper(office.office, office.reviewers[UNIT], line) == "chu-tich"
    assert list_cases(office.office, office.reviewers[UNIT], Wanted()).rows == ()
    assert the_case(office, "chu-tich").is_paper


def test_the_same_form_twice_enters_one_line(office: TestOffice) -> None:
    line = PaperLine(number="19", received_on=MONDAY, form_tag=b"p" * 32)
    for _ in range(2):
        enter_paper(office.office, office.reviewers[UNIT], line)
    assert the_case(office).report.statement == "19"


def test_a_paper_that_names_everybody_goes_to_whom_no_form_can_name(office: TestOffice) -> None:
    everybody = frozenset(unit.code for unit in CAT_HAI.units if unit.accusable)
    line = PaperLine(number="20", received_on=MONDAY, accused=everybody, accused_head=everybody)
    assert enter_paper(office.office, office.reviewers[UNIT], line) not in everybody


def test_a_denunciation_goes_its_way_on_paper_with_every_day_met(office: TestOffice) -> None:
    enter_paper(office.office, office.reviewers[UNIT], LINE)
    ref = the_case(office).ref
    for each in (CaseStep.ASSESS, CaseStep.ACCEPT):
        decide_now(office, ref, each)
    note(office, ref, "informed-parties")
    decide_now(office, ref, CaseStep.VERIFY)
    note(office, ref, "team-named", people="Một\nHai")
    for mark in ("accused-explained", "results-reported"):
        note(office, ref, mark)
    decide_now(office, ref, CaseStep.CONCLUDE)
    note(office, ref, "conclusion-sent")
    decide_now(office, ref, CaseStep.DECIDE)
    note(office, ref, "decision-published")
    for each in (CaseStep.PUBLISH, CaseStep.FOLLOW_UP, CaseStep.CLOSE):
        decide_now(office, ref, each)

    case = open_case(office.office, office.reviewers[UNIT], ref)
    assert case.state is CaseState.CLOSED
    met = {clock.rule for clock in case.clocks if clock.status(MONDAY) is ClockStatus.MET}
    assert met == {"D01", "D03", "D04", "D07", "D08", "D09", "D09-decision", "D23"}
    assert case.due_on is None


def test_a_paper_that_is_no_denunciation_goes_on_as_what_it_is(office: TestOffice) -> None:
    enter_paper(office.office, office.reviewers[UNIT], LINE)
    case = triage(office, the_case(office).ref, track="B")
    assert (case.track, case.is_paper) == ("B", True)
    assert {clock.rule for clock in case.clocks if clock.is_running} >= {"D20", "D22-result"}


def decide_now(office: TestOffice, ref: str, step: CaseStep) -> None:
    version = open_case(office.office, office.reviewers[UNIT], ref).version
    decide(office.office, office.reviewers[UNIT], ref, Decision(step, "theo luật", version))


def test_more_time_for_a_denunciation_takes_a_written_decision(office: TestOffice) -> None:
    enter_paper(office.office, office.reviewers[UNIT], LINE)
    ref = the_case(office).ref
    for each in (CaseStep.ASSESS, CaseStep.ACCEPT):
        decide_now(office, ref, each)
    version = open_case(office.office, office.reviewers[UNIT], ref).version
    more = Extending(rule="D04", grounds=("places",), document="", reason="xa", version=version)
    with pytest.raises(ExtensionRefusedError) as refused:
        extend(office.office, office.reviewers[UNIT], ref, more)
    assert refused.value.why == "decision"
    extend(office.office, office.reviewers[UNIT], ref, replace(more, document="7/QĐ"))
    case = open_case(office.office, office.reviewers[UNIT], ref)
    assert [clock.extensions for clock in case.clocks if clock.rule == "D04"] == [1]
