"""A signed-in reviewer, and the units' identities that their own one opens."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.errors import NotPermittedError
from cases.names import protection_holder, reviewer_holder, unit_holder
from cases.records import UnitKeyRecord, UnitKeySealRecord
from crypto.errors import OpenError, OpenFailure
from crypto.keys import Identity
from crypto.opening import open_sealed
from policy.rights import only_protects, reads


@dataclass(frozen=True, repr=False)
class SignedIn:
    """A reviewer whose passphrase opened their identity, as of this request."""

    reviewer_id: str
    sign_in_name: str
    identity: Identity
    # What they are in each unit that they were admitted to.
    roles: Mapping[str, frozenset[str]] = field(default_factory=dict)
    # Tells one passphrase of theirs from the next; nothing about it.
    passphrase_mark: bytes = b""

    @property
    def units(self) -> frozenset[str]:
        """Return the units whose keys this reviewer holds."""
        return frozenset(unit for unit, roles in self.roles.items() if reads(roles))

    @property
    def every_role(self) -> frozenset[str]:
        """Return what this reviewer is, in whichever unit."""
        return frozenset().union(*self.roles.values())

    def roles_in(self, unit: str) -> frozenset[str]:
        """Return what this reviewer is in a unit; nothing where they were not admitted."""
        return self.roles.get(unit, frozenset())

    @property
    def holders(self) -> frozenset[str]:
        """Return the holder names whose seals this reviewer can open."""
        own = {reviewer_holder(self.reviewer_id)}
        return frozenset(own | {unit_holder(unit) for unit in self.units})

    @property
    def protects_in(self) -> frozenset[str]:
        """Return the units in which this reviewer is given what is said of protection, no more."""
        return frozenset(unit for unit, roles in self.roles.items() if only_protects(roles))

    @property
    def protection_holders(self) -> frozenset[str]:
        """Return the holder names of theirs that only seals of ``protection`` are made for."""
        return frozenset({protection_holder(self.reviewer_id)} if self.protects_in else ())


def open_unit_identities(session: Session, signed_in: SignedIn, unit: str) -> dict[int, Identity]:
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
            raise OpenError(OpenFailure.NO_MATCH)
        identities[epoch] = identity
    return identities
