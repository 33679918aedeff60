"""What the office finds of a case in law: its tracks, what happened beside the steps, more time."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from cases.access import check_version, lock_for
from cases.appending import tell
from cases.clocks import (
    Tracks,
    after_events,
    change_tracks,
    clocks_of,
    course_of,
    keep_clocks,
    told,
    tracks_of,
)
from cases.history import Change, Step, add_step
from cases.office import Office
from cases.proposals import propose
from cases.records import CaseRecord
from cases.reviewers import SignedIn
from cases.step_errors import MarkRefusedError, TrackRefusedError
from policy.case_rows import Mark
from policy.clock import Clock
from policy.deadlines import extended, is_too_early, next_extension
from policy.errors import ExtensionRefusedError
from policy.events import CaseEvent
from policy.rights import Action
from policy.states import BEFORE_CONCLUSION, CaseState, CaseStep, move, steps_from

# A named, signed denunciation stays on paper: who wrote it may not stand readable on a networked
# machine (Luật Bảo vệ bí mật nhà nước 117/2025/QH15 Điều 5.2).
PAPER_TRACK = "A"


@dataclass(frozen=True, repr=False, kw_only=True)
class Classification(Change):
    """A reviewer's finding on the version of the case that they saw.

    ``tests`` are the three of Luật Tố cáo Điều 25.2, each ``yes``, ``no`` or ``unknown``.
    ``decision`` is the kind of administrative decision that the report complains of, with its
    number as typed; both are empty where it complains of none.
    """

    track: str
    tests: dict[str, str]
    marks: tuple[str, ...]
    decision: str = ""
    decision_number: str = ""


@dataclass(frozen=True, repr=False, kw_only=True)
class Marking(Change):
    """Something that happened beside the steps, on a day that is not later than today.

    ``people`` are those who were given it, as typed: one a line.
    """

    mark: str
    day: date
    document: str
    people: str

    @property
    def names(self) -> frozenset[str]:
        """Return who was given it, each once."""
        return frozenset(name.strip() for name in self.people.splitlines()) - {""}


@dataclass(frozen=True, repr=False, kw_only=True)
class Extending(Change):
    """More time for one clock, with the grounds that the case has and the decision's number."""

    rule: str
    grounds: tuple[str, ...]
    document: str


def classify(office: Office, signed_in: SignedIn, ref: str, classification: Classification) -> None:
    """Record the tracks of a case and the three tests; what waits to be read is read now.

    Raises:
        TrackRefusedError: a case of this kind cannot go on that track, or is concluded.
        NotPermittedError: another unit is responsible for the case.
        StaleCaseError: somebody changed it meanwhile.
    """
    today = office.clock.today()
    with office.database.writing() as session:
        case = lock_for(session, signed_in, ref, today, Action.CLASSIFY)
        check_version(case, classification.version)
        marks = _marks_of(office, case, classification)
        _check_track(office, case, classification)
        before = CaseState(case.state)
        read: tuple[str, ...] = (CaseEvent.CLASSIFIED,)
        if CaseStep.ASSESS in steps_from(before):
            case.state = move(before, CaseStep.ASSESS)
            read = (CaseStep.ASSESS, *read, *told(case))
            tell(session, case, {"event": "state", "from": before, "to": case.state}, today)
        tracks = _with_beside(Tracks(classification.track, tracks_of(case).beside), marks)
        # What counts from the receipt on the new track was read as well.
        found = (CaseEvent.CLASSIFIED, *(mark.code for mark in marks))
        law, clocks = office.law, clocks_of(session, office.law, case)
        clocks = after_events(law, case, clocks, read, today)
        clocks = change_tracks(law, case, clocks, tracks, today)
        clocks = after_events(law, case, clocks, found, today)
        keep_clocks(session, law, case, clocks)
        said = {
            "track": classification.track,
            "tests": classification.tests,
            "marks": [mark.code for mark in marks],
            "decision": classification.decision,
            "decision_number": classification.decision_number,
        }
        add_step(session, signed_in, case, classification.as_step("classify", said), today)


def take_note(office: Office, signed_in: SignedIn, ref: str, marking: Marking) -> bool:
    """Record that something happened beside the steps.

    Return whether it is done: what takes two waits for a second person (``cases.proposals``).

    Raises:
        MarkRefusedError: the case is on another track or in another state, the day cannot be, or
            a document or people are missing.
        NotPermittedError: another unit is responsible for the case.
        StaleCaseError: somebody changed it meanwhile.
    """
    today = office.clock.today()
    with office.database.writing() as session:
        case = lock_for(session, signed_in, ref, today, Action.MARK)
        check_version(case, marking.version)
        mark = checked_mark(office, session, case, marking)
        if mark.needs_two:
            propose(session, signed_in, case, _line_of(marking), today)
        else:
            keep_mark(office, session, signed_in, case, marking)
    return not mark.needs_two


