"""Due days of a case from its pack's rules, each with its legal basis."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from policy.pack import Pack
from policy.rows import CALENDAR_DAYS, MONTHS, WORKING_DAYS, DeadlineRule
from policy.states import CaseState
from policy.working_days import (
    Calendar,
    calendar_days_after,
    calendar_of,
    months_after,
    working_days_after,
)

# How the ``measure`` of a rule counts.
MEASURES: dict[str, Callable[[date, int, Calendar], date]] = {
    WORKING_DAYS: working_days_after,
    CALENDAR_DAYS: calendar_days_after,
    MONTHS: months_after,
}


@dataclass(frozen=True)
class Deadline:
    """A rule and the day it yields; unconfirmed ones are shown as "dự kiến"."""

    rule: str
    due: date
    basis: str
    confirmed: bool


def due_on(rule: DeadlineRule, start: date, calendar: Calendar) -> date:
    """Return the due day of one rule whose clock started on ``start``."""
    return MEASURES[rule.measure](start, rule.count, calendar)


def deadlines(
    pack: Pack, track: str, received_on: date, calendar: Calendar
) -> tuple[Deadline, ...]:
    """Return the deadlines of a case received on that day, earliest first.

    A rule that follows another one is counted from the other's due day: the latest it can be.
    """
    rules = {
        rule.code: rule
        for rule in pack.deadlines
        if track in rule.tracks and rule.in_force(received_on)
    }

    def due(rule: DeadlineRule) -> date:
        start = due(rules[rule.after]) if rule.after else received_on
        return due_on(rule, start, calendar)

    found = (Deadline(r.code, due(r), r.basis, r.confirmed) for r in rules.values())
    return tuple(sorted(found, key=lambda deadline: (deadline.due, deadline.rule)))


def next_due_day(
    pack: Pack, track: str, state: CaseState, received_on: date, calendar: Calendar
) -> date | None:
    """Return the earliest due day whose clock still runs in this state, if there is one."""
    running = {rule.code for rule in pack.deadlines if state in rule.open_in}
    found = deadlines(pack, track, received_on, calendar)
    return next((deadline.due for deadline in found if deadline.rule in running), None)


def escalation_day(pack: Pack, start: date, calendar: Calendar) -> date | None:
    """Return the day on which a case that nobody opened goes up; none where it is switched off."""
    count = next((row.working_days for row in pack.escalation if row.in_force(start)), 0)
    return working_days_after(start, count, calendar) if count else None


def calendar_for(pack: Pack) -> Calendar:
    """Return the pack's calendar: its country's holidays and its own days."""
    return calendar_of(pack.place.country, {row.day: row.worked for row in pack.calendar})
