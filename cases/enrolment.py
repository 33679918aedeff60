"""Enrolling by a link and admitting by a member: how somebody gets keys of a unit."""

import hashlib
import secrets
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cases.database import lock_table
from cases.errors import (
    CombinedRolesError,
    EnrolmentError,
    OfflineUnitError,
    UnknownRoleError,
)
from cases.names import new_ref, reviewer_holder
from cases.office import Office
from cases.offline_keys import present_key
from cases.records import MembershipRecord, ReviewerRecord, UnitKeyRecord
from cases.second_factor import replace_spare_codes, seal_totp_key
from cases.sign_in_records import EnrolmentRecord
from cases.staff import Holder, load_recovery
from cases.unit_epochs import add_unit_key
from crypto.keys import Identity, Recipient
from crypto.passphrases import wrap_seed
from crypto.second_factor import TotpKey
from policy.rights import Role, only_protects, reads

# Single use, one hour, no key in the link (docs/sealing.md, "Enrolment").
ENROLMENT_SECONDS = 60 * 60
TOKEN_BYTES = 32


@dataclass(frozen=True, repr=False)
class Enrolment:
    """What somebody who followed an enrolment link chose."""

    token: str
    sign_in_name: str
    passphrase: str
    totp_key: TotpKey


@dataclass(frozen=True, repr=False)
class Enrolled:
    """What became of an enrolment: whether a member must still admit them, and their spare codes.

    The codes are shown once and kept nowhere.
    """

    is_admitted: bool
    spare_codes: tuple[str, ...]


@dataclass(frozen=True)
class Place:
    """A place in a unit that an enrolment link leads to."""

    unit: str
    roles: frozenset[str]


def invite(office: Office, place: Place) -> str:
    """Return the token of a single-use link, valid for an hour; no key is in it.

    Raises:
        UnknownRoleError: there is no such role.
        CombinedRolesError: nobody has these roles together.
        OfflineUnitError: nobody at the desk could give a newcomer the unit's key.
    """
    check_roles(office, place.roles)
    with office.database.reading() as session:
        present = present_key(session, place.unit)
    if present is not None and present.offline and reads(place.roles):
        raise OfflineUnitError
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with office.database.writing() as session:
        session.execute(
            insert(EnrolmentRecord).values(
                tag=_token_tag(token),
                unit=place.unit,
                roles=written_roles(place.roles),
                expires_at=office.clock.now() + ENROLMENT_SECONDS,
            )
        )
    return token


def check_roles(office: Office, roles: frozenset[str]) -> None:
    """Accept roles that one person can be given.

    Raises:
        UnknownRoleError: there is no such role.
        CombinedRolesError: nobody has these roles together.
    """
    if not roles or not roles <= frozenset(Role):
        raise UnknownRoleError
    for row in office.todays_pack.separations:
        if row.forbids(roles):
            raise CombinedRolesError(row.code)


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
    return Place(row.unit, frozenset(row.roles.split()))


def enrol(office: Office, enrolment: Enrolment, server_secret: bytes) -> Enrolled:
    """Make a reviewer with keys and a second factor of their own.

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
                    totp=seal_totp_key(identity.seed, enrolment.totp_key),
                    enrolled_on=day,
                )
            )
            is_admitted = join_unit(session, place, reviewer_id, identity.recipient, day)
            codes = replace_spare_codes(session, reviewer_id, identity.seed)
            return Enrolled(is_admitted, codes)
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
    """Add a membership; return whether it is admitted at once.

    A unit's first member is, and who reads nothing of it: they are given no key. A protection
    officer waits for a member, who sees to it that the account is theirs.
    """
    if only_protects(place.roles):
        _add_membership(session, place, reviewer_id, None)
        return False
    if not reads(place.roles):
        _add_membership(session, place, reviewer_id, day)
        return True
    # Two first members at once would each make an identity for the unit.
    lock_table(session, UnitKeyRecord)
    is_first = (
        session.scalar(select(UnitKeyRecord.epoch).where(UnitKeyRecord.unit == place.unit).limit(1))
        is None
    )
    _add_membership(session, place, reviewer_id, day if is_first else None)
    if is_first:
        first = Holder(reviewer_holder(reviewer_id), 1, (recipient,))
        add_unit_key(session, (place.unit, 1), (first, *load_recovery(session)), day)
    return is_first


def _add_membership(
    session: Session, place: Place, reviewer_id: str, admitted_on: date | None
) -> None:
    session.execute(
        insert(MembershipRecord).values(
            reviewer_id=reviewer_id,
            unit=place.unit,
            roles=written_roles(place.roles),
            reads=reads(place.roles),
            protects=only_protects(place.roles),
            admitted_on=admitted_on,
        )
    )


def written_roles(roles: Iterable[str]) -> str:
    """Return roles as their column has them."""
    return " ".join(sorted(roles))
