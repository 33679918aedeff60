"""Deadlines of a case: clocks that events start, meet, pause and end, by the rules of its pack.

Nothing here knows what day it is or where a clock is kept. A clock is judged by the rule that was
in force on the day it started, however the pack changes afterwards.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date

from policy.case_rows import DeadlineRule, Extension
from policy.clock import Clock, Clocks, ClockStatus
from policy.errors import ExtensionRefusedError
from policy.events import CaseEvent
from policy.pack import Pack
from policy.rows import CALENDAR_DAYS, HOURS, MONTHS, WORKING_DAYS
from policy.working_days import (
    Calendar,
    calendar_days_after,
    calendar_of,
    hours_after,
    months_after,
    working_days_after,
    working_days_between,
)

# How the ``measure`` of a rule counts.
MEASURES: dict[str, Callable[[date, int, Calendar], date]] = {
    WORKING_DAYS: working_days_after,
    CALENDAR_DAYS: calendar_days_after,
    MONTHS: months_after,
    HOURS: hours_after,
}


@dataclass(frozen=True)
class Course:
    """On which tracks a case goes, and since when it is there: what its clocks depend on."""

    tracks: frozenset[str]
    received_on: date


@dataclass(frozen=True)
class Law:
    """A pack and the calendar that its days are counted by."""

    pack: Pack
    calendar: Calendar

    def rule_of(self, clock: Clock) -> DeadlineRule | None:
        """Return the rule of a clock; none where a pack has lost it."""
        return self.pack.rules.get(clock.rule)

    def extensions_of(self, clock: Clock) -> list[Extension]:
        """Return how a clock can be extended, by the law of the day on which it started."""
        rows = self.pack.extensions_of(clock.rule)
        return [row for row in rows if row.in_force(clock.started_on)]


def due_on(rule: DeadlineRule, start: date, calendar: Calendar, *, added: int = 0) -> date:
    """Return the due day of one rule whose clock started on ``start``, with days added to it."""
    return MEASURES[rule.measure](start, rule.count + added, calendar)


def begin(law: Law, course: Course) -> Clocks:
    """Return the clocks of a case on the day it was received."""
    return happened(law, (), CaseEvent.RECEIVED, course.received_on, course)


def happened(law: Law, clocks: Clocks, event: str, day: date, course: Course) -> Clocks:
    """Return the clocks of a case to which an event happened on that day."""
    after = tuple(_after_event(law, clock, event, day) for clock in clocks)
    met = {
        law.pack.limit(old.rule)
        for old, new in zip(clocks, after, strict=True)
        if old.is_running and not new.is_running and not new.lapsed
    }
    known = {law.pack.limit(clock.rule) for clock in after}
    rules = (
        (rule, course.received_on if rule.from_receipt else day) for rule in law.pack.deadlines
    )
    started = (
        _started(rule, start, law, after)
        for rule, start in rules
        if (event in rule.starts or (_follows(law, rule, met) and event not in _over(rule)))
        and (not rule.along or law.pack.limit(rule.along) in known)
        and _runs(rule, start, course.tracks)
        and not _has(law, after, rule)
    )
    return (*after, *started)


def retracked(
    law: Law, clocks: Clocks, course: Course, day: date, passed: Collection[str] = ()
) -> Clocks:
    """Return the clocks of a case that goes on on other tracks from that day.

    What the new tracks count from the receipt is counted from the receipt, but for what is done
    already by an event that ``passed``. What lapsed with a track goes on when the case is back.
    """
    kept = tuple(
        clock
        if not clock.is_running or _is_on(law, clock, course.tracks)
        else replace(clock, ended_on=day, lapsed=True, off_track=True)
        for clock in clocks
    )
    kept = tuple(_back_on_track(law, clock, course, kept) for clock in kept)
    known = {law.pack.limit(clock.rule) for clock in kept}
    started = (
        _started(rule, course.received_on, law, kept)
        for rule in law.pack.deadlines
        if CaseEvent.RECEIVED in rule.starts
        and law.pack.limit(rule.code) not in known
        and _over(rule).isdisjoint(passed)
        and _runs(rule, course.received_on, course.tracks)
    )
    return (*kept, *started)


def extended(law: Law, clock: Clock, grounds: int, day: date) -> Clock:
    """Return a clock with its next extension, for a case with so many grounds.

    Raises:
        ExtensionRefusedError: the law has no further one, it asks for more grounds, or the time
            is over already.
    """
    extension = next_extension(law, clock)
    if extension is None:
        raise ExtensionRefusedError("none")
    if grounds < extension.grounds:
        raise ExtensionRefusedError("grounds")
    if not clock.is_running or resumed(law, clock, day).due_on < day:
        raise ExtensionRefusedError("over")
    return recounted(law, replace(clock, extensions=clock.extensions + 1))


def next_extension(law: Law, clock: Clock) -> Extension | None:
    """Return the extension that a clock could get next, if the law has one."""
    time = clock.extensions + 1
    return next((row for row in law.extensions_of(clock) if row.time == time), None)


def recounted(law: Law, clock: Clock) -> Clock:
    """Return a clock with its due day as the calendar has it now."""
    rule = law.rule_of(clock)
    if rule is None or not clock.is_running:
        return clock
    added = clock.paused_days + sum(
        row.count for row in law.extensions_of(clock) if row.time <= clock.extensions
    )
    return replace(clock, due_on=due_on(rule, clock.started_on, law.calendar, added=added))


def resumed(law: Law, clock: Clock, day: date) -> Clock:
    """Return a paused clock as if nothing had paused it any more from that day.

    As the first day of a period is not counted, the day of the pause still is.
    """
    rule = law.rule_of(clock)
    if rule is None or clock.paused_on is None:
        return clock
    not_counted = (
        working_days_between(clock.paused_on, day, law.calendar)
        if rule.measure == WORKING_DAYS
        else (day - clock.paused_on).days
    )
    days = clock.paused_days + not_counted
    return recounted(law, replace(clock, paused_on=None, paused_by=(), paused_days=days))


def is_too_early(law: Law, clocks: Clocks, event: str, day: date) -> bool:
    """Return whether an event of that day would end, pause or resume what began after it.

    Or end what must go on until later at least.
    """
    for clock in clocks:
        rule = law.rule_of(clock)
        if rule is None or not clock.is_running:
            continue
        if rule.at_least and event in rule.ends and day < clock.due_on:
            return True
        moves = event in {*rule.ends, *rule.lapses, *rule.pauses, *rule.resumes}
        paused_on = clock.paused_on if event in rule.resumes else None
        if moves and day < (paused_on or clock.started_on):
            return True
    return False


def next_clock(law: Law, clocks: Clocks) -> Clock | None:
    """Return the clock that runs out first; none where nothing is awaited."""
    rules = ((clock, law.rule_of(clock)) for clock in clocks)
    return _first(clock for clock, rule in rules if rule is None or not rule.at_least)


def told_clock(law: Law, clocks: Clocks) -> Clock | None:
    """Return the clock that runs out first of those that the reporter is told of."""
    rules = ((clock, law.rule_of(clock)) for clock in clocks)
    return _first(clock for clock, rule in rules if rule is not None and rule.told)


def status_of(rule: DeadlineRule, clock: Clock, today: date) -> ClockStatus:
    """Return how a clock of a rule stands today: what must last so long at least is never late."""
    status = clock.status(today)
    in_time = {ClockStatus.OVERDUE: ClockStatus.RUNNING, ClockStatus.LATE: ClockStatus.MET}
    return in_time.get(status, status) if rule.at_least else status


def with_expected(law: Law, clocks: Clocks, course: Course) -> Clocks:
    """Return the clocks, and those that start when a running one is met on its last day.

    Earliest due day first.
    """
    due = {law.pack.limit(clock.rule): clock.due_on for clock in clocks if clock.is_running}
    rules = (
        (rule, due.get(law.pack.limit(rule.after))) for rule in law.pack.deadlines if rule.after
    )
    expected = (
        _started(rule, start, law, ())
        for rule, start in rules
        if start is not None and not _has(law, clocks, rule) and _runs(rule, start, course.tracks)
    )
    return tuple(sorted((*clocks, *expected), key=lambda clock: (clock.due_on, clock.rule)))


def escalation_day(pack: Pack, start: date, calendar: Calendar) -> date | None:
    """Return the day on which a case that nobody opened goes up; none where it is switched off."""
    count = next((row.working_days for row in pack.escalation if row.in_force(start)), 0)
    return working_days_after(start, count, calendar) if count else None


def calendar_for(pack: Pack) -> Calendar:
    """Return the pack's calendar: its country's holidays and its own days."""
    return calendar_of(pack.place.country, {row.day: row.worked for row in pack.calendar})


def _after_event(law: Law, clock: Clock, event: str, day: date) -> Clock:
    rule = law.rule_of(clock)
    if rule is None or not clock.is_running:
        return clock
    if event in rule.ends:
        return replace(clock, ended_on=day)
    if event in rule.lapses:
        return replace(clock, ended_on=day, lapsed=True)
    if event in rule.pauses and event not in clock.paused_by:
        by = (*clock.paused_by, event)
        return replace(clock, paused_on=clock.paused_on or day, paused_by=by)
    if event in rule.resumes and clock.paused_on is not None:
        over = rule.pauses[rule.resumes.index(event)]
        clock = replace(clock, paused_by=tuple(by for by in clock.paused_by if by != over))
        return clock if clock.paused_by else resumed(law, clock, day)
    return clock


def _first(clocks: Iterable[Clock]) -> Clock | None:
    counted = (clock for clock in clocks if clock.is_running and clock.paused_on is None)
    return min(counted, key=lambda clock: (clock.due_on, clock.rule), default=None)


def _follows(law: Law, rule: DeadlineRule, limits: Collection[str]) -> bool:
    return bool(rule.after) and law.pack.limit(rule.after) in limits


def _started(rule: DeadlineRule, day: date, law: Law, others: Clocks) -> Clock:
    number = 1 + max((clock.number for clock in others if clock.rule == rule.code), default=0)
    due = due_on(rule, day, law.calendar)
    return Clock(rule=rule.code, number=number, started_on=day, due_on=due)


def _back_on_track(law: Law, clock: Clock, course: Course, all_clocks: Clocks) -> Clock:
    rule = law.rule_of(clock)
    if rule is None or not clock.off_track or not _is_on(law, clock, course.tracks):
        return clock
    if _has(law, all_clocks, rule):
        return clock
    return recounted(law, replace(clock, ended_on=None, lapsed=False, off_track=False))


def _runs(rule: DeadlineRule, start: date, tracks: Collection[str]) -> bool:
    return rule.in_force(start) and not set(tracks).isdisjoint(rule.tracks)


def _over(rule: DeadlineRule) -> frozenset[str]:
    """Return the events after which what a rule asks for is done, or not needed any more."""
    return frozenset(rule.ends) | frozenset(rule.lapses)


def _is_on(law: Law, clock: Clock, tracks: Collection[str]) -> bool:
    rule = law.rule_of(clock)
    return rule is not None and not set(tracks).isdisjoint(rule.tracks)


def _has(law: Law, clocks: Iterable[Clock], rule: DeadlineRule) -> bool:
    limit = law.pack.limit(rule.code)
    return any(clock.is_running and law.pack.limit(clock.rule) == limit for clock in clocks)
