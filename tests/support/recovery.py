"""Recovery keys of a test office, and what two of them open."""

from sqlalchemy import delete, select

from cases.names import recovery_holder
from cases.records import UnitKeySealRecord
from cases.recovery_keys import RecoveryKey, add_recovery_key, list_recovery_keys
from cases.recovery_records import RecoveryComparisonRecord
from cases.recovery_sealing import compare_recovery, seen_as
from cases.reviewers import SignedIn
from crypto.keys import Identity
from crypto.opening import open_sealed
from tests.support.office import TestOffice

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


def opened_by(sealed: bytes, first: int, second: int) -> bytes:
    """Return what two papers open, the first of the pair being the outer one."""
    return open_sealed(open_sealed(sealed, PAPERS[first]), PAPERS[second])


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
