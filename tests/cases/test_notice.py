"""Notice goes at full hours to those for whom something waits, and says nothing of what it is."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from cases.casework import answer
from cases.database import Database
from cases.jobs import JOBS, run_due
from cases.notice import think_of_letters
from cases.protection_requests import ProtectionRequest, ask_for_protection
from cases.reviewers import SignedIn
from cases.threads import Message, reply
from crypto.receipts import Receipt
from tests.support.casework import UNIT, listed, note, opened, triage
from tests.support.mail_house import running_house
from tests.support.notice import Mailing, give_address
from tests.support.office import MONDAY, OFFICER, TestOffice


@pytest.fixture
def mailing(office: TestOffice) -> Iterator[Mailing]:
    with running_house() as house:
        yield Mailing(office, house)


@pytest.fixture
def reader(office: TestOffice) -> SignedIn:
    """Return a member of the unit that receives what names nobody, who wants notice."""
    give_address(office, office.reviewers[UNIT])
    return office.reviewers[UNIT]


def letters(mailing: Mailing) -> int:
    """Return how many letters came since this was asked last."""
    count = len(mailing.house.taken)
    mailing.house.taken.clear()
    return count


def test_a_new_case_is_told_once_at_the_hour_of_the_digest_and_not_before(
    mailing: Mailing, reader: SignedIn
) -> None:
    mailing.at_hour(11)
    mailing.office.file()
    mailing.at_hour(15)
    mailing.at_hour(21)
    assert letters(mailing) == 0
    # The next day is a holiday.
    mailing.at_hour(8, days=1)
    assert letters(mailing) == 0
    mailing.at_hour(7, days=1)
    assert letters(mailing) == 0
    mailing.at_hour(8)
    assert letters(mailing) == 1
    for hour in (9, 12, 21):
        mailing.at_hour(hour)
    assert letters(mailing) == 0


def test_the_digest_comes_again_each_working_day_while_something_waits(
    mailing: Mailing, reader: SignedIn
) -> None:
    mailing.office.file()
    for _ in range(5):
        mailing.at_hour(8, days=1)
    # From Tuesday, a holiday, to Saturday.
    assert letters(mailing) == 3


def test_nothing_is_written_while_nothing_waits(mailing: Mailing, reader: SignedIn) -> None:
    _triaged_case(mailing)
    for hour in (8, 9, 12):
        mailing.at_hour(hour, days=1)
    assert letters(mailing) == 0


def _triaged_case(mailing: Mailing) -> str:
    """Return a case that was opened, and triaged so that nothing is due for a while."""
    mailing.office.file()
    [ref] = listed(mailing.office)
    triage(mailing.office, ref)
    return ref


def test_what_is_due_on_the_next_working_day_is_told_and_what_is_over_too(
    mailing: Mailing, reader: SignedIn
) -> None:
    ref = _triaged_case(mailing)
    due_on = opened(mailing.office, ref).due_on
    assert due_on is not None
    mailing.office.clock.go_to(due_on - timedelta(days=7))
    mailing.at_hour(8)
    assert letters(mailing) == 0
    mailing.office.clock.go_to(due_on)
    mailing.at_hour(8)
    assert letters(mailing) == 1
    mailing.office.clock.go_to(due_on + timedelta(days=7))
    mailing.at_hour(8)
    assert letters(mailing) == 1


def test_a_reporter_who_wrote_is_told_of_once_and_not_at_all_when_answered(
    mailing: Mailing, reader: SignedIn
) -> None:
    receipt = mailing.office.file().receipt
    [ref] = listed(mailing.office)
    triage(mailing.office, ref)
    _write(mailing.office, receipt)
    mailing.at_hour(8, days=2)
    assert letters(mailing) == 1
    mailing.at_hour(8, days=1)
    assert letters(mailing) == 0
    _write(mailing.office, receipt)
    answer(mailing.office.office, reader, ref, Message("Đã rõ."))
    mailing.at_hour(8, days=1)
    assert letters(mailing) == 0


def _write(office: TestOffice, receipt: Receipt) -> None:
    reply(office.office, receipt, Message("Thêm một điều."))


def test_an_urgent_report_is_told_at_the_next_full_hour_and_once(
    mailing: Mailing, reader: SignedIn
) -> None:
    mailing.at_hour(10)
    mailing.office.clock.pass_seconds(1000)
    mailing.office.file(urgent=True)
    mailing.run()
    mailing.run()
    assert letters(mailing) == 0
    mailing.at_hour(11)
    assert letters(mailing) == 1
    mailing.at_hour(12)
    assert letters(mailing) == 0
    mailing.office.file(urgent=True)
    mailing.at_hour(13)
    assert letters(mailing) == 1


def test_what_is_urgent_at_night_waits_for_the_morning_on_any_day(
    mailing: Mailing, reader: SignedIn
) -> None:
    mailing.at_hour(22)
    mailing.office.file(urgent=True)
    mailing.at_hour(23)
    # The next day is a holiday.
    mailing.at_hour(2, days=1)
    mailing.at_hour(5)
    assert letters(mailing) == 0
    mailing.at_hour(6)
    assert letters(mailing) == 1


def test_a_limit_of_the_same_day_is_told_at_the_next_full_hour(
    mailing: Mailing, reader: SignedIn
) -> None:
    ref = _triaged_case(mailing)
    mailing.at_hour(11)
    assert letters(mailing) == 0
    note(mailing.office, ref, "danger-found")
    mailing.at_hour(12)
    assert letters(mailing) == 1
    mailing.at_hour(13)
    assert letters(mailing) == 0


def test_the_last_day_of_a_limit_that_is_a_matter_for_discipline_is_told_at_once(
    mailing: Mailing, reader: SignedIn
) -> None:
    mailing.office.file()
    [ref] = listed(mailing.office)
    clocks = {clock.rule: clock for clock in opened(mailing.office, ref).clocks}
    last_day = clocks["D23"].due_on
    mailing.office.clock.go_to(last_day - timedelta(days=1))
    mailing.at_hour(9)
    letters(mailing)
    mailing.office.clock.go_to(last_day)
    mailing.at_hour(6)
    assert letters(mailing) == 1


def test_every_letter_is_the_same_but_for_whom_it_is_and_which_one(
    mailing: Mailing, reader: SignedIn
) -> None:
    mailing.office.file("Một chuyện về đất.", field="dat-dai")
    mailing.at_hour(8, days=2)
    [(_, new)] = mailing.house.taken
    mailing.office.file("Khẩn cấp.", urgent=True)
    mailing.at_hour(9)
    [_, (_, urgent)] = mailing.house.taken

    assert new.get_content() == urgent.get_content()
    differing = {name for name in {*new.keys(), *urgent.keys()} if new[name] != urgent[name]}
    assert differing == {"Date", "Message-ID"}
    # The subject among them, and in English as well.
    said = f"{new['Subject']} {new.get_content()}"
    assert "Something waits for you" in said
    assert not any(character.isdigit() for character in said)
    for word in ("http", "hồ sơ", "case", "report", UNIT, *listed(mailing.office)):
        assert word not in said, word


def test_a_letter_is_dated_to_the_full_hour(mailing: Mailing, reader: SignedIn) -> None:
    mailing.office.file(urgent=True)
    mailing.at_hour(11)
    [(_, letter)] = mailing.house.taken
    sent_at = letter["Date"].datetime
    assert (sent_at.minute, sent_at.second) == (0, 0)


def test_nobody_without_an_address_is_written_to(mailing: Mailing) -> None:
    mailing.office.file(urgent=True)
    mailing.at_hour(8, days=2)
    assert mailing.unsent() == []


def test_the_clock_set_back_sends_nothing_twice_and_stops_nothing(
    mailing: Mailing, reader: SignedIn
) -> None:
    mailing.office.file(urgent=True)
    mailing.at_hour(11)
    assert letters(mailing) == 1
    mailing.office.clock.go_to(MONDAY - timedelta(days=3))
    mailing.run()
    mailing.run()
    mailing.office.clock.go_to(MONDAY)
    mailing.at_hour(12)
    assert letters(mailing) <= 1
    mailing.office.file(urgent=True)
    mailing.at_hour(13)
    assert letters(mailing) == 1


def test_several_processes_that_think_at_once_write_one_letter(
    mailing: Mailing, reader: SignedIn, database_url: str
) -> None:
    mailing.office.file(urgent=True)
    mailing.office.clock.pass_seconds(3600)
    offices = [replace(mailing.office.office, database=Database(database_url)) for _ in range(4)]
    start = threading.Barrier(len(offices))

    def think(number: int) -> None:
        start.wait()
        think_of_letters(offices[number], mailing.post)

    threads = [threading.Thread(target=think, args=(number,)) for number in range(len(offices))]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    for each_office in offices:
        each_office.database.close()
    assert len(mailing.unsent()) == 1
    mailing.run()
    assert letters(mailing) == 1


def test_nothing_is_decided_but_at_full_hours_also_by_the_first_run(
    office: TestOffice, reader: SignedIn
) -> None:
    office.file(urgent=True)
    with running_house() as house:
        mailing = Mailing(office, house)
        for _ in range(20):
            mailing.run()
        assert house.taken == []
        mailing.at_hour(11)
        assert len(house.taken) == 1


def test_an_officer_is_told_the_same_day_of_protection_and_of_nothing_else(
    mailing: Mailing,
) -> None:
    office = mailing.office
    give_address(office, office.add_reviewer(UNIT, OFFICER))
    mailing.at_hour(10)
    receipt = office.file(urgent=True).receipt
    mailing.at_hour(11)
    assert letters(mailing) == 0
    asked = ProtectionRequest(("safety",), ("self",), is_urgent=True, text="Họ ngoài cửa.")
    ask_for_protection(office.office, receipt, asked)
    # Its clock is written within the minute, by the job that does so.
    run_due(office.office, JOBS)
    mailing.at_hour(12)
    assert letters(mailing) == 1
    mailing.at_hour(13)
    assert letters(mailing) == 0
