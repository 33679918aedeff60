"""What the office does about a request for protection: recorded, decided on, carried out, ended.

Each is a line of the history that protection officers read as well. The reporter is told in the
thread what concerns them, in words that name nobody: whoever finds the receipt reads them too.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from cases.access import check_version, lock_for, open_protection
from cases.appending import append_to_protection, tell
from cases.clocks import clocks_of, let_happen, told
from cases.compartments import Entry
from cases.history import Change, acting_unit, add_protection_step
from cases.names import EntryKind
from cases.office import Office
from cases.protection import (
    ASK_STEP,
    CHANNELS,
    DECIDE_STEP,
    END_STEP,
    MEASURE_STEP,
    Protection,
    ProtectionOutcome,
    ProtectionStanding,
    Request,
    protection_of,
)
from cases.protection_requests import ProtectionRequest, asked_event
from cases.reading import open_entries
from cases.records import CaseRecord
from cases.retaliation import ASKED, TOLD
from cases.reviewers import SignedIn
from cases.step_errors import ProtectionRefusedError
from policy.deadlines import is_too_early
from policy.events import CaseEvent
from policy.pack import Pack
from policy.protection_rows import ProtectionDecider
from policy.rights import Action

ENDED = "ended"  # What the thread says; of a decision it says the outcome.


@dataclass(frozen=True, repr=False, kw_only=True)
class HeardRequest(Change):
    """A request that came in person, by telephone, on paper or in other words, on a day."""

    request: ProtectionRequest
    channel: str
    day: date


@dataclass(frozen=True, repr=False, kw_only=True)
class ProtectionDecision(Change):
    """What was decided on kinds of a request, by whom, on a day; ``words`` are the reporter's."""

    request: str
    kinds: tuple[str, ...]
    decider: str
    outcome: ProtectionOutcome
    day: date
    document: str
    words: str


@dataclass(frozen=True, repr=False, kw_only=True)
class TakenMeasure(Change):
    """A measure of a request, from a day and until another one or until further."""

    request: str
    measure: str
    first_day: date
    last_day: date | None
    document: str


@dataclass(frozen=True, repr=False, kw_only=True)
class EndedProtection(Change):
    """Kinds of a request that are protected no longer, on what ground."""

    request: str
    kinds: tuple[str, ...]
    ground: str
    day: date
    document: str
    words: str


def record_request(office: Office, signed_in: SignedIn, ref: str, heard: HeardRequest) -> None:
    """Record a request that did not come by the reporter's page; its clock counts from its day.

    Raises:
        ProtectionRefusedError: the pack has no such kind or person, or the day cannot be.
        NotPermittedError: another unit is responsible for the case.
        StaleCaseError: somebody changed it meanwhile.
    """
    pack, today, asked = office.todays_pack, office.clock.today(), heard.request
    _check_codes(asked.kinds, [row.code for row in pack.protection_kinds], "heard-kinds")
    _check_codes(asked.persons, [row.code for row in pack.protected_persons], "heard-persons")
    if heard.channel not in CHANNELS:
        raise ProtectionRefusedError("heard-channel")
    with office.database.writing() as session:
        case = _locked(session, signed_in, ref, today, heard)
        _check_day(heard.day, case.received_on, today, "heard-day")
        heard_so = {"channel": heard.channel, "on": heard.day.isoformat()}
        values = {**asked.values(), **heard_so, "by": signed_in.sign_in_name}
        entry = Entry(EntryKind.PROTECTION, acting_unit(signed_in, case), values)
        append_to_protection(session, case, entry, today)
        event = asked_event(is_urgent=asked.is_urgent)
        let_happen(session, office.law, case, (event,), heard.day)
        said = {"kinds": list(asked.kinds), "urgent": asked.is_urgent, **heard_so}
        add_protection_step(session, signed_in, case, heard.as_step(ASK_STEP, said), today)
        tell(session, case, {"event": ASKED}, today)


def _locked(
    session: Session, signed_in: SignedIn, ref: str, today: date, change: Change
) -> CaseRecord:
    case = lock_for(session, signed_in, ref, today, Action.PROTECT)
    check_version(case, change.version)
    return case


def decide_protection(
    office: Office, signed_in: SignedIn, ref: str, decision: ProtectionDecision
) -> None:
    """Record what was decided on a request, and tell the reporter.

    Raises:
        ProtectionRefusedError: it is not theirs to decide, or something is missing.
        NotPermittedError: another unit is responsible for the case.
        StaleCaseError: somebody changed it meanwhile.
    """
    pack, today = office.todays_pack, office.clock.today()
    with office.database.writing() as session:
        case = _locked(session, signed_in, ref, today, decision)
        known = _known(session, signed_in, ref)
        request = _request_of(known, decision.request, "decision-request")
        allowed = request.kinds or [row.code for row in pack.protection_kinds]
        _check_codes(
            decision.kinds, [*allowed, *(each.kind for each in request.standings)], "decision-kinds"
        )
        decider = _decider_of(pack, decision)
        _check_decision(decision, decider)
        _check_day(decision.day, request.day, today, "decision-day")
        events = _events_of(decision, decider)
        clocks = clocks_of(session, office.law, case)
        if any(is_too_early(office.law, clocks, event, decision.day) for event in events):
            raise ProtectionRefusedError("decision-day")
        let_happen(session, office.law, case, events, decision.day)
        for event, day in _still_waiting(known, decision):
            let_happen(session, office.law, case, (event,), day)
        let_happen(session, office.law, case, told(case), today)
        said = {
            "request": decision.request,
            "kinds": list(decision.kinds),
            "decider": decision.decider,
            "outcome": decision.outcome,
            "on": decision.day.isoformat(),
            "document": decision.document,
        }
        add_protection_step(session, signed_in, case, decision.as_step(DECIDE_STEP, said), today)
        _tell(session, case, decision, decision.outcome, today)


