"""A unit whose seals of a case give way to seals for some of its members."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.case_epochs import destroy_seals, take_given
from cases.compartments import seal_rows, store_seals
from cases.errors import SoleReaderError
from cases.listings import list_instead
from cases.names import GIVEN_EPOCH, RECOVERY_PREFIX, reviewer_holder
from cases.opened import OpenedCompartment
from cases.records import CaseRecord, CompartmentRecord, SealRecord
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
    """Put the members of a unit in its place, in every epoch that it holds, and in the lists.

    Raises:
        SoleReaderError: it holds what is not opened here, as the original of a redacted copy is:
            its members could be given no seal of that.
    """
    compartments = select(CompartmentRecord.id).where(CompartmentRecord.case_ref == case.ref)
    held = session.scalars(
        select(SealRecord.compartment_id).where(
            SealRecord.compartment_id.in_(compartments), SealRecord.holder == unit
        )
    ).all()
    if not opened.keys() >= set(held):
        raise SoleReaderError
    for compartment_id in held:
        missing = _missing(session, compartment_id, others)
        take_given(session, compartment_id, (each.name for each in missing))
        store_seals(session, seal_rows(compartment_id, opened[compartment_id].identity, missing))
    destroy_seals(session, case, {unit})
    list_instead(session, case, unit, [holder.name for holder in others])
    members = [each.name for each in others if not each.name.startswith(RECOVERY_PREFIX)]
    relist_payers(session, case.ref, unit, members)


def _missing(session: Session, compartment_id: str, holders: tuple[Holder, ...]) -> list[Holder]:
    have = set(
        session.scalars(
            select(SealRecord.holder).where(
                SealRecord.compartment_id == compartment_id,
                SealRecord.holder_epoch > GIVEN_EPOCH,
            )
        )
    )
    return [holder for holder in holders if holder.name not in have]
