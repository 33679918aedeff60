"""A letter reaches its reader once, whatever the mail server or the jobs do meanwhile."""

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from cases.addresses import forget_address
from cases.database import Database
from cases.jobs import DAY
from cases.mailing import MailServer
from cases.notice import Post, send_letters
from cases.notice_records import NoticeAddressRecord, OutboxRecord
from cases.outbox import (
    COUNTED_TRIES,
    LONGEST_PAUSE_SECONDS,
    REFUSED_PAUSE_SECONDS,
    TAKEN_SECONDS,
    pause_seconds,
    take_letter,
)
from cases.records import ReviewerRecord
from cases.reviewers import SignedIn
from tests.support.casework import UNIT
from tests.support.mail_house import SENDER, TAKEN, running_house
from tests.support.notice import Mailing, give_address
from tests.support.office import TestOffice

AWAY_FOR_NOW, GONE_FOR_GOOD = "451 4.3.0 Try later", "550 5.1.1 No such mailbox"
NO_ROOM, NOT_THIS_LETTER = "452 4.2.2 Mailbox full", "554 5.7.1 Not taken"


@pytest.fixture
def mailing(office: TestOffice) -> Iterator[Mailing]:
    with running_house() as house:
        yield Mailing(office, house)


@pytest.fixture
def reader(office: TestOffice) -> SignedIn:
    give_address(office, office.reviewers[UNIT])
    return office.reviewers[UNIT]


def message_ids(mailing: Mailing) -> list[str]:
    return [letter["Message-ID"] for _, letter in mailing.house.taken]


def wait(mailing: Mailing, seconds: int) -> None:
    mailing.office.clock.pass_seconds(seconds)
    send_letters(mailing.office.office, mailing.post)


def test_a_letter_that_was_taken_is_no_row_any_more(mailing: Mailing, reader: SignedIn) -> None:
    ref = mailing.put(reader)
    send_letters(mailing.office.office, mailing.post)
    assert mailing.house.readers == ["lan@example.test"]
    assert message_ids(mailing) == [f"<{ref}@example.test>"]
    assert mailing.unsent() == []
    wait(mailing, DAY)
    assert len(mailing.house.taken) == 1


def test_the_server_is_told_the_name_of_the_sender_and_not_of_the_machine(
    mailing: Mailing, reader: SignedIn
) -> None:
    mailing.put(reader)
    send_letters(mailing.office.office, mailing.post)
    assert set(mailing.house.greetings) == {"example.test"}


def test_after_an_outage_of_days_each_reader_gets_one_letter(
    mailing: Mailing, reader: SignedIn
) -> None:
    mailing.office.file(urgent=True)
    mailing.house.shut()
    for _ in range(4):
        for hour in (8, 9, 14):
            mailing.at_hour(hour)
        mailing.at_hour(6, days=1)
    assert len(mailing.unsent()) == 1
    mailing.house.open()
    wait(mailing, LONGEST_PAUSE_SECONDS)
    wait(mailing, LONGEST_PAUSE_SECONDS)
    assert len(mailing.house.taken) == 1
    assert mailing.unsent() == []


def test_pauses_grow_and_no_try_is_made_before_they_are_over(
    mailing: Mailing, reader: SignedIn
) -> None:
    mailing.put(reader)
    mailing.house.to_mailbox = AWAY_FOR_NOW
    send_letters(mailing.office.office, mailing.post)
    made = len(mailing.house.tries)
    for tries in range(1, 9):
        wait(mailing, pause_seconds(min(tries, COUNTED_TRIES + 1)) - 1)
        assert len(mailing.house.tries) == made
        wait(mailing, 1)
        made += 1
        assert len(mailing.house.tries) == made
    assert pause_seconds(COUNTED_TRIES + 1) == LONGEST_PAUSE_SECONDS
    mailing.house.to_mailbox = TAKEN
    wait(mailing, LONGEST_PAUSE_SECONDS)
    assert len(mailing.house.taken) == 1


def test_an_unsent_letter_does_not_tell_when_it_was_made(
    mailing: Mailing, reader: SignedIn
) -> None:
    mailing.put(reader)
    mailing.house.shut()
    for _ in range(COUNTED_TRIES + 3):
        wait(mailing, LONGEST_PAUSE_SECONDS)
    with mailing.office.office.database.reading() as session:
        early = session.scalars(select(OutboxRecord)).one()
    mailing.put(reader)
    for _ in range(COUNTED_TRIES + 3):
        wait(mailing, LONGEST_PAUSE_SECONDS)
    with mailing.office.office.database.reading() as session:
        rows = session.execute(select(OutboxRecord.tries, OutboxRecord.due_at)).all()
    assert len(rows) == 2
    assert len(set(rows)) == 1
    assert early.tries == rows[0].tries


@pytest.mark.parametrize("answer", [AWAY_FOR_NOW, NO_ROOM])
@pytest.mark.parametrize("when", ["to_mailbox", "to_letter"])
def test_who_cannot_be_written_to_now_is_written_to_later_and_the_others_at_once(
    mailing: Mailing, reader: SignedIn, when: str, answer: str
) -> None:
    first = mailing.put(reader)
    setattr(mailing.house, when, answer)
    send_letters(mailing.office.office, mailing.post)
    setattr(mailing.house, when, TAKEN)
    other = mailing.office.add_reviewer(UNIT)
    give_address(mailing.office, other, "minh@example.test")
    mailing.put(other)
    send_letters(mailing.office.office, mailing.post)
    assert mailing.house.readers == ["minh@example.test"]
    wait(mailing, pause_seconds(1))
    assert mailing.house.readers == ["minh@example.test", "lan@example.test"]
    assert message_ids(mailing)[-1] == f"<{first}@example.test>"


