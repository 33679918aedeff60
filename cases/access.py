"""Whose case is it: what stands in a reviewer's lists, and which keys open it."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import date

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from cases.errors import (
    CaseNotFoundError,
    DisposedCaseError,
    NotPermittedError,
    StaleCaseError,
)
from cases.history import kept_out_by
from cases.names import GIVEN_EPOCH, KEEPING_OUT, CompartmentKind, EntryKind, reviewer_holder
from cases.opened import OpenedCompartment, OpenedEntry
from cases.reading import open_compartment, open_entries, seals_of
from cases.records import CaseRecord, CompartmentRecord, ListingRecord, SealRecord
from cases.retention_records import RetentionRecord
from cases.reviewers import SignedIn, open_unit_identities
from cases.standing import Standing
from crypto.errors import OpenError
from crypto.keys import Identity
from policy.errors import IllegalTransitionError
from policy.rights import Action, Relation, any_may
from policy.states import CaseState


def find_listed(session: Session, signed_in: SignedIn, ref: str, today: date) -> CaseRecord:
    """Return a case that stands in one of the reviewer's lists today.

    Raises:
        CaseNotFoundError: it does not exist, or is none of this reviewer's business.
        DisposedCaseError: it was disposed of; lists and figures go on counting it.
    """
    case = find_counted(session, signed_in, ref, today)
    kept = session.get(RetentionRecord, ref)
    if kept is not None and kept.disposed_on is not None:
        raise DisposedCaseError(ref)
    return case


def find_counted(session: Session, signed_in: SignedIn, ref: str, today: date) -> CaseRecord:
    """Return a case of the reviewer's lists, or what is left of one.

    Raises:
        CaseNotFoundError: it does not exist, or is none of this reviewer's business.
    """
    case = session.scalar(
        select(CaseRecord)
        .join(ListingRecord, ListingRecord.case_ref == CaseRecord.ref)
        .where(
            CaseRecord.ref == ref,
            ListingRecord.holder.in_(signed_in.holders),
            ListingRecord.listed_from <= today,
        )
        .limit(1)
    )
    if case is None:
        raise CaseNotFoundError
    return case


def lock_for(
    session: Session, signed_in: SignedIn, ref: str, today: date, action: Action
) -> CaseRecord:
    """Return a case for something that the reviewer may do with it (``policy.rights``).

    Nobody else changes it, or adds to it, until this transaction ends.

    Raises:
        CaseNotFoundError: it does not exist, or is none of this reviewer's business.
        NotPermittedError: it is not theirs to do, here or at all.
        IllegalTransitionError: it would be, if the case were not closed.
    """
    case = _lock_listed(session, signed_in, ref, today, action)
    if not has_right(signed_in, action, case):
        if any_may(signed_in.roles_in(case.unit), action, Relation.OWN):
            raise IllegalTransitionError(f"{action} is not possible when closed")
        raise NotPermittedError
    return case


def find_protected(session: Session, signed_in: SignedIn, ref: str, today: date) -> CaseRecord:
    """Return a case of the reviewer's lists, or one whose protection they were given as an officer.

    Raises:
        CaseNotFoundError: it does not exist, or is none of this reviewer's business.
    """
    with suppress(CaseNotFoundError):
        return find_listed(session, signed_in, ref, today)
    case = session.scalar(
        select(CaseRecord).where(
            CaseRecord.ref == ref,
            exists().where(
                CompartmentRecord.case_ref == ref,
                CompartmentRecord.kind == CompartmentKind.PROTECTION,
                SealRecord.compartment_id == CompartmentRecord.id,
                SealRecord.holder.in_(signed_in.protection_holders),
            ),
        )
    )
    if case is None:
        raise CaseNotFoundError
    return case


def check_version(case: CaseRecord, version: int) -> None:
    """Accept a form that was shown with the case as it stands.

    Raises:
        StaleCaseError: the case changed since.
    """
    if case.version != version:
        raise StaleCaseError


def has_right(signed_in: SignedIn, action: Action, case: CaseRecord | Standing) -> bool:
    """Return whether a reviewer may do something with a case of their lists."""
    relation = Relation.CLOSED if case.state == CaseState.CLOSED else Relation.OWN
    is_own = any_may(signed_in.roles_in(case.unit), action, relation)
    if is_own or case.unit in signed_in.units:
        return is_own
    return any_may(signed_in.every_role, action, Relation.OTHER)


def _lock_listed(
    session: Session, signed_in: SignedIn, ref: str, today: date, action: Action
) -> CaseRecord:
    # By itself and first: a query that waits for a lock goes on with what it saw before it waited.
    # Without the key: rows that refer to the case are no change of it.
    session.execute(
        select(CaseRecord.ref).where(CaseRecord.ref == ref).with_for_update(key_share=True)
    )
    find = find_protected if action is Action.PROTECT else find_listed
    case = find(session, signed_in, ref, today)
    check_not_kept_out(session, signed_in, ref)
    return case


def check_not_kept_out(session: Session, signed_in: SignedIn, ref: str) -> None:
    """Refuse whoever is kept out of a case: they may have come to the unit after that was said.

    Raises:
        CaseNotFoundError: it keeps this reviewer out.
        OpenError: something of it was altered.
    """
    compartments = open_compartments(session, signed_in, ref)
    refuse_kept_out(signed_in, open_entries(session, ref, compartments, *KEEPING_OUT))


def refuse_kept_out(signed_in: SignedIn, entries: Iterable[OpenedEntry]) -> None:
    """Refuse whoever the report among these entries names, or its history recuses.

    Raises:
        CaseNotFoundError: it keeps this reviewer out.
    """
    if signed_in.reviewer_id in kept_out_by(entries):
        raise CaseNotFoundError


def may_read(session: Session, signed_in: SignedIn, ref: str, today: date) -> bool:
    """Return whether a reviewer may know of a case and read it, or what is left of it."""
    try:
        find_listed(session, signed_in, ref, today)
        check_not_kept_out(session, signed_in, ref)
    except DisposedCaseError:
        # Whom it kept out stands in none of its lists any more (cases.disposal).
        return True
    except (CaseNotFoundError, OpenError):
        return False
    return True


def may_protect(session: Session, signed_in: SignedIn, ref: str, today: date) -> bool:
    """Return whether a reviewer may know what a case says of protection."""
    with suppress(CaseNotFoundError, OpenError):
        find_protected(session, signed_in, ref, today)
        check_not_kept_out(session, signed_in, ref)
        return True
    return False


def open_steps(session: Session, signed_in: SignedIn, ref: str) -> tuple[OpenedEntry, ...]:
    """Return the lines of a case's history that the reviewer's keys open.

    Raises:
        OpenError: something of it was altered.
    """
    compartments = open_compartments(session, signed_in, ref)
    return open_entries(session, ref, compartments, EntryKind.STEP)


def open_compartments(
    session: Session, signed_in: SignedIn, ref: str
) -> dict[str, OpenedCompartment]:
    """Return the compartments of a case that the reviewer's keys open, by id.

    Raises:
        OpenError: a seal or a stored recipient was altered.
    """
    return _open_with(session, signed_in, ref, signed_in.holders)


def open_own_compartments(
    session: Session, signed_in: SignedIn, ref: str
) -> dict[str, OpenedCompartment]:
    """Return the same without what was given to them on request: that is for reading only.

    Raises:
        OpenError: a seal or a stored recipient was altered.
    """
    opened = open_compartments(session, signed_in, ref)
    return {key: each for key, each in opened.items() if not each.is_given}


def open_protection(
    session: Session, signed_in: SignedIn, ref: str
) -> dict[str, OpenedCompartment]:
    """Return the same, and to a protection officer what is said of protection, nothing else.

    Raises:
        OpenError: a seal or a stored recipient was altered.
    """
    return _open_with(session, signed_in, ref, signed_in.holders | signed_in.protection_holders)


def _open_with(
    session: Session, signed_in: SignedIn, ref: str, holders: frozenset[str]
) -> dict[str, OpenedCompartment]:
    opened: dict[str, OpenedCompartment] = {}
    as_officer = signed_in.protection_holders
    units: dict[str, dict[int, Identity]] = {}
    seals = seals_of(session, ref, holders)
    # Who holds a part anyway does not hold it as given.
    for compartment, seal in sorted(seals, key=lambda each: each[1].holder_epoch == GIVEN_EPOCH):
        if seal.holder in as_officer and compartment.kind != CompartmentKind.PROTECTION:
            continue
        if seal.holder in {reviewer_holder(signed_in.reviewer_id), *as_officer}:
            key = signed_in.identity
        else:
            unit = seal.holder.removeprefix("unit:")
            if unit not in units:
                units[unit] = open_unit_identities(session, signed_in, unit)
            key = units[unit][seal.holder_epoch]
        opened.setdefault(compartment.id, open_compartment(compartment, seal, key))
    return opened
