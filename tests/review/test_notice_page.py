"""The page of one's own address, and the strip that says that notice does not arrive."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.desk import Browser, RunningDesk, open_desk
from tests.support.mail_house import SENDER, MailHouse, running_house
from tests.support.notice import Mailing

PAGE, ADDRESS = "/account/notice", "lan@example.test"
CODE = re.compile(r"\b(\d{4} \d{4})\b")


@pytest.fixture
def house() -> Iterator[MailHouse]:
    with running_house() as house:
        yield house


@pytest.fixture
def desk(tmp_path: Path, house: MailHouse) -> Iterator[RunningDesk]:
    opened = open_desk(tmp_path, {"smtp_url": house.url, "notice_from": SENDER})
    yield opened
    opened.test_office.office.database.close()


@pytest.fixture
def mailing(desk: RunningDesk, house: MailHouse) -> Mailing:
    return Mailing(desk.test_office, house)


def ask(browser: Browser, mailing: Mailing, address: str = ADDRESS) -> str:
    """Ask for a code on the page, and return the one that came."""
    assert browser.post(PAGE, {"address": address}).location == f"{PAGE}?done=asked"
    mailing.run()
    return str(CODE.findall(mailing.house.taken[-1][1].get_content())[0])


def confirmed(browser: Browser, mailing: Mailing, address: str = ADDRESS) -> None:
    code = ask(browser, mailing, address)
    assert browser.post(f"{PAGE}/confirm", {"letter_code": code}).status_code == 303


def test_an_address_is_entered_confirmed_and_removed_on_its_page(
    desk: RunningDesk, mailing: Mailing
) -> None:
    browser = desk.signed_in()
    assert PAGE in browser.get("/account").text
    assert ADDRESS not in browser.get(PAGE).text
    code = ask(browser, mailing)
    assert ADDRESS in browser.get(PAGE).text
    answer = browser.post(f"{PAGE}/confirm", {"letter_code": code})
    assert answer.location == f"{PAGE}?done=confirmed"
    assert 'action="/account/notice/confirm"' not in browser.get(PAGE).text
    assert browser.post(f"{PAGE}/remove", {}).location == f"{PAGE}?done=removed"
    assert ADDRESS not in browser.get(PAGE).text


def test_what_is_no_address_comes_back_with_what_is_wrong(desk: RunningDesk) -> None:
    browser = desk.signed_in()
    answer = browser.post(PAGE, {"address": "lan ở đây"})
    assert answer.status_code == 422
    assert 'value="lan ở đây"' in answer.text
    assert 'aria-invalid="true"' in answer.text


def test_a_wrong_code_comes_back_with_what_is_wrong(desk: RunningDesk, mailing: Mailing) -> None:
    browser = desk.signed_in()
    ask(browser, mailing)
    answer = browser.post(f"{PAGE}/confirm", {"letter_code": "0"})
    assert answer.status_code == 422
    assert "Mã không đúng" in answer.text


def test_nobody_sees_the_address_of_another(desk: RunningDesk, mailing: Mailing) -> None:
    browser, colleague = desk.signed_in(), desk.signed_in()
    confirmed(browser, mailing)
    desk.test_office.file()
    [ref] = desk.refs(colleague)
    for path in ("/cases", f"/cases/{ref}", "/units", "/account", PAGE, "/counts", "/paper"):
        answer = colleague.get(path)
        assert answer.status_code == 200
        assert ADDRESS not in answer.text, path


def test_without_a_mail_server_there_is_no_such_page(tmp_path: Path) -> None:
    silent = open_desk(tmp_path / "silent")
    browser = silent.signed_in()
    assert PAGE not in browser.get("/account").text
    assert browser.get(PAGE).status_code == 404
    assert browser.post(PAGE, {"address": ADDRESS}).status_code == 404


def test_a_failure_of_a_day_is_said_on_every_page_of_the_desk(
    desk: RunningDesk, mailing: Mailing
) -> None:
    browser = desk.signed_in()
    mailing.at_hour(12)
    mailing.house.shut()
    mailing.at_hour(14)
    mailing.at_hour(9, days=1)
    browser.sign_in(browser.name)
    for path in ("/cases", "/units", "/account", PAGE, "/counts", "/paper"):
        assert "Thư báo qua e-mail không gửi được" in browser.get(path).text, path
    assert "Notice by e-mail has not gone out" in browser.get("/cases?lang=en").text
    assert "Thư báo" not in desk.browser().get("/sign-in").text
    mailing.house.open()
    mailing.at_hour(10)
    browser.sign_in(browser.name)
    assert "không gửi được" not in browser.get("/cases?lang=vi").text


def test_a_mailbox_that_refuses_is_said_to_its_owner_alone(
    desk: RunningDesk, mailing: Mailing
) -> None:
    browser, colleague = desk.signed_in(), desk.signed_in()
    confirmed(browser, mailing)
    desk.test_office.file(urgent=True)
    mailing.house.to_mailbox = "550 5.1.1 No such mailbox"
    mailing.at_hour(11)
    for each in (browser, colleague):
        each.sign_in(each.name)
    assert "Hộp thư của bạn từ chối thư báo" in browser.get("/cases").text
    assert "Máy chủ thư từ chối địa chỉ này" in browser.get(PAGE).text
    assert "Hộp thư của bạn từ chối" not in colleague.get("/cases").text


def test_the_desk_answers_although_the_state_of_notice_cannot_be_read(
    desk: RunningDesk, mailing: Mailing
) -> None:
    browser = desk.signed_in()
    with desk.test_office.office.database.writing() as session:
        session.connection().exec_driver_sql("ALTER TABLE mail_server RENAME TO moved")
    assert browser.get("/cases").status_code == 200
    with desk.test_office.office.database.writing() as session:
        session.connection().exec_driver_sql("ALTER TABLE moved RENAME TO mail_server")
