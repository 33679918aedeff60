"""Giving a redacted copy: sealed to who gets the case, who then holds nothing of the original."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cases.access import open_own_compartments
from cases.case_epochs import destroy_seals
from cases.compartments import (
    Entry,
    NewCompartment,
    seal_entry,
    seal_rows,
    store_compartments,
    store_entry,
    store_seals,
)
from cases.errors import StaleCaseError
from cases.names import RECOVERY_PREFIX, CompartmentKind
from cases.readers import original_holders
from cases.reading import open_entries
from cases.records import CaseRecord, CompartmentRecord, ListingRecord
from cases.redaction import is_covered
from cases.reviewers import SignedIn
from cases.staff import Holder


@dataclass(frozen=True, repr=False)
class RedactedCopy:
    """A copy on its way to another unit, and the ids of the texts that it stands for."""

    entry: Entry
    covers: frozenset[str]


@dataclass(frozen=True)
class Getting:
    """Who gets a case: the unit that handles it from now on, and who is above it."""

    receivers: tuple[Holder, ...]
    superiors: tuple[Holder, ...]


def check_covers_all(
    session: Session, signed_in: SignedIn, ref: str, redacted: RedactedCopy
) -> None:
    """Refuse a copy that lacks what was said meanwhile; the case is locked.

    Raises:
        StaleCaseError: something was said since.
    """
    entries = open_entries(session, ref, open_own_compartments(session, signed_in, ref))
    if {entry.id for entry in entries if is_covered(entry)} != redacted.covers:
        raise StaleCaseError


def give_copy(
    session: Session, case: CaseRecord, redacted: RedactedCopy, getting: Getting, day: date
) -> None:
    """Seal a copy to who gets the case and does not hold the original already.

    A receiver whose turn had not come held the original for the case's way up only, and loses it.
    """
    listed = session.scalars(
        select(ListingRecord.holder).where(
            ListingRecord.case_ref == case.ref, ListingRecord.listed_from <= day
        )
    ).all()
    named = [each.name for each in getting.receivers if not _is_recovery(each)]
    destroy_seals(session, case, set(named) - set(listed))
    holders = {each.name: each for each in (*getting.superiors, *getting.receivers)}.values()
    have = set(original_holders(session, case.ref))
    lacking = [each for each in holders if each.name not in have or _is_recovery(each)]
    last = session.scalar(
        select(func.max(CompartmentRecord.epoch)).where(
            CompartmentRecord.case_ref == case.ref,
            CompartmentRecord.kind == CompartmentKind.REDACTED,
        )
    )
    fresh = NewCompartment(case.ref, CompartmentKind.REDACTED, (last or 0) + 1)
    store_compartments(session, (fresh,))
    # Where all of them have the original, the copy still is what this handover gave.
    store_seals(session, seal_rows(fresh.id, fresh.identity, lacking or holders))
    sealed = seal_entry(redacted.entry, case.ref, fresh.id, fresh.identity.recipient)
    store_entry(session, case.ref, sealed, day)


def _is_recovery(holder: Holder) -> bool:
    return holder.name.startswith(RECOVERY_PREFIX)
