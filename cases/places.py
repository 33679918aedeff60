"""A reviewer's places in units, told without any key."""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cases.records import MembershipRecord, RosterRecord


def could_be_named_until(session: Session, reviewer_id: str) -> date | None:
    """Return the day on which somebody who could be named before came to their newest unit.

    Cases of that day or before may name them; of none at all, where nobody could be named.
    """
    own = MembershipRecord.reviewer_id == reviewer_id
    places, came_on = session.execute(
        select(func.count(), func.max(MembershipRecord.admitted_on)).where(own)
    ).one()
    on_roster = select(RosterRecord.id).where(RosterRecord.reviewer_id == reviewer_id)
    is_known = places > 1 or session.scalar(on_roster.limit(1)) is not None
    return came_on if is_known else None
