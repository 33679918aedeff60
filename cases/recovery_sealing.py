"""Sealing what a signed-in member can open to recovery: no job and no administrator can.

Whoever can write to the database could put keys of their own in the place of recovery's. So a
member compares the fingerprints with those who hold the keys, once, and leaves a mark that only
the unit's identity can make: keys that change afterwards get nothing by themselves.
"""

import hmac
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session, aliased

from cases.compartments import seal_rows
from cases.database import insert_or
from cases.errors import NotPermittedError
from cases.names import GIVEN_EPOCH, reviewer_holder
from cases.office import Office
from cases.reading import open_compartment
from cases.records import CompartmentRecord, SealRecord, UnitKeySealRecord
from cases.recovery_keys import RecoveryKey, list_recovery_keys
from cases.recovery_records import RecoveryComparisonRecord
from cases.reviewers import SignedIn, open_unit_identities
from cases.staff import Holder, load_recovery
from crypto.boxes import keyed_digest
from crypto.keys import Identity
from policy.rights import Action, any_may

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
    if not any_may(signed_in.roles_in(unit), Action.ADMIT):
        raise NotPermittedError
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
    with office.database.reading() as session:
        missing = _find_missing(session, signed_in)
    if not missing.is_any:
        return
    with office.database.writing() as session:
        # A colleague may do the same at this moment.
        for table, rows in ((UnitKeySealRecord, missing.keys), (SealRecord, missing.cases)):
            if rows:
                session.execute(insert_or(session, table).on_conflict_do_nothing(), rows)
        for unit, (epoch, mark) in missing.marks.items():
            session.execute(
                update(RecoveryComparisonRecord)
                .where(
                    RecoveryComparisonRecord.unit == unit, RecoveryComparisonRecord.epoch < epoch
                )
                .values(epoch=epoch, mark=mark)
            )


@dataclass(frozen=True, repr=False)
class _Missing:
    """Seals that recovery lacks, and marks that only an older identity of a unit holds."""

    keys: list[dict[str, object]] = field(default_factory=list)
    cases: list[dict[str, object]] = field(default_factory=list)
    marks: dict[str, tuple[int, bytes]] = field(default_factory=dict)

    @property
    def is_any(self) -> bool:
        return bool(self.keys or self.cases or self.marks)


def _find_missing(session: Session, signed_in: SignedIn) -> _Missing:
    missing = _Missing()
    pairs, keys = load_recovery(session), list_recovery_keys(session)
    if not pairs:
        return missing
    is_compared = False
    for unit in signed_in.units:
        identities = open_unit_identities(session, signed_in, unit)
        if _comparison(session, unit, identities, keys) is not Comparison.DONE:
            continue
        is_compared = True
        missing.keys.extend(_unit_seals(session, unit, identities, pairs))
        newest = max(identities)
        if session.get_one(RecoveryComparisonRecord, unit).epoch < newest:
            # Whoever left with the older identity could make a mark of their own.
            missing.marks[unit] = newest, _mark(unit, identities[newest], keys)
    if is_compared:
        missing.cases.extend(_case_seals(session, signed_in, pairs))
    return missing


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


def _unit_seals(
    session: Session, unit: str, identities: Mapping[int, Identity], pairs: tuple[Holder, ...]
) -> list[dict[str, object]]:
    have = {
        (epoch, holder)
        for epoch, holder in session.execute(
            select(UnitKeySealRecord.epoch, UnitKeySealRecord.holder).where(
                UnitKeySealRecord.unit == unit
            )
        )
    }
    return [
        {"unit": unit, "epoch": epoch, "holder": pair.name, "sealed": pair.seal(identity.seed)}
        for epoch, identity in identities.items()
        for pair in pairs
        if (epoch, pair.name) not in have
    ]


def _case_seals(
    session: Session, signed_in: SignedIn, pairs: tuple[Holder, ...]
) -> Iterator[dict[str, object]]:
    own, other = SealRecord, aliased(SealRecord)
    for pair in pairs:
        is_sealed = exists().where(
            other.compartment_id == own.compartment_id, other.holder == pair.name
        )
        found = session.execute(
            select(CompartmentRecord, own)
            .join(own, own.compartment_id == CompartmentRecord.id)
            .where(
                own.holder == reviewer_holder(signed_in.reviewer_id),
                # What was given to one person on request goes to nobody after them.
                own.holder_epoch > GIVEN_EPOCH,
                ~is_sealed,
            )
            .limit(MOST_COMPARTMENTS)
        )
        for compartment, seal in found:
            opened = open_compartment(compartment, seal, signed_in.identity)
            yield from seal_rows(compartment.id, opened.identity, (pair,))
