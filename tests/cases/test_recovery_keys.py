"""Recovery keys are registered once, compared by a member, and sealed to in their session only."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select, update

from cases.errors import NotPermittedError, RecoveryError
from cases.names import reviewer_holder
from cases.records import (
    CompartmentRecord,
    SealRecord,
    UnitKeyRecord,
    UnitKeySealRecord,
)
from cases.recovery_keys import RecoveryKey, add_recovery_key, list_recovery_keys, list_unsealed
from cases.recovery_records import RecoveryComparisonRecord, RecoveryRecord
from cases.recovery_sealing import (
    Comparison,
    compare_recovery,
    recovery_of_units,
    seal_to_recovery,
)
from cases.reviewers import SignedIn
from crypto.errors import OpenError
from crypto.keys import Identity
from crypto.sealing import seal
from tests.support.office import HANDLER, TestOffice, open_office
from tests.support.recovery import (
    PAPERS,
    add_keys,
    compare,
    direct_seals,
    named_colleague,
    opened_by,
    unit_seals,
)

UNIT = "van-phong"
PAIRS = [(1, 2), (1, 3), (2, 3)]
NAME = "Phạm Văn Làm Mẫu"


@pytest.fixture
def office(tmp_path: Path, database_url: str) -> Iterator[TestOffice]:
    opened = open_office(tmp_path, database_url=database_url)
    yield opened
    opened.office.database.close()


def seed_of(office: TestOffice, epoch: int = 1) -> bytes:
    with office.office.database.reading() as session:
        return session.get_one(UnitKeyRecord, (UNIT, epoch)).recipient


def test_a_unit_that_was_there_before_is_sealed_to_each_pair_by_a_member(
    office: TestOffice,
) -> None:
    add_keys(office)
    assert unit_seals(office, UNIT) == {}

    compare(office, office.reviewers[UNIT], UNIT)

    seals = unit_seals(office, UNIT)
    assert sorted(seals) == [(1, f"recovery:{one}+{two}") for one, two in PAIRS]
    for one, two in PAIRS:
        seed = opened_by(seals[1, f"recovery:{one}+{two}"], one, two)
        assert Identity.from_seed(seed).recipient.raw == seed_of(office)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_one_paper_alone_opens_no_seal(office: TestOffice, number: int) -> None:
    add_keys(office)
    compare(office, office.reviewers[UNIT], UNIT)

    for sealed in unit_seals(office, UNIT).values():
        with pytest.raises(OpenError):
            opened_by(sealed, number, number)


def test_a_unit_that_starts_later_is_sealed_to_recovery_at_once(
    tmp_path: Path, database_url: str
) -> None:
    office = open_office(tmp_path, database_url=database_url, staffed=False)
    add_keys(office)

    office.add_reviewer(UNIT)

    assert len(unit_seals(office, UNIT)) == 3
    office.office.database.close()


def test_nothing_is_sealed_to_keys_that_nobody_compared(office: TestOffice) -> None:
    add_keys(office)

    seal_to_recovery(office.office, office.reviewers[UNIT])

    assert unit_seals(office, UNIT) == {}
    assert recovery_of_units(office.office, office.reviewers[UNIT])[UNIT].comparison is (
        Comparison.WAITING
    )


def test_a_key_that_came_after_the_comparison_is_compared_anew(office: TestOffice) -> None:
    add_keys(office, 1, 2)
    compare(office, office.reviewers[UNIT], UNIT)
    add_keys(office, 3)

    seal_to_recovery(office.office, office.reviewers[UNIT])

    assert list(unit_seals(office, UNIT)) == [(1, "recovery:1+2")]
    stands = recovery_of_units(office.office, office.reviewers[UNIT])[UNIT]
    assert stands.comparison is Comparison.CHANGED
    compare(office, office.reviewers[UNIT], UNIT)
    assert len(unit_seals(office, UNIT)) == 3


def test_a_key_that_was_exchanged_in_the_database_gets_nothing_and_is_noticed(
    office: TestOffice,
) -> None:
    add_keys(office)
    compare(office, office.reviewers[UNIT], UNIT)
    with office.office.database.writing() as session:
        session.execute(
            update(RecoveryRecord)
            .where(RecoveryRecord.number == 2)
            .values(recipient=Identity.generate().recipient.raw)
        )

    stands = recovery_of_units(office.office, office.reviewers[UNIT])[UNIT]
    assert stands.comparison is Comparison.CHANGED


def test_a_comparison_that_somebody_wrote_into_the_database_counts_for_nothing(
    office: TestOffice,
) -> None:
    add_keys(office)
    with office.office.database.writing() as session:
        session.add(
            RecoveryComparisonRecord(
                unit=UNIT,
                epoch=1,
                mark=bytes(32),
                reviewer_id=office.reviewers[UNIT].reviewer_id,
                compared_on=office.clock.today(),
            )
        )

    seal_to_recovery(office.office, office.reviewers[UNIT])

    assert unit_seals(office, UNIT) == {}


def test_other_keys_than_those_on_the_page_were_not_compared(office: TestOffice) -> None:
    add_keys(office, 1, 2)
    with pytest.raises(NotPermittedError):
        compare_recovery(office.office, office.reviewers[UNIT], UNIT, "1: 0000, 2: 0000")


def test_a_member_of_another_unit_compares_nothing_here(office: TestOffice) -> None:
    add_keys(office)
    with pytest.raises(NotPermittedError):
        compare(office, office.reviewers["chu-tich"], UNIT)


def test_sealing_twice_changes_nothing(office: TestOffice) -> None:
    add_keys(office)
    compare(office, office.reviewers[UNIT], UNIT)
    before = unit_seals(office, UNIT)

    seal_to_recovery(office.office, office.reviewers[UNIT])
    compare(office, office.reviewers[UNIT], UNIT)

    assert unit_seals(office, UNIT) == before


def named_by_a_case(office: TestOffice) -> SignedIn:
    """Return a second member, whom the one case of the unit names."""
    colleague = named_colleague(office, UNIT, NAME)
    office.file(f"{NAME} đòi tiền.")
    return colleague


def test_a_case_that_is_sealed_to_single_members_is_sealed_to_recovery_in_their_session(
    office: TestOffice,
) -> None:
    named_by_a_case(office)
    reader = office.reviewers[UNIT]
    add_keys(office)

    compare(office, reader, UNIT)

    own = direct_seals(office, reviewer_holder(reader.reviewer_id))
    assert own
    for one, two in PAIRS:
        assert direct_seals(office, f"recovery:{one}+{two}") == own
    with office.office.database.reading() as session:
        rows = session.execute(
            select(CompartmentRecord.recipient, SealRecord.sealed)
            .join(SealRecord, SealRecord.compartment_id == CompartmentRecord.id)
            .where(SealRecord.holder == "recovery:1+3")
        ).all()
    for recipient, sealed in rows:
        assert Identity.from_seed(opened_by(sealed, 1, 3)).recipient.raw == recipient


@pytest.mark.parametrize(
    ("key", "words"),
    [
        (RecoveryKey(1, PAPERS[3].recipient), "recovery replace"),
        (RecoveryKey(2, PAPERS[1].recipient), "one person open alone"),
        (RecoveryKey(4, PAPERS[2].recipient), "1, 2 and 3"),
        (RecoveryKey(0, PAPERS[2].recipient), "1, 2 and 3"),
    ],
)
def test_a_number_or_a_key_that_is_there_is_refused(
    office: TestOffice, key: RecoveryKey, words: str
) -> None:
    add_keys(office, 1)

    with pytest.raises(RecoveryError, match=words):
        add_recovery_key(office.office, key)

    with office.office.database.reading() as session:
        assert [each.number for each in list_recovery_keys(session)] == [1]


def test_it_is_known_which_keys_recovery_could_not_open(office: TestOffice) -> None:
    with office.office.database.reading() as session:
        assert list_unsealed(session) == ()
    add_keys(office)
    compare(office, office.reviewers[UNIT], UNIT)

    with office.office.database.reading() as session:
        unsealed = list_unsealed(session)

    assert (UNIT, 1) not in unsealed
    assert ("chu-tich", 1) in unsealed


def test_who_waits_compares_nothing(office: TestOffice) -> None:
    add_keys(office)
    waiting = replace(office.reviewers["chu-tich"], roles={UNIT: HANDLER})

    with pytest.raises(NotPermittedError):
        compare(office, waiting, UNIT)


def test_the_mark_of_a_comparison_follows_the_units_newest_key(office: TestOffice) -> None:
    add_keys(office)
    member = office.reviewers[UNIT]
    compare(office, member, UNIT)
    newer = Identity.generate()
    with office.office.database.writing() as session:
        session.add(
            UnitKeyRecord(
                unit=UNIT,
                epoch=2,
                recipient=newer.recipient.raw,
                offline=False,
                started_on=office.clock.today(),
            )
        )
        session.add(
            UnitKeySealRecord(
                unit=UNIT,
                epoch=2,
                holder=reviewer_holder(member.reviewer_id),
                sealed=seal(newer.seed, [member.identity.recipient]),
            )
        )

    seal_to_recovery(office.office, member)

    with office.office.database.reading() as session:
        assert session.get_one(RecoveryComparisonRecord, UNIT).epoch == 2
    assert recovery_of_units(office.office, member)[UNIT].comparison is Comparison.DONE
    assert sum(epoch == 2 for epoch, _ in unit_seals(office, UNIT)) == 3
