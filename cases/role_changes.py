"""Other roles for a member: one person proposes them with a reason, another settles it."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from cases.desk_records import RoleChangeRecord
from cases.enrolment import check_roles, written_roles
from cases.errors import NotPermittedError, StaleCaseError, StorageError
from cases.leaving import take_keys
from cases.names import new_ref
from cases.office import Office
from cases.officers import give_protection, take_protection
from cases.records import MembershipRecord, ReviewerRecord
from cases.recovery_sealing import seal_to_recovery
from cases.reviewers import SignedIn
from cases.second_person import check_second_person
from policy.rights import Action, any_may, only_protects, reads


@dataclass(frozen=True)
class RoleChange:
    """A line of a unit's page: whose roles, what they are to be, who said so and why."""

    id: str
    unit: str
    reviewer_id: str
    sign_in_name: str
    roles: frozenset[str]
    reason: str
    proposed_by: str
    proposer: str
    day: date


def propose_roles(
    office: Office, signed_in: SignedIn, place: tuple[str, str], roles: frozenset[str], reason: str
) -> None:
    """Propose other roles for a member; ``place`` is the unit and the member's id.

    Raises:
        NotPermittedError: the reviewer may propose none there, or nobody has that place.
        UnknownRoleError, CombinedRolesError: nobody can be given these roles.
    """
    unit, reviewer_id = place
    if not any_may(signed_in.roles_in(unit), Action.PROPOSE_ROLES):
        raise NotPermittedError
    check_roles(office, roles)
    with office.database.writing() as session:
        if _place_of(session, unit, reviewer_id) is None:
            raise NotPermittedError
        session.execute(
            insert(RoleChangeRecord).values(
                id=new_ref(),
                unit=unit,
                reviewer_id=reviewer_id,
                roles=written_roles(roles),
                reason=_storable(reason),
                proposed_by=signed_in.reviewer_id,
                proposed_on=office.clock.today(),
            )
        )


def list_role_changes(office: Office, units: frozenset[str]) -> tuple[RoleChange, ...]:
    """Return the changes of roles that wait to be settled in these units, the oldest first."""
    names = select(ReviewerRecord.id, ReviewerRecord.sign_in_name)
    query = (
        select(RoleChangeRecord)
        .where(RoleChangeRecord.unit.in_(units), RoleChangeRecord.settled_on.is_(None))
        .order_by(RoleChangeRecord.proposed_on, RoleChangeRecord.id)
    )
    with office.database.reading() as session:
        known = {row[0]: row[1] for row in session.execute(names)}
        return tuple(
            RoleChange(
                row.id,
                row.unit,
                row.reviewer_id,
                known[row.reviewer_id],
                frozenset(row.roles.split()),
                row.reason,
                row.proposed_by,
                known[row.proposed_by],
                row.proposed_on,
            )
            for row in session.scalars(query)
        )


@dataclass(frozen=True)
class RoleVerdict:
    """What a second person says of a change of roles."""

    change: str
    approves: bool
    reason: str


def settle_roles(office: Office, signed_in: SignedIn, unit: str, verdict: RoleVerdict) -> None:
    """Approve a change of roles, which happens at once, or refuse it; or take one's own back.

    Who is to read from now on waits until a member admits them, and so does who is to be given
    what is said of protection and was given nothing; who is to read no more loses the unit's keys.

    Raises:
        NotPermittedError: the reviewer may settle none there.
        SamePersonError: it was proposed by the same person, or is about them.
        StaleCaseError: it was settled meanwhile, or its member left.
        LastMemberError: nobody would be left who can open the unit's cases.
    """
    if not any_may(signed_in.roles_in(unit), Action.SETTLE_ROLES):
        raise NotPermittedError
    today = office.clock.today()
    with office.database.writing() as session:
        row = session.scalar(
            select(RoleChangeRecord)
            .where(
                RoleChangeRecord.id == verdict.change,
                RoleChangeRecord.unit == unit,
                RoleChangeRecord.settled_on.is_(None),
            )
            .with_for_update()
        )
        if row is None:
            raise StaleCaseError
        if verdict.approves:
            for other in (row.proposed_by, row.reviewer_id):
                check_second_person(session, other, signed_in.reviewer_id)
            check_roles(office, frozenset(row.roles.split()))
            _give_roles(session, row, today)
        row.settled_by, row.settled_on = signed_in.reviewer_id, today
        row.is_approved, row.settled_reason = verdict.approves, _storable(verdict.reason)
    give_protection(office, signed_in)
    with suppress(StorageError):
        seal_to_recovery(office, signed_in)


def _storable(reason: str) -> str:
    # PostgreSQL keeps no NUL in a text, and nobody means one.
    return reason.replace("\0", "\ufffd")


def _give_roles(session: Session, row: RoleChangeRecord, day: date) -> None:
    place = _place_of(session, row.unit, row.reviewer_id)
    if place is None:
        raise StaleCaseError
    held_keys = place.reads and place.admitted_on is not None
    protected = place.protects and place.admitted_on is not None
    roles = row.roles.split()
    place.roles, place.reads, place.protects = row.roles, reads(roles), only_protects(roles)
    if (place.reads and not held_keys) or (place.protects and not (held_keys or protected)):
        place.admitted_on = None
    session.flush()
    if held_keys and not place.reads:
        take_keys(session, row.unit, row.reviewer_id, day)
    if protected and not place.protects:
        take_protection(session, row.reviewer_id)


def _place_of(session: Session, unit: str, reviewer_id: str) -> MembershipRecord | None:
    return session.scalar(
        select(MembershipRecord).where(
            MembershipRecord.unit == unit,
            MembershipRecord.reviewer_id == reviewer_id,
            MembershipRecord.left_on.is_(None),
        )
    )
