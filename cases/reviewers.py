"""Reviewers and their keys: enrolling, admitting, signing in, opening a unit's identity."""

import secrets
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cases.errors import EnrolmentError, NotPermittedError, SignInError
from cases.names import new_ref, reviewer_holder, unit_holder
from cases.office import Office
from cases.records import (
    EnrolmentRecord,
    MembershipRecord,
    ReviewerRecord,
    UnitKeyRecord,
    UnitKeySealRecord,
)
from cases.staff import load_recovery
from crypto.boxes import derive
from crypto.errors import OpenError
from crypto.keys import Identity, Recipient
from crypto.opening import open_sealed
from crypto.passphrases import unwrap_seed, wrap_seed
from crypto.sealing import seal

# design: single use, one hour, no key in the link.
ENROLMENT_SECONDS = 60 * 60
TOKEN_BYTES = 32


@dataclass(frozen=True, repr=False)
class SignedIn:
    """A reviewer whose passphrase opened their identity, as of this request."""

    reviewer_id: str
    sign_in_name: str
    identity: Identity
    roles: dict[str, str] = field(default_factory=dict)

    @property
    def units(self) -> frozenset[str]:
        """Return the units that this reviewer was admitted to."""
        return frozenset(self.roles)

    @property
    def holders(self) -> frozenset[str]:
        """Return the holder names whose seals this reviewer can open."""
        own = {reviewer_holder(self.reviewer_id)}
        return frozenset(own | {unit_holder(unit) for unit in self.roles})


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
    """Return the token of a single-use link, valid for an hour; no key is in it."""
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
    return name.strip().casefold()


