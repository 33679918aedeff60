"""Referral: passing a case to another unit, with new seals, and a new epoch where one loses it."""

from dataclasses import dataclass
from datetime import date
from functools import partial

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from cases.access import check_version, lock_for, open_compartments
from cases.appending import tell
from cases.case_epochs import destroy_seals, start_epochs
from cases.case_file import CaseFile, open_case
from cases.clocks import let_happen, told
from cases.compartments import (
    seal_rows,
    store_seals,
)
from cases.copies import Getting, RedactedCopy, check_covers_all, give_copy
from cases.destinations import keep_out_openly
from cases.errors import BarredUnitError, UnstaffedUnitError
from cases.history import Step, add_step
from cases.listings import listed_columns, listing_row
from cases.names import (
    reviewer_holder,
    unit_holder,
)
from cases.office import Office
from cases.opened import OpenedCompartment
from cases.originals import end_requests
from cases.records import (
    CaseRecord,
    ListingRecord,
    SealRecord,
)
from cases.reviewers import SignedIn
from cases.staff import Holder, Staff, load_staff
from policy.deadlines import escalation_day
from policy.rights import Action
from policy.routing import may_receive, next_receiver
from policy.states import CaseState, CaseStep, move


@dataclass(frozen=True, repr=False)
class Referral:
    """To whom a case is passed and why; whether the unit that passes it keeps access.

    With a redacted copy the others get that, and what comes after. Without one they get all that
    was said: ``is_clean`` is who passes it saying that nothing there tells who reported.
    """

    unit: str
    reason: str
    keeps_access: bool
    version: int
    form_tag: bytes | None = None
    redacted: RedactedCopy | None = None
    is_clean: bool = False


@dataclass(frozen=True)
class _Plan:
    """Who holds the case afterwards."""

    receivers: tuple[Holder, ...]
    superiors: tuple[Holder, ...]
    superior: str | None
    escalates_on: date | None
    leaving: frozenset[str]
    receipt: object


def referable_units(office: Office, case: CaseFile) -> tuple[str, ...]:
    """Return the units that may receive this case: staffed, and not named by its report."""
    exclusions = case.exclusions
    with office.database.reading() as session:
        staffed = load_staff(session).staffed(exclusions.people)
    return tuple(
        unit.code
        for unit in office.todays_pack.receiving_units()
        if unit.code in staffed
        and unit.code != case.unit
        and may_receive(unit.code, exclusions.naming, office.todays_pack)
    )


def refer(office: Office, signed_in: SignedIn, ref: str, referral: Referral) -> None:
    """Pass the case to another unit.

    Raises:
        BarredUnitError: the report names that unit, its head, or somebody above it.
        UnstaffedUnitError: nobody there could open it.
        NotPermittedError: another unit is responsible for the case.
        StaleCaseError: somebody changed it meanwhile.
        IllegalTransitionError: a case in this state cannot be referred.
        OpenError: something of the case was altered.
    """
    today = office.clock.today()
    case_file = open_case(office, signed_in, ref)
    with office.database.writing() as session:
        case = lock_for(session, signed_in, ref, today, Action.REFER)
        check_version(case, referral.version)
        plan = _plan(office, session, case_file, referral)
        after = move(CaseState(case.state), CaseStep.REFER)
        opened = open_compartments(session, signed_in, ref)
        if referral.redacted:
            check_covers_all(session, signed_in, ref, referral.redacted)
            getting = Getting(plan.receivers, plan.superiors)
            give_copy(session, case, referral.redacted, getting, today)
        else:
            _give_access(session, opened, (*plan.superiors, *plan.receivers))
        former = _replace_listings(session, case, plan, today)
        _take_access(session, case, plan, former, is_redacted=referral.redacted is not None)
        end_requests(session, case, today)
        _tell(session, signed_in, case, referral, today)
        case.state, case.unit, case.opened_on = after, referral.unit, None
        case.escalates_to, case.escalates_on = plan.superior, plan.escalates_on
        case.escalated_on = None
        let_happen(session, office.law, case, (CaseStep.REFER, *told(case)), today)


