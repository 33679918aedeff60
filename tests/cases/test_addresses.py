"""An address gets notice once its owner typed the code that was sent to it, and never before."""

import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from cases.addresses import (
    ADDRESS as WRITTEN,
)
from cases.addresses import (
    CODE_SECONDS,
    MOST_CODES_A_DAY,
    MOST_GUESSES,
    OwnAddress,
    ask_for_code,
    confirm_address,
    forget_address,
    is_address,
    own_address,
)
from cases.errors import AddressRefusedError, CodeRefusedError
from cases.jobs import DAY
from cases.letters import Letter
from cases.notice_records import NoticeAddressRecord
from tests.support.casework import UNIT
from tests.support.mail_house import running_house
from tests.support.notice import Mailing
from tests.support.office import TestOffice

ADDRESS, OTHER = "lan@example.test", "lan.anh@elsewhere.test"
CODE = re.compile(r"\b(\d{4} \d{4})\b")


@pytest.fixture
def mailing(office: TestOffice) -> Iterator[Mailing]:
    with running_house() as house:
        yield Mailing(office, house)


@pytest.fixture
def reviewer_id(office: TestOffice) -> str:
    return office.reviewers[UNIT].reviewer_id


def ask(mailing: Mailing, reviewer_id: str, address: str = ADDRESS) -> str:
    """Ask for a code, and return the one that came."""
    ask_for_code(mailing.office.office, reviewer_id, address)
    mailing.run()
    to, letter = mailing.house.taken[-1]
    assert to == address
    [code] = set(CODE.findall(letter.get_content()))
    return str(code)


def own(mailing: Mailing, reviewer_id: str) -> OwnAddress:
    return own_address(mailing.office.office, reviewer_id)


def test_an_address_is_used_once_its_code_is_known(mailing: Mailing, reviewer_id: str) -> None:
    code = ask(mailing, reviewer_id)
    assert own(mailing, reviewer_id) == OwnAddress(wanted=ADDRESS)
    confirm_address(mailing.office.office, reviewer_id, f" {code} ")
    assert own(mailing, reviewer_id) == OwnAddress(address=ADDRESS)
    mailing.office.file(urgent=True)
    mailing.at_hour(11)
    assert mailing.house.readers == [ADDRESS, ADDRESS]


def test_the_former_address_is_written_to_until_the_new_one_is_confirmed(
    mailing: Mailing, reviewer_id: str
) -> None:
    confirm_address(mailing.office.office, reviewer_id, ask(mailing, reviewer_id))
    code = ask(mailing, reviewer_id, OTHER)
    mailing.office.file(urgent=True)
    mailing.at_hour(11)
    assert mailing.house.readers[-1] == ADDRESS
    code = ask(mailing, reviewer_id, OTHER)
    confirm_address(mailing.office.office, reviewer_id, code)
    mailing.office.file(urgent=True)
    mailing.at_hour(12)
    assert mailing.house.readers[-1] == OTHER


def test_a_code_is_over_after_an_hour_and_nothing_of_it_stays(
    mailing: Mailing, reviewer_id: str
) -> None:
    code = ask(mailing, reviewer_id)
    mailing.office.clock.pass_seconds(CODE_SECONDS)
    with pytest.raises(CodeRefusedError):
        confirm_address(mailing.office.office, reviewer_id, code)
    assert own(mailing, reviewer_id) == OwnAddress()
    mailing.run()
    with mailing.office.office.database.reading() as session:
        row = session.scalars(select(NoticeAddressRecord)).one()
    assert (row.wanted, row.code, row.expires_at) == (None, None, None)


def test_a_code_is_over_after_a_few_guesses(mailing: Mailing, reviewer_id: str) -> None:
    code = ask(mailing, reviewer_id)
    wrong = "0000 0000" if code != "0000 0000" else "0000 0001"
    for _ in range(MOST_GUESSES):
        with pytest.raises(CodeRefusedError):
            confirm_address(mailing.office.office, reviewer_id, wrong)
    with pytest.raises(CodeRefusedError):
        confirm_address(mailing.office.office, reviewer_id, code)
    assert own(mailing, reviewer_id).is_code_over


