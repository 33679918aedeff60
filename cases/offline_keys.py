"""Keys of units that never were on the server: registered by their public half."""

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from cases.database import lock_table
from cases.errors import CourierError
from cases.office import Office
from cases.records import UnitKeyRecord
from crypto.keys import Recipient


def register_offline_key(office: Office, unit: str, recipient: Recipient) -> int:
    """Let everything for a unit be sealed to a key on paper from now on; return its epoch.

    What was sealed to a paper of before stays sealed to that one.

    Raises:
        CourierError: the unit receives nothing, has members at the desk, or has this key already.
    """
    if not office.pack.knows_unit(unit) or not office.todays_pack.can_receive(unit):
        raise CourierError(f"no unit of this pack receives reports under that code: {unit}")
    today = office.clock.today()
    with office.database.writing() as session:
        lock_table(session, UnitKeyRecord)
        present = present_key(session, unit)
        epoch = 1
        if present is not None:
            if not present.offline:
                raise CourierError(
                    f"the key of {unit} is held by its members at the desk; a key on paper is for a"
                    " unit that has none yet"
                )
            if present.recipient == recipient.raw:
                raise CourierError(f"this is the key of {unit} already")
            present.ended_on, epoch = today, present.epoch + 1
            session.flush()
        row = {"unit": unit, "epoch": epoch, "recipient": recipient.raw, "offline": True}
        session.execute(insert(UnitKeyRecord).values(**row, started_on=today))
    return epoch


def present_key(session: Session, unit: str) -> UnitKeyRecord | None:
    """Return the key that everything for a unit is sealed to now."""
    return session.scalar(
        select(UnitKeyRecord).where(UnitKeyRecord.unit == unit, UnitKeyRecord.ended_on.is_(None))
    )
