"""The public halves of the three recovery keys, and which units' keys are sealed to them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.database import lock_table
from cases.errors import RecoveryError
from cases.office import Office
from cases.records import UnitKeyRecord, UnitKeySealRecord
from cases.recovery_records import RecoveryComparisonRecord, RecoveryRecord
from cases.staff import load_recovery
from crypto.keys import Recipient

NUMBERS = (1, 2, 3)


@dataclass(frozen=True)
class RecoveryKey:
    """The public half of a key that lies on paper in somebody's safe."""

    number: int
    recipient: Recipient

    @property
    def fingerprint(self) -> str:
        """Return what two people compare by voice."""
        return self.recipient.fingerprint()


def list_recovery_keys(session: Session) -> tuple[RecoveryKey, ...]:
    """Return the recovery keys of this instance, in the order of their numbers."""
    rows = session.execute(
        select(RecoveryRecord.number, RecoveryRecord.recipient).order_by(RecoveryRecord.number)
    )
    return tuple(RecoveryKey(number, Recipient.from_raw(raw)) for number, raw in rows)


def add_recovery_key(office: Office, key: RecoveryKey) -> None:
    """Take a recovery key's public half; a number is given once.

    Raises:
        RecoveryError: there is no such number, it is taken, or the key has another number already.
    """
    if key.number not in NUMBERS:
        raise RecoveryError("recovery keys are numbered 1, 2 and 3")
    with office.database.writing() as session:
        lock_table(session, RecoveryRecord)
        keys = list_recovery_keys(session)
        for other in keys:
            if other.number == key.number:
                raise RecoveryError(
                    f"recovery key {other.number} is there already ({other.fingerprint}): a lost"
                    " one is replaced by `liemchinh recovery replace`"
                )
        check_other_numbers(keys, key)
        session.add(RecoveryRecord(number=key.number, recipient=key.recipient.raw))


def check_other_numbers(keys: Iterable[RecoveryKey], key: RecoveryKey) -> None:
    """Refuse a key that has a number already.

    Raises:
        RecoveryError: it has.
    """
    for other in keys:
        if other.recipient == key.recipient:
            raise RecoveryError(
                f"this key is recovery key {other.number} already: two numbers with one key"
                " would let one person open alone"
            )


def list_uncompared(session: Session) -> tuple[str, ...]:
    """Return the units in which nobody compared the recovery keys with those who hold them."""
    compared = select(RecoveryComparisonRecord.unit)
    units = session.scalars(
        select(UnitKeyRecord.unit)
        .where(~UnitKeyRecord.offline, UnitKeyRecord.unit.not_in(compared))
        .distinct()
        .order_by(UnitKeyRecord.unit)
    )
    return tuple(units)


def list_unsealed(session: Session) -> tuple[tuple[str, int], ...]:
    """Return unit and epoch of each key that some pair of recovery holders could not open.

    A key that never was on the server is none of recovery's business.
    """
    pairs = {holder.name for holder in load_recovery(session)}
    seals = defaultdict(set)
    for unit, epoch, holder in session.execute(
        select(UnitKeySealRecord.unit, UnitKeySealRecord.epoch, UnitKeySealRecord.holder)
    ):
        seals[unit, epoch].add(holder)
    keys = session.execute(
        select(UnitKeyRecord.unit, UnitKeyRecord.epoch)
        .where(~UnitKeyRecord.offline)
        .order_by(UnitKeyRecord.unit, UnitKeyRecord.epoch)
    )
    return tuple((unit, epoch) for unit, epoch in keys if not pairs <= seals[unit, epoch])
