"""Nobody is written to about a case that they may not know of; and not because of one either."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from cases.queue import Wanted, list_cases
from cases.referral import Referral, refer
from cases.reviewers import SignedIn
from cases.threads import escalate
from tests.support.casework import (
    UNIT,
    admit_waiting,
    listed,
    move_into_unit,
    opened,
    wait_before_unit,
)
from tests.support.mail_house import running_house
from tests.support.notice import Mailing, give_address
from tests.support.office import TestOffice

NAME = "Phạm Văn Làm Mẫu"


@pytest.fixture
def mailing(office: TestOffice) -> Iterator[Mailing]:
    with running_house() as house:
        yield Mailing(office, house)


def days_of_letters(mailing: Mailing) -> set[str]:
    """Return who is written to within a week, at each full hour of it."""
    for _ in range(7):
        mailing.at_hour(6, days=1)
        for hour in (8, 12):
            mailing.at_hour(hour)
    return set(mailing.house.readers)


def colleague(mailing: Mailing, address: str = "lan@example.test") -> SignedIn:
    other = mailing.office.add_reviewer(UNIT)
    give_address(mailing.office, other, address)
    return other


def test_a_member_whom_the_report_names_hears_nothing_while_the_others_do(
    mailing: Mailing,
) -> None:
    named, other = colleague(mailing, "named@example.test"), colleague(mailing)
    mailing.office.add_to_roster(UNIT, NAME, reviewer=named)
    mailing.office.file(f"Ông {NAME} đòi tiền.", urgent=True)
    assert len(list_cases(mailing.office.office, other, Wanted()).rows) == 1
    assert days_of_letters(mailing) == {"lan@example.test"}


@pytest.mark.parametrize("statement", [f"Ông {NAME} đòi tiền.", "Chuyện của người khác."])
def test_who_came_later_and_could_be_named_hears_nothing_whether_they_are_named_or_not(
    mailing: Mailing, statement: str
) -> None:
    elsewhere = mailing.office.reviewers["chu-tich"]
    mailing.office.add_to_roster("ttpvhcc", NAME, reviewer=elsewhere)
    mailing.office.file(statement, urgent=True)
    joined = move_into_unit(mailing.office, elsewhere)
    give_address(mailing.office, joined, "named@example.test")
    colleague(mailing)
    is_named = NAME in statement
    assert len(list_cases(mailing.office.office, joined, Wanted()).rows) == (not is_named)
    assert days_of_letters(mailing) == {"lan@example.test"}


def test_whoever_could_be_named_hears_of_what_comes_after_they_came(mailing: Mailing) -> None:
    elsewhere = mailing.office.reviewers["chu-tich"]
    mailing.office.add_to_roster("ttpvhcc", NAME, reviewer=elsewhere)
    joined = move_into_unit(mailing.office, elsewhere)
    give_address(mailing.office, joined)
    mailing.office.clock.go_to(mailing.office.clock.today() + timedelta(days=1))
    mailing.office.file(urgent=True)
    assert days_of_letters(mailing) == {"lan@example.test"}


def test_who_waits_to_be_admitted_hears_nothing(mailing: Mailing) -> None:
    waiting = mailing.office.reviewers["chu-tich"]
    wait_before_unit(mailing.office, waiting)
    give_address(mailing.office, waiting)
    mailing.office.file(urgent=True)
    assert days_of_letters(mailing) == set()
    admit_waiting(mailing.office)
    mailing.at_hour(10, days=1)
    mailing.office.file(urgent=True)
    assert days_of_letters(mailing) == {"lan@example.test"}


def test_the_superior_hears_of_a_case_when_it_came_up_and_not_before(mailing: Mailing) -> None:
    receipt = mailing.office.file(urgent=True).receipt
    [ref] = listed(mailing.office)
    case = opened(mailing.office, ref)
    assert case.escalates_to is not None
    give_address(mailing.office, mailing.office.reviewers[case.escalates_to])
    assert days_of_letters(mailing) == set()
    escalate(mailing.office.office, receipt)
    assert days_of_letters(mailing) == {"lan@example.test"}


def test_a_unit_that_passed_a_case_on_is_not_written_to_about_it(mailing: Mailing) -> None:
    colleague(mailing, "before@example.test")
    give_address(mailing.office, mailing.office.reviewers["phong-kinh-te"], "after@example.test")
    mailing.office.file()
    [ref] = listed(mailing.office)
    before = mailing.office.reviewers[UNIT]
    version = opened(mailing.office, ref).version
    order = Referral("phong-kinh-te", "Đúng thẩm quyền.", keeps_access=True, version=version)
    refer(mailing.office.office, before, ref, order)
    assert len(listed(mailing.office)) == 1
    assert days_of_letters(mailing) == {"after@example.test"}