def test_nobody_confirms_with_the_code_of_somebody_else(mailing: Mailing, reviewer_id: str) -> None:
    other = mailing.office.add_reviewer(UNIT).reviewer_id
    code = ask(mailing, reviewer_id)
    ask(mailing, other, OTHER)
    with pytest.raises(CodeRefusedError):
        confirm_address(mailing.office.office, other, code)


def test_a_code_is_used_once(mailing: Mailing, reviewer_id: str) -> None:
    code = ask(mailing, reviewer_id)
    confirm_address(mailing.office.office, reviewer_id, code)
    forget_address(mailing.office.office, reviewer_id)
    with pytest.raises(CodeRefusedError):
        confirm_address(mailing.office.office, reviewer_id, code)
    with pytest.raises(CodeRefusedError):
        confirm_address(mailing.office.office, reviewer_id, "")


def test_a_desk_floods_nobodys_mailbox(mailing: Mailing, reviewer_id: str) -> None:
    for number in range(MOST_CODES_A_DAY):
        ask(mailing, reviewer_id, f"so{number}@example.test")
    for _ in range(2):
        with pytest.raises(AddressRefusedError, match="often"):
            ask_for_code(mailing.office.office, reviewer_id, ADDRESS)
        forget_address(mailing.office.office, reviewer_id)
    mailing.office.clock.pass_seconds(DAY)
    ask(mailing, reviewer_id)


def test_an_address_that_the_server_refuses_is_not_confirmed_and_the_reviewer_sees_it(
    mailing: Mailing, reviewer_id: str
) -> None:
    mailing.house.to_mailbox = "550 5.1.1 No such mailbox"
    ask_for_code(mailing.office.office, reviewer_id, ADDRESS)
    mailing.run()
    assert own(mailing, reviewer_id) == OwnAddress(wanted=ADDRESS, is_code_over=True)
    assert mailing.unsent() == []


def test_what_is_taken_back_is_gone(mailing: Mailing, reviewer_id: str) -> None:
    confirm_address(mailing.office.office, reviewer_id, ask(mailing, reviewer_id))
    ask_for_code(mailing.office.office, reviewer_id, OTHER)
    forget_address(mailing.office.office, reviewer_id)
    mailing.run()
    assert own(mailing, reviewer_id) == OwnAddress()
    assert mailing.house.readers == [ADDRESS]
    with mailing.office.office.database.reading() as session:
        row = session.scalars(select(NoticeAddressRecord)).one()
    assert ADDRESS not in vars(row).values()
    assert OTHER not in vars(row).values()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "lan",
        "lan@",
        "@example.test",
        "lan@example..test",
        "lan@-example.test",
        "lan anh@example.test",
        "lan@example.test\r\nBcc: all@example.test",
        "lan@example.test, minh@example.test",
        "Lan <lan@example.test>",
        '"lan"@example.test',
        "lan@[127.0.0.1]",
        "lân@example.test",
        ".lan@example.test",
        f"{'a' * 250}@example.test",
    ],
)
def test_what_is_no_plain_address_is_refused(
    office: TestOffice, reviewer_id: str, text: str
) -> None:
    with pytest.raises(AddressRefusedError, match="address"):
        ask_for_code(office.office, reviewer_id, text)
    assert own_address(office.office, reviewer_id) == OwnAddress()


@pytest.mark.parametrize(
    "text", ["lan@example.test", "Lan.Anh+desk@mail.example.test", "root@localhost", "a_b-c@x.vn"]
)
def test_a_plain_address_is_one(text: str) -> None:
    assert is_address(text)


@given(st.from_regex(WRITTEN, fullmatch=True).filter(is_address))
def test_whatever_is_taken_for_an_address_can_be_written_to(text: str) -> None:
    letter = Letter("a" * 26, text).written(text, 1_800_000_000)
    addresses = [header.addresses for header in (letter["To"], letter["From"])]
    assert [[each.addr_spec for each in found] for found in addresses] == [[text], [text]]
    assert not any(line.startswith(b"Bcc") for line in letter.as_bytes().splitlines())
