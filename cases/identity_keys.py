"""The key of the protection officer that lies off the network: which one is in use, and since when.

The server has its public half. Whoever is to be heard by name, and a passage that tells who
somebody is, are sealed to it: nothing on this machine opens them again.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from cases.database import lock_table
from cases.errors import IdentityKeyError
from cases.identity_records import IdentityKeyRecord
from cases.office import Office
from cases.records import UnitKeyRecord
from cases.recovery_records import RecoveryRecord
from crypto.keys import Recipient


@dataclass(frozen=True)
class IdentityKey:
    """The public half of a key that lies on paper in the protection officer's safe."""

    number: int
    recipient: Recipient

    @property
    def fingerprint(self) -> str:
        """Return what the officer compares with their paper."""
        return self.recipient.fingerprint()


@dataclass(frozen=True)
class KeptKey:
    """A key of now or of before, and its days."""

    key: IdentityKey
    started_on: date
    ended_on: date | None


def identity_key(session: Session) -> IdentityKey | None:
    """Return the key in use, or None where there is none."""
    row = session.execute(
        select(IdentityKeyRecord.number, IdentityKeyRecord.recipient)
        .where(IdentityKeyRecord.ended_on.is_(None))
        .order_by(IdentityKeyRecord.number.desc())
        .limit(1)
    ).first()
    return IdentityKey(row.number, Recipient.from_raw(row.recipient)) if row else None


def list_identity_keys(session: Session) -> tuple[KeptKey, ...]:
    """Return every key that there ever was, the first one first."""
    rows = session.scalars(select(IdentityKeyRecord).order_by(IdentityKeyRecord.number))
    return tuple(
        KeptKey(
            IdentityKey(row.number, Recipient.from_raw(row.recipient)),
            row.started_on,
            row.ended_on,
        )
        for row in rows
    )


def add_identity_key(office: Office, recipient: Recipient) -> IdentityKey:
    """Use a key from now on; the one before is no longer used, and opens what it opened.

    Raises:
        IdentityKeyError: this key was used before, or is kept for something else.
    """
    today = office.clock.today()
    with office.database.writing() as session:
        lock_table(session, IdentityKeyRecord)
        known = list_identity_keys(session)
        if any(each.key.recipient == recipient for each in known):
            raise IdentityKeyError("this key is registered already, or was: make a new one")
        if recipient.raw in _other_keys(session):
            raise IdentityKeyError("this key is kept for recovery or a unit: make one of its own")
        _end(session, today)
        number = len(known) + 1
        session.add(IdentityKeyRecord(number=number, recipient=recipient.raw, started_on=today))
    return IdentityKey(number, recipient)


def end_identity_key(office: Office) -> IdentityKey:
    """Use the key no longer: nobody is offered the box, and no passage can be moved.

    Raises:
        IdentityKeyError: none is in use.
    """
    with office.database.writing() as session:
        lock_table(session, IdentityKeyRecord)
        key = identity_key(session)
        if key is None:
            raise IdentityKeyError("no key is in use")
        _end(session, office.clock.today())
    return key


def _end(session: Session, today: date) -> None:
    session.execute(
        update(IdentityKeyRecord).where(IdentityKeyRecord.ended_on.is_(None)).values(ended_on=today)
    )


def _other_keys(session: Session) -> set[bytes]:
    # One paper with two uses would let whoever is handed it for one do the other.
    return {
        *session.scalars(select(RecoveryRecord.recipient)),
        *session.scalars(select(UnitKeyRecord.recipient)),
    }