def _token_tag(token: str) -> bytes:
    return derive(token.encode("utf-8", "surrogatepass"), "enrolment/tag")


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
    is_first = (
        session.scalar(
            select(UnitKeyRecord.epoch).where(UnitKeyRecord.unit == place.unit).limit(1)
        )
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


class SignInDesk:
    """Opens reviewers' identities, taking as long for a name that does not exist."""

    def __init__(self, office: Office, server_secret: bytes) -> None:
        self._office = office
        self._server_secret = server_secret
        # Unknown names are tried against this, so that time does not tell them from known ones.
        self._decoy = wrap_seed(secrets.token_bytes(32), secrets.token_urlsafe(), server_secret)

    def sign_in(self, sign_in_name: str, passphrase: str) -> SignedIn:
        """Return the reviewer whom name and passphrase open.

        Raises:
            SignInError: they open nobody.
            OpenError: a unit's stored recipient is not the one of the identity that was opened.
        """
        with self._office.database.reading() as session:
            row = session.execute(
                select(ReviewerRecord.id, ReviewerRecord.wrapped).where(
                    ReviewerRecord.sign_in_name == fold_sign_in_name(sign_in_name),
                    ReviewerRecord.left_on.is_(None),
                )
            ).first()
        reviewer_id, wrapped = row or (None, self._decoy)
        try:
            seed = unwrap_seed(wrapped, passphrase, self._server_secret)
        except OpenError:
            raise SignInError from None
        if reviewer_id is None:
            raise SignInError
        signed_in = self.resume(reviewer_id, seed)
        self._check_units(signed_in)
        return signed_in

    def resume(self, reviewer_id: str, seed: bytes) -> SignedIn:
        """Return the reviewer of a running session, with the memberships of this moment.

        Raises:
            SignInError: they left meanwhile.
        """
        with self._office.database.reading() as session:
            name = session.scalar(
                select(ReviewerRecord.sign_in_name).where(
                    ReviewerRecord.id == reviewer_id, ReviewerRecord.left_on.is_(None)
                )
            )
            rows = session.execute(
                select(MembershipRecord.unit, MembershipRecord.role).where(
                    MembershipRecord.reviewer_id == reviewer_id,
                    MembershipRecord.admitted_on.is_not(None),
                    MembershipRecord.left_on.is_(None),
                )
            )
            roles = {unit: role for unit, role in rows}
        if name is None:
            raise SignInError
        return SignedIn(reviewer_id, name, Identity.from_seed(seed), roles)

    def _check_units(self, signed_in: SignedIn) -> None:
        with self._office.database.reading() as session:
            for unit in signed_in.units:
                open_unit_identities(session, signed_in, unit)


def open_unit_identities(
    session: Session, signed_in: SignedIn, unit: str
) -> dict[int, Identity]:
    """Return a unit's identities by epoch, each checked against its stored recipient.

    Raises:
        NotPermittedError: the reviewer is no member of the unit.
        OpenError: a stored recipient was exchanged.
    """
    if unit not in signed_in.units:
        raise NotPermittedError
    rows = session.execute(
        select(UnitKeyRecord.epoch, UnitKeyRecord.recipient, UnitKeySealRecord.sealed)
        .join(
            UnitKeySealRecord,
            (UnitKeySealRecord.unit == UnitKeyRecord.unit)
            & (UnitKeySealRecord.epoch == UnitKeyRecord.epoch),
        )
        .where(
            UnitKeyRecord.unit == unit,
            UnitKeySealRecord.holder == reviewer_holder(signed_in.reviewer_id),
        )
    )
    identities = {}
    for epoch, recipient, sealed in rows:
        identity = Identity.from_seed(open_sealed(sealed, signed_in.identity))
        if identity.recipient.raw != recipient:
            raise OpenError("the unit's recipient was exchanged")
        identities[epoch] = identity
    return identities


def admit(office: Office, signed_in: SignedIn, reviewer_id: str, unit: str) -> None:
    """Give a waiting member the unit's keys; only a member can, after comparing fingerprints.

    Raises:
        NotPermittedError: the reviewer is no member, or nobody of that id waits.
    """
    with office.database.writing() as session:
        identities = open_unit_identities(session, signed_in, unit)
        waiting = session.scalar(
            select(ReviewerRecord)
            .join(MembershipRecord, MembershipRecord.reviewer_id == ReviewerRecord.id)
            .where(
                ReviewerRecord.id == reviewer_id,
                ReviewerRecord.left_on.is_(None),
                MembershipRecord.unit == unit,
                MembershipRecord.admitted_on.is_(None),
                MembershipRecord.left_on.is_(None),
            )
        )
        if waiting is None or not identities:
            raise NotPermittedError
        recipient = Recipient.from_raw(waiting.recipient)
        session.execute(
            insert(UnitKeySealRecord),
            [
                {
                    "unit": unit,
                    "epoch": epoch,
                    "holder": reviewer_holder(reviewer_id),
                    "sealed": seal(identity.seed, [recipient]),
                }
                for epoch, identity in identities.items()
            ],
        )
        session.execute(
            update(MembershipRecord)
            .where(MembershipRecord.reviewer_id == reviewer_id, MembershipRecord.unit == unit)
            .values(admitted_on=office.clock.today())
        )


@dataclass(frozen=True)
class Member:
    """One line of a unit's page: who can open its cases, and who waits to."""

    reviewer_id: str
    sign_in_name: str
    unit: str
    role: str
    is_admitted: bool
    fingerprint: str


def list_members(office: Office, units: frozenset[str]) -> tuple[Member, ...]:
    """Return the members of units, waiting ones included, in the order of their names."""
    with office.database.reading() as session:
        rows = session.execute(
            select(ReviewerRecord, MembershipRecord)
            .join(MembershipRecord, MembershipRecord.reviewer_id == ReviewerRecord.id)
            .where(
                MembershipRecord.unit.in_(units),
                MembershipRecord.left_on.is_(None),
                ReviewerRecord.left_on.is_(None),
            )
            .order_by(MembershipRecord.unit, ReviewerRecord.sign_in_name)
        )
        return tuple(
            Member(
                reviewer.id,
                reviewer.sign_in_name,
                membership.unit,
                membership.role,
                membership.admitted_on is not None,
                Recipient.from_raw(reviewer.recipient).fingerprint(),
            )
            for reviewer, membership in rows
        )
