"""A recovery key that was lost or seen is replaced, and nothing is lost on the way."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete

from cases.errors import RecoveryError
from cases.names import reviewer_holder
from cases.records import UnitKeySealRecord
from cases.recovery_export import ask_for_recovery
from cases.recovery_import import take_answer
from cases.recovery_keys import RecoveryKey, list_recovery_keys
from cases.recovery_replacement import replace_recovery_key
from cases.recovery_sealing import Comparison, recovery_of_units, seal_to_recovery
from crypto.errors import OpenError
from crypto.keys import Identity
from tests.support.office import TestOffice
from tests.support.recovery import (
    PAPERS,
    answered,
    compare,
    consent_of,
    direct_seals,
    joined,
    named_colleague,
    opened_by,
    recoverable_office,
    statements,
    unit_seals,
)

UNIT = "van-phong"
NAME = "Phạm Văn Làm Mẫu"
NEW = {number: Identity.from_seed(bytes([number + 100]) * 32) for number in PAPERS}
PAIRS = {f"recovery:{one}+{two}": (one, two) for one, two in ((1, 2), (1, 3), (2, 3))}


@pytest.fixture
def office(tmp_path: Path, database_url: str) -> Iterator[TestOffice]:
    yield from recoverable_office(tmp_path, database_url, UNIT)


def replace(office: TestOffice, number: int, *, despite_loss: bool = False) -> RecoveryKey:
    key = RecoveryKey(number, NEW[number].recipient)
    return replace_recovery_key(office.office, key, despite_loss=despite_loss)


def test_what_was_sealed_to_the_former_key_is_gone_and_the_others_still_open_it(
    office: TestOffice,
) -> None:
    office.file("Trước khi mất giấy.")
    former = replace(office, 1)

    assert former == RecoveryKey(1, PAPERS[1].recipient)
    assert list(unit_seals(office, UNIT)) == [(1, "recovery:2+3")]
    newcomer = joined(office, UNIT)
    question = ask_for_recovery(office.office, UNIT, newcomer.sign_in_name)
    take_answer(office.office, answered(question, consent_of(newcomer), (2, 3)))
    assert statements(office, newcomer) == {"Trước khi mất giấy."}


def test_the_new_key_gets_nothing_before_a_member_compared_it_and_all_after(
    office: TestOffice,
) -> None:
    member = office.reviewers[UNIT]
    before = unit_seals(office, UNIT)
    replace(office, 1)

    seal_to_recovery(office.office, member)
    assert list(unit_seals(office, UNIT)) == [(1, "recovery:2+3")]
    stands = recovery_of_units(office.office, member)[UNIT].comparison
    assert stands is Comparison.CHANGED

    compare(office, member, UNIT)
    seals = {holder: sealed for (_, holder), sealed in unit_seals(office, UNIT).items()}
    assert set(seals) == set(PAIRS)
    assert seals["recovery:2+3"] == before[1, "recovery:2+3"]
    for holder in ("recovery:1+2", "recovery:1+3"):
        assert opened_by(seals[holder], *PAIRS[holder], papers={**PAPERS, 1: NEW[1]})
        with pytest.raises(OpenError):
            opened_by(seals[holder], *PAIRS[holder])


def test_a_case_that_is_sealed_to_single_members_follows(office: TestOffice) -> None:
    named_colleague(office, UNIT, NAME)
    office.file(f"{NAME} đòi tiền.")
    member = office.reviewers[UNIT]
    seal_to_recovery(office.office, member)
    own = direct_seals(office, reviewer_holder(member.reviewer_id))
    assert own
    replace(office, 3)

    assert {holder: len(direct_seals(office, holder)) for holder in PAIRS} == {
        "recovery:1+2": len(own),
        "recovery:1+3": 0,
        "recovery:2+3": 0,
    }
    compare(office, member, UNIT)
    assert all(direct_seals(office, holder) == own for holder in PAIRS)


def test_an_answer_with_the_former_key_is_taken_no_more(office: TestOffice) -> None:
    newcomer = joined(office, UNIT)
    question = ask_for_recovery(office.office, UNIT, newcomer.sign_in_name)
    answer = answered(question, consent_of(newcomer), (1, 3))
    replace(office, 1)

    with pytest.raises(RecoveryError):
        take_answer(office.office, answer)

    take_answer(office.office, answered(question, consent_of(newcomer), (2, 3)))


def test_a_second_key_waits_until_the_first_was_compared(office: TestOffice) -> None:
    replace(office, 1)
    before = unit_seals(office, UNIT)

    with pytest.raises(RecoveryError, match="compare first"):
        replace(office, 2)

    assert unit_seals(office, UNIT) == before
    compare(office, office.reviewers[UNIT], UNIT)
    replace(office, 2)
    assert list(unit_seals(office, UNIT)) == [(1, "recovery:1+3")]


def test_a_second_key_waits_for_a_case_of_single_members_too(office: TestOffice) -> None:
    replace(office, 1)
    compare(office, office.reviewers[UNIT], UNIT)
    named_colleague(office, UNIT, NAME)
    office.file(f"{NAME} đòi tiền.")
    replace(office, 3)
    with office.office.database.writing() as session:
        session.execute(delete(UnitKeySealRecord).where(UnitKeySealRecord.holder.in_(PAIRS)))

    with pytest.raises(RecoveryError, match="compare first"):
        replace(office, 2)


def test_two_papers_that_are_gone_are_replaced_when_it_is_said(office: TestOffice) -> None:
    replace(office, 1)

    replace(office, 2, despite_loss=True)

    assert unit_seals(office, UNIT) == {}
    compare(office, office.reviewers[UNIT], UNIT)
    assert len(unit_seals(office, UNIT)) == len(PAIRS)


@pytest.mark.parametrize(
    ("key", "words"),
    [
        (RecoveryKey(4, NEW[1].recipient), "no recovery key 4"),
        (RecoveryKey(1, PAPERS[1].recipient), "recovery key 1 already"),
        (RecoveryKey(1, PAPERS[2].recipient), "one person open alone"),
    ],
)
def test_a_number_that_is_not_there_and_a_key_that_is_are_refused(
    office: TestOffice, key: RecoveryKey, words: str
) -> None:
    before = unit_seals(office, UNIT)

    with pytest.raises(RecoveryError, match=words):
        replace_recovery_key(office.office, key)

    assert unit_seals(office, UNIT) == before
    with office.office.database.reading() as session:
        recipients = [each.recipient for each in list_recovery_keys(session)]
    assert recipients == [paper.recipient for paper in PAPERS.values()]
