"""Two recovery holders give a unit's keys to a new member; nobody else does, and no more."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from cases.case_file import open_case
from cases.casework import note
from cases.errors import CaseNotFoundError, RecoveryError
from cases.records import ListingRecord, MembershipRecord
from cases.recovery_export import ask_for_recovery
from cases.recovery_file import Asked, read_asked
from cases.recovery_import import take_answer
from cases.recovery_lines import list_recoveries
from cases.recovery_records import RecoveryLineRecord
from cases.reviewers import SignedIn
from cases.threads import Message
from tests.support.office import TestOffice
from tests.support.recovery import (
    REASON,
    answered,
    compare,
    consent_of,
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


def test_a_newcomer_reads_what_was_sealed_to_the_unit(office: TestOffice) -> None:
    office.file("Trước.")
    newcomer = joined(office, UNIT)

    recover(office, UNIT, newcomer)

    office.file("Sau.")
    assert statements(office, newcomer) == {"Trước.", "Sau."}


def test_a_newcomer_reads_what_was_sealed_past_the_unit_to_single_members(
    office: TestOffice,
) -> None:
    named_colleague(office, UNIT, NAME)
    office.file(f"{NAME} đòi tiền.")
    [ref] = refs(office, office.reviewers[UNIT])
    note(office.office, office.reviewers[UNIT], ref, Message("ghi chú riêng"))
    newcomer = joined(office, UNIT)

    recover(office, UNIT, newcomer)

    assert refs(office, newcomer) == [ref]
    case = open_case(office.office, newcomer, ref)
    assert "ghi chú riêng" in [entry.text() for entry in case.entries]


def test_a_case_of_another_unit_is_not_given_because_one_reader_sits_in_both(
    office: TestOffice,
) -> None:
    elsewhere = "phong-kinh-te"
    second = office.add_reviewer(TOP)
    office.add_to_roster(TOP, NAME, reviewer=office.reviewers[TOP])
    office.file(f"{NAME} đòi tiền.")
    add_membership(office, second, elsewhere)
    for unit in (TOP, elsewhere):
        compare(office, office.reviewers[unit], unit)

    newcomer, other = joined(office, TOP), joined(office, elsewhere, "người khác")

    assert len(asked_for(office, TOP, newcomer).cases) == 1
    assert asked_for(office, elsewhere, other).cases == ()


def asked_for(office: TestOffice, unit: str, newcomer: SignedIn) -> Asked:
    """Return what a unit's recovery asks for."""
    return read_asked(ask_for_recovery(office.office, unit, newcomer.sign_in_name))[0]


def add_membership(office: TestOffice, reviewer: SignedIn, unit: str) -> None:
    """Let a reviewer of elsewhere sit in a unit as well."""
    with office.office.database.writing() as session:
        session.add(
            MembershipRecord(
                reviewer_id=reviewer.reviewer_id,
                unit=unit,
                roles="handler",
                reads=True,
                protects=False,
                admitted_on=office.clock.today(),
            )
        )


def test_the_desk_says_who_let_whom_in_and_why(office: TestOffice) -> None:
    newcomer = joined(office, UNIT)
    recover(office, UNIT, newcomer, office.reviewers[UNIT])

    for reader in (newcomer, office.reviewers[UNIT]):
        [shown] = list_recoveries(office.office, reader)
        assert shown.sign_in_name == "người mới"
        assert shown.line is not None
        assert (shown.line.holder, shown.line.reason) == ("recovery:1+3", REASON)
        assert shown.line.former == (office.reviewers[UNIT].sign_in_name,)
    assert list_recoveries(office.office, office.reviewers["chu-tich"]) == ()


def test_a_line_that_somebody_wrote_into_the_database_is_said_not_to_hold(
    office: TestOffice,
) -> None:
    newcomer = joined(office, UNIT)
    recover(office, UNIT, newcomer)
    with office.office.database.writing() as session:
        session.execute(update(RecoveryLineRecord).values(holder="recovery:2+3"))

    [shown] = list_recoveries(office.office, newcomer)

    assert shown.line is None


def test_who_is_admitted_already_gets_the_single_cases_that_they_lack(office: TestOffice) -> None:
    named_colleague(office, UNIT, NAME)
    office.file(f"{NAME} đòi tiền.")
    colleague = office.add_reviewer(UNIT)
    assert refs(office, colleague) == []

    recover(office, UNIT, colleague)

    assert statements(office, colleague) == {f"{NAME} đòi tiền."}


def test_a_superior_whose_day_has_not_come_lists_nothing_yet(office: TestOffice) -> None:
    compare(office, office.reviewers["chu-tich"], "chu-tich")
    office.add_to_roster("chu-tich", NAME, reviewer=office.add_reviewer("chu-tich"))
    office.file(f"{NAME} đòi tiền.")
    newcomer = joined(office, "chu-tich")

    recover(office, "chu-tich", newcomer)

    assert refs(office, newcomer) == []
    with office.office.database.reading() as session:
        days = session.scalars(
            select(ListingRecord.listed_from).where(
                ListingRecord.holder == f"reviewer:{newcomer.reviewer_id}"
            )
        ).all()
    assert all(day is not None and day > office.clock.today() for day in days)
    assert days


def test_what_the_desk_hides_stays_hidden_after_a_recovery(office: TestOffice) -> None:
    newcomer = joined(office, UNIT)
    office.add_to_roster(UNIT, NAME, reviewer=newcomer)
    office.file(f"{NAME} đòi tiền.")
    recover(office, UNIT, newcomer)
    [ref] = refs(office, office.reviewers[UNIT])

    with pytest.raises(CaseNotFoundError):
        open_case(office.office, newcomer, ref)


def test_an_answer_is_taken_once(office: TestOffice) -> None:
    newcomer = joined(office, UNIT)
    answer = recover(office, UNIT, newcomer)

    with pytest.raises(RecoveryError, match="another question"):
        take_answer(office.office, answer)


def test_nobody_waits_and_nobody_is_asked_for(office: TestOffice) -> None:
    with pytest.raises(RecoveryError, match="reviewer invite"):
        ask_for_recovery(office.office, UNIT)
    with pytest.raises(RecoveryError, match="nobody of that name"):
        ask_for_recovery(office.office, UNIT, "ai đó")
    joined(office, UNIT, "một")
    joined(office, UNIT, "hai")
    with pytest.raises(RecoveryError, match="hai, một"):
        ask_for_recovery(office.office, UNIT)


def test_a_unit_that_was_never_sealed_to_recovery_is_said_so(office: TestOffice) -> None:
    joined(office, "chu-tich")

    with pytest.raises(RecoveryError, match="only a member could"):
        ask_for_recovery(office.office, "chu-tich")


def test_each_pair_of_three_opens(office: TestOffice) -> None:
    office.file("Trước.")
    for number, pair in enumerate(((1, 2), (1, 3), (2, 3))):
        newcomer = joined(office, UNIT, f"người {number}")
        question = ask_for_recovery(office.office, UNIT, newcomer.sign_in_name)
        take_answer(office.office, answered(question, consent_of(newcomer), pair))

        assert statements(office, newcomer) == {"Trước."}
