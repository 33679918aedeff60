"""Who handles a case: one member of its unit, who declared that they have no interest in it.

Whoever is to look into a matter must not be kin of the person named, nor have an interest of their
own (NĐ 31/2019/NĐ-CP Điều 5, 10.3). So nobody becomes the handler of a case by another's word: a
head gives it, and it is theirs once they declare. Who cannot declare gives it up (``recusal``).
"""

from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from cases.access import check_version, lock_for, open_compartments
from cases.desk_records import HandlerRecord
from cases.history import Change, add_step, kept_out_by
from cases.names import KEEPING_OUT
from cases.office import Office
from cases.reading import open_entries
from cases.records import CaseRecord, MembershipRecord, ReviewerRecord
from cases.reviewers import SignedIn
from cases.standing import Standing
from cases.step_errors import HandlerRefusedError
from policy.rights import Action

GIVE_STEP, TAKE_STEP = "give", "take"
DECLARATION = "declaration"


@dataclass(frozen=True)
class Handler:
    """Who handles a case; not declared: somebody gave it to them, and it is not theirs yet."""

    reviewer_id: str
    sign_in_name: str
    is_declared: bool


@dataclass(frozen=True, repr=False, kw_only=True)
class Giving(Change):
    """To whom a head gives a case, and why."""

    reviewer_id: str


@dataclass(frozen=True, repr=False)
class Taking:
    """That somebody takes a case, with the declaration ticked or not."""

    declares: bool
    version: int
    form_tag: bytes | None = None


def handler_of(session: Session, case: CaseRecord | Standing, ref: str) -> Handler | None:
    """Return who handles a case for the unit that is responsible for it now."""
    row = session.execute(
        select(HandlerRecord.reviewer_id, ReviewerRecord.sign_in_name, HandlerRecord.is_declared)
        .join(ReviewerRecord, ReviewerRecord.id == HandlerRecord.reviewer_id)
        .join(
            MembershipRecord,
            (MembershipRecord.reviewer_id == HandlerRecord.reviewer_id)
            & (MembershipRecord.unit == HandlerRecord.unit),
        )
        .where(
            HandlerRecord.case_ref == ref,
            HandlerRecord.unit == case.unit,
            MembershipRecord.left_on.is_(None),
            MembershipRecord.reads,
        )
    ).first()
    return Handler(*row) if row else None


def give_case(office: Office, signed_in: SignedIn, ref: str, giving: Giving) -> None:
    """Give a case to a member of its unit, who handles it once they declare.

    Raises:
        NotPermittedError: the reviewer is no head of the unit.
        HandlerRefusedError: no such member, or the case keeps them out (``member``).
        StaleCaseError: somebody changed it meanwhile.
    """
    today = office.clock.today()
    with office.database.writing() as session:
        case = lock_for(session, signed_in, ref, today, Action.GIVE)
        check_version(case, giving.version)
        name = _name_of_member(session, signed_in, case, giving.reviewer_id)
        if name is None:
            raise HandlerRefusedError("member")
        _keep(session, case, giving.reviewer_id, is_declared=False)
        said = {"who": giving.reviewer_id, "name": name}
        add_step(session, signed_in, case, giving.as_step(GIVE_STEP, said), today)


def take_case(office: Office, signed_in: SignedIn, ref: str, taking: Taking) -> None:
    """Become the handler of a case, by declaring that one has no interest in it.

    Raises:
        HandlerRefusedError: nothing was declared (``declares``), or it is a colleague's, whom
            only a head relieves (``taken``).
        NotPermittedError: another unit is responsible for the case.
        StaleCaseError: somebody changed it meanwhile.
    """
    today = office.clock.today()
    declared = office.todays_pack.notice(DECLARATION)
    with office.database.writing() as session:
        case = lock_for(session, signed_in, ref, today, Action.TAKE)
        check_version(case, taking.version)
        now = handler_of(session, case, ref)
        if now is not None and (now.is_declared or now.reviewer_id != signed_in.reviewer_id):
            raise HandlerRefusedError("taken")
        if not taking.declares:
            raise HandlerRefusedError("declares")
        _keep(session, case, signed_in.reviewer_id, is_declared=True)
        # The very words that were declared, whatever a later pack says.
        said = {"declared": declared.text_vi, "basis": declared.basis}
        line = Change(reason="", version=taking.version, form_tag=taking.form_tag)
        add_step(session, signed_in, case, line.as_step(TAKE_STEP, said), today)


def drop_handler(session: Session, case: CaseRecord, reviewer_id: str | None = None) -> None:
    """Forget who handles a case; with an id only if it is that one."""
    query = delete(HandlerRecord).where(HandlerRecord.case_ref == case.ref)
    if reviewer_id is not None:
        query = query.where(HandlerRecord.reviewer_id == reviewer_id)
    session.execute(query)


def _keep(session: Session, case: CaseRecord, reviewer_id: str, *, is_declared: bool) -> None:
    drop_handler(session, case)
    session.add(
        HandlerRecord(
            case_ref=case.ref, unit=case.unit, reviewer_id=reviewer_id, is_declared=is_declared
        )
    )


def _name_of_member(
    session: Session, signed_in: SignedIn, case: CaseRecord, reviewer_id: str
) -> str | None:
    compartments = open_compartments(session, signed_in, case.ref)
    entries = open_entries(session, case.ref, compartments, *KEEPING_OUT)
    if reviewer_id in kept_out_by(entries):
        return None
    return session.scalar(
        select(ReviewerRecord.sign_in_name)
        .join(MembershipRecord, MembershipRecord.reviewer_id == ReviewerRecord.id)
        .where(
            ReviewerRecord.id == reviewer_id,
            MembershipRecord.unit == case.unit,
            MembershipRecord.reads,
            MembershipRecord.admitted_on.is_not(None),
            MembershipRecord.left_on.is_(None),
        )
    )