def checked_mark(office: Office, session: Session, case: CaseRecord, marking: Marking) -> Mark:
    """Return the mark that could be recorded of a case now.

    Raises:
        MarkRefusedError: it could not.
    """
    mark = next((row for row in office.todays_pack.marks if row.code == marking.mark), None)
    if mark is None or not is_offered(mark, course_of(case).tracks, case.state):
        raise MarkRefusedError("state")
    clocks = clocks_of(session, office.law, case)
    is_early = is_too_early(office.law, clocks, mark.code, marking.day)
    if is_early or not case.received_on <= marking.day <= office.clock.today():
        raise MarkRefusedError("day")
    if mark.needs_document and not marking.document.strip():
        raise MarkRefusedError("document")
    if len(marking.names) < mark.least_people:
        raise MarkRefusedError("people")
    return mark


def keep_mark(
    office: Office, session: Session, signed_in: SignedIn, case: CaseRecord, marking: Marking
) -> None:
    """Record a mark of a locked case, and let its clocks know.

    Raises:
        MarkRefusedError: it cannot be recorded now.
    """
    mark = checked_mark(office, session, case, marking)
    tracks, clocks = _with_beside(tracks_of(case), [mark]), clocks_of(session, office.law, case)
    clocks = change_tracks(office.law, case, clocks, tracks, marking.day)
    clocks = after_events(office.law, case, clocks, (mark.code,), marking.day)
    keep_clocks(session, office.law, case, clocks)
    add_step(session, signed_in, case, _line_of(marking), office.clock.today())


def _line_of(marking: Marking) -> Step:
    said = {
        "mark": marking.mark,
        "on": marking.day.isoformat(),
        "document": marking.document,
        "people": marking.people,
    }
    return marking.as_step("mark", said)


def extend(office: Office, signed_in: SignedIn, ref: str, extending: Extending) -> None:
    """Give a running clock its next extension.

    Raises:
        ExtensionRefusedError: the law has none further, wants more grounds or a decision, or time
            is over.
        NotPermittedError: another unit is responsible for the case.
        StaleCaseError: somebody changed it meanwhile.
    """
    today = office.clock.today()
    with office.database.writing() as session:
        case = lock_for(session, signed_in, ref, today, Action.EXTEND)
        check_version(case, extending.version)
        clocks = clocks_of(session, office.law, case)
        found = _running(clocks, extending.rule)
        grounds = {row.code for row in office.todays_pack.grounds} & set(extending.grounds)
        extension = next_extension(office.law, found)
        if extension is not None and extension.needs_decision and not extending.document.strip():
            raise ExtensionRefusedError("decision")
        longer = extended(office.law, found, len(grounds), today)
        others = tuple(longer if clock is found else clock for clock in clocks)
        others = after_events(office.law, case, others, (CaseEvent.EXTENDED,), today)
        keep_clocks(session, office.law, case, others)
        said = {
            "rule": extending.rule,
            "from": found.due_on.isoformat(),
            "to": longer.due_on.isoformat(),
            "grounds": list(extending.grounds),
            "document": extending.document,
        }
        add_step(session, signed_in, case, extending.as_step("extend", said), today)


def is_offered(mark: Mark, tracks: Collection[str], state: str) -> bool:
    """Return whether a mark can be recorded on a case of these tracks in this state."""
    is_on = not set(tracks).isdisjoint(mark.tracks)
    return is_on and (not mark.states or state in mark.states)


def _running(clocks: tuple[Clock, ...], rule: str) -> Clock:
    for clock in clocks:
        if clock.rule == rule and clock.is_running:
            return clock
    raise ExtensionRefusedError("none")


def _marks_of(office: Office, case: CaseRecord, classification: Classification) -> list[Mark]:
    """Return what was seen at triage; a track that runs beside others is seen when it is new."""
    known, chosen = course_of(case).tracks, classification.track
    on = {*known, chosen}
    return [
        mark
        for mark in office.todays_pack.marks
        if (mark.code in classification.marks and is_offered(mark, on, case.state))
        or (mark.at_triage and mark.beside == chosen and chosen not in known)
    ]


def _check_track(office: Office, case: CaseRecord, classification: Classification) -> None:
    tracks = {track.code for track in office.todays_pack.tracks}
    needs_paper = classification.track == PAPER_TRACK
    if classification.track not in tracks or (needs_paper and not case.is_paper):
        raise TrackRefusedError
    if CaseState(case.state) not in BEFORE_CONCLUSION:
        raise TrackRefusedError


def _with_beside(tracks: Tracks, marks: list[Mark]) -> Tracks:
    found = {mark.beside for mark in marks if mark.beside}
    over = {mark.no_longer for mark in marks if mark.no_longer}
    return Tracks(tracks.main, (tracks.beside | found) - over)
