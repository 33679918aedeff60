"""The original of what was handed over redacted: asked for with a reason, given or refused.

Who reads a copy has no key of the original, so somebody who holds it gives a seal: to the one
person who asked, for as long as they read the case. Request, answer and reasons stay in history.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from cases.access import check_version, lock_for, open_compartments, open_steps
from cases.case_file import CaseFile, open_case
from cases.compartments import seal_rows, store_seals
from cases.errors import NotPermittedError, StaleCaseError
from cases.history import Change, add_step
from cases.names import (
    GIVEN_EPOCH,
    ORIGINAL_ASK,
    ORIGINAL_GIVE,
    ORIGINAL_REFUSE,
    CompartmentKind,
    EntryKind,
    new_ref,
    reviewer_holder,
)
from cases.office import Office
from cases.opened import OpenedCompartment, OpenedEntry
from cases.readers import readers_of
from cases.records import CaseRecord, SealRecord
from cases.redaction_records import OriginalRequestRecord
from cases.reviewers import SignedIn
from cases.second_person import check_second_person
from cases.staff import Holder, load_staff
from cases.step_errors import OriginalRefusedError
from policy.rights import Action
from policy.states import CaseStep

# Notes are the office's own words; whoever asks wants the reporter's.
GIVEN_KINDS = frozenset(
    {CompartmentKind.REPORT, CompartmentKind.THREAD, CompartmentKind.PROTECTION}
)


@dataclass(frozen=True, repr=False, kw_only=True)
class OriginalAnswer(Change):
    """What somebody who holds the original says to who asked for it."""

    request: str
    gives: bool


@dataclass(frozen=True, repr=False)
class OriginalRequest:
    """An original that was asked for and not answered yet, in memory only."""

    id: str
    by: str
    unit: str
    reason: str
    day: date


def open_requests(entries: Iterable[OpenedEntry]) -> tuple[OriginalRequest, ...]:
    """Return what of a case's history waits for an answer; passing the case on ends it."""
    found: dict[str, OriginalRequest] = {}
    for entry in entries:
        step, request = entry.text("step"), entry.text("request")
        if entry.kind is not EntryKind.STEP:
            continue
        if step == ORIGINAL_ASK:
            reason, by = entry.text("reason"), entry.text("by")
            found[request] = OriginalRequest(request, by, entry.author, reason, entry.day)
        elif step == CaseStep.REFER:
            found.clear()
        elif step in {ORIGINAL_GIVE, ORIGINAL_REFUSE}:
            found.pop(request, None)
    return tuple(found.values())


@dataclass(frozen=True, repr=False)
class AnsweredRequest:
    """What was said to somebody who asked for an original: given or refused, why, when, by whom."""

    asked_by: str
    unit: str
    is_given: bool
    reason: str
    by: str
    day: date


def answered_requests(entries: Iterable[OpenedEntry]) -> tuple[AnsweredRequest, ...]:
    """Return what a case's history says of originals that were asked for, the oldest first.

    Whoever took their own request back was answered by nobody.
    """
    steps = [entry for entry in entries if entry.kind is EntryKind.STEP]
    asked = {e.text("request"): e for e in steps if e.text("step") == ORIGINAL_ASK}
    answers = (e for e in steps if e.text("step") in {ORIGINAL_GIVE, ORIGINAL_REFUSE})
    return tuple(
        AnsweredRequest(
            question.text("by"),
            question.author,
            answer.text("step") == ORIGINAL_GIVE,
            answer.text("reason"),
            answer.text("by"),
            answer.day,
        )
        for answer in answers
        if (question := asked.get(answer.text("request"))) is not None
        and question.text("by") != answer.text("by")
    )


def reads_what_was_given(case: CaseFile) -> bool:
    """Return whether this reviewer reads the original since it was given to them alone."""
    return any(each.is_given for each in case.compartments.values())


def holds_original(case: CaseFile) -> bool:
    """Return whether a reviewer can give the original to somebody else."""
    return bool(_givable(case.compartments))


