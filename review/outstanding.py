"""What should be recorded before a case takes its next step, and what closing it would leave."""

from dataclasses import dataclass

from cases.case_file import CaseFile
from policy.case_rows import Mark
from policy.states import CONCLUSIVE, CaseStep, steps_from
from review.advice import Found
from review.clock_rows import ClockRow
from review.desk import the_office


@dataclass(frozen=True)
class Outstanding:
    """What is not recorded yet: marks, the outcome, and limits that closing would leave running."""

    marks: list[Mark]
    lacks_outcome: bool
    left_undone: list[ClockRow]

    def __bool__(self) -> bool:
        """Return whether there is anything."""
        return bool(self.marks or self.lacks_outcome or self.left_undone)


def outstanding_of(case: CaseFile, found: Found, clocks: list[ClockRow]) -> Outstanding:
    """Return what is still to be done on a case as it stands."""
    steps = frozenset(steps_from(case.state))
    can_close = CaseStep.CLOSE in steps
    return Outstanding(
        _missing_marks(case, found, steps),
        can_close and case.state in CONCLUSIVE and case.figures is None,
        [row for row in clocks if _outlasts_closing(row)] if can_close else [],
    )


def _missing_marks(case: CaseFile, found: Found, steps: frozenset[CaseStep]) -> list[Mark]:
    """Return what should stand before a step that comes next, or is owed to the accused."""
    finding = case.figures.finding if case.figures else ""
    is_owed = any(row.code == finding and row.restores for row in the_office().pack.findings)
    return [
        mark
        for mark in the_office().todays_pack.marks
        if (mark.before in steps or (mark.restores and is_owed))
        and mark.code not in found.marks
        and not case.course.tracks.isdisjoint(mark.tracks)
    ]


def _outlasts_closing(row: ClockRow) -> bool:
    is_running = row.clock.is_running and not row.is_expected
    return is_running and CaseStep.CLOSE not in {*row.rule.ends, *row.rule.lapses}
