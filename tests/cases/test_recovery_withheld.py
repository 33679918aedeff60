"""What two recovery holders keep from a new member: a case about them, or one that they lost."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from cases.barring import Barring, bar
from cases.case_file import open_case
from cases.records import RosterRecord, SealRecord
from cases.recusal import Recusal, recuse
from cases.reviewers import SignedIn
from tests.support.casework import move_into_unit
from tests.support.office import TestOffice
from tests.support.recovery import (
    compare,
    joined,
    named_colleague,
    recover,
    recoverable_office,
    refs,
    statements,
)

UNIT, TOP = "van-phong", "chu-tich"
NAME, OTHER_NAME = "Phạm Văn Làm Mẫu", "Đinh Thị Thí Dụ"


@pytest.fixture
def office(tmp_path: Path, database_url: str) -> Iterator[TestOffice]:
    yield from recoverable_office(tmp_path, database_url, UNIT)


def lost_case(office: TestOffice, reader: SignedIn) -> str:
    """Return a case that a member gave up for an interest of their own."""
    office.file("Chuyện của người nhà.")
    [ref] = refs(office, reader)
    version = open_case(office.office, reader, ref).version
    recusal = Recusal(reviewer_id=reader.reviewer_id, reason="người nhà", version=version)
    recuse(office.office, reader, ref, recusal)
    return ref


def test_a_report_that_names_the_newcomer_is_not_in_the_answer(office: TestOffice) -> None:
    newcomer = joined(office, UNIT)
    office.add_to_roster(UNIT, NAME, reviewer=newcomer)
    office.file(f"{NAME} đòi tiền.")
    office.file("Chuyện khác.")

    answer = recover(office, UNIT, newcomer)

    assert answer.seals == {}
    assert statements(office, newcomer) == {"Chuyện khác."}
    with office.office.database.reading() as session:
        held = session.scalars(
            select(SealRecord.holder).where(SealRecord.holder.contains(newcomer.reviewer_id))
        ).all()
    assert held == []


def test_a_named_member_who_comes_again_under_another_name_gets_no_case_that_names_them(
    office: TestOffice,
) -> None:
    named = named_colleague(office, UNIT, NAME)
    office.file(f"{NAME} đòi tiền.")
    again = joined(office, UNIT, "tên khác")

    recover(office, UNIT, again, named)
    office.file(f"{NAME} lại đòi tiền.")

    assert refs(office, again) == []
    assert len(refs(office, office.reviewers[UNIT])) == 2
    with office.office.database.reading() as session:
        kept = session.scalars(
            select(RosterRecord.names).where(RosterRecord.reviewer_id == again.reviewer_id)
        ).all()
    assert kept == [NAME]


def test_a_member_who_lost_a_case_for_an_interest_does_not_get_it_back_under_another_name(
    office: TestOffice,
) -> None:
    lost = office.add_reviewer(UNIT)
    ref = lost_case(office, lost)
    again = joined(office, UNIT, "tên khác")

    answer = recover(office, UNIT, again, lost)

    assert answer.seals == {}
    assert refs(office, again) == []
    assert refs(office, office.reviewers[UNIT]) == [ref]


def test_a_member_of_a_unit_that_a_reader_named_does_not_get_the_case_back(
    office: TestOffice,
) -> None:
    unit = "phong-vhxh"
    lost, first = move_into_unit(office, office.reviewers[unit]), office.reviewers[UNIT]
    office.file("Chuyện của phòng bên.")
    [ref] = refs(office, first)
    version = open_case(office.office, first, ref).version
    barring = Barring(accused=frozenset({unit}), reason="đọc thì hiểu", version=version)
    bar(office.office, first, ref, barring)
    again = joined(office, UNIT, "tên khác")

    answer = recover(office, UNIT, again, lost)

    assert answer.seals == {}
    assert refs(office, again) == []


def test_who_comes_for_the_first_time_is_given_a_case_that_another_lost(
    office: TestOffice,
) -> None:
    lost = office.add_reviewer(UNIT)
    ref = lost_case(office, lost)
    newcomer = joined(office, UNIT)

    recover(office, UNIT, newcomer)

    assert refs(office, newcomer) == [ref]


def test_a_case_that_nobody_had_is_read_by_a_newcomer_whom_it_does_not_name(
    office: TestOffice,
) -> None:
    compare(office, office.reviewers[TOP], TOP)
    office.add_to_roster(TOP, NAME, reviewer=office.reviewers[TOP])
    others = {unit.code for unit in office.office.pack.receiving_units()} - {TOP}
    office.file(f"{NAME} đòi tiền.", not_to=frozenset(others))
    assert all(refs(office, each) == [] for each in office.reviewers.values())
    newcomer = joined(office, TOP)

    recover(office, TOP, newcomer)

    assert statements(office, newcomer) == {f"{NAME} đòi tiền."}


def test_a_case_that_names_a_head_who_stands_over_the_unit_stays_with_recovery(
    office: TestOffice,
) -> None:
    named_colleague(office, UNIT, NAME)
    office.add_to_roster("phong-vhxh", OTHER_NAME, is_head=True)
    office.file(f"{NAME} và {OTHER_NAME} đòi tiền.")
    assert len(refs(office, office.reviewers[UNIT])) == 1
    units = (
        replace(unit, superior="phong-vhxh") if unit.code == UNIT else unit
        for unit in office.office.pack.units
    )
    office.follow(units=tuple(units))
    newcomer = joined(office, UNIT)

    answer = recover(office, UNIT, newcomer)

    assert answer.seals == {}
    assert refs(office, newcomer) == []
