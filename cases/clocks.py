"""The clocks of a case's deadlines, kept as days; what runs out first stands with the case.

Nobody writes them before the office has to do with a case: until then they follow from the day it
was received. So the public door need not know of them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.happenings import forget_events, waiting_events
from cases.law_records import ClockRecord
from cases.listings import relist
from cases.records import CaseRecord
from policy.clock import Clock, Clocks
from policy.deadlines import Course, Law, begin, happened, next_clock, retracked, told_clock
from policy.events import CaseEvent
from policy.states import BEFORE_CONCLUSION, PASSED, CaseState


def course_of(case: CaseRecord) -> Course:
    """Return on which tracks a case goes, and since when it is there."""
    tracks = tracks_of(case)
    return Course(tracks.beside | {tracks.main}, case.received_on)


def clocks_of(session: Session, law: Law, case: CaseRecord) -> Clocks:
    """Return the clocks of a case, those of the past among them, in the order they started.

    What happened at the public door since they were written is counted in.
    """
    found = session.scalars(
        select(ClockRecord)
        .where(ClockRecord.case_ref == case.ref)
        .order_by(ClockRecord.started_on, ClockRecord.rule, ClockRecord.number)
    )
    clocks = tuple(map(clock_of, found)) or begin(law, course_of(case))
    for event, day in waiting_events(session, case.ref):
        clocks = happened(law, clocks, event, day, course_of(case))
    return clocks


def let_happen(
    session: Session, law: Law, case: CaseRecord, events: Iterable[str], day: date
) -> None:
    """Let events of one day start, meet and end what clocks of the case they do."""
    clocks = clocks_of(session, law, case)
    keep_clocks(session, law, case, after_events(law, case, clocks, events, day))


def after_events(
    law: Law, case: CaseRecord, clocks: Clocks, events: Iterable[str], day: date
) -> Clocks:
    """Return the clocks of a case after events of one day, in their order."""
    for event in events:
        clocks = happened(law, clocks, event, day, course_of(case))
    return clocks


def told(case: CaseRecord) -> tuple[CaseEvent, ...]:
    """Return that the reporter is told something: until the conclusion they are told again."""
    return (CaseEvent.TOLD,) if CaseState(case.state) in BEFORE_CONCLUSION else ()


class Tracks(NamedTuple):
    """The track of a case, and those that run beside it."""

    main: str
    beside: frozenset[str]


def tracks_of(case: CaseRecord) -> Tracks:
    """Return the tracks that a case goes on."""
    return Tracks(case.track, frozenset(case.side_tracks.split()))


def change_tracks(law: Law, case: CaseRecord, clocks: Clocks, tracks: Tracks, day: date) -> Clocks:
    """Let a case go on on other tracks from that day; return the clocks that these have."""
    passed = PASSED.get(CaseState(case.state), frozenset())
    case.track, case.side_tracks = tracks.main, written_tracks(tracks.beside - {tracks.main})
    return retracked(law, clocks, course_of(case), day, passed)


def written_tracks(tracks: Iterable[str]) -> str:
    """Return the tracks that run beside another one as their column has them (``tracks_of``)."""
    return "".join(f"{track} " for track in sorted(tracks))


def keep_clocks(session: Session, law: Law, case: CaseRecord, clocks: Clocks) -> None:
    """Write the clocks of a case, and with it and its listings what runs out first."""
    kept = {
        (record.rule, record.number): record
        for record in session.scalars(select(ClockRecord).where(ClockRecord.case_ref == case.ref))
    }
    for clock in clocks:
        record = kept.get((clock.rule, clock.number))
        if record is None:
            session.add(ClockRecord(case_ref=case.ref, **_columns(clock)))
        elif clock_of(record) != clock:
            for name, value in _columns(clock).items():
                setattr(record, name, value)
    for name, value in due_columns(law, clocks).items():
        setattr(case, name, value)
    relist(session, case)
    forget_events(session, case.ref)


def take_up_events(session: Session, law: Law, case: CaseRecord) -> None:
    """Let what happened at the public door move the clocks of a locked case."""
    keep_clocks(session, law, case, clocks_of(session, law, case))


def due_columns(law: Law, clocks: Clocks) -> Mapping[str, object]:
    """Return what a case shows of its clocks: what runs out first, and first for the reporter."""
    first, first_told = next_clock(law, clocks), told_clock(law, clocks)
    return {
        "due_on": first.due_on if first else None,
        "due_rule": first.rule if first else None,
        "told_on": first_told.due_on if first_told else None,
        "told_rule": first_told.rule if first_told else None,
    }


def clock_of(record: ClockRecord) -> Clock:
    """Return the clock that a row keeps."""
    return Clock(
        rule=record.rule,
        number=record.number,
        started_on=record.started_on,
        due_on=record.due_on,
        ended_on=record.ended_on,
        lapsed=record.lapsed,
        off_track=record.off_track,
        extensions=record.extensions,
        paused_on=record.paused_on,
        paused_by=tuple(record.paused_by.split()),
        paused_days=record.paused_days,
    )


def _columns(clock: Clock) -> dict[str, object]:
    return {**asdict(clock), "paused_by": " ".join(clock.paused_by)}