def _tell(
    session: Session, signed_in: SignedIn, case: CaseRecord, referral: Referral, day: date
) -> None:
    passed = {"from": case.unit, "to": referral.unit}
    step: dict[str, object] = {
        "step": CaseStep.REFER,
        **passed,
        "reason": referral.reason,
        "keeps": referral.keeps_access,
        "redacted": referral.redacted is not None,
        "clean": referral.is_clean,
    }
    add_step(session, signed_in, case, Step(step, referral.form_tag), day)
    tell(session, case, {"event": "referred", **passed}, day)


def _plan(office: Office, session: Session, case: CaseFile, referral: Referral) -> _Plan:
    exclusions, today = case.exclusions, office.clock.today()
    staff, target = load_staff(session), referral.unit
    if target == case.unit or not may_receive(target, exclusions.naming, office.todays_pack):
        raise BarredUnitError
    receivers = staff.holders(target, exclusions.people)
    if not receivers:
        raise UnstaffedUnitError
    superior = _superior(office, session, staff, case, target)
    # Nobody above may have it, and the reporter must not learn that: it stays with the receivers.
    superiors = (
        staff.holders(superior, exclusions.people) if superior and superior != target else ()
    )
    members = staff.members.get(case.unit, {})
    leaving = frozenset({unit_holder(case.unit), *map(reviewer_holder, members)})
    staying = {holder.name for holder in (*receivers, *superiors)}
    return _Plan(
        receivers=receivers,
        superiors=superiors,
        superior=superior,
        escalates_on=escalation_day(office.pack, today, office.calendar) if superior else None,
        leaving=frozenset() if referral.keeps_access else leaving - staying,
        receipt=case.filed.values.get("receipt"),
    )


def _superior(
    office: Office, session: Session, staff: Staff, case: CaseFile, target: str
) -> str | None:
    """Return who takes over from the new unit: itself where all above it are named in the words."""
    naming, people = case.exclusions.naming, case.exclusions.people
    pack = office.todays_pack
    above = partial(next_receiver, target, naming, pack, office.clock.today())
    superior = above(staffed=staff.staffed(people))
    if superior is None and case.has_receipt:
        told = above(staffed=staff.staffed(keep_out_openly(session, naming, pack)))
        return told and target
    return superior


def _give_access(
    session: Session, opened: dict[str, OpenedCompartment], holders: tuple[Holder, ...]
) -> None:
    names = {holder.name for holder in holders}
    # What was given to one reviewer on request is not theirs to pass on.
    for compartment in (each for each in opened.values() if not each.is_given):
        have = set(
            session.scalars(
                select(SealRecord.holder).where(
                    SealRecord.compartment_id == compartment.id, SealRecord.holder.in_(names)
                )
            )
        )
        missing = {holder.name: holder for holder in holders if holder.name not in have}
        store_seals(session, seal_rows(compartment.id, compartment.identity, missing.values()))


def _replace_listings(session: Session, case: CaseRecord, plan: _Plan, day: date) -> frozenset[str]:
    """Write who lists the case now; return the former superiors, whose turn never came."""
    new = {holder.name: plan.escalates_on for holder in plan.superiors}
    new |= {holder.name: day for holder in plan.receivers}
    listed = set(
        session.scalars(
            select(ListingRecord.holder).where(
                ListingRecord.case_ref == case.ref, ListingRecord.listed_from <= day
            )
        )
    )
    everybody = session.scalars(
        select(ListingRecord.holder).where(ListingRecord.case_ref == case.ref)
    ).all()
    waiting = frozenset(everybody) - listed
    session.execute(
        delete(ListingRecord).where(
            ListingRecord.case_ref == case.ref, ListingRecord.holder.in_(plan.leaving | waiting)
        )
    )
    shared = listed_columns(case)
    rows = [
        listing_row(shared, holder, listed_from)
        for holder, listed_from in new.items()
        if holder not in listed
    ]
    if rows:
        session.execute(insert(ListingRecord), rows)
    return waiting - new.keys()


def _take_access(
    session: Session, case: CaseRecord, plan: _Plan, former: frozenset[str], *, is_redacted: bool
) -> None:
    """Destroy the seals of those who lose the case, and start epochs that they never held.

    Who gets a copy holds epochs that nothing of the time before lies in.
    """
    if not plan.leaving and not former and not is_redacted:
        return
    destroy_seals(session, case, plan.leaving | former)
    start_epochs(session, case, plan.receipt)
