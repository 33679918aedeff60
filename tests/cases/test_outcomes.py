"""What came of a case: figures for reports, and words that only its readers see."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from cases.case_file import open_case
from cases.errors import StaleCaseError
from cases.figures import Figures
from cases.law_records import OutcomeRecord
from cases.outcomes import Outcome, record_outcome
from cases.queue import Wanted, list_cases
from cases.step_errors import OutcomeRefusedError
from policy.states import CaseStep
from tests.support.casework import UNIT, step, triage
from tests.support.office import TestOffice

FIGURES = Figures(
    finding="true",
    measures=("discipline",),
    money_to_recover=1_200_000_000,
    money_recovered=200_000_000,
    land_to_recover=350,
    people=2,
    officials=1,
    heads=1,
)
OUTCOME = Outcome(
    figures=FIGURES, details={"document": "Kết luận 45/KL"}, reason="đã rõ", version=0
)


@pytest.fixture
def ref(office: TestOffice) -> str:
    office.file("Chuyện đã xảy ra.")
    [row] = list_cases(office.office, office.reviewers[UNIT], Wanted()).rows
    triage(office, row.ref)
    step(office, row.ref, CaseStep.ACCEPT, CaseStep.VERIFY)
    return row.ref


def record(office: TestOffice, ref: str, outcome: Outcome = OUTCOME) -> None:
    reviewer = office.reviewers[UNIT]
    version = open_case(office.office, reviewer, ref).version
    record_outcome(office.office, reviewer, ref, replace(outcome, version=version))


def test_figures_stand_in_clear_and_words_are_sealed(office: TestOffice, ref: str) -> None:
    step(office, ref, CaseStep.CONCLUDE)
    record(office, ref)

    case = open_case(office.office, office.reviewers[UNIT], ref)
    assert case.figures == FIGURES
    line = next(entry for entry in case.entries if entry.text("step") == "outcome")
    assert line.values["details"] == {"document": "Kết luận 45/KL"}
    assert case.entries[-1].values == {"event": "outcome", "finding": "true"}
    with office.office.database.reading() as session:
        row = session.scalars(select(OutcomeRecord)).one()
        assert (row.money_to_recover, row.measures) == (1_200_000_000, "discipline")
    for file in office.folder.rglob("*"):
        if file.is_file():
            assert "Kết luận 45/KL".encode() not in file.read_bytes()


def test_the_latest_record_counts_and_every_one_stands_in_the_history(
    office: TestOffice, ref: str
) -> None:
    step(office, ref, CaseStep.CONCLUDE)
    record(office, ref)
    record(office, ref, replace(OUTCOME, figures=replace(FIGURES, money_recovered=1_200_000_000)))

    case = open_case(office.office, office.reviewers[UNIT], ref)
    assert case.figures is not None
    assert case.figures.money_recovered == 1_200_000_000
    lines = [entry for entry in case.entries if entry.text("step") == "outcome"]
    assert [line.values["money_recovered"] for line in lines] == [200_000_000, 1_200_000_000]


def test_before_the_conclusion_nothing_came_of_it(office: TestOffice, ref: str) -> None:
    with pytest.raises(OutcomeRefusedError):
        record(office, ref)


@pytest.mark.parametrize(
    "figures", [replace(FIGURES, finding="nonsense"), replace(FIGURES, measures=("nonsense",))]
)
def test_what_the_pack_does_not_know_is_refused(
    office: TestOffice, ref: str, figures: Figures
) -> None:
    step(office, ref, CaseStep.CONCLUDE)
    with pytest.raises(OutcomeRefusedError):
        record(office, ref, replace(OUTCOME, figures=figures))


def test_nobody_calls_a_report_knowingly_false_alone(office: TestOffice, ref: str) -> None:
    step(office, ref, CaseStep.CONCLUDE)
    record(office, ref, replace(OUTCOME, figures=replace(FIGURES, finding="knowingly-false")))
    assert open_case(office.office, office.reviewers[UNIT], ref).figures is None


def test_an_old_page_is_refused(office: TestOffice, ref: str) -> None:
    step(office, ref, CaseStep.CONCLUDE)
    with pytest.raises(StaleCaseError):
        record_outcome(office.office, office.reviewers[UNIT], ref, OUTCOME)
