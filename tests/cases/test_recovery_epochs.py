"""A new key of a unit is recovery's only after a session that knows the compared keys sealed it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cases.leaving import end_place, let_go
from cases.records import UnitKeyRecord
from cases.recovery_records import RecoveryRecord
from cases.recovery_sealing import seal_to_recovery
from crypto.keys import Identity
from tests.support.office import TestOffice
from tests.support.recovery import PAPERS, opened_by, recoverable_office, unit_seals

UNIT = "van-phong"
PAIRS = 3


@pytest.fixture
def office(tmp_path: Path, database_url: str) -> Iterator[TestOffice]:
    yield from recoverable_office(tmp_path, database_url, UNIT)


def sealed_epochs(office: TestOffice) -> set[int]:
    return {epoch for epoch, _ in unit_seals(office, UNIT)}


def test_exchanged_keys_get_no_new_key_of_a_unit_by_letting_a_member_go(
    office: TestOffice,
) -> None:
    leaving = office.add_reviewer(UNIT)
    with office.office.database.writing() as session:
        for number in PAPERS:
            session.get_one(RecoveryRecord, number).recipient = Identity.generate().recipient.raw

    # As the operator's command does.
    end_place(office.office, UNIT, leaving.reviewer_id)

    assert sealed_epochs(office) == {1}
    seal_to_recovery(office.office, office.reviewers[UNIT])
    assert sealed_epochs(office) == {1}


def test_a_new_key_of_a_unit_is_sealed_to_recovery_by_the_next_session(office: TestOffice) -> None:
    leaving, gone = (office.add_reviewer(UNIT) for _ in range(2))

    end_place(office.office, UNIT, leaving.reviewer_id)
    assert sealed_epochs(office) == {1}
    seal_to_recovery(office.office, office.reviewers[UNIT])
    assert sealed_epochs(office) == {1, 2}

    head = replace(office.reviewers[UNIT], roles={UNIT: frozenset({"head"})})
    let_go(office.office, head, UNIT, gone.reviewer_id)
    seals = unit_seals(office, UNIT)
    assert len(seals) == 3 * PAIRS
    with office.office.database.reading() as session:
        recipient = session.get_one(UnitKeyRecord, (UNIT, 3)).recipient
    assert Identity.from_seed(opened_by(seals[3, "recovery:1+3"], 1, 3)).recipient.raw == recipient
