"""The rows of a pack by which a case is judged: its days, what happens to it, what came of it."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Annotated

from policy.rows import (
    ACTORS,
    MARK_GROUPS,
    MEASURE_AREAS,
    MEASURE_NAMES,
    TEST_RESULTS,
    Language,
    Named,
    OneOf,
    Row,
    Worded,
)
from policy.states import CaseState, CaseStep


@dataclass(frozen=True, kw_only=True)
class DeadlineRule(Worded):
    """How long something may take, on which tracks, from what and until what has happened.

    ``starts``, ``ends``, ``lapses``, ``pauses`` and ``resumes`` name events: steps, marks, and
    what happens to every case. The clock starts with each of ``starts``, or when the clock of the
    rule in ``after`` was met; it is met by one of ``ends``, and nobody needs it any more after one
    of ``lapses``. Days between ``pauses`` and ``resumes`` are not counted. With ``along`` it starts
    only on a case that has, or had, a clock of that other rule. ``replaces`` is the rule that it
    takes over from, on the day after that one ended: wherever a row names the one, it means both.
    """

    tracks: tuple[str, ...]
    starts: tuple[str, ...] = ()
    after: str = ""
    along: str = ""
    replaces: str = ""
    # Whatever shows that the rule counts, it counts from the day the case was received.
    from_receipt: bool = False
    ends: tuple[str, ...]
    lapses: tuple[str, ...] = ()
    pauses: tuple[str, ...] = ()
    resumes: tuple[str, ...] = ()
    count: int
    measure: Annotated[str, OneOf("measure", MEASURE_NAMES)]
    who: Annotated[str, OneOf("'who' value", ACTORS)]
    # So many days must pass at least: it cannot be met before they did, and never too late.
    at_least: bool = False
    # The reporter is told of it, in the plain words.
    told: bool = False
    # To miss it is a matter for discipline by itself.
    alarm: bool = False


@dataclass(frozen=True, kw_only=True)
class Extension(Named):
    """By how much a rule's count can be extended, the first time or once more.

    ``grounds``: how many of the grounds of the case must be there. ``needs_decision``: it takes a
    written decision, whose number and day are recorded.
    """

    rule: str
    time: int
    count: int
    grounds: int
    needs_decision: bool


@dataclass(frozen=True, kw_only=True)
class Ground(Named):
    """One of the things that make a case complex."""


# How the office hears of something that nobody sent by the public form.
CHANNELS = ("in-person", "telephone", "box", "front", "press", "agency")


@dataclass(frozen=True, kw_only=True)
class Mark(Named):
    """Something that happens beside the steps, and that a reviewer takes note of with its day.

    It is offered on ``tracks``, in the states of ``states`` (in every one without them), and at
    triage with ``at_triage``. ``beside`` names the track on which the case goes on from then on,
    beside its own, ``no_longer`` the one that it leaves there. ``before`` names the step that
    should not come before it. ``heard_from`` are the ways by which something comes to the desk
    without a name that this happens with by itself.
    """

    tracks: tuple[str, ...]
    states: Annotated[tuple[str, ...], OneOf("state", tuple(CaseState))] = ()
    group: Annotated[str, OneOf("group", MARK_GROUPS)]
    at_triage: bool = False
    beside: str = ""
    no_longer: str = ""
    before: Annotated[str, OneOf("step", ("", *CaseStep))] = ""
    # What must be written down with it, beside the reason: a document, so many people's names.
    needs_document: bool = False
    # Nobody records it alone.
    needs_two: bool = False
    least_people: int = 0
    # Owed to the accused where the finding restores their rights (Luật Tố cáo Điều 36.1a).
    restores: bool = False
    heard_from: Annotated[tuple[str, ...], OneOf("channel", CHANNELS)] = ()


# Passing a case on has rules of its own, and assessment begins with whatever is done first.
RULED_STEPS = tuple(step for step in CaseStep if step not in {CaseStep.REFER, CaseStep.ASSESS})


@dataclass(frozen=True, kw_only=True)
class StepRule(Row):
    """What a step of the table of states needs on ``tracks`` before it is taken.

    One of the marks in ``needs`` must be recorded; with ``needs_two`` nobody takes it alone.
    """

    step: Annotated[str, OneOf("step", RULED_STEPS)]
    tracks: tuple[str, ...]
    needs: tuple[str, ...] = ()
    needs_two: bool = False

    def is_met(self, marks: Collection[str]) -> bool:
        """Return whether a case with these marks has what the step needs."""
        return not self.needs or not set(self.needs).isdisjoint(marks)


@dataclass(frozen=True, kw_only=True)
class Advice(Row):
    """What the law wants next on a track and in a state, said to the reviewer.

    ``tests``: how many of the three tests of Luật Tố cáo Điều 25.2 were met.
    ``findings``: not where another one was concluded.
    """

    tracks: tuple[str, ...]
    states: Annotated[tuple[str, ...], OneOf("state", tuple(CaseState))]
    tests: Annotated[tuple[str, ...], OneOf("'tests' value", TEST_RESULTS)] = ()
    findings: tuple[str, ...] = ()
    text_vi: str
    text_en: str

    def text(self, language: Language) -> str:
        """Return the advice in words."""
        return self.text_en if language == "en" else self.text_vi


@dataclass(frozen=True, kw_only=True)
class Finding(Worded):
    """What the conclusion says of what was reported. ``needs_two``: nobody concludes it alone."""

    needs_two: bool = False
    # What was reported is so: whoever reported it can be rewarded.
    confirms: bool = False
    # The accused's rights and interests are to be restored.
    restores: bool = False


@dataclass(frozen=True, kw_only=True)
class Measure(Named):
    """A way of handling what was found."""

    area: Annotated[str, OneOf("area", MEASURE_AREAS)]


@dataclass(frozen=True, kw_only=True)
class Detection(Named):
    """How a wrong came to light, when it was not this report alone."""


@dataclass(frozen=True, kw_only=True)
class DecisionKind(Named):
    """A kind of administrative decision that somebody can complain of."""


@dataclass(frozen=True, kw_only=True)
class ReportPeriod(Named):
    """A period that the office reports on: how long, its last day, and when the report is due."""

    months: int
    month: int
    day: int
    due_day: int
