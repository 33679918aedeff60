"""A unit's next epoch: a key that who left never held, and old cases sealed to it anew.

Starting one needs public keys only. Sealing anew needs the old key, so it is done in members'
own sessions, some cases at a time; where it stops, the next session goes on.
"""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import ColumnElement, func, insert, select
from sqlalchemy.orm import Session

from cases.database import lock_table
from cases.names import reviewer_holder, unit_holder
from cases.office import Office
from cases.records import CompartmentRecord, SealRecord, UnitKeyRecord, UnitKeySealRecord
from cases.reviewers import SignedIn, open_unit_identities
from cases.staff import Holder, load_staff
from crypto.errors import OpenError
from crypto.keys import Identity
from crypto.opening import open_sealed
from crypto.sealing import seal

# Each is opened and sealed anew in well under a millisecond.
BATCH = 500


def start_unit_epoch(session: Session, unit: str, day: date) -> None:
    """Start a unit's next epoch, for its members of this moment.

    Recovery gets it in a member's session, which knows the keys that were compared: somebody who
    exchanged them would have the key to which old cases are sealed anew.
    """
    lock_table(session, UnitKeyRecord)
    present = session.scalars(
        select(UnitKeyRecord).where(UnitKeyRecord.unit == unit, UnitKeyRecord.ended_on.is_(None))
    ).one()
    present.ended_on = day
    session.flush()
    members = load_staff(session).members.get(unit, {})
    holders = (Holder(reviewer_holder(each), 1, (own,)) for each, own in members.items())
    add_unit_key(session, (unit, present.epoch + 1), holders, day)


def add_unit_key(
    session: Session, key: tuple[str, int], holders: Iterable[Holder], day: date
) -> None:
    """Make the key of a unit and epoch, for these holders."""
    unit, epoch = key
    identity = Identity.generate()
    session.execute(
        insert(UnitKeyRecord).values(
            unit=unit,
            epoch=epoch,
            recipient=identity.recipient.raw,
            offline=False,
            started_on=day,
        )
    )
    seals = [(holder.name, holder.seal(identity.seed)) for holder in holders]
    session.execute(
        insert(UnitKeySealRecord),
        [
            {"unit": unit, "epoch": epoch, "holder": holder, "sealed": sealed}
            for holder, sealed in seals
        ],
    )


def count_unsealed(office: Office, units: frozenset[str]) -> dict[str, int]:
    """Return for each unit how many seals of cases are still for an epoch of before."""
    with office.database.reading() as session:
        counts = {
            unit: session.scalar(
                select(func.count()).where(*_of_before(unit, _present_epoch(session, unit)))
            )
            for unit in units
        }
    return {unit: count for unit, count in counts.items() if count}


def seal_anew(office: Office, signed_in: SignedIn, unit: str, most: int = BATCH) -> int:
    """Seal some of a unit's old cases to its present key, and return how many seals are left.

    One that was altered is left as it is: it is noticed when its case is opened.

    Raises:
        NotPermittedError: the reviewer is no member of the unit.
        OpenError: the unit's stored recipient was exchanged.
    """
    with office.database.writing() as session:
        identities = open_unit_identities(session, signed_in, unit)
        present = _present_epoch(session, unit)
        if present not in identities:
            return 0
        rows = session.execute(
            select(SealRecord, CompartmentRecord.recipient)
            .join(CompartmentRecord, CompartmentRecord.id == SealRecord.compartment_id)
            .where(*_of_before(unit, present))
            .order_by(SealRecord.compartment_id)
            .limit(most)
        ).all()
        recipient = identities[present].recipient
        for row, wanted in rows:
            seed = _opened(row, identities, wanted)
            if seed is not None:
                row.sealed, row.holder_epoch = seal(seed, [recipient]), present
        session.flush()
        left = session.scalar(select(func.count()).where(*_of_before(unit, present)))
    return left or 0


def _opened(row: SealRecord, identities: dict[int, Identity], recipient: bytes) -> bytes | None:
    key = identities.get(row.holder_epoch)
    if key is None:
        return None
    try:
        seed = open_sealed(row.sealed, key)
    except OpenError:
        return None
    return seed if Identity.from_seed(seed).recipient.raw == recipient else None


def _of_before(unit: str, present: int) -> tuple[ColumnElement[bool], ...]:
    return SealRecord.holder == unit_holder(unit), SealRecord.holder_epoch < present


def _present_epoch(session: Session, unit: str) -> int:
    found = session.scalar(
        select(UnitKeyRecord.epoch).where(
            UnitKeyRecord.unit == unit, UnitKeyRecord.ended_on.is_(None)
        )
    )
    return found or 0
