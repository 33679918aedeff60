"""A recovery key in the place of one that was lost or seen: what was sealed to that one is gone.

The two others still open everything meanwhile. Members compare the keys anew (a mark that fits the
keys of before fits these no more), and their sessions seal to the new pairs what they can open.
"""

from collections.abc import Collection

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from cases.database import lock_table
from cases.errors import RecoveryError
from cases.names import RECOVERY_PREFIX, recovery_holder
from cases.office import Office
from cases.records import SealRecord, UnitKeySealRecord
from cases.recovery_keys import NUMBERS, RecoveryKey, check_other_numbers, list_recovery_keys
from cases.recovery_records import RecoveryExportRecord, RecoveryRecord


def replace_recovery_key(
    office: Office, key: RecoveryKey, *, despite_loss: bool = False
) -> RecoveryKey:
    """Put a key in the place of the one that has its number, and return that one.

    What was asked of the former holder by an exported question can be answered no more.

    Raises:
        RecoveryError: there is none of that number, the key has another number already, or
            something would be left that no pair opens and ``despite_loss`` is not said.
    """
    with office.database.writing() as session:
        lock_table(session, RecoveryRecord)
        keys = list_recovery_keys(session)
        former = next((each for each in keys if each.number == key.number), None)
        if former is None:
            raise RecoveryError(f"there is no recovery key {key.number}: `liemchinh recovery add`")
        check_other_numbers(keys, key)
        going = _pairs_with(key.number)
        if not despite_loss and _would_lose(session, going):
            raise RecoveryError(
                "something is sealed to this key and to no pair without it, since a key was"
                " replaced before and not everybody compared the new one (`liemchinh recovery"
                " list`): compare first on the page Đơn vị, or say --despite-loss"
            )
        for table in (UnitKeySealRecord, SealRecord, RecoveryExportRecord):
            session.execute(delete(table).where(table.holder.in_(going)))
        session.get_one(RecoveryRecord, key.number).recipient = key.recipient.raw
    return former


def _pairs_with(number: int) -> frozenset[str]:
    return frozenset(
        recovery_holder((min(number, other), max(number, other)))
        for other in NUMBERS
        if other != number
    )


def _would_lose(session: Session, going: Collection[str]) -> bool:
    """Say whether a unit's key or a case is sealed to some of these pairs and to no other."""
    key, case = UnitKeySealRecord, SealRecord
    for holder, what in (
        (key.holder, (key.unit, key.epoch)),
        (case.holder, (case.compartment_id,)),
    ):
        sealed = select(*what).where(holder.in_(going))
        stays = select(*what).where(holder.startswith(RECOVERY_PREFIX), holder.not_in(going))
        if session.execute(sealed.except_(stays).limit(1)).first():
            return True
    return False