def ask_for_original(office: Office, signed_in: SignedIn, ref: str, ask: Change) -> None:
    """Ask whoever holds the original for it.

    Raises:
        OriginalRefusedError: the reviewer reads it already, or asked before and waits.
        CaseNotFoundError: the case is none of this reviewer's business.
        StaleCaseError: somebody changed it meanwhile.
    """
    case_file = open_case(office, signed_in, ref)
    waiting = {each.by for each in open_requests(case_file.entries)}
    today = office.clock.today()
    with office.database.writing() as session:
        case = lock_for(session, signed_in, ref, today, Action.ASK_ORIGINAL)
        check_version(case, ask.version)
        if not case_file.is_redacted:
            raise OriginalRefusedError("held")
        if signed_in.sign_in_name in waiting:
            raise OriginalRefusedError("waits")
        request = new_ref()
        row = {"id": request, "case_ref": ref, "asked_by": signed_in.reviewer_id, "asked_on": today}
        session.execute(insert(OriginalRequestRecord).values(**row))
        add_step(session, signed_in, case, ask.as_step(ORIGINAL_ASK, {"request": request}), today)


def answer_original(office: Office, signed_in: SignedIn, ref: str, answer: OriginalAnswer) -> None:
    """Give the original to who asked for it, or refuse it; who asked can only take it back.

    Raises:
        NotPermittedError: the reviewer does not hold the original.
        SamePersonError: it would be given by the person who asked.
        StaleCaseError: it was answered, who asked reads the case no more, or it changed.
    """
    case_file, today = open_case(office, signed_in, ref), office.clock.today()
    with office.database.writing() as session:
        case = lock_for(session, signed_in, ref, today, Action.GIVE_ORIGINAL)
        check_version(case, answer.version)
        row = session.scalar(
            select(OriginalRequestRecord).where(
                OriginalRequestRecord.id == answer.request,
                OriginalRequestRecord.case_ref == ref,
                OriginalRequestRecord.settled_on.is_(None),
            )
        )
        waiting = {each.id for each in open_requests(open_steps(session, signed_in, ref))}
        if row is None or row.id not in waiting:
            raise StaleCaseError
        original = _givable(open_compartments(session, signed_in, ref))
        takes_back = row.asked_by == signed_in.reviewer_id and not answer.gives
        if not original and not takes_back:
            raise NotPermittedError
        if answer.gives:
            check_second_person(session, row.asked_by, signed_in.reviewer_id)
            if row.asked_by in case_file.exclusions.people:
                raise StaleCaseError
            _give(session, case, original, row.asked_by)
        row.settled_on = today
        step = ORIGINAL_GIVE if answer.gives else ORIGINAL_REFUSE
        line = answer.as_step(step, {"request": answer.request})
        add_step(session, signed_in, case, line, today)


def end_requests(session: Session, case: CaseRecord, day: date) -> None:
    """Let what was asked for wait no longer: the case is passed on."""
    session.execute(
        update(OriginalRequestRecord)
        .where(
            OriginalRequestRecord.case_ref == case.ref, OriginalRequestRecord.settled_on.is_(None)
        )
        .values(settled_on=day)
    )


def _givable(opened: dict[str, OpenedCompartment]) -> list[OpenedCompartment]:
    """Return the original as far as the keys open it; none without the report itself."""
    own = [each for each in opened.values() if each.kind in GIVEN_KINDS and not each.is_given]
    has_report = any(each.kind is CompartmentKind.REPORT for each in own)
    return own if has_report else []


def _give(
    session: Session, case: CaseRecord, original: list[OpenedCompartment], reviewer_id: str
) -> None:
    staff, name = load_staff(session), reviewer_holder(reviewer_id)
    if name not in readers_of(session, staff, case.ref):
        raise StaleCaseError
    recipient = next(
        members[reviewer_id] for members in staff.members.values() if reviewer_id in members
    )
    have = set(session.scalars(select(SealRecord.compartment_id).where(SealRecord.holder == name)))
    holder = Holder(name, GIVEN_EPOCH, (recipient,))
    for each in original:
        if each.id not in have:
            store_seals(session, seal_rows(each.id, each.identity, (holder,)))