@pytest.mark.parametrize("when", ["to_mailbox", "to_letter"])
@pytest.mark.parametrize("answer", [GONE_FOR_GOOD, NOT_THIS_LETTER])
def test_who_is_refused_for_good_is_seldom_tried_and_knows_it(
    mailing: Mailing, reader: SignedIn, when: str, answer: str
) -> None:
    mailing.put(reader)
    setattr(mailing.house, when, answer)
    send_letters(mailing.office.office, mailing.post)
    wait(mailing, REFUSED_PAUSE_SECONDS - 1)
    assert len(mailing.house.tries) == 1
    assert refused_on(mailing, reader) == mailing.office.clock.today()
    setattr(mailing.house, when, TAKEN)
    wait(mailing, 1)
    assert len(mailing.house.taken) == 1
    assert refused_on(mailing, reader) is None


def refused_on(mailing: Mailing, reader: SignedIn) -> object:
    with mailing.office.office.database.reading() as session:
        return session.get_one(NoticeAddressRecord, reader.reviewer_id).refused_on


def test_a_line_that_is_lost_in_the_midst_of_a_letter_loses_nothing_and_doubles_nothing(
    mailing: Mailing, reader: SignedIn
) -> None:
    ref = mailing.put(reader)
    mailing.house.cuts_in_midst = True
    send_letters(mailing.office.office, mailing.post)
    assert mailing.house.tries == ["cut"]
    assert mailing.unsent() == [ref]
    mailing.house.cuts_in_midst = False
    wait(mailing, pause_seconds(1))
    assert message_ids(mailing) == [f"<{ref}@example.test>"]
    assert mailing.unsent() == []


def test_a_letter_whose_answer_was_lost_comes_again_as_the_same_message(
    mailing: Mailing, reader: SignedIn
) -> None:
    ref = mailing.put(reader)
    mailing.house.cuts_before_answer = True
    send_letters(mailing.office.office, mailing.post)
    mailing.house.cuts_before_answer = False
    wait(mailing, pause_seconds(1))
    assert message_ids(mailing) == [f"<{ref}@example.test>"] * 2
    assert mailing.unsent() == []


def test_a_letter_that_may_have_gone_does_not_stand_for_what_came_after_it(
    mailing: Mailing, reader: SignedIn
) -> None:
    first = mailing.put(reader)
    mailing.house.cuts_before_answer = True
    send_letters(mailing.office.office, mailing.post)
    mailing.office.file(urgent=True)
    mailing.house.cuts_before_answer = False
    mailing.at_hour(11)
    mailing.run()
    assert len(set(message_ids(mailing))) == 2
    assert f"<{first}@example.test>" in message_ids(mailing)


def test_a_line_that_is_lost_all_day_makes_no_heap_of_letters(
    mailing: Mailing, reader: SignedIn
) -> None:
    mailing.house.cuts_in_midst = True
    for hour in range(10, 21):
        mailing.office.file(urgent=True)
        mailing.at_hour(hour)
    assert len(mailing.unsent()) == 2


def test_a_server_that_never_answers_a_letter_is_left_in_time(
    mailing: Mailing, reader: SignedIn
) -> None:
    ref = mailing.put(reader)
    mailing.house.goes_on.clear()
    slow = replace(MailServer.parse(mailing.house.url), letter_seconds=0.5)
    send_letters(mailing.office.office, Post(slow, SENDER, 8))
    assert mailing.unsent() == [ref]
    mailing.house.goes_on.set()
    wait(mailing, pause_seconds(1))
    assert mailing.unsent() == []
    assert set(message_ids(mailing)) == {f"<{ref}@example.test>"}


def test_a_process_that_died_with_a_letter_in_hand_is_followed_by_another_one(
    mailing: Mailing, reader: SignedIn
) -> None:
    ref = mailing.put(reader)
    assert take_letter(mailing.office.office) is not None
    wait(mailing, TAKEN_SECONDS - 1)
    assert mailing.house.taken == []
    wait(mailing, 1)
    assert message_ids(mailing) == [f"<{ref}@example.test>"]


def test_several_processes_at_once_send_each_letter_once(
    mailing: Mailing, reader: SignedIn, database_url: str
) -> None:
    addresses = {f"so{number}@example.test" for number in range(12)}
    for address in addresses:
        other = mailing.office.add_reviewer(UNIT)
        give_address(mailing.office, other, address)
        mailing.put(other)
    offices = [replace(mailing.office.office, database=Database(database_url)) for _ in range(4)]
    start = threading.Barrier(len(offices))

    def send(number: int) -> None:
        start.wait()
        send_letters(offices[number], mailing.post)

    threads = [threading.Thread(target=send, args=(number,)) for number in range(len(offices))]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    for each_office in offices:
        each_office.database.close()

    assert sorted(mailing.house.readers) == sorted(
        f"so{number}@example.test" for number in range(12)
    )
    assert mailing.unsent() == []


def test_whoever_wants_no_notice_any_more_or_left_gets_none_that_waited(
    mailing: Mailing, reader: SignedIn
) -> None:
    other = mailing.office.add_reviewer(UNIT)
    give_address(mailing.office, other, "minh@example.test")
    for each in (reader, other):
        mailing.put(each)
    forget_address(mailing.office.office, reader.reviewer_id)
    with mailing.office.office.database.writing() as session:
        session.execute(
            update(ReviewerRecord)
            .where(ReviewerRecord.id == other.reviewer_id)
            .values(left_on=mailing.office.clock.today())
        )
    send_letters(mailing.office.office, mailing.post)
    assert mailing.house.taken == []
    assert mailing.unsent() == []
    mailing.run()
    with mailing.office.office.database.reading() as session:
        assert session.get(NoticeAddressRecord, other.reviewer_id) is None
