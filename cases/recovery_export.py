"""What a unit's recovery is asked for: sealed identities and public keys, for the holders' machine.

Nothing in it can be read here. Only the digest of the question stays, and of what each pair of
holders can prove.
"""

import hashlib
import secrets
from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy import ColumnElement, delete, insert, or_, select
from sqlalchemy.orm import Session

from cases.errors import RecoveryError
from cases.names import (
    GIVEN_EPOCH,
    KEEPING_OUT,
    PROTECTION_PREFIX,
    RECOVERY_PREFIX,
    EntryKind,
    reviewer_holder,
)
from cases.office import Office
from cases.records import (
    CaseRecord,
    CompartmentRecord,
    EntryRecord,
    MembershipRecord,
    ReviewerRecord,
    SealRecord,
    UnitKeyRecord,
    UnitKeySealRecord,
)
from cases.recovery_file import (
    PROOF_BYTES,
    Asked,
    CarriedCase,
    CarriedEntry,
    CarriedKey,
    Newcomer,
    write_asked,
)
from cases.recovery_keys import list_recovery_keys
from cases.recovery_records import RecoveryExportRecord
from cases.staff import load_recovery, members_of
from crypto.keys import Recipient
from policy.naming import seats_of, with_those_below
from policy.pack import Pack


def ask_for_recovery(office: Office, unit: str, sign_in_name: str = "") -> bytes:
    """Return the file by which two recovery holders let somebody into a unit.

    Without a name it is the one who waits there. An older question for the unit is forgotten.

    Raises:
        RecoveryError: recovery cannot help this unit, or nobody is there to be let in.
    """
    with office.database.writing() as session:
        pairs = load_recovery(session)
        if not pairs:
            raise RecoveryError("there are not two recovery keys yet: `liemchinh recovery list`")
        asked = _asked(office, session, unit, _newcomer(session, unit, sign_in_name))
        digest = asked.digest()
        nonces = {pair.name: secrets.token_bytes(PROOF_BYTES) for pair in pairs}
        session.execute(delete(RecoveryExportRecord).where(RecoveryExportRecord.unit == unit))
        session.execute(
            insert(RecoveryExportRecord),
            [
                {
                    "unit": unit,
                    "holder": name,
                    "reviewer_id": asked.newcomer.reviewer_id,
                    "digest": digest,
                    "proof_digest": hashlib.sha256(nonce).digest(),
                    "exported_on": office.clock.today(),
                }
                for name, nonce in nonces.items()
            ],
        )
        proofs = {pair.name: pair.seal(nonces[pair.name] + digest) for pair in pairs}
    return write_asked(asked, proofs)


def _asked(office: Office, session: Session, unit: str, newcomer: Newcomer) -> Asked:
    return Asked(
        mark=secrets.token_hex(PROOF_BYTES),
        unit=unit,
        unit_name=office.pack.unit_name(unit, "vi"),
        barred_by=_barring(unit, office.pack),
        day=office.clock.today().isoformat(),
        keys={key.number: key.recipient for key in list_recovery_keys(session)},
        newcomer=newcomer,
        accounts=_accounts(session, unit, newcomer.reviewer_id),
        epochs=_epochs(session, unit),
        cases=find_carried_cases(session, unit, newcomer.reviewer_id),
    )


def _newcomer(session: Session, unit: str, sign_in_name: str) -> Newcomer:
    rows = session.execute(
        select(ReviewerRecord, MembershipRecord.admitted_on)
        .join(MembershipRecord, MembershipRecord.reviewer_id == ReviewerRecord.id)
        .where(
            MembershipRecord.unit == unit,
            MembershipRecord.reads,
            MembershipRecord.left_on.is_(None),
            ReviewerRecord.left_on.is_(None),
        )
    ).all()
    found = [
        row
        for row, admitted_on in rows
        if row.sign_in_name == sign_in_name or (not sign_in_name and admitted_on is None)
    ]
    if len(found) == 1:
        row = found[0]
        return Newcomer(row.id, row.sign_in_name, Recipient.from_raw(row.recipient))
    if sign_in_name:
        raise RecoveryError(f"nobody of that name has a place in unit {unit}")
    if not found:
        raise RecoveryError(
            f"nobody waits in unit {unit}: `liemchinh reviewer invite {unit}` makes a link by which"
            " the new member enrols first"
        )
    names = ", ".join(sorted(row.sign_in_name for row in found))
    raise RecoveryError(f"several wait in unit {unit}, say which by --member: {names}")


def _accounts(session: Session, unit: str, but: str) -> dict[str, str]:
    rows = session.execute(
        select(ReviewerRecord.id, ReviewerRecord.sign_in_name)
        .join(MembershipRecord, MembershipRecord.reviewer_id == ReviewerRecord.id)
        .where(MembershipRecord.unit == unit, ReviewerRecord.id != but)
    )
    return {reviewer_id: name for reviewer_id, name in rows}


def _barring(unit: str, pack: Pack) -> tuple[str, ...]:
    """Return the units whose head, if a report names them, keeps it from this one."""
    heads = (frozenset({each.code}) for each in pack.units)
    barring = (
        head for head in heads if unit in with_those_below(head, pack) | seats_of(head, pack)
    )
    return tuple(sorted(code for head in barring for code in head))


