"""Protection at the desk: requests, decisions, measures, ends, the register and its alarm."""

import re
from datetime import timedelta

import pytest

from cases.protection import protection_of
from cases.protection_requests import ProtectionRequest, ask_for_protection
from cases.threads import read_thread
from crypto.receipts import Receipt
from tests.support.casework import opened
from tests.support.desk import RECEIVER, Browser, RunningDesk, new_tag
from tests.support.office import MONDAY

URGENT = ProtectionRequest(
    ("safety", "secrecy"), ("self", "child"), is_urgent=True, text="Họ <b>đứng</b> ngoài cửa."
)
MOST_BYTES = 100_000


@pytest.fixture
def receipt(desk: RunningDesk, browser: Browser) -> Receipt:
    return desk.test_office.file("Chuyện đất đai.").receipt


@pytest.fixture
def ref(desk: RunningDesk, browser: Browser, receipt: Receipt) -> str:
    ask_for_protection(desk.test_office.office, receipt, URGENT)
    [found] = desk.refs(browser)
    return found


def page(browser: Browser, path: str) -> str:
    return re.sub(r"\s+", " ", browser.get(path).text)


def request_id(desk: RunningDesk, ref: str) -> str:
    return protection_of(opened(desk.test_office, ref).entries).requests[0].id


def form(browser: Browser, ref: str, part: str, **typed: object) -> int:
    """Send a form of the protection page and return the status of the answer."""
    values = {"once": new_tag(), "version": browser.version(ref), "reason": "Vì vậy."}
    fields = {name.replace("__", "-"): value for name, value in typed.items()}
    path = f"/cases/{ref}/protection/{part}"
    return browser.post(path, {**values, **fields}).status_code


def decide(desk: RunningDesk, browser: Browser, ref: str, **typed: object) -> int:
    return form(browser, ref, "decisions", **{
        "request": request_id(desk, ref), "decision__kinds": ["secrecy"], "decider": "resolver",
        "outcome": "granted", "day": MONDAY.isoformat(), "document": "4/QĐ", "words": "", **typed,
    })  # fmt: skip


def test_an_urgent_request_is_an_alarm_on_every_page_that_lists_its_case(
    browser: Browser, ref: str
) -> None:
    queue = page(browser, "/cases")
    assert "Có đề nghị bảo vệ phải quyết định hôm nay" in queue
    case = page(browser, f"/cases/{ref}")
    for shown in (case, page(browser, f"/cases/{ref}/protection")):
        assert "Khẩn cấp: quyết định trong ngày" in shown
        assert "Họ &lt;b&gt;đứng&lt;/b&gt; ngoài cửa." in shown
        assert "con đẻ" in shown.lower()
    register = page(browser, "/protection")
    assert f'href="/cases/{ref}/protection"' in register
    assert "Hôm nay" in register


def test_a_decision_is_recorded_shown_and_told(
    desk: RunningDesk, browser: Browser, receipt: Receipt, ref: str
) -> None:
    assert decide(desk, browser, ref) == 303
    police = {"decision__kinds": ["safety"], "decider": "police"}
    assert decide(desk, browser, ref, **police, outcome="passed", document="") == 303
    shown = page(browser, f"/cases/{ref}/protection?done=protection")
    assert "Đã ghi quyết định về bảo vệ" in shown
    assert "đang bảo vệ – Người giải quyết" in shown
    assert "đã đề nghị nơi có thẩm quyền, chờ trả lời – Công an" in shown
    history = page(browser, f"/cases/{ref}").partition('id="history"')[2]
    assert "Quyết định về bảo vệ: Bí mật thông tin cá nhân; Bảo vệ; Người giải quyết" in history
    assert "phải quyết định hôm nay" not in page(browser, "/cases")
    events = read_thread(desk.test_office.office, receipt).messages
    assert [event.text("outcome") for event in events][1:] == ["granted", "passed"]


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ({"request": ""}, "decision-request"),
        ({"request": "x"}, "decision-request"),
        ({"decision__kinds": []}, "decision-kinds"),
        ({"decision__kinds": ["job"]}, "decision-kinds"),
        ({"decider": ""}, "decision-decider"),
        ({"decider": "police"}, "decision-decider"),
        ({"outcome": "x"}, "decision-outcome"),
        ({"outcome": "passed"}, "decision-outcome"),
        ({"document": ""}, "decision-document"),
        ({"outcome": "refused"}, "decision-words"),
        ({"day": "2026-11-20"}, "decision-day"),
        ({"day": "31/2"}, "decision-day"),
        ({"reason": ""}, "decision-reason"),
    ],
)
def test_a_refused_decision_gives_every_word_back(
    desk: RunningDesk, browser: Browser, ref: str, typed: dict[str, object], place: str
) -> None:
    values: dict[str, object] = {
        "once": new_tag(), "version": browser.version(ref), "reason": "Vì vậy.",
        "request": request_id(desk, ref), "decision-kinds": ["secrecy"], "decider": "resolver",
        "outcome": "granted", "day": MONDAY.isoformat(), "document": "4/QĐ", "words": "",
        **{name.replace("__", "-"): value for name, value in typed.items()},
    }  # fmt: skip
    answer = browser.post(f"/cases/{ref}/protection/decisions", values)
    assert answer.status_code == 422
    assert f'<a href="#{place}">' in answer.text
    assert f'id="{place}"' in answer.text
    kept = {"reason": "Vì vậy.", "document": "4/QĐ"}
    assert all(word in answer.text for name, word in kept.items() if name not in typed)


