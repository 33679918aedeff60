"""Recusal: a member with an interest of their own loses a case, and all trace that it is there.

Whoever is kin of the accused, or has a direct interest, may not handle it (NĐ 31/2019/NĐ-CP Điều 5,
10.3). The unit's seals of every epoch give way to seals for each other member and for recovery.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.access import check_version, lock_for, open_compartments
from cases.case_epochs import check_nothing_lost, destroy_seals, held_parts, start_epochs
from cases.case_file import open_case
from cases.errors import NotPermittedError, SoleReaderError
from cases.handlers import drop_handler
from cases.history import RECUSE_STEP, Change, add_step
from cases.listings import unlist
from cases.names import EntryKind, protection_holder, reviewer_holder, unit_holder
from cases.office import Office
from cases.records import CaseRecord, ListingRecord
from cases.reviewers import SignedIn
from cases.reward_steps import relist_payers
from cases.splitting import others_of, split_unit
from cases.staff import Staff, load_staff
from policy.rights import Action, Role


@dataclass(frozen=True, repr=False, kw_only=True)
class Recusal(Change):
    """Who is to lose the case; the reason may be empty where they say so themselves."""

    reviewer_id: str


def recuse(office: Office, signed_in: SignedIn, ref: str, recusal: Recusal) -> None:
    """Take a case from one member for good: themselves, or somebody of their unit's head.

    Raises:
        NotPermittedError: it is somebody else, and the reviewer is no head of their unit.
        SoleReaderError: nobody else of the unit could open the case, which can be passed on.
        StaleCaseError: somebody changed it meanwhile.
        OpenError: something of the case was altered.
    """
    today = office.clock.today()
    case_file = open_case(office, signed_in, ref)
    with office.database.writing() as session:
        case = lock_for(session, signed_in, ref, today, Action.RECUSE)
        check_version(case, recusal.version)
        staff = load_staff(session)
        units = _units_of(staff, recusal.reviewer_id)
        protected = [unit for unit, each in staff.officers.items() if recusal.reviewer_id in each]
        _check_whose(signed_in, recusal.reviewer_id, [*units, *protected])
        out = {recusal.reviewer_id, *case_file.exclusions.people}
        opened, held = open_compartments(session, signed_in, ref), held_parts(session, case)
        for unit in units:
            split_unit(session, case, opened, unit_holder(unit), others_of(staff, unit, out))
        for own in (reviewer_holder(recusal.reviewer_id), protection_holder(recusal.reviewer_id)):
            destroy_seals(session, case, {own})
            unlist(session, case, own)
            relist_payers(session, case.ref, own, ())
        drop_handler(session, case, recusal.reviewer_id)
        _check_somebody_handles(session, case, staff, today)
        check_nothing_lost(session, case, held)
        start_epochs(session, case, case_file.filed.values.get("receipt"))
        line = recusal.as_step(RECUSE_STEP, {"who": recusal.reviewer_id}, EntryKind.RECUSAL)
        add_step(session, signed_in, case, line, today)


def _units_of(staff: Staff, reviewer_id: str) -> list[str]:
    return [
        unit
        for unit, members in staff.members.items()
        if reviewer_id in members and unit in staff.unit_keys
    ]


def _check_whose(signed_in: SignedIn, reviewer_id: str, units: list[str]) -> None:
    is_own = reviewer_id == signed_in.reviewer_id
    is_head = any(Role.HEAD in signed_in.roles_in(unit) for unit in units)
    if not is_own and not is_head:
        raise NotPermittedError


def _check_somebody_handles(session: Session, case: CaseRecord, staff: Staff, day: date) -> None:
    own = {unit_holder(case.unit), *map(reviewer_holder, staff.members.get(case.unit, {}))}
    listed = select(ListingRecord.holder).where(
        ListingRecord.case_ref == case.ref,
        ListingRecord.holder.in_(own),
        ListingRecord.listed_from <= day,
    )
    if session.scalar(listed.limit(1)) is None:
        raise SoleReaderError