def _epochs(session: Session, unit: str) -> tuple[CarriedKey, ...]:
    keys = session.scalars(
        select(UnitKeyRecord).where(UnitKeyRecord.unit == unit).order_by(UnitKeyRecord.epoch)
    ).all()
    if not keys or all(key.offline for key in keys):
        raise RecoveryError(f"unit {unit} has no key on this server that recovery could open")
    seals: dict[int, dict[str, bytes]] = defaultdict(dict)
    for row in session.scalars(
        select(UnitKeySealRecord).where(
            UnitKeySealRecord.unit == unit, UnitKeySealRecord.holder.startswith(RECOVERY_PREFIX)
        )
    ):
        seals[row.epoch][row.holder] = row.sealed
    here = [key for key in keys if not key.offline]
    missing = [key.epoch for key in here if not seals[key.epoch]]
    if missing:
        raise RecoveryError(
            f"unit {unit} was never sealed to recovery (epochs {missing}): only a member could"
        )
    return tuple(
        CarriedKey(str(key.epoch), Recipient.from_raw(key.recipient), seals[key.epoch])
        for key in here
    )


def find_carried_cases(session: Session, unit: str, newcomer: str) -> tuple[CarriedCase, ...]:
    """Return the unit's cases that are sealed past its key, to single readers and to recovery.

    They are those of its members, and those that nobody but recovery holds. What the newcomer
    holds already is left out.
    """
    members = members_of(session, frozenset({unit}))
    own = {reviewer_holder(member) for member in members}
    holders = _holders_by_compartment(session, unit, members)
    compartments = session.execute(
        select(CompartmentRecord, CaseRecord.unit)
        .join(CaseRecord, CaseRecord.ref == CompartmentRecord.case_ref)
        .where(CompartmentRecord.id.in_(holders))
        .order_by(CompartmentRecord.case_ref, CompartmentRecord.kind, CompartmentRecord.epoch)
    ).all()
    carried: dict[str, list[CarriedKey]] = defaultdict(list)
    is_alone: dict[str, bool] = {}
    for row, responsible in compartments:
        sealed = holders[row.id]
        alone = not any(":" in name and not _is_beside(name) for name in sealed)
        if reviewer_holder(newcomer) in sealed or not (
            own & sealed.keys() or (alone and responsible == unit)
        ):
            continue
        seals = {name: content for name, content in sealed.items() if _is_pair(name)}
        carried[row.case_ref].append(CarriedKey(row.id, Recipient.from_raw(row.recipient), seals))
        is_alone[row.case_ref] = is_alone.get(row.case_ref, True) and alone
    keeping_out = _keeping_out(session, carried)
    return tuple(
        CarriedCase(ref, is_alone[ref], tuple(keeping_out[ref]), tuple(keys))
        for ref, keys in carried.items()
    )


def _is_pair(holder: str) -> bool:
    return holder.startswith(RECOVERY_PREFIX)


def _is_beside(holder: str) -> bool:
    # A protection officer has one part of a case: nobody who would read the whole of it.
    return holder.startswith((RECOVERY_PREFIX, PROTECTION_PREFIX))


def _holders_by_compartment(
    session: Session, unit: str, members: frozenset[str]
) -> dict[str, dict[str, bytes]]:
    """Return the seals by holder of each compartment that recovery holds, of the unit's cases."""
    of_recovery = select(SealRecord.compartment_id).where(
        SealRecord.holder.startswith(RECOVERY_PREFIX)
    )
    rows = session.execute(
        select(SealRecord.compartment_id, SealRecord.holder, SealRecord.sealed)
        .join(CompartmentRecord, CompartmentRecord.id == SealRecord.compartment_id)
        .join(CaseRecord, CaseRecord.ref == CompartmentRecord.case_ref)
        .where(
            SealRecord.compartment_id.in_(of_recovery),
            # What was given to one person on request goes to nobody after them.
            SealRecord.holder_epoch > GIVEN_EPOCH,
            _is_of(session, unit, members),
        )
    )
    holders: dict[str, dict[str, bytes]] = defaultdict(dict)
    for compartment, holder, sealed in rows:
        holders[compartment][holder] = sealed
    return holders


def _is_of(session: Session, unit: str, members: frozenset[str]) -> ColumnElement[bool]:
    """Return the condition that a case is the unit's.

    A reader who belongs to another unit as well may hold it there: then it is only the unit's where
    the unit is, or will be, responsible.
    """
    elsewhere = set(
        session.scalars(
            select(MembershipRecord.reviewer_id).where(
                MembershipRecord.reviewer_id.in_(members), MembershipRecord.unit != unit
            )
        )
    )
    readers = [reviewer_holder(member) for member in members - elsewhere]
    held = (
        select(CompartmentRecord.case_ref)
        .join(SealRecord, SealRecord.compartment_id == CompartmentRecord.id)
        .where(SealRecord.holder.in_(readers))
    )
    return or_(CaseRecord.unit == unit, CaseRecord.escalates_to == unit, CaseRecord.ref.in_(held))


def _keeping_out(
    session: Session, carried: Mapping[str, list[CarriedKey]]
) -> Mapping[str, list[CarriedEntry]]:
    """Return what says of whom that they may not know of a case, of each case.

    A redacted copy that the unit does not hold says nothing that its own texts do not.
    """
    held = {key.name for keys in carried.values() for key in keys}
    found: dict[str, list[CarriedEntry]] = defaultdict(list)
    wanted = (*KEEPING_OUT, EntryKind.REDACTED)
    for row in session.scalars(
        select(EntryRecord)
        .where(EntryRecord.case_ref.in_(carried), EntryRecord.kind.in_(wanted))
        .order_by(EntryRecord.case_ref, EntryRecord.position)
    ):
        if row.kind != EntryKind.REDACTED or row.compartment_id in held:
            found[row.case_ref].append(CarriedEntry(row.compartment_id, row.sealed))
    return found
