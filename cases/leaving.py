"""Leaving a unit: access ends at once, and what comes after is sealed to a key of another epoch."""

from contextlib import suppress
from datetime import date

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session

from cases.errors import LastMemberError, NotPermittedError, SoleReaderError, StorageError
from cases.names import reviewer_holder
from cases.office import Office
from cases.officers import take_protection
from cases.records import (
    CaseRecord,
    CompartmentRecord,
    ListingRecord,
    MembershipRecord,
    ReviewerRecord,
    SealRecord,
    UnitKeySealRecord,
)
from cases.recovery_sealing import seal_to_recovery
from cases.reviewers import SignedIn
from cases.reward_records import RewardPayerRecord, RewardRecord
from cases.staff import load_staff
from cases.unit_epochs import start_unit_epoch
from policy.rights import Action, any_may


def let_go(office: Office, signed_in: SignedIn, unit: str, reviewer_id: str) -> None:
    """End somebody's place in a unit: one's own, or another's as a head of the unit.

    Raises:
        NotPermittedError: it is somebody else's, and the reviewer is no head there.
        LastMemberError: nobody would be left who can open the unit's cases.
        SoleReaderError: a case would be left that nobody can open, not even recovery.
    """
    is_own = reviewer_id == signed_in.reviewer_id
    if not is_own and not any_may(signed_in.roles_in(unit), Action.LET_GO):
        raise NotPermittedError
    end_place(office, unit, reviewer_id)
    if not is_own:
        # The next sign-in of anybody there does what cannot be done now.
        with suppress(StorageError):
            seal_to_recovery(office, signed_in)


def end_place(office: Office, unit: str, reviewer_id: str) -> None:
    """End somebody's place in a unit, whoever asks; the operator's command asks so too.

    Raises:
        NotPermittedError: they have no place there.
        LastMemberError: nobody would be left who can open the unit's cases.
        SoleReaderError: a case would be left that nobody can open, not even recovery.
    """
    today = office.clock.today()
    with office.database.writing() as session:
        place = session.scalar(
            select(MembershipRecord)
            .where(
                MembershipRecord.reviewer_id == reviewer_id,
                MembershipRecord.unit == unit,
                MembershipRecord.left_on.is_(None),
            )
            .with_for_update()
        )
        if place is None:
            raise NotPermittedError
        held_keys = place.reads and place.admitted_on is not None
        protected = place.protects and place.admitted_on is not None
        place.left_on = today
        session.flush()
        if held_keys:
            take_keys(session, unit, reviewer_id, today)
        if protected:
            take_protection(session, reviewer_id)
        if not _has_place(session, reviewer_id):
            # Their sessions end with the next page that they ask for.
            session.execute(
                update(ReviewerRecord).where(ReviewerRecord.id == reviewer_id).values(left_on=today)
            )


def take_keys(session: Session, unit: str, reviewer_id: str, day: date) -> None:
    """Take a unit's keys from somebody who is no reading member of it any more.

    Raises:
        LastMemberError: nobody is left who can open the unit's cases.
        SoleReaderError: a case would be left that nobody can open, not even recovery.
    """
    staff = load_staff(session)
    if not staff.members.get(unit):
        raise LastMemberError
    own = reviewer_holder(reviewer_id)
    session.execute(
        delete(UnitKeySealRecord).where(
            UnitKeySealRecord.unit == unit, UnitKeySealRecord.holder == own
        )
    )
    units = [other for other, members in staff.members.items() if reviewer_id in members]
    _destroy_own_seals(session, own, units)
    start_unit_epoch(session, unit, day)


def _destroy_own_seals(session: Session, own: str, still_in: list[str]) -> None:
    """Destroy the seals that were made for one person, but of units that they are still in.

    Nor do they go on paying, by name, the rewards of such cases.
    """
    cases = (
        select(CompartmentRecord.case_ref)
        .join(SealRecord, SealRecord.compartment_id == CompartmentRecord.id)
        .join(CaseRecord, CaseRecord.ref == CompartmentRecord.case_ref)
        .where(SealRecord.holder == own, CaseRecord.unit.not_in(still_in))
        .distinct()
    )
    refs = session.scalars(cases).all()
    compartments = select(CompartmentRecord.id).where(CompartmentRecord.case_ref.in_(refs))
    session.execute(
        delete(SealRecord).where(
            SealRecord.holder == own, SealRecord.compartment_id.in_(compartments)
        )
    )
    session.execute(
        delete(ListingRecord).where(ListingRecord.holder == own, ListingRecord.case_ref.in_(refs))
    )
    theirs = (
        select(RewardRecord.id)
        .join(CaseRecord, CaseRecord.ref == RewardRecord.case_ref)
        .where(CaseRecord.unit.not_in(still_in))
    )
    session.execute(
        delete(RewardPayerRecord).where(
            RewardPayerRecord.holder == own, RewardPayerRecord.reward_id.in_(theirs)
        )
    )
    unread = select(CompartmentRecord.id).where(
        CompartmentRecord.case_ref.in_(refs),
        ~exists().where(SealRecord.compartment_id == CompartmentRecord.id),
    )
    if session.scalar(unread.limit(1)) is not None:
        raise SoleReaderError


def _has_place(session: Session, reviewer_id: str) -> bool:
    places = select(MembershipRecord.unit).where(
        MembershipRecord.reviewer_id == reviewer_id, MembershipRecord.left_on.is_(None)
    )
    return session.scalar(places.limit(1)) is not None
