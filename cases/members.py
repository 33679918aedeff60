"""Members of a unit: admitting a waiting one, and who can open the unit's cases."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, insert, or_, select, update
from sqlalchemy.orm import Session

from cases.errors import NotPermittedError
from cases.names import reviewer_holder
from cases.office import Office
from cases.officers import give_protection
from cases.records import MembershipRecord, ReviewerRecord, UnitKeyRecord, UnitKeySealRecord
from cases.reviewers import SignedIn, open_unit_identities
from crypto.keys import Identity, Recipient
from crypto.sealing import seal
from policy.rights import Action, any_may


def admit(
    office: Office, signed_in: SignedIn, reviewer_id: str, unit: str, person: str = ""
) -> None:
    """Give a waiting member the unit's keys; only a member can, after comparing fingerprints.

    A protection officer gets what cases say of protection, and no key of the unit.

    ``person`` is another account of the same person, where the member who admits knows of one.

    Raises:
        NotPermittedError: the reviewer is no member, or nobody of that id waits who may read cases.
    """
    if not any_may(signed_in.roles_in(unit), Action.ADMIT):
        raise NotPermittedError
    with office.database.writing() as session:
        identities = open_unit_identities(session, signed_in, unit)
        waiting = session.scalar(_waiting(unit, reviewer_id).with_for_update(of=MembershipRecord))
        if waiting is None or not identities:
            raise NotPermittedError
        if session.get_one(MembershipRecord, (reviewer_id, unit)).reads:
            _seal_keys(session, unit, waiting, identities)
        session.execute(
            update(MembershipRecord)
            .where(MembershipRecord.reviewer_id == reviewer_id, MembershipRecord.unit == unit)
            .values(admitted_on=office.clock.today())
        )
        if person:
            session.execute(
                update(ReviewerRecord)
                .where(ReviewerRecord.id == reviewer_id)
                .values(person=_person_of(session, unit, person))
            )
    give_protection(office, signed_in)


def _seal_keys(
    session: Session, unit: str, member: ReviewerRecord, identities: dict[int, Identity]
) -> None:
    recipient = Recipient.from_raw(member.recipient)
    session.execute(
        insert(UnitKeySealRecord),
        [
            {
                "unit": unit,
                "epoch": epoch,
                "holder": reviewer_holder(member.id),
                "sealed": seal(identity.seed, [recipient]),
            }
            for epoch, identity in identities.items()
        ],
    )


def _person_of(session: Session, unit: str, reviewer_id: str) -> str:
    query = (
        select(ReviewerRecord)
        .join(MembershipRecord, MembershipRecord.reviewer_id == ReviewerRecord.id)
        .where(ReviewerRecord.id == reviewer_id, MembershipRecord.unit == unit)
    )
    known = session.scalar(query)
    if known is None:
        raise NotPermittedError
    return known.person or known.id


def _waiting(unit: str, reviewer_id: str) -> Select[ReviewerRecord]:
    return (
        select(ReviewerRecord)
        .join(MembershipRecord, MembershipRecord.reviewer_id == ReviewerRecord.id)
        .where(
            ReviewerRecord.id == reviewer_id,
            ReviewerRecord.left_on.is_(None),
            MembershipRecord.unit == unit,
            or_(MembershipRecord.reads, MembershipRecord.protects),
            MembershipRecord.admitted_on.is_(None),
            MembershipRecord.left_on.is_(None),
        )
    )


@dataclass(frozen=True)
class Member:
    """One line of a unit's page: who can open its cases or a part of them, and who waits to."""

    reviewer_id: str
    sign_in_name: str
    unit: str
    roles: tuple[str, ...]
    reads: bool
    protects: bool
    is_admitted: bool
    fingerprint: str


def list_members(office: Office, units: frozenset[str]) -> tuple[Member, ...]:
    """Return the members of units, waiting ones included, in the order of their names."""
    with office.database.reading() as session:
        rows = session.execute(
            select(ReviewerRecord, MembershipRecord)
            .join(MembershipRecord, MembershipRecord.reviewer_id == ReviewerRecord.id)
            .where(
                MembershipRecord.unit.in_(units),
                MembershipRecord.left_on.is_(None),
                ReviewerRecord.left_on.is_(None),
            )
            .order_by(MembershipRecord.unit, ReviewerRecord.sign_in_name)
        )
        return tuple(
            Member(
                reviewer.id,
                reviewer.sign_in_name,
                membership.unit,
                tuple(membership.roles.split()),
                membership.reads,
                membership.protects,
                membership.admitted_on is not None,
                Recipient.from_raw(reviewer.recipient).fingerprint(),
            )
            for reviewer, membership in rows
        )


@dataclass(frozen=True)
class UnitKey:
    """A unit's present key: what everything for the unit is sealed to."""

    unit: str
    epoch: int
    fingerprint: str
    is_offline: bool
    started_on: date


def list_unit_keys(office: Office, units: frozenset[str]) -> tuple[UnitKey, ...]:
    """Return the present keys of units, in the order of their codes."""
    with office.database.reading() as session:
        rows = session.scalars(
            select(UnitKeyRecord)
            .where(UnitKeyRecord.unit.in_(units), UnitKeyRecord.ended_on.is_(None))
            .order_by(UnitKeyRecord.unit)
        )
        return tuple(
            UnitKey(
                row.unit,
                row.epoch,
                Recipient.from_raw(row.recipient).fingerprint(),
                row.offline,
                row.started_on,
            )
            for row in rows
        )
