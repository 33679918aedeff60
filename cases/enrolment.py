"""Enrolling by a link and admitting by a member: how somebody gets keys of a unit."""

import hashlib
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cases.database import lock_table
from cases.errors import EnrolmentError, RoleNotBuiltError
from cases.names import READING_ROLES, new_ref, reviewer_holder
from cases.office import Office
from cases.records import (
    EnrolmentRecord,
    MembershipRecord,
    ReviewerRecord,
    UnitKeyRecord,
    UnitKeySealRecord,
)
from cases.staff import load_recovery
from crypto.keys import Identity, Recipient
from crypto.passphrases import wrap_seed
from crypto.sealing import seal

# Single use, one hour, no key in the link (docs/sealing.md, "Enrolment").
ENROLMENT_SECONDS = 60 * 60
TOKEN_BYTES = 32


@dataclass(frozen=True, repr=False)
class Enrolment:
    """What somebody who followed an enrolment link chose."""

    token: str
    sign_in_name: str
    passphrase: str


@dataclass(frozen=True)
class Place:
    """A place in a unit that an enrolment link leads to."""

    unit: str
    role: str


def invite(office: Office, place: Place) -> str:
    """Return the token of a single-use link, valid for an hour; no key is in it.

    Raises:
        RoleNotBuiltError: whoever has this role must not hold the keys of a unit.
    """
    if place.role not in READING_ROLES:
        raise RoleNotBuiltError
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with office.database.writing() as session:
        session.execute(
            insert(EnrolmentRecord).values(
                tag=_token_tag(token),
                unit=place.unit,
                role=place.role,
                expires_at=office.clock.now() + ENROLMENT_SECONDS,
            )
        )
    return token


def find_place(office: Office, token: str) -> Place:
    """Return the place that a link leads to.

    Raises:
        EnrolmentError: the link is unknown, used or expired.
    """
    with office.database.reading() as session:
        row = session.scalar(
            select(EnrolmentRecord).where(
                EnrolmentRecord.tag == _token_tag(token),
                EnrolmentRecord.expires_at > office.clock.now(),
            )
        )
    if row is None:
        raise EnrolmentError
    return Place(row.unit, row.role)


def enrol(office: Office, enrolment: Enrolment, server_secret: bytes) -> bool:
    """Make a reviewer with keys of their own; return whether they can open cases already.

    The first member of a unit makes the unit's identity; every later one waits until a member
    admits them, since nobody else can give them the unit's keys.

    Raises:
        EnrolmentError: the link is unknown, used or expired, or the name is taken.
    """
    place = find_place(office, enrolment.token)
    identity, reviewer_id = Identity.generate(), new_ref()
    wrapped = wrap_seed(identity.seed, enrolment.passphrase, server_secret)
    day = office.clock.today()
    try:
        with office.database.writing() as session:
            _use_link(session, enrolment.token)
            session.execute(
                insert(ReviewerRecord).values(
                    id=reviewer_id,
                    sign_in_name=fold_sign_in_name(enrolment.sign_in_name),
                    recipient=identity.recipient.raw,
                    wrapped=wrapped,
                    enrolled_on=day,
                )
            )
            return join_unit(session, place, reviewer_id, identity.recipient, day)
    except IntegrityError:
        raise EnrolmentError from None


def fold_sign_in_name(name: str) -> str:
    """Return the name as it is stored and looked up."""
    # Two keyboards may write one Vietnamese letter in two ways.
    return unicodedata.normalize("NFC", name.strip().casefold())


def _token_tag(token: str) -> bytes:
    # The token is 256 random bits, so a plain digest gives nothing away; what a visitor types in
    # its place may be anything.
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def _use_link(session: Session, token: str) -> None:
    used = session.connection().execute(
        delete(EnrolmentRecord).where(EnrolmentRecord.tag == _token_tag(token))
    )
    if not used.rowcount:
        raise EnrolmentError


def join_unit(
    session: Session, place: Place, reviewer_id: str, recipient: Recipient, day: date
) -> bool:
    """Add a membership; return whether it is admitted at once, as a unit's first member is."""
    # Two first members at once would each make an identity for the unit.
    lock_table(session, UnitKeyRecord)
    is_first = (
        session.scalar(select(UnitKeyRecord.epoch).where(UnitKeyRecord.unit == place.unit).limit(1))
        is None
    )
    session.execute(
        insert(MembershipRecord).values(
            reviewer_id=reviewer_id,
            unit=place.unit,
            role=place.role,
            admitted_on=day if is_first else None,
        )
    )
    if is_first:
        _start_unit(session, place.unit, reviewer_id, recipient, day)
    return is_first


def _start_unit(
    session: Session, unit: str, reviewer_id: str, recipient: Recipient, day: date
) -> None:
    identity = Identity.generate()
    session.execute(
        insert(UnitKeyRecord).values(
            unit=unit,
            epoch=1,
            recipient=identity.recipient.raw,
            offline=False,
            started_on=day,
        )
    )
    seals = {reviewer_holder(reviewer_id): seal(identity.seed, [recipient])}
    seals |= {holder.name: holder.seal(identity.seed) for holder in load_recovery(session)}
    session.execute(
        insert(UnitKeySealRecord),
        [
            {"unit": unit, "epoch": 1, "holder": holder, "sealed": sealed}
            for holder, sealed in seals.items()
        ],
    )
