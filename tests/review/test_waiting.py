"""What waits, at the top of the list: counted as the lists show it, and each a link to its list."""

import re
from datetime import timedelta
from typing import get_args

from sqlalchemy import insert, select

from cases.names import unit_holder
from cases.queue import Only
from cases.queue_counts import MOST_COUNTED, count_waiting
from cases.record_base import table_of
from cases.records import CaseRecord, ListingRecord
from cases.threads import Message, reply
from policy.rights import Role
from tests.support.desk import RECEIVER, Browser, RunningDesk, new_tag
from tests.support.law_page import form, triage
from tests.support.office import TestOffice

WAITING = re.compile(r'href="/cases\?only=(\w+)">[^<]*<strong>(\d+\+?)</strong>')


def waiting(browser: Browser) -> dict[str, str]:
    return dict(WAITING.findall(browser.get("/cases").text))


def test_nothing_waits_in_an_empty_office(desk: RunningDesk) -> None:
    assert waiting(desk.signed_in()) == {}


def test_new_and_urgent_cases_wait(desk: RunningDesk, browser: Browser) -> None:
    desk.test_office.file("Một.")
    desk.test_office.file("Hai.", urgent=True)

    assert waiting(browser) == {"urgent": "1", "new": "2"}
    [urgent] = desk.refs(browser, "/cases?only=urgent")
    browser.get(f"/cases/{urgent}")
    assert waiting(browser)["new"] == "1"


def test_a_reporters_answer_waits_until_the_office_writes(
    desk: RunningDesk, browser: Browser
) -> None:
    filed = desk.test_office.file("Chuyện.")
    [ref] = desk.refs(browser)
    browser.get(f"/cases/{ref}")
    assert "answered" not in waiting(browser)
    reply(desk.test_office.office, filed.receipt, Message("nói thêm"))

    assert waiting(browser)["answered"] == "1"
    assert desk.refs(browser, "/cases?only=answered") == [ref]
    sent = browser.upload(f"/cases/{ref}/messages", {"text": "Cảm ơn.", "once": new_tag()})
    assert sent.status_code == 303
    assert "answered" not in waiting(browser)
    reply(desk.test_office.office, filed.receipt, Message("thêm nữa"))
    assert waiting(browser)["answered"] == "1"


def test_what_is_due_today_is_told_from_what_is_late(desk: RunningDesk, browser: Browser) -> None:
    desk.test_office.file("Chuyện.")
    [ref] = desk.refs(browser)
    triage(browser, ref)
    clock = desk.test_office.clock
    found = re.search(r"Hạn gần nhất</dt><dd>(\d+)/(\d+)/(\d+)", browser.get(f"/cases/{ref}").text)
    assert found
    day, month, year = map(int, found.groups())
    clock.go_to(clock.today().replace(day=day, month=month, year=year))
    browser.sign_in(browser.name)

    assert waiting(browser).get("today") == "1"
    assert "overdue" not in waiting(browser)
    clock.go_to(clock.today() + timedelta(days=1))
    browser.sign_in(browser.name)
    assert waiting(browser).get("overdue") == "1"
    assert "today" not in waiting(browser)


def test_what_is_to_be_approved_waits_for_others_than_its_proposer(
    desk: RunningDesk, browser: Browser, ref: str
) -> None:
    triage(browser, ref)
    for step in ("accept", "verify", "conclude"):
        browser.step(ref, step)
    form(browser, ref, "outcome", finding="knowingly-false")
    desk.enrol(RECEIVER, "trưởng", roles=frozenset({Role.HEAD}))
    head = desk.browser()
    head.sign_in("trưởng")

    assert waiting(head).get("approval") == "1"
    assert desk.refs(head, "/cases?only=approval") == [ref]
    assert "approval" not in waiting(browser)
    assert desk.refs(browser, "/cases?only=approval") == []


def test_a_narrowed_list_does_not_count_again(desk: RunningDesk, browser: Browser) -> None:
    desk.test_office.file("Một.")

    assert "Đang chờ bạn" in browser.get("/cases").text
    assert "Đang chờ bạn" not in browser.get("/cases?only=new").text
    assert browser.get("/cases?only=nonsense").status_code == 400


def test_a_list_that_is_too_long_to_count_leads_to_each_part_without_a_number(
    desk: RunningDesk, browser: Browser
) -> None:
    office = desk.test_office
    office.file("Chuyện.")
    assert waiting(browser) == {"new": "1"}
    reader = desk.identity_of(browser.name)
    assert count_waiting(office.office, reader, most_open=1) == {"new": 1}
    assert count_waiting(office.office, reader, most_open=0) is None

    copy_cases(office, MOST_COUNTED)
    page = browser.get("/cases").text
    assert waiting(browser) == {}
    assert "Quá nhiều hồ sơ đang mở để đếm ngay" in page
    assert all(f'href="/cases?only={only}">' in page for only in get_args(Only))


def copy_cases(office: TestOffice, count: int) -> None:
    """List the one case so many times more, under references that nobody opens."""
    with office.office.database.writing() as session:
        cases, listings = table_of(CaseRecord), table_of(ListingRecord)
        case = select(cases)
        listing = select(listings).where(listings.c.holder == unit_holder(RECEIVER))
        for table, query, key in ((cases, case, "ref"), (listings, listing, "case_ref")):
            row = session.execute(query).mappings().one()
            copies = [{**row, key: f"{number:026d}"} for number in range(count)]
            session.execute(insert(table), copies)