def take_measure(office: Office, signed_in: SignedIn, ref: str, taken: TakenMeasure) -> None:
    """Record a measure with its days.

    Raises:
        ProtectionRefusedError: nothing of its kind was granted, or its days cannot be.
        NotPermittedError: another unit is responsible for the case.
        StaleCaseError: somebody changed it meanwhile.
    """
    pack, today = office.todays_pack, office.clock.today()
    with office.database.writing() as session:
        case = _locked(session, signed_in, ref, today, taken)
        request = _request_of(_known(session, signed_in, ref), taken.request, "measure-request")
        kinds = {row.code: row.kind for row in pack.protection_measures}
        if kinds.get(taken.measure) not in request.granted:
            raise ProtectionRefusedError("measure")
        if taken.first_day < request.day:
            raise ProtectionRefusedError("measure-from")
        if taken.last_day is not None and taken.last_day < taken.first_day:
            raise ProtectionRefusedError("measure-until")
        said = {
            "request": taken.request,
            "measure": taken.measure,
            "from": taken.first_day.isoformat(),
            "until": taken.last_day.isoformat() if taken.last_day else "",
            "document": taken.document,
        }
        add_protection_step(session, signed_in, case, taken.as_step(MEASURE_STEP, said), today)


def end_protection(office: Office, signed_in: SignedIn, ref: str, ended: EndedProtection) -> None:
    """Record that protection ended and on what ground, and tell the reporter; refuse as above.

    Raises:
        ProtectionRefusedError: it was not granted, or there is no such ground.
    """
    pack, today = office.todays_pack, office.clock.today()
    _check_codes((ended.ground,), [row.code for row in pack.protection_ends], "end-ground")
    with office.database.writing() as session:
        case = _locked(session, signed_in, ref, today, ended)
        request = _request_of(_known(session, signed_in, ref), ended.request, "end-request")
        _check_codes(ended.kinds, request.granted, "end-kinds")
        _check_day(ended.day, request.day, today, "end-day")
        let_happen(session, office.law, case, told(case), today)
        said = {
            "request": ended.request,
            "kinds": list(ended.kinds),
            "ground": ended.ground,
            "on": ended.day.isoformat(),
            "document": ended.document,
        }
        add_protection_step(session, signed_in, case, ended.as_step(END_STEP, said), today)
        _tell(session, case, ended, ENDED, today)


def _tell(
    session: Session,
    case: CaseRecord,
    change: ProtectionDecision | EndedProtection,
    outcome: str,
    day: date,
) -> None:
    event: dict[str, object] = {
        "event": TOLD,
        "outcome": outcome,
        "kinds": list(change.kinds),
        "words": change.words,
    }
    if isinstance(change, EndedProtection):
        event["ground"] = change.ground
    tell(session, case, event, day)


def _known(session: Session, signed_in: SignedIn, ref: str) -> Protection:
    compartments = open_protection(session, signed_in, ref)
    return protection_of(open_entries(session, ref, compartments))


def _request_of(known: Protection, request: str, field: str) -> Request:
    found = known.request(request)
    if found is None:
        raise ProtectionRefusedError(field)
    return found


def _still_waiting(known: Protection, decision: ProtectionDecision) -> Iterator[tuple[str, date]]:
    """Return what starts the clocks anew for what nobody decided on: one decision ends them all."""
    for request in known.requests:
        decided = decision.kinds if request.id == decision.request else ()
        waiting = [
            each
            for each in request.standings
            if each.standing is ProtectionStanding.WAITING and each.kind not in decided
        ]
        if waiting or not (request.standings or decided):
            yield asked_event(is_urgent=request.is_urgent), request.day


def _decider_of(pack: Pack, decision: ProtectionDecision) -> ProtectionDecider:
    deciders = [set(row.deciders) for row in pack.protection_kinds if row.code in decision.kinds]
    theirs = set.intersection(*deciders) if deciders else set()
    rows = (row for row in pack.protection_deciders if row.code == decision.decider)
    found = next(rows, None)
    if found is None or found.code not in theirs:
        raise ProtectionRefusedError("decision-decider")
    return found


def _check_decision(decision: ProtectionDecision, decider: ProtectionDecider) -> None:
    if decision.outcome is ProtectionOutcome.PASSED and not decider.outside:
        raise ProtectionRefusedError("decision-outcome")
    # Who is asked at once, urgently, is written to afterwards (Luật Tố cáo Điều 50.3).
    if decision.outcome is not ProtectionOutcome.PASSED and not decision.document.strip():
        raise ProtectionRefusedError("decision-document")
    if decision.outcome is ProtectionOutcome.REFUSED and not decision.words.strip():
        raise ProtectionRefusedError("decision-words")


def _events_of(decision: ProtectionDecision, decider: ProtectionDecider) -> tuple[str, ...]:
    if decision.outcome is ProtectionOutcome.PASSED:
        return (decider.asked,)
    decided = (CaseEvent.PROTECTION_DECIDED,)
    return (decider.answered, *decided) if decider.outside else decided


def _check_codes(chosen: Collection[str], offered: Collection[str], field: str) -> None:
    if not chosen or not set(chosen) <= set(offered):
        raise ProtectionRefusedError(field)


def _check_day(day: date, earliest: date, today: date, field: str) -> None:
    if not earliest <= day <= today:
        raise ProtectionRefusedError(field)
