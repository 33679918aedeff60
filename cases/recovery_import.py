"""What two recovery holders answered is taken in: the newcomer holds the unit's keys from then on.

Recovering a key takes two people. The two holders are these two: what they alone could read from
the question comes back with the answer, and without it nothing is taken.
"""

import hashlib
import hmac
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from cases.case_epochs import take_given
from cases.database import insert_or
from cases.errors import RecoveryError
from cases.listings import listed_columns, listing_row
from cases.names import RECOVERY_PREFIX, new_ref, reviewer_holder
from cases.office import Office
from cases.records import (
    CaseRecord,
    ListingRecord,
    MembershipRecord,
    ReviewerRecord,
    RosterRecord,
    SealRecord,
    UnitKeyRecord,
    UnitKeySealRecord,
)
from cases.recovery_export import find_carried_cases
from cases.recovery_file import Answer
from cases.recovery_records import RecoveryExportRecord, RecoveryLineRecord
from cases.staff import members_of
from crypto.errors import OpenError
from crypto.header import parse_header, read_header
from crypto.keys import SEED_BYTES
from crypto.stream import NONCE_BYTES, TAG_BYTES

ANOTHER = (
    "this answers another question: of another unit, or an older export; export again and let two"
    " holders answer that"
)
SEALED_SEED_BYTES = NONCE_BYTES + SEED_BYTES + TAG_BYTES


@dataclass(frozen=True)
class Recovered:
    """What came of a recovery: who was let in, by which pair, and to how many single cases."""

    sign_in_name: str
    holder: str
    cases: int


def take_answer(office: Office, answer: Answer) -> Recovered:
    """Admit the newcomer to whom two recovery holders sealed a unit's keys.

    Raises:
        RecoveryError: it answers no question that is open, no pair of holders stands behind it, a
            line of it belongs elsewhere, or the newcomer has no place in the unit any more.
    """
    day = office.clock.today()
    with office.database.writing() as session:
        _use_question(session, answer)
        name = _newcomer(session, answer)
        _check_epochs(session, answer)
        refs = _carried(session, answer)
        for sealed in (*answer.epochs.values(), *answer.seals.values()):
            _check_seal(sealed)
        _store_keys(session, answer)
        _store_seals(session, answer)
        _list_cases(session, answer, refs)
        _keep_out_like_before(session, answer)
        session.execute(
            update(MembershipRecord)
            .where(
                MembershipRecord.reviewer_id == answer.reviewer_id,
                MembershipRecord.unit == answer.unit,
                MembershipRecord.admitted_on.is_(None),
            )
            .values(admitted_on=day)
        )
        session.execute(
            insert(RecoveryLineRecord).values(
                id=new_ref(),
                unit=answer.unit,
                epoch=answer.line_epoch,
                holder=answer.holder,
                reviewer_id=answer.reviewer_id,
                day=day,
                sealed=answer.line,
            )
        )
    return Recovered(name, answer.holder, len(refs))


def _use_question(session: Session, answer: Answer) -> None:
    """Find the open question that two holders answered, and close it: it is answered once."""
    row = session.scalar(
        select(RecoveryExportRecord)
        .where(
            RecoveryExportRecord.unit == answer.unit, RecoveryExportRecord.holder == answer.holder
        )
        .with_for_update()
    )
    if row is None or row.digest != answer.digest or row.reviewer_id != answer.reviewer_id:
        raise RecoveryError(ANOTHER)
    if not hmac.compare_digest(hashlib.sha256(answer.proof).digest(), row.proof_digest):
        raise RecoveryError(
            "no two recovery holders stand behind this answer: one alone, or the administrator,"
            " gives no key back"
        )
    session.execute(delete(RecoveryExportRecord).where(RecoveryExportRecord.unit == answer.unit))


def _newcomer(session: Session, answer: Answer) -> str:
    name = session.scalar(
        select(ReviewerRecord.sign_in_name)
        .join(MembershipRecord, MembershipRecord.reviewer_id == ReviewerRecord.id)
        .where(
            ReviewerRecord.id == answer.reviewer_id,
            ReviewerRecord.left_on.is_(None),
            MembershipRecord.unit == answer.unit,
            MembershipRecord.reads,
            MembershipRecord.left_on.is_(None),
        )
        .with_for_update(of=MembershipRecord)
    )
    if name is None:
        raise RecoveryError("the newcomer has no place in this unit any more")
    return name


