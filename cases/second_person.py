"""Who counts as a second person: somebody else, and not the same one's other account."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.records import MembershipRecord, ReviewerRecord, RosterRecord
from cases.step_errors import SamePersonError
from policy.names import LEAST_SYLLABLES, fold
from policy.rights import Role


def check_second_person(session: Session, first: str, second: str) -> None:
    """Accept two accounts as two people.

    They are one where the member who admitted one of them said so, and where the roster has both
    under one name: two people of the same name are taken for one rather than one for two.

    Raises:
        SamePersonError: they are one person's.
    """
    if first == second or _person(session, first) == _person(session, second):
        raise SamePersonError
    if not _names(session, first).isdisjoint(_names(session, second)):
        raise SamePersonError


def has_head(session: Session, unit: str, *reviewers: str) -> bool:
    """Return whether one of these members is a head of the unit."""
    rows = session.scalars(
        select(MembershipRecord.roles).where(
            MembershipRecord.unit == unit,
            MembershipRecord.reviewer_id.in_(reviewers),
            MembershipRecord.admitted_on.is_not(None),
            MembershipRecord.left_on.is_(None),
        )
    )
    return any(Role.HEAD in roles.split() for roles in rows)


def _person(session: Session, reviewer_id: str) -> str:
    found = session.scalar(select(ReviewerRecord.person).where(ReviewerRecord.id == reviewer_id))
    return found or reviewer_id


def _names(session: Session, reviewer_id: str) -> frozenset[str]:
    rows = session.scalars(
        select(RosterRecord.names).where(RosterRecord.reviewer_id == reviewer_id)
    )
    names = (fold(name) for row in rows for name in row.splitlines())
    return frozenset(name for name in names if len(name.split()) >= LEAST_SYLLABLES)
