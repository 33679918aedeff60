"""Sealing what a signed-in member can open to recovery: no job and no administrator can.

Whoever can write to the database could put keys of their own in the place of recovery's. So a
member compares the fingerprints with those who hold the keys, once, and leaves a mark that only
the unit's identity can make: keys that change afterwards get nothing by themselves.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from cases.compartments import seal_rows
from cases.database import insert_or
from cases.errors import NotPermittedError
from cases.names import reviewer_holder
from cases.office import Office
from cases.reading import open_compartment
from cases.records import CompartmentRecord, SealRecord, UnitKeySealRecord
from cases.recovery_keys import RecoveryKey, list_recovery_keys
from cases.recovery_records import RecoveryComparisonRecord
from cases.reviewers import SignedIn, open_unit_identities
from cases.staff import Holder, load_recovery
from crypto.boxes import keyed_digest
from crypto.keys import Identity

MARK_LABEL = "recovery keys"
# So many seals at once keep nobody waiting at sign-in; the rest follows with the next one.
MOST_COMPARTMENTS = 200


class Comparison(StrEnum):
    """Whether a unit's members know that these keys are those on paper."""

    WAITING = "waiting"
    CHANGED = "changed"
    DONE = "done"


@dataclass(frozen=True)
class UnitRecovery:
    """The recovery keys as a unit's page shows them, and whether somebody there compared them."""

    keys: tuple[RecoveryKey, ...]
    comparison: Comparison


def recovery_of_units(office: Office, signed_in: SignedIn) -> dict[str, UnitRecovery]:
    """Return by unit how its recovery stands; nothing where there are not two keys yet."""
    with office.database.reading() as session:
        keys = list_recovery_keys(session)
        if not load_recovery(session):
            return {}
        opened = {unit: open_unit_identities(session, signed_in, unit) for unit in signed_in.units}
        return {
            unit: UnitRecovery(keys, _comparison(session, unit, identities, keys))
            for unit, identities in opened.items()
        }


def compare_recovery(office: Office, signed_in: SignedIn, unit: str, seen: str) -> None:
    """Take down that a member compared the keys of ``seen``, and seal the unit's to them.

    ``seen`` are the keys as the page showed them: one that changed since was not compared.

    Raises:
        NotPermittedError: the reviewer is no member of the unit, or other keys were compared.
    """
    with office.database.writing() as session:
        identities = open_unit_identities(session, signed_in, unit)
        keys = list_recovery_keys(session)
        if not identities or seen != seen_as(keys):
            raise NotPermittedError
        newest = max(identities)
        kept = {
            "epoch": newest,
            "mark": _mark(unit, identities[newest], keys),
            "reviewer_id": signed_in.reviewer_id,
            "compared_on": office.clock.today(),
        }
        row = insert_or(session, RecoveryComparisonRecord).values(unit=unit, **kept)
        session.execute(row.on_conflict_do_update(index_elements=["unit"], set_=kept))
    seal_to_recovery(office, signed_in)


def seen_as(keys: tuple[RecoveryKey, ...]) -> str:
    """Return recovery keys as a form says which of them were compared."""
    return ", ".join(f"{key.number}: {key.fingerprint}" for key in keys)


def seal_to_recovery(office: Office, signed_in: SignedIn) -> None:
    """Seal to recovery what it cannot open yet and this member can, where the keys were compared.

    That is each of their units' identities, and the cases that are sealed to them by themselves.

    Raises:
        OpenError: a stored recipient was exchanged.
    """
    with office.database.writing() as session:
        pairs, keys = load_recovery(session), list_recovery_keys(session)
        if not pairs:
            return
        is_compared = False
        for unit in signed_in.units:
            identities = open_unit_identities(session, signed_in, unit)
            if _comparison(session, unit, identities, keys) is Comparison.DONE:
                is_compared = True
                _seal_unit(session, unit, identities, pairs)
        if is_compared:
            _seal_cases(session, signed_in, pairs)


def _comparison(
    session: Session, unit: str, identities: Mapping[int, Identity], keys: tuple[RecoveryKey, ...]
) -> Comparison:
    row = session.get(RecoveryComparisonRecord, unit)
    if row is None:
        return Comparison.WAITING
    identity = identities.get(row.epoch)
    if identity is None or not hmac.compare_digest(row.mark, _mark(unit, identity, keys)):
        return Comparison.CHANGED
    return Comparison.DONE


def _mark(unit: str, identity: Identity, keys: tuple[RecoveryKey, ...]) -> bytes:
    parts = [part for key in keys for part in (bytes([key.number]), key.recipient.raw)]
    return keyed_digest(identity.seed, MARK_LABEL, unit.encode("utf-8"), *parts)


def _seal_unit(
    session: Session, unit: str, identities: Mapping[int, Identity], pairs: tuple[Holder, ...]
) -> None:
    have = {
        (epoch, holder)
        for epoch, holder in session.execute(
            select(UnitKeySealRecord.epoch, UnitKeySealRecord.holder).where(
                UnitKeySealRecord.unit == unit
            )
        )
    }
    rows = [
        {"unit": unit, "epoch": epoch, "holder": pair.name, "sealed": pair.seal(identity.seed)}
        for epoch, identity in identities.items()
        for pair in pairs
        if (epoch, pair.name) not in have
    ]
    if rows:
        # A colleague may do the same at this moment.
        session.execute(insert_or(session, UnitKeySealRecord).on_conflict_do_nothing(), rows)


def _seal_cases(session: Session, signed_in: SignedIn, pairs: tuple[Holder, ...]) -> None:
    own, other = SealRecord, aliased(SealRecord)
    for pair in pairs:
        is_sealed = exists().where(
            other.compartment_id == own.compartment_id, other.holder == pair.name
        )
        found = session.execute(
            select(CompartmentRecord, own)
            .join(own, own.compartment_id == CompartmentRecord.id)
            .where(own.holder == reviewer_holder(signed_in.reviewer_id), ~is_sealed)
            .limit(MOST_COMPARTMENTS)
        ).all()
        rows = [
            row
            for compartment, seal in found
            for row in seal_rows(
                compartment.id,
                open_compartment(compartment, seal, signed_in.identity).identity,
                (pair,),
            )
        ]
        if rows:
            session.execute(insert_or(session, SealRecord).on_conflict_do_nothing(), rows)
