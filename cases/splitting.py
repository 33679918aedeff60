"""A unit whose seals of a case give way to seals for some of its members."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.case_epochs import destroy_seals
from cases.compartments import seal_rows, store_seals
from cases.listings import list_instead
from cases.names import RECOVERY_PREFIX, reviewer_holder
from cases.opened import OpenedCompartment
from cases.records import CaseRecord, SealRecord
from cases.reward_steps import relist_payers
from cases.staff import Holder, Staff


def others_of(staff: Staff, unit: str, out: set[str]) -> tuple[Holder, ...]:
    """Return who holds a case in a unit's place: its members but some, and recovery."""
    members = staff.members.get(unit, {})
    each = [
        Holder(reviewer_holder(member), 1, (own,))
        for member, own in members.items()
        if member not in out
    ]
    return (*each, *staff.recovery)


def split_unit(
    session: Session,
    case: CaseRecord,
    opened: dict[str, OpenedCompartment],
    unit: str,
    others: tuple[Holder, ...],
) -> None:
    """Put the members of a unit in its place, in every epoch that it holds, and in the lists."""
    held = session.scalars(
        select(SealRecord.compartment_id).where(
            SealRecord.compartment_id.in_(opened), SealRecord.holder == unit
        )
    ).all()
    for compartment_id in held:
        missing = _missing(session, compartment_id, others)
        store_seals(session, seal_rows(compartment_id, opened[compartment_id].identity, missing))
    destroy_seals(session, case, {unit})
    list_instead(session, case, unit, [holder.name for holder in others])
    members = [each.name for each in others if not each.name.startswith(RECOVERY_PREFIX)]
    relist_payers(session, case.ref, unit, members)


def _missing(session: Session, compartment_id: str, holders: tuple[Holder, ...]) -> list[Holder]:
    have = set(
        session.scalars(
            select(SealRecord.holder).where(SealRecord.compartment_id == compartment_id)
        )
    )
    return [holder for holder in holders if holder.name not in have]
