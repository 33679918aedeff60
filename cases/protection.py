"""What a case's opened texts say of protection: who asked for what, what was decided, what is done.

Nothing of it stands in clear but that a case has such texts, and the clocks of what is due.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from cases.names import EntryKind
from cases.opened import OpenedEntry
from cases.protection_requests import AFRAID, HAPPENED
from cases.retaliation import FOLLOW_UP

# Lines of the history.
ASK_STEP, DECIDE_STEP, MEASURE_STEP, END_STEP = (
    "protection-ask",
    "protection-decide",
    "protection-measure",
    "protection-end",
)
# How a request came that the desk records: by the reporter's own page, or as somebody heard it.
ON_PAGE, IN_FOLLOW_UP = "page", "follow-up"
CHANNELS = ("in-person", "telephone", "letter", "words")


class ProtectionOutcome(StrEnum):
    """What was decided on a request; passed: whoever decides was asked."""

    GRANTED = "granted"
    PASSED = "passed"
    REFUSED = "refused"


class ProtectionStanding(StrEnum):
    """How it stands with one kind of protection that was asked for."""

    WAITING = "waiting"
    PASSED = "passed"
    GRANTED = "granted"
    REFUSED = "refused"
    ENDED = "ended"


@dataclass(frozen=True, repr=False)
class KindStanding:
    """One kind of protection of a request: how it stands, since when, and who decided."""

    kind: str
    standing: ProtectionStanding
    since: date
    decider: str = ""


@dataclass(frozen=True, repr=False)
class Measure:
    """A measure that was taken, with its days and its document; without an end: until further."""

    code: str
    first_day: date
    last_day: date | None
    document: str


@dataclass(frozen=True, repr=False)
class Request:
    """A request for protection, in memory only."""

    id: str
    day: date
    channel: str
    kinds: tuple[str, ...]
    persons: tuple[str, ...]
    is_urgent: bool
    text: str
    standings: tuple[KindStanding, ...]
    measures: tuple[Measure, ...]

    @property
    def is_open(self) -> bool:
        """Return whether something of it waits for a decision, here or elsewhere."""
        awaited = {ProtectionStanding.WAITING, ProtectionStanding.PASSED}
        return not self.standings or any(each.standing in awaited for each in self.standings)

    @property
    def granted(self) -> frozenset[str]:
        """Return the kinds that are being protected."""
        return frozenset(
            each.kind for each in self.standings if each.standing is ProtectionStanding.GRANTED
        )


@dataclass(frozen=True, repr=False)
class FollowedUp:
    """What the reporter answered when they were asked whether anything happened."""

    day: date
    follow_up: str
    answer: str
    text: str


@dataclass(frozen=True, repr=False)
class Protection:
    """Everything that a case's texts say of protection, the newest request first."""

    requests: tuple[Request, ...]
    answers: tuple[FollowedUp, ...]

    def request(self, entry_id: str) -> Request | None:
        """Return the request of this id."""
        return next((each for each in self.requests if each.id == entry_id), None)


def protection_of(entries: Iterable[OpenedEntry]) -> Protection:
    """Return what the opened texts of a case say of protection."""
    said, steps = [], []
    for entry in entries:
        if entry.kind is EntryKind.PROTECTION:
            said.append(entry)
        elif entry.kind is EntryKind.STEP:
            steps.append(entry)
    asked = [entry for entry in said if _is_request(entry)]
    return Protection(
        tuple(_request(entry, _steps_of(entry, steps)) for entry in reversed(asked)),
        tuple(_answer(entry) for entry in reversed(said) if entry.text("about") == FOLLOW_UP),
    )


def _is_request(entry: OpenedEntry) -> bool:
    return entry.text("about") != FOLLOW_UP or entry.text("answer") in {AFRAID, HAPPENED}


def _steps_of(request: OpenedEntry, steps: Iterable[OpenedEntry]) -> list[OpenedEntry]:
    return [step for step in steps if step.text("request") == request.id]


def _request(entry: OpenedEntry, steps: Iterable[OpenedEntry]) -> Request:
    is_answer = entry.text("about") == FOLLOW_UP
    kinds, steps = tuple(entry.texts("kinds")), tuple(steps)
    day = _day(entry.text("on")) or entry.day
    return Request(
        id=entry.id,
        day=day,
        channel=IN_FOLLOW_UP if is_answer else entry.text("channel") or ON_PAGE,
        kinds=kinds,
        persons=tuple(entry.texts("persons")),
        is_urgent=entry.values.get("urgent") is True or entry.text("answer") == HAPPENED,
        text=entry.text(),
        standings=tuple(_standings(kinds, day, steps).values()),
        measures=tuple(_measure(step) for step in steps if step.text("step") == MEASURE_STEP),
    )


def _standings(
    kinds: Iterable[str], day: date, steps: Iterable[OpenedEntry]
) -> Mapping[str, KindStanding]:
    found = {kind: KindStanding(kind, ProtectionStanding.WAITING, day) for kind in kinds}
    for step in steps:
        on = _day(step.text("on")) or step.day
        for kind in step.texts("kinds"):
            if step.text("step") == DECIDE_STEP:
                standing = ProtectionStanding(ProtectionOutcome(step.text("outcome")))
                found[kind] = KindStanding(kind, standing, on, step.text("decider"))
            elif step.text("step") == END_STEP and kind in found:
                found[kind] = KindStanding(kind, ProtectionStanding.ENDED, on, found[kind].decider)
    return found


def _measure(step: OpenedEntry) -> Measure:
    first = _day(step.text("from")) or step.day
    return Measure(step.text("measure"), first, _day(step.text("until")), step.text("document"))


def _answer(entry: OpenedEntry) -> FollowedUp:
    return FollowedUp(entry.day, entry.text("follow_up"), entry.text("answer"), entry.text())


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