def test_measures_and_their_end_stand_in_the_register(
    desk: RunningDesk, browser: Browser, ref: str
) -> None:
    decide(desk, browser, ref)
    taken = {"request": request_id(desk, ref), "measure": "safe-meeting", "document": "5/QĐ",
             "from": "2026-11-23", "until": "2027-02-23"}  # fmt: skip
    assert form(browser, ref, "measures", **taken) == 303
    assert form(browser, ref, "measures", **{**taken, "measure": "guarded"}) == 422
    assert form(browser, ref, "measures", **{**taken, "until": "2026-11-01"}) == 422
    register = page(browser, "/protection")
    assert "giữ được bí mật: 23/11/2026 → 23/02/2027" in register
    ended = {"request": request_id(desk, ref), "end__kinds": ["secrecy"], "ground": "basis-gone",
             "day": "2026-11-23", "words": "Hãy viết nếu lại có chuyện."}  # fmt: skip
    assert form(browser, ref, "end", **{**ended, "ground": "x"}) == 422
    assert form(browser, ref, "end", **ended) == 303
    assert "đã chấm dứt" in page(browser, "/protection")
    assert "Hãy viết nếu lại có chuyện." in page(browser, f"/cases/{ref}")


def test_a_request_by_telephone_is_recorded_and_its_clock_counts_from_its_day(
    desk: RunningDesk, browser: Browser, ref: str
) -> None:
    heard = {"heard__kinds": ["job"], "heard__persons": ["spouse"], "channel": "telephone",
             "day": "2026-11-23", "text": "Vợ bị cho nghỉ việc."}  # fmt: skip
    assert form(browser, ref, "requests", **{**heard, "channel": ""}) == 422
    assert form(browser, ref, "requests", **{**heard, "text": ""}) == 422
    assert form(browser, ref, "requests", **heard) == 303
    shown = page(browser, f"/cases/{ref}/protection")
    assert "Vợ bị cho nghỉ việc." in shown
    assert "qua điện thoại" in shown
    assert "Quyết định áp dụng biện pháp bảo vệ" in shown


def test_whoever_the_report_names_and_whoever_has_no_part_in_it_sees_nothing(
    desk: RunningDesk, browser: Browser
) -> None:
    named = desk.signed_in()
    office = desk.test_office
    identity = desk.identity_of(named.name)
    office.add_to_roster(RECEIVER, "Trần Thị Nở", reviewer=identity)
    receipt = office.file("Trần Thị Nở vòi tiền.").receipt
    ask_for_protection(office.office, receipt, URGENT)
    [ref] = desk.refs(browser)
    for curious in (named, desk.signed_in("phong-vhxh")):
        assert curious.get(f"/cases/{ref}/protection").status_code == 404
        assert ref not in curious.get("/protection").text
        assert "phải quyết định hôm nay" not in curious.get("/cases").text
        sent = curious.post(f"/cases/{ref}/protection/decisions", {"once": new_tag()})
        assert sent.status_code in {404, 422}
        assert URGENT.text not in sent.text


def test_a_second_click_on_a_decision_records_it_once(
    desk: RunningDesk, browser: Browser, ref: str
) -> None:
    once, version = new_tag(), browser.version(ref)
    for _ in range(2):
        assert decide(desk, browser, ref, once=once, version=version) == 303
    history = page(browser, f"/cases/{ref}").partition('id="history"')[2]
    assert history.count("Quyết định về bảo vệ:") == 1


def test_the_follow_ups_are_shown_with_their_days(
    desk: RunningDesk, browser: Browser, ref: str
) -> None:
    desk.pass_days(40, browser)
    shown = page(browser, f"/cases/{ref}/protection")
    day = (MONDAY + timedelta(days=30)).strftime("%d/%m/%Y")
    assert f"Hỏi thăm lần thứ nhất: {day} – chưa trả lời" in shown
    assert "chưa tới ngày" in shown


def test_a_full_register_is_paged_and_stays_light(desk: RunningDesk, browser: Browser) -> None:
    office = desk.test_office
    for _ in range(21):
        receipt = office.file("Chuyện.").receipt
        ask_for_protection(office.office, receipt, URGENT)
    first = browser.get("/protection")
    assert len(first.data) < MOST_BYTES
    assert 'href="/protection?page=2"' in first.text
    assert 'href="/protection?page=1"' in browser.get("/protection?page=2").text
    for wrong in ("0", "x", "-1", "99999"):
        assert browser.get(f"/protection?page={wrong}").status_code == 400