def _check_epochs(session: Session, answer: Answer) -> None:
    epochs = set(
        session.scalars(
            select(UnitKeyRecord.epoch).where(
                UnitKeyRecord.unit == answer.unit, ~UnitKeyRecord.offline
            )
        )
    )
    if epochs != answer.epochs.keys() or answer.line_epoch not in epochs:
        raise RecoveryError("the unit has another key since the export: export again")


def _carried(session: Session, answer: Answer) -> frozenset[str]:
    """Return the cases that the answer gives, each one that the question could ask for."""
    carried = {
        key.name: case.ref
        for case in find_carried_cases(session, answer.unit, answer.reviewer_id)
        for key in case.compartments
    }
    if not answer.seals.keys() <= carried.keys():
        raise RecoveryError("a line of the answer belongs to no case that this recovery may give")
    refs = frozenset(carried[name] for name in answer.seals)
    if any(ref in refs and name not in answer.seals for name, ref in carried.items()):
        # Whoever lost a case meanwhile is not in what was asked.
        raise RecoveryError("a case was changed since the export: export again")
    return refs


def _check_seal(sealed: bytes) -> None:
    """Refuse what is no seal: whether the newcomer can open it shows when they sign in.

    Raises:
        RecoveryError: it is no age file of one recipient that holds a seed.
    """
    source = io.BytesIO(sealed)
    try:
        header = parse_header(read_header(source))
    except OpenError:
        raise RecoveryError("a line of the answer is damaged") from None
    if len(header.stanzas) != 1 or len(source.read()) != SEALED_SEED_BYTES:
        raise RecoveryError("a line of the answer is damaged")


def _store_keys(session: Session, answer: Answer) -> None:
    holder = reviewer_holder(answer.reviewer_id)
    rows = [
        {"unit": answer.unit, "epoch": epoch, "holder": holder, "sealed": sealed}
        for epoch, sealed in answer.epochs.items()
    ]
    # Whoever was admitted already and lacks single cases keeps the keys that they have.
    session.execute(insert_or(session, UnitKeySealRecord).on_conflict_do_nothing(), rows)


def _store_seals(session: Session, answer: Answer) -> None:
    holder = reviewer_holder(answer.reviewer_id)
    rows = [
        {"compartment_id": name, "holder": holder, "holder_epoch": 1, "sealed": sealed}
        for name, sealed in answer.seals.items()
    ]
    for row in rows:
        take_given(session, str(row["compartment_id"]), (holder,))
    if rows:
        session.execute(insert(SealRecord), rows)


def _list_cases(session: Session, answer: Answer, refs: Iterable[str]) -> None:
    """Let the newcomer list each case from the day on which those before them did."""
    holder = reviewer_holder(answer.reviewer_id)
    before = set(map(reviewer_holder, members_of(session, frozenset({answer.unit}))))
    for ref in sorted(refs):
        listed = [
            (row.holder, row.listed_from)
            for row in session.scalars(select(ListingRecord).where(ListingRecord.case_ref == ref))
        ]
        if any(name == holder for name, _ in listed):
            continue
        days = [
            listed_from
            for name, listed_from in listed
            if listed_from is not None and (name in before or name.startswith(RECOVERY_PREFIX))
        ]
        case = session.get_one(CaseRecord, ref)
        row: Mapping[str, object] = listing_row(
            listed_columns(case), holder, min(days, default=None)
        )
        session.execute(insert(ListingRecord).values(**row))


def _keep_out_like_before(session: Session, answer: Answer) -> None:
    """Let the names of a person's former account keep the new one out as well."""
    for row in session.scalars(
        select(RosterRecord).where(RosterRecord.reviewer_id.in_(answer.former))
    ).all():
        session.execute(
            insert(RosterRecord).values(
                id=new_ref(),
                unit=row.unit,
                names=row.names,
                is_head=row.is_head,
                reviewer_id=answer.reviewer_id,
            )
        )
