"""Passing a case on: who holds it afterwards, new seals, and an epoch where somebody loses it."""

from dataclasses import dataclass
from datetime import date
from functools import partial

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from cases.case_epochs import destroy_seals, start_epochs, take_given
from cases.compartments import seal_rows, store_seals
from cases.destinations import keep_out_openly
from cases.listings import listed_columns, listing_row
from cases.names import GIVEN_EPOCH
from cases.office import Office
from cases.opened import OpenedCompartment
from cases.records import CaseRecord, ListingRecord, SealRecord
from cases.reports import Exclusions
from cases.staff import Holder, load_staff
from policy.routing import next_receiver


@dataclass(frozen=True)
class PassingOn:
    """Who holds the case afterwards."""

    receivers: tuple[Holder, ...]
    superiors: tuple[Holder, ...]
    # Of the new unit: of what is said of protection, and nothing else.
    officers: tuple[Holder, ...]
    superior: str | None
    escalates_on: date | None
    leaving: frozenset[str]
    receipt: object


def superior_after(
    office: Office, session: Session, exclusions: Exclusions, target: str, *, has_receipt: bool
) -> str | None:
    """Return who takes over from a unit: itself where all above it are named in the words."""
    naming, people, staff = exclusions.naming, exclusions.people, load_staff(session)
    pack = office.todays_pack
    above = partial(next_receiver, target, naming, pack, office.clock.today())
    superior = above(staffed=staff.staffed(people))
    if superior is None and has_receipt:
        told = above(staffed=staff.staffed(keep_out_openly(session, naming, pack)))
        return told and target
    return superior


def give_access(
    session: Session, opened: dict[str, OpenedCompartment], holders: tuple[Holder, ...]
) -> None:
    """Make the seals that holders of a case lack."""
    names = {holder.name for holder in holders}
    # What was given to one reviewer on request is not theirs to pass on.
    for compartment in (each for each in opened.values() if not each.is_given):
        have = set(
            session.scalars(
                select(SealRecord.holder).where(
                    SealRecord.compartment_id == compartment.id,
                    SealRecord.holder.in_(names),
                    SealRecord.holder_epoch > GIVEN_EPOCH,
                )
            )
        )
        missing = {holder.name: holder for holder in holders if holder.name not in have}
        take_given(session, compartment.id, missing)
        store_seals(session, seal_rows(compartment.id, compartment.identity, missing.values()))


def replace_listings(
    session: Session, case: CaseRecord, plan: PassingOn, day: date
) -> frozenset[str]:
    """Write who lists the case now; return the former superiors, whose turn never came."""
    new = {holder.name: plan.escalates_on for holder in plan.superiors}
    new |= {holder.name: day for holder in (*plan.receivers, *plan.officers)}
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


def take_access(
    session: Session,
    case: CaseRecord,
    plan: PassingOn,
    former: frozenset[str],
    *,
    is_redacted: bool = False,
) -> None:
    """Destroy the seals of those who lose the case, and start epochs that they never held.

    Who gets a copy holds epochs that nothing of the time before lies in.
    """
    if not plan.leaving and not former and not is_redacted:
        return
    destroy_seals(session, case, plan.leaving | former)
    start_epochs(session, case, plan.receipt)
