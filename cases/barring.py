"""A reader says whom a case is about: the units that this bars lose it, as if the form had said so.

A nickname that no roster has is understood by readers only. Who is named then, and whoever stands
below a head who is, loses seals and listings, and nothing that comes after is sealed to them. Where
the responsible unit is among them, the case goes to the receiver that routing chooses without it.
"""

from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.access import check_version, lock_for, open_compartments
from cases.appending import tell
from cases.case_epochs import check_nothing_lost, held_parts
from cases.case_file import CaseFile, open_case
from cases.clocks import let_happen, told
from cases.destinations import keep_out_openly
from cases.errors import NobodyLeftError
from cases.handlers import drop_handler
from cases.history import BAR_STEP, Change, add_step
from cases.names import EntryKind, protection_holder, reviewer_holder, unit_holder
from cases.office import Office
from cases.officers import protection_among
from cases.passing_on import (
    PassingOn,
    give_access,
    replace_listings,
    superior_after,
    take_access,
)
from cases.records import CaseRecord, CompartmentRecord, SealRecord
from cases.reports import Exclusions
from cases.reviewers import SignedIn
from cases.reward_steps import relist_payers
from cases.splitting import others_of, split_unit
from cases.staff import Staff, load_staff
from policy.deadlines import escalation_day
from policy.errors import NoRouteError
from policy.naming import Naming, find_heads
from policy.rights import Action
from policy.routing import may_receive, route
from policy.states import BEFORE_CONCLUSION, CaseState, CaseStep, move, steps_from


@dataclass(frozen=True, repr=False, kw_only=True)
class Barring(Change):
    """Whom a case is about, by the units whose people, and whose heads, are meant."""

    accused: frozenset[str] = frozenset()
    accused_head: frozenset[str] = frozenset()


def bar(office: Office, signed_in: SignedIn, ref: str, barring: Barring) -> None:
    """Take a case from the units that it is about, and pass it on where that is its own.

    Raises:
        NobodyLeftError: nobody who may have it could open it.
        SoleReaderError: it holds what nobody else could open, as the original of a redacted copy.
        NotPermittedError: another unit is responsible for the case.
        StaleCaseError: somebody changed it meanwhile.
        OpenError: something of the case was altered.
    """
    today = office.clock.today()
    case_file = open_case(office, signed_in, ref)
    with office.database.writing() as session:
        case = lock_for(session, signed_in, ref, today, Action.BAR)
        check_version(case, barring.version)
        staff, before = load_staff(session), case.unit
        named, exclusions = _widened(office, session, case_file, barring)
        plan, unit = _plan(office, session, case, case_file, exclusions)
        opened, held = open_compartments(session, signed_in, ref), held_parts(session, case)
        for each in _units_to_split(session, staff, case, exclusions.people):
            others = others_of(staff, each, set(exclusions.people))
            split_unit(session, case, opened, unit_holder(each), others)
        give_access(session, opened, (*plan.superiors, *plan.receivers))
        give_access(session, protection_among(opened), plan.officers)
        take_access(session, case, plan, replace_listings(session, case, plan, today))
        check_nothing_lost(session, case, held)
        _pay_by_others(session, staff, case, exclusions.people, plan.leaving)
        for reviewer_id in exclusions.people:
            drop_handler(session, case, reviewer_id)
        line = barring.as_step(BAR_STEP, {**named, "from": before, "to": unit}, EntryKind.BAR)
        add_step(session, signed_in, case, line, today)
        case.escalates_to, case.escalates_on = plan.superior, plan.escalates_on
        if unit != before:
            _move(office, session, case, unit)


def _widened(
    office: Office, session: Session, case: CaseFile, barring: Barring
) -> tuple[dict[str, object], Exclusions]:
    """Return what the history keeps of it, in fields of a report; and who is out from now on."""
    pack, before = office.todays_pack, case.exclusions
    said = Naming(accused=barring.accused, accused_head=barring.accused_head)
    people = keep_out_openly(session, said, pack)
    named: dict[str, object] = {
        "accused": sorted(barring.accused),
        "accused_head": sorted(barring.accused_head),
        "kept_out": sorted(people),
        # By these a recovery knows the units below, like those of a head in the words of a report.
        "roster_heads": sorted(find_heads(said, pack)),
    }
    naming = replace(
        before.naming,
        accused=before.naming.accused | barring.accused,
        accused_head=before.naming.accused_head | barring.accused_head,
    )
    return named, Exclusions(naming, before.people | people)


