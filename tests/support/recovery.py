"""Recovery keys of a test office, and what two of them open."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from sqlalchemy import delete, select

from cases.case_file import open_case
from cases.enrolment import Place, join_unit
from cases.names import new_ref, recovery_holder, reviewer_holder
from cases.queue import Wanted, list_cases
from cases.records import MembershipRecord, ReviewerRecord, SealRecord, UnitKeySealRecord
from cases.recovery_export import ask_for_recovery
from cases.recovery_file import Answer, read_answer, read_asked
from cases.recovery_import import take_answer
from cases.recovery_keys import RecoveryKey, add_recovery_key, list_recovery_keys
from cases.recovery_opening import Consent, open_asked, put_together
from cases.recovery_records import RecoveryComparisonRecord
from cases.recovery_sealing import compare_recovery, seen_as
from cases.reviewers import SignedIn
from crypto.keys import Identity
from crypto.opening import open_sealed
from tests.support.office import HANDLER, TestOffice, open_office

PAPERS = {number: Identity.from_seed(bytes([number]) * 32) for number in (1, 2, 3)}


def add_keys(office: TestOffice, *numbers: int) -> None:
    """Register recovery keys, all three unless told otherwise."""
    for number in numbers or PAPERS:
        add_recovery_key(office.office, RecoveryKey(number, PAPERS[number].recipient))


def let_compare_again(office: TestOffice) -> None:
    """Register the keys where there are none, and forget who compared them."""
    with office.office.database.writing() as session:
        session.execute(delete(RecoveryComparisonRecord))
        has_keys = bool(list_recovery_keys(session))
    if not has_keys:
        add_keys(office)


def compare(office: TestOffice, signed_in: SignedIn, unit: str) -> None:
    """Compare the keys as a member does on the unit's page."""
    with office.office.database.reading() as session:
        seen = seen_as(list_recovery_keys(session))
    compare_recovery(office.office, signed_in, unit, seen)


def opened_by(
    sealed: bytes, first: int, second: int, papers: Mapping[int, Identity] = PAPERS
) -> bytes:
    """Return what two papers open, the first of the pair being the outer one."""
    return open_sealed(open_sealed(sealed, papers[first]), papers[second])


def unit_seals(office: TestOffice, unit: str) -> dict[tuple[int, str], bytes]:
    """Return the seals of a unit's keys that recovery holds, by epoch and pair."""
    pairs = [recovery_holder(pair) for pair in ((1, 2), (1, 3), (2, 3))]
    with office.office.database.reading() as session:
        rows = session.scalars(
            select(UnitKeySealRecord).where(
                UnitKeySealRecord.unit == unit, UnitKeySealRecord.holder.in_(pairs)
            )
        )
        return {(row.epoch, row.holder): row.sealed for row in rows}


def direct_seals(office: TestOffice, holder: str) -> set[str]:
    """Return the compartments of cases that are sealed to a holder."""
    with office.office.database.reading() as session:
        return set(
            session.scalars(select(SealRecord.compartment_id).where(SealRecord.holder == holder))
        )


REASON = "Người cuối cùng của đơn vị quên cụm mật khẩu."


def joined(office: TestOffice, unit: str, name: str = "người mới") -> SignedIn:
    """Return somebody who enrolled in a unit and waits there."""
    identity, reviewer_id = Identity.generate(), new_ref()
    day = office.clock.today()
    with office.office.database.writing() as session:
        session.add(
            ReviewerRecord(
                id=reviewer_id,
                sign_in_name=name,
                recipient=identity.recipient.raw,
                wrapped=b"",
                totp=b"",
                enrolled_on=day,
            )
        )
        session.flush()
        join_unit(session, Place(unit, HANDLER), reviewer_id, identity.recipient, day)
    return SignedIn(reviewer_id, name, identity, {unit: HANDLER})


def consent_of(newcomer: SignedIn, *former: SignedIn) -> Consent:
    """Return what two holders say who know the newcomer."""
    fingerprint = newcomer.identity.recipient.fingerprint()
    ids = frozenset(each.reviewer_id for each in former)
    return Consent(fingerprint, REASON, "2026-11-27", ids)


def answered(
    question: bytes,
    consent: Consent,
    pair: tuple[int, int] = (1, 3),
    papers: Mapping[int, Identity] = PAPERS,
) -> Answer:
    """Return what two holders answer."""
    asked, proofs = read_asked(question)
    both = put_together(asked, papers[pair[0]], papers[pair[1]])
    return open_asked(asked, proofs, both, consent).answer


def recover(office: TestOffice, unit: str, newcomer: SignedIn, *former: SignedIn) -> Answer:
    """Let a newcomer into a unit by the whole way, and return what the holders answered."""
    question = ask_for_recovery(office.office, unit, newcomer.sign_in_name)
    answer = answered(question, consent_of(newcomer, *former))
    take_answer(office.office, read_answer(answer.written()))
    return answer


def holds_nothing(office: TestOffice, reviewer: SignedIn) -> bool:
    """Return whether somebody got neither a key nor a case."""
    holder = reviewer_holder(reviewer.reviewer_id)
    with office.office.database.reading() as session:
        keys = session.scalars(select(UnitKeySealRecord).where(UnitKeySealRecord.holder == holder))
        seals = session.scalars(select(SealRecord).where(SealRecord.holder == holder))
        [unit] = reviewer.roles
        waits = session.get_one(MembershipRecord, (reviewer.reviewer_id, unit))
        return not keys.all() and not seals.all() and waits.admitted_on is None


def refs(office: TestOffice, reader: SignedIn) -> list[str]:
    """Return the references of what a reader has in their lists."""
    return sorted(row.ref for row in list_cases(office.office, reader, Wanted()).rows)


def statements(office: TestOffice, reader: SignedIn) -> set[str]:
    """Return what the reports say that a reader can open."""
    return {open_case(office.office, reader, ref).report.statement for ref in refs(office, reader)}


def named_colleague(office: TestOffice, unit: str, name: str) -> SignedIn:
    """Return a further member, whose name the roster knows."""
    colleague = office.add_reviewer(unit)
    office.add_to_roster(unit, name, reviewer=colleague)
    return colleague


def recoverable_office(folder: Path, database_url: str, unit: str) -> Iterator[TestOffice]:
    """Yield an office in a unit of which a member compared the recovery keys."""
    opened = open_office(folder, database_url=database_url)
    add_keys(opened)
    compare(opened, opened.reviewers[unit], unit)
    yield opened
    opened.office.database.close()
