"""Filing for somebody without a name: the same report, sealed and routed, with its own receipt."""

import re
from datetime import timedelta

import pytest

from cases.jobs import start_clocks
from cases.queue import Wanted, list_cases
from cases.threads import Message, read_thread, reply
from crypto.receipts import Receipt
from policy.case_rows import CHANNELS
from policy.clock import Clock, ClockStatus
from review.heard_form import SOURCES
from tests.support.casework import note as record
from tests.support.casework import opened, statuses
from tests.support.desk import Browser, RunningDesk, new_tag
from tests.support.office import TestOffice

CODE = re.compile(r'id="receipt">([0-9A-Z-]+)<')
TEXT = "Ông trưởng phòng đòi tiền, có người thấy."


def enter(browser: Browser, **changes: object) -> tuple[int, str]:
    form = {"source": "telephone", "text": TEXT, "once": new_tag(), **changes}
    answer = browser.post("/heard", form)
    return answer.status_code, answer.text


def code_in(page: str) -> str:
    found = CODE.search(page)
    assert found, page
    return found[1]


# How the desk hears of something → which clock starts, of how many days, and what meets it.
FORWARDED = {
    "press": ("D06", 20, "forwarder-told"),
    "agency": ("D06", 20, "forwarder-told"),
    "front": ("D24", 15, "front-answered"),
}


@pytest.mark.parametrize("source", FORWARDED)
def test_what_was_forwarded_starts_the_clock_of_the_answer_to_whoever_forwarded_it(
    desk: RunningDesk, browser: Browser, source: str
) -> None:
    rule, days, answered = FORWARDED[source]
    assert enter(browser, source=source)[0] == 200
    [ref] = desk.refs(browser)
    office = desk.test_office
    received = office.clock.today()
    [clock] = answers_due(office, ref)

    assert (clock.rule, clock.started_on) == (rule, received)
    assert clock.due_on >= received + timedelta(days=days)
    name = office.office.todays_pack.rules[rule].name_vi
    assert name in browser.get(f"/cases/{ref}").text
    start_clocks(office.office)
    case = record(office, ref, answered, document="12/TB ngày hôm nay")
    assert statuses(case, received)[rule] is ClockStatus.MET


def test_what_nobody_forwarded_starts_no_such_clock(desk: RunningDesk, browser: Browser) -> None:
    assert enter(browser, source="telephone")[0] == 200
    [ref] = desk.refs(browser)
    assert answers_due(desk.test_office, ref) == []


def answers_due(office: TestOffice, ref: str) -> list[Clock]:
    rules = {rule for rule, _, _ in FORWARDED.values()}
    return [clock for clock in opened(office, ref).clocks if clock.rule in rules]


def test_the_form_offers_every_way_that_a_pack_may_know_of() -> None:
    assert set(SOURCES) == set(CHANNELS)


def test_what_was_heard_is_a_case_and_its_receipt_opens_the_thread(
    desk: RunningDesk, browser: Browser
) -> None:
    status, page = enter(browser)
    assert status == 200
    receipt = Receipt.parse(code_in(page))
    [ref] = desk.refs(browser)
    shown = browser.get(f"/cases/{ref}").text
    office = desk.test_office.office

    assert TEXT in shown
    assert "Nhận hộ: Gọi điện thoại" in shown
    assert browser.name in shown
    reply(office, receipt, Message("tôi nói thêm"))
    assert "tôi nói thêm" in browser.get(f"/cases/{ref}").text
    assert [each.text() for each in read_thread(office, receipt).messages] == ["tôi nói thêm"]


def test_it_goes_past_the_unit_that_it_names_even_from_that_units_own_desk(
    desk: RunningDesk, browser: Browser
) -> None:
    assert enter(browser, accused="head:van-phong")[0] == 200

    assert desk.refs(browser) == []
    others = desk.test_office.reviewers.values()
    listed = [list_cases(desk.test_office.office, who, Wanted()).rows for who in others]
    assert sum(map(len, listed)) == 1


def test_a_second_click_files_once_and_shows_the_same_receipt(
    desk: RunningDesk, browser: Browser
) -> None:
    once = new_tag()
    first, second = (enter(browser, once=once) for _ in range(2))

    assert code_in(first[1]) == code_in(second[1])
    assert len(desk.refs(browser)) == 1
    status, page = enter(browser, once=once, text="lời khác hẳn")
    assert status == 409
    assert "lời khác hẳn" in page
    assert len(desk.refs(browser)) == 1


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"source": ""}, "source"),
        ({"source": "dream"}, "source"),
        ({"text": " "}, "text"),
        ({"text": "x" * 20_001}, "text"),
        ({"field": "nothing"}, "field"),
        ({"accused": "staff:nothing"}, "accused"),
        ({"once": ""}, "text"),
        ({"once": "xyz"}, "text"),
        ({"text": ["một", "hai"]}, "text"),
    ],
)
def test_what_cannot_be_filed_is_said_in_place_and_given_back(
    desk: RunningDesk, browser: Browser, changes: dict[str, object], place: str
) -> None:
    status, page = enter(browser, **changes)

    assert status == 422
    assert f'href="#{place}"' in page
    assert desk.refs(browser) == []


def test_the_page_says_to_ask_for_no_name(browser: Browser) -> None:
    assert "Đừng hỏi và đừng ghi họ là ai" in browser.get("/heard").text
