"""Referral: passing a case to another unit, with new seals, and a new epoch where one loses it."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from cases.access import check_version, lock_for, open_compartments
from cases.appending import tell
from cases.case_file import CaseFile, open_case
from cases.clocks import let_happen, told
from cases.copies import Getting, RedactedCopy, check_covers_all, give_copy
from cases.errors import BarredUnitError, UnstaffedUnitError
from cases.handlers import drop_handler
from cases.history import Step, add_step
from cases.names import (
    reviewer_holder,
    unit_holder,
)
from cases.office import Office
from cases.officers import protection_among
from cases.originals import end_requests
from cases.passing_on import (
    PassingOn,
    give_access,
    replace_listings,
    superior_after,
    take_access,
)
from cases.records import (
    CaseRecord,
)
from cases.reviewers import SignedIn
from cases.staff import load_staff
from policy.deadlines import escalation_day
from policy.rights import Action
from policy.routing import may_receive
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
            give_access(session, opened, (*plan.superiors, *plan.receivers))
            give_access(session, protection_among(opened), plan.officers)
        former = replace_listings(session, case, plan, today)
        take_access(session, case, plan, former, is_redacted=referral.redacted is not None)
        end_requests(session, case, today)
        _tell(session, signed_in, case, referral, today)
        drop_handler(session, case)
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


def _plan(office: Office, session: Session, case: CaseFile, referral: Referral) -> PassingOn:
    exclusions, today = case.exclusions, office.clock.today()
    staff, target = load_staff(session), referral.unit
    if target == case.unit or not may_receive(target, exclusions.naming, office.todays_pack):
        raise BarredUnitError
    receivers = staff.holders(target, exclusions.people)
    if not receivers:
        raise UnstaffedUnitError
    superior = superior_after(office, session, exclusions, target, has_receipt=case.has_receipt)
    # Nobody above may have it, and the reporter must not learn that: it stays with the receivers.
    superiors = (
        staff.holders(superior, exclusions.people) if superior and superior != target else ()
    )
    members = staff.members.get(case.unit, {})
    officers = staff.protectors(target, exclusions.people)
    former = {holder.name for holder in staff.protectors(case.unit, ())}
    leaving = frozenset({unit_holder(case.unit), *map(reviewer_holder, members)} | former)
    staying = {holder.name for holder in (*receivers, *superiors, *officers)}
    return PassingOn(
        receivers=receivers,
        superiors=superiors,
        officers=officers,
        superior=superior,
        escalates_on=escalation_day(office.pack, today, office.calendar) if superior else None,
        leaving=frozenset() if referral.keeps_access else leaving - staying,
        receipt=case.filed.values.get("receipt"),
    )
