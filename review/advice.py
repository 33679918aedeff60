"""What the law wants next of a case, so that nobody needs to know an article by heart."""

from dataclasses import dataclass

from cases.case_file import CaseFile
from cases.history import marks_recorded
from cases.names import EntryKind
from policy.case_rows import Advice
from policy.rows import ALL, NONE, SOME, UNTESTED
from review.desk import the_office

# The three tests of Luật Tố cáo Điều 25.2: who did wrong, evidence, whether it can be verified.
TESTS = ("who", "evidence", "verifiable")
YES, NO, UNKNOWN = "yes", "no", "unknown"


@dataclass(frozen=True)
class Found:
    """What triage last said, and what was recorded beside the steps."""

    tests: dict[str, str]
    marks: frozenset[str]
    # The administrative decision that the report complains of: its kind, and its number as typed.
    decision: str = ""
    decision_number: str = ""

    @property
    def result(self) -> str:
        """Return how many of the tests were met."""
        met = [self.tests.get(test) == YES for test in TESTS]
        if not self.tests:
            return UNTESTED
        return ALL if all(met) else SOME if any(met) else NONE


def found_in(case: CaseFile) -> Found:
    """Return what the history of a case says of its tests and marks."""
    steps = [entry for entry in case.entries if entry.kind is EntryKind.STEP]
    classified = [entry for entry in steps if entry.text("step") == "classify"]
    marks = marks_recorded(steps)
    if not classified:
        return Found({}, marks)
    last = classified[-1]
    decision, number = last.text("decision"), last.text("decision_number")
    return Found(last.texts_by_name("tests"), marks, decision, number)


def advice_for(case: CaseFile, found: Found) -> list[Advice]:
    """Return the rows of the pack that fit the case as it stands."""
    today, result = the_office().clock.today(), found.result
    finding = case.figures.finding if case.figures else ""
    return [
        row
        for row in the_office().pack.advice
        if row.in_force(today)
        and not case.course.tracks.isdisjoint(row.tracks)
        and case.state in row.states
        and (not row.tests or result in row.tests)
        and (not row.findings or not finding or finding in row.findings)
    ]
