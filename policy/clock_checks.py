"""What must hold between the rows by which the days of a case are counted."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from policy.case_rows import DeadlineRule
from policy.errors import Fault
from policy.events import COMMON_EVENTS
from policy.pack import Pack
from policy.rows import CALENDAR_DAYS, WORKING_DAYS
from policy.unknown_words import unknown_words

# A year in which every day of every month is one, and how far every month goes.
LEAP_YEAR, DAYS_OF_EVERY_MONTH = 2000, 28


def clock_faults(pack: Pack) -> Iterator[Fault]:
    """Return what is wrong with deadlines, extensions, marks, advice and periods."""
    yield from _deadline_faults(pack)
    yield from _extension_faults(pack)
    yield from _mark_faults(pack)
    yield from _step_faults(pack)
    yield from _period_faults(pack)


def _deadline_faults(pack: Pack) -> Iterator[Fault]:
    tracks = {track.code for track in pack.tracks}
    events = COMMON_EVENTS | {mark.code for mark in pack.marks}
    named = ((rule.code, track) for rule in pack.deadlines for track in rule.tracks)
    yield from unknown_words("deadlines.toml", "track", tracks, named)
    along = ((rule.code, rule.along) for rule in pack.deadlines if rule.along)
    yield from unknown_words("deadlines.toml", "rule", pack.rules, along)
    for rule in pack.deadlines:
        lists = (rule.starts, rule.ends, rule.lapses, rule.pauses, rule.resumes)
        used = ((rule.code, event) for events_of in lists for event in events_of)
        yield from unknown_words("deadlines.toml", "event", events, used)
        told = (*_clock_faults(rule), *_chain_faults(rule, pack), *_version_faults(rule, pack))
        yield from (Fault("deadlines.toml", rule.code, each) for each in told)


def _clock_faults(rule: DeadlineRule) -> Iterator[str]:
    if not rule.starts and not rule.after:
        yield "nothing starts its clock: no 'starts' and no 'after'"
    if rule.along == rule.code:
        yield "goes along with itself"
    if rule.starts and rule.after:
        yield "has both 'starts' and 'after'"
    if len(rule.pauses) != len(rule.resumes):
        yield "'pauses' and 'resumes' go together, one for one"
    if rule.pauses and rule.measure not in {WORKING_DAYS, CALENDAR_DAYS}:
        yield f"a clock that counts {rule.measure} cannot be paused"
    if rule.at_least and (rule.told or rule.alarm):
        yield "is the least time that passes, so it is no alarm and told to nobody"
    for event in sorted(set(rule.ends) & set(rule.lapses)):
        yield f"'{event}' both ends it and lets it lapse"


def _chain_faults(rule: DeadlineRule, pack: Pack) -> Iterator[str]:
    if not rule.after:
        return
    firsts = pack.rules_of(rule.after)
    if not firsts:
        yield f"unknown rule '{rule.after}'"
    if any(first.after for first in firsts):
        yield "follows a rule that follows another one"
    if firsts and not _covered(rule, firsts):
        yield f"outlasts '{rule.after}', which it follows"


def _version_faults(rule: DeadlineRule, pack: Pack) -> Iterator[str]:
    if not rule.replaces:
        return
    before = pack.rules.get(rule.replaces)
    if before is None:
        yield f"unknown rule '{rule.replaces}'"
    elif before.until is None or rule.since != before.until + timedelta(days=1):
        yield f"must begin on the day after '{rule.replaces}' ends"
    if any(other.replaces == rule.replaces and other is not rule for other in pack.deadlines):
        yield f"not the only one that replaces '{rule.replaces}'"


def _extension_faults(pack: Pack) -> Iterator[Fault]:
    used = ((row.code, row.rule) for row in pack.extensions)
    yield from unknown_words("extensions.toml", "rule", pack.rules, used)
    for row in pack.extensions:
        times = {other.time for other in pack.extensions_of(row.rule)}
        if row.time < 1:
            yield Fault("extensions.toml", row.code, "'time' must be 1 or more")
        elif not set(range(1, row.time)) <= times:
            yield Fault(
                "extensions.toml", row.code, f"no time {row.time - 1} before time {row.time}"
            )
        if row.grounds > len(pack.grounds):
            yield Fault(
                "extensions.toml", row.code, f"needs {row.grounds} grounds of {len(pack.grounds)}"
            )


def _mark_faults(pack: Pack) -> Iterator[Fault]:
    tracks = {track.code for track in pack.tracks}
    for file, rows in (("marks.toml", pack.marks), ("advice.toml", pack.advice)):
        used = ((row.code, track) for row in rows for track in row.tracks)
        yield from unknown_words(file, "track", tracks, used)
    findings = {finding.code for finding in pack.findings}
    concluded = ((row.code, finding) for row in pack.advice for finding in row.findings)
    yield from unknown_words("advice.toml", "finding", findings, concluded)
    both = ((mark.code, each) for mark in pack.marks for each in (mark.beside, mark.no_longer))
    beside = ((code, each) for code, each in both if each)
    yield from unknown_words("marks.toml", "track", tracks, beside)
    for mark in pack.marks:
        if mark.code in COMMON_EVENTS:
            yield Fault("marks.toml", mark.code, "is the name of a step or of a common event")
        if mark.needs_two and mark.at_triage:
            yield Fault("marks.toml", mark.code, "takes two, and triage is one reviewer's")


def _step_faults(pack: Pack) -> Iterator[Fault]:
    file, tracks = "steps.toml", {track.code for track in pack.tracks}
    marks = {mark.code: mark for mark in pack.marks}
    named = ((row.code, track) for row in pack.step_rules for track in row.tracks)
    yield from unknown_words(file, "track", tracks, named)
    needed = ((row.code, mark) for row in pack.step_rules for mark in row.needs)
    yield from unknown_words(file, "mark", marks, needed)
    for row in pack.step_rules:
        if not row.needs and not row.needs_two:
            yield Fault(file, row.code, "asks for nothing: no 'needs' and no 'needs_two'")
        offered = {track for code in row.needs if code in marks for track in marks[code].tracks}
        for track in sorted(set(row.tracks) - offered) if row.needs else ():
            yield Fault(file, row.code, f"none of its marks can be recorded on track '{track}'")


def _period_faults(pack: Pack) -> Iterator[Fault]:
    for row in pack.periods:
        try:
            end = date(LEAP_YEAR, row.month, row.day)
        except ValueError:
            yield Fault("periods.toml", row.code, f"there is no day {row.day} of month {row.month}")
            continue
        if not end.day < row.due_day <= DAYS_OF_EVERY_MONTH:
            yield Fault("periods.toml", row.code, f"is not due on day {row.due_day} of that month")


def _covered(rule: DeadlineRule, firsts: Sequence[DeadlineRule]) -> bool:
    """Return whether one of these is in force while a rule is, on each of its tracks.

    They follow each other without a gap, so the first day and the last one are enough.
    """
    last = rule.until or date.max
    beside = [row for row in firsts if row.since <= last and (row.until or date.max) >= rule.since]
    return (
        any(row.since <= rule.since for row in beside)
        and any((row.until or date.max) >= last for row in beside)
        and all(set(row.tracks) >= set(rule.tracks) for row in beside)
    )
