"""Which steps a reviewer can take on a case now, and what the others still need."""

from dataclasses import dataclass

from flask_babel import gettext

from cases.case_file import CaseFile
from policy.case_rows import StepRule
from policy.states import CaseStep
from review.desk import the_office
from review.law_words import mark_words
from review.words import step_words


@dataclass(frozen=True)
class WaitingStep:
    """A step that cannot be taken yet, in words, and the row of the pack that says why."""

    words: str
    rule: StepRule


@dataclass(frozen=True)
class NextSteps:
    """The steps of a case: those that can be chosen, and those that wait for something."""

    ready: list[tuple[str, str]]
    waiting: list[WaitingStep]


def next_steps(case: CaseFile, marks: frozenset[str]) -> NextSteps:
    """Return the steps of a case with these marks; passing it on has a form of its own."""
    steps = [step for step in case.steps if step is not CaseStep.REFER]
    waiting = {step: rule for step in steps for rule in _unmet(case, step, marks)}
    return NextSteps(
        [_choice(case, step) for step in steps if step not in waiting],
        [WaitingStep(_words(step, rule), rule) for step, rule in waiting.items()],
    )


def _unmet(case: CaseFile, step: CaseStep, marks: frozenset[str]) -> list[StepRule]:
    rules = the_office().todays_pack.rules_of_step(step, case.course.tracks)
    return [rule for rule in rules if not rule.is_met(marks)]


def _choice(case: CaseFile, step: CaseStep) -> tuple[str, str]:
    rules = the_office().todays_pack.rules_of_step(step, case.course.tracks)
    words = step_words(step)
    takes_two = any(rule.needs_two for rule in rules)
    return step.value, gettext("%(name)s (cần hai người)", name=words) if takes_two else words


def _words(step: CaseStep, rule: StepRule) -> str:
    return gettext(
        "%(step)s: chọn được sau khi ghi một trong các việc này, ở trang Xử lý theo luật:"
        " %(marks)s.",
        step=step_words(step),
        marks="; ".join(mark_words(code) for code in rule.needs),
    )
