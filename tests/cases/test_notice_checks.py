"""Notice that fails for a day is said at the desk and by the check-up; no case is told by it."""

from collections.abc import Iterator
from datetime import date

import pytest

from cases.notice_checks import Failure, Trouble, check_notice, trouble_of
from cases.reviewers import SignedIn
from tests.support.casework import UNIT
from tests.support.mail_house import TAKEN, running_house
from tests.support.notice import DIGEST_HOUR, Mailing, give_address
from tests.support.office import MONDAY, TestOffice

GONE_FOR_GOOD, AWAY_FOR_NOW = "550 5.1.1 No such mailbox", "451 4.3.0 Try later"


@pytest.fixture
def mailing(office: TestOffice) -> Iterator[Mailing]:
    with running_house() as house:
        yield Mailing(office, house)


@pytest.fixture
def reader(office: TestOffice) -> SignedIn:
    give_address(office, office.reviewers[UNIT])
    return office.reviewers[UNIT]


def trouble(mailing: Mailing, signed_in: SignedIn) -> Trouble | None:
    return trouble_of(mailing.office.office, signed_in.reviewer_id, DIGEST_HOUR)


def found(mailing: Mailing) -> str:
    return "\n".join(each.what for each in check_notice(mailing.office.office, DIGEST_HOUR))


def test_nothing_is_said_while_letters_go(mailing: Mailing, reader: SignedIn) -> None:
    mailing.office.file(urgent=True)
    for hour in (8, 12, 20):
        mailing.at_hour(hour, days=1)
    assert trouble(mailing, reader) is None
    assert found(mailing) == ""


def test_a_server_that_is_away_for_a_day_is_said_to_everybody_and_no_longer_than_that(
    mailing: Mailing, reader: SignedIn
) -> None:
    idle = mailing.office.reviewers["chu-tich"]
    mailing.at_hour(12)
    mailing.house.shut()
    mailing.at_hour(14)
    mailing.at_hour(7, days=1)
    assert trouble(mailing, idle) is None
    assert found(mailing) == ""
    mailing.at_hour(8)
    assert trouble(mailing, idle) == trouble(mailing, reader) == Trouble(Failure.SERVER, MONDAY)
    assert f"fails since {MONDAY}" in found(mailing)
    mailing.house.open()
    mailing.at_hour(9)
    assert trouble(mailing, idle) is None
    assert found(mailing) == ""


def test_a_server_that_is_away_is_noticed_although_nothing_waits(mailing: Mailing) -> None:
    mailing.house.shut()
    mailing.at_hour(14)
    mailing.at_hour(9, days=1)
    assert mailing.unsent() == []
    assert trouble(mailing, mailing.office.reviewers[UNIT]) == Trouble(Failure.SERVER, MONDAY)


@pytest.mark.parametrize("answer", [GONE_FOR_GOOD, AWAY_FOR_NOW])
def test_a_letter_that_cannot_be_sent_is_said_to_nobody_but_whom_it_is_for(
    mailing: Mailing, reader: SignedIn, answer: str
) -> None:
    colleague = mailing.office.add_reviewer(UNIT)
    give_address(mailing.office, colleague, "minh@example.test")
    named = mailing.office.add_reviewer(UNIT)
    give_address(mailing.office, named, "named@example.test")
    mailing.office.add_to_roster(UNIT, "Phạm Văn Làm Mẫu", reviewer=named)
    mailing.office.file("Ông Phạm Văn Làm Mẫu đòi tiền.", urgent=True)
    mailing.house.to_mailbox = answer
    mailing.at_hour(11)
    mailing.at_hour(9, days=1)
    is_final = answer == GONE_FOR_GOOD
    failure = Failure.MAILBOX if is_final else Failure.UNSENT
    assert trouble(mailing, reader) == trouble(mailing, colleague) == Trouble(failure, MONDAY)
    assert trouble(mailing, named) is None
    assert "could not be sent for a day: 2" in found(mailing)
    assert ("refuses addresses of reviewers: 2" in found(mailing)) is is_final
    mailing.house.to_mailbox = TAKEN
    mailing.at_hour(14)
    assert trouble(mailing, reader) is None
    assert found(mailing) == ""


def test_jobs_that_stopped_are_said_after_a_day(mailing: Mailing, reader: SignedIn) -> None:
    mailing.at_hour(12)
    mailing.office.clock.go_to(date(2026, 11, 24))
    assert trouble(mailing, reader) is None
    mailing.office.clock.go_to(date(2026, 11, 26))
    shown = trouble(mailing, reader)
    assert shown is not None
    assert shown.failure is Failure.SERVER
    assert "the jobs do not run" in found(mailing)


def test_nothing_is_said_before_the_first_job_ran(mailing: Mailing, reader: SignedIn) -> None:
    assert trouble(mailing, reader) is None
    assert found(mailing) == ""