def _plan(
    office: Office, session: Session, case: CaseRecord, case_file: CaseFile, exclusions: Exclusions
) -> tuple[PassingOn, str]:
    """Return who holds the case afterwards, and which unit answers for it."""
    staff, people = load_staff(session), exclusions.people
    unit = _receiver(office, staff, case, exclusions)
    superior, day = case.escalates_to, case.escalates_on
    is_moved = unit != case.unit
    if is_moved or (superior and not _may_have(office, staff, superior, exclusions)):
        has_receipt = case_file.has_receipt
        superior = superior_after(office, session, exclusions, unit, has_receipt=has_receipt)
        is_awaited = is_moved and CaseState(case.state) in BEFORE_CONCLUSION
        start = office.clock.today()
        day = escalation_day(office.pack, start, office.calendar) if is_awaited else day
    receivers = staff.holders(unit, people)
    superiors = staff.holders(superior, people) if superior and superior != unit else ()
    officers = staff.protectors(unit, people) if is_moved else ()
    staying = {holder.name for holder in (*receivers, *superiors, *officers)}
    plan = PassingOn(
        receivers=receivers,
        superiors=superiors,
        officers=officers,
        superior=superior,
        escalates_on=day if superior else None,
        leaving=_barred_holders(office, staff, exclusions) - staying,
        receipt=case_file.filed.values.get("receipt"),
    )
    return plan, unit


def _barred_holders(office: Office, staff: Staff, exclusions: Exclusions) -> frozenset[str]:
    """Return every holder who may not have the case: units, their people, whom it keeps out."""
    pack = office.todays_pack
    barred = [
        each.code
        for each in pack.units
        if not may_receive(each.code, exclusions.naming, pack) and pack.can_receive(each.code)
    ]
    people = exclusions.people.union(
        *(found.get(each, {}) for each in barred for found in (staff.members, staff.officers))
    )
    own = (holder(each) for each in people for holder in (reviewer_holder, protection_holder))
    return frozenset({*map(unit_holder, barred), *own})


def _receiver(office: Office, staff: Staff, case: CaseRecord, exclusions: Exclusions) -> str:
    """Return who answers for the case: its unit, or whom routing chooses without that one."""
    if _may_have(office, staff, case.unit, exclusions):
        return case.unit
    pack, naming = office.todays_pack, exclusions.naming
    staffed = staff.staffed(exclusions.people)
    try:
        return route(naming, pack, office.clock.today(), staffed=staffed).receiver
    except NoRouteError:
        units = (unit.code for unit in pack.receiving_units())
        wanted = tuple(each for each in units if may_receive(each, naming, pack))
        raise NobodyLeftError(wanted) from None


def _may_have(office: Office, staff: Staff, unit: str, exclusions: Exclusions) -> bool:
    is_let = may_receive(unit, exclusions.naming, office.todays_pack)
    return is_let and bool(staff.holders(unit, exclusions.people))


def _units_to_split(
    session: Session, staff: Staff, case: CaseRecord, people: frozenset[str]
) -> list[str]:
    """Return the units that hold the case as a whole, with somebody who is kept out among them."""
    compartments = select(CompartmentRecord.id).where(CompartmentRecord.case_ref == case.ref)
    held = set(
        session.scalars(
            select(SealRecord.holder).where(SealRecord.compartment_id.in_(compartments))
        )
    )
    return [
        unit
        for unit, key in staff.unit_keys.items()
        if unit_holder(unit) in held
        and not key.offline
        and not people.isdisjoint({*staff.members.get(unit, {}), *staff.waiting.get(unit, ())})
    ]


def _pay_by_others(
    session: Session,
    staff: Staff,
    case: CaseRecord,
    people: frozenset[str],
    leaving: frozenset[str],
) -> None:
    """Let nobody pay a reward of the case who may not know of it."""
    for unit, members in staff.members.items():
        if not people.isdisjoint(members):
            others = (reviewer_holder(each) for each in members if each not in people)
            relist_payers(session, case.ref, unit_holder(unit), others)
    for holder in leaving:
        relist_payers(session, case.ref, holder, ())


def _move(office: Office, session: Session, case: CaseRecord, unit: str) -> None:
    """Let another unit answer for a case, and tell both sides of the thread."""
    today = office.clock.today()
    tell(session, case, {"event": "referred", "from": case.unit, "to": unit}, today)
    drop_handler(session, case)
    state = CaseState(case.state)
    events: tuple[str, ...] = told(case)
    if CaseStep.REFER in steps_from(state):
        case.state = move(state, CaseStep.REFER)
        events = (CaseStep.REFER, *events)
    case.unit, case.opened_on, case.escalated_on = unit, None, None
    let_happen(session, office.law, case, events, today)
