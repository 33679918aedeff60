"""Taking access to a case: seals that are destroyed, and epochs that who lost it never held."""

import hashlib
from collections.abc import Iterable

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from cases.compartments import (
    NewCompartment,
    current_compartment,
    seal_rows,
    store_compartments,
    store_seals,
)
from cases.errors import SoleReaderError
from cases.names import (
    GIVEN_EPOCH,
    PROTECTION_PREFIX,
    RECEIPT_HOLDER,
    RECOVERY_PREFIX,
    CompartmentKind,
)
from cases.readers import protection_holders
from cases.records import CaseRecord, CompartmentRecord, ReceiptRecord, SealRecord
from cases.staff import Holder, resolve_holders
from crypto.errors import OpenError, OpenFailure
from crypto.keys import Recipient


def destroy_seals(session: Session, case: CaseRecord, holders: Iterable[str]) -> None:
    """Destroy what lets these holders open any part of a case."""
    compartments = select(CompartmentRecord.id).where(CompartmentRecord.case_ref == case.ref)
    session.execute(
        delete(SealRecord).where(
            SealRecord.compartment_id.in_(compartments), SealRecord.holder.in_(set(holders))
        )
    )


def take_given(session: Session, compartment_id: str, holders: Iterable[str]) -> None:
    """Destroy what holders were given on request of a part that is theirs from now on."""
    session.execute(
        delete(SealRecord).where(
            SealRecord.compartment_id == compartment_id,
            SealRecord.holder.in_(set(holders)),
            SealRecord.holder_epoch == GIVEN_EPOCH,
        )
    )


def held_parts(session: Session, case: CaseRecord) -> frozenset[str]:
    """Return the compartments of a case that somebody can open and pass on, by their ids."""
    compartments = select(CompartmentRecord.id).where(CompartmentRecord.case_ref == case.ref)
    held = select(SealRecord.compartment_id).where(
        SealRecord.compartment_id.in_(compartments),
        SealRecord.holder_epoch > GIVEN_EPOCH,
        SealRecord.holder != RECEIPT_HOLDER,
        ~SealRecord.holder.startswith(RECOVERY_PREFIX),
    )
    return frozenset(session.scalars(held))


def check_nothing_lost(session: Session, case: CaseRecord, before: frozenset[str]) -> None:
    """Refuse what leaves a part of a case that somebody held to nobody.

    Raises:
        SoleReaderError: nobody but recovery, or who was given it on request, could open it.
    """
    if not before <= held_parts(session, case):
        raise SoleReaderError


def start_epochs(session: Session, case: CaseRecord, receipt: object) -> None:
    """Start an epoch of thread and notes, for those who hold a seal of the case now.

    One of what is said of protection too, where something is; officers hold that alone.

    ``receipt`` is the digest of the reporter's recipient that stands sealed with the report, if
    somebody can follow the case with a receipt.

    Raises:
        OpenError: the stored recipient is not the reporter's own.
    """
    compartments = select(CompartmentRecord.id).where(CompartmentRecord.case_ref == case.ref)
    names = session.scalars(
        select(SealRecord.holder)
        .where(SealRecord.compartment_id.in_(compartments), SealRecord.holder_epoch > GIVEN_EPOCH)
        .distinct()
    ).all()
    holders = resolve_holders(session, set(names))
    readers = tuple(each for each in holders if not each.name.startswith(PROTECTION_PREFIX))
    for kind in _kinds_that_go_on(session, case):
        fresh = _next_epoch(session, case.ref, kind)
        has_receipt = kind is CompartmentKind.THREAD and receipt is not None
        extra = (_receipt_holder(session, case, receipt),) if has_receipt else ()
        own = holders if kind is CompartmentKind.PROTECTION else readers
        store_seals(session, seal_rows(fresh.id, fresh.identity, (*own, *extra)))


def start_protection_epoch(session: Session, ref: str) -> None:
    """Start an epoch of what is said of protection, for those who may have it now."""
    # Nobody adds to the case meanwhile.
    session.execute(
        select(CaseRecord.ref).where(CaseRecord.ref == ref).with_for_update(key_share=True)
    )
    fresh = _next_epoch(session, ref, CompartmentKind.PROTECTION)
    holders = resolve_holders(session, protection_holders(session, ref))
    store_seals(session, seal_rows(fresh.id, fresh.identity, holders))


def _next_epoch(session: Session, ref: str, kind: CompartmentKind) -> NewCompartment:
    last = session.scalar(
        select(func.max(CompartmentRecord.epoch)).where(
            CompartmentRecord.case_ref == ref, CompartmentRecord.kind == kind
        )
    )
    fresh = NewCompartment(ref, kind, (last or 0) + 1)
    store_compartments(session, (fresh,))
    return fresh


def _kinds_that_go_on(session: Session, case: CaseRecord) -> tuple[CompartmentKind, ...]:
    """Return the compartments that words may still come to, but those that nothing was said in."""
    protection = CompartmentKind.PROTECTION
    asked = (protection,) if current_compartment(session, case.ref, protection) else ()
    return (CompartmentKind.THREAD, CompartmentKind.NOTES, *asked)


def _receipt_holder(session: Session, case: CaseRecord, receipt: object) -> Holder:
    raw = session.scalars(
        select(ReceiptRecord.recipient).where(ReceiptRecord.case_ref == case.ref)
    ).one()
    if hashlib.sha256(raw).hexdigest() != receipt:
        # Somebody with the database put a recipient of their own in the reporter's place.
        raise OpenError(OpenFailure.NO_MATCH)
    return Holder(RECEIPT_HOLDER, 1, (Recipient.from_raw(raw),))
