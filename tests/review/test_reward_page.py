"""Rewards at the desk: the case's page, the ledger, and the form for whoever brings a code."""

import re

import pytest

from cases.reward_claims import Claim, claim_reward
from cases.rewards import rewards_of
from crypto.receipts import Receipt
from tests.support.casework import listed, opened
from tests.support.desk import Browser, RunningDesk, new_tag
from tests.support.office import MONDAY, SERVER_SECRET
from tests.support.rewards import PAYER, conclude, grant, offer


@pytest.fixture
def receipt(desk: RunningDesk, browser: Browser) -> Receipt:
    return desk.test_office.file("Thu tiền không biên lai.").receipt


@pytest.fixture
def ref(desk: RunningDesk, receipt: Receipt) -> str:
    [found] = listed(desk.test_office)
    return found


def page(browser: Browser, path: str) -> str:
    return re.sub(r"\s+", " ", browser.get(path).text)


def code_of(desk: RunningDesk, receipt: Receipt) -> str:
    way, office = Claim("cash-reception"), desk.test_office.office
    return claim_reward(office, receipt, way, SERVER_SECRET).code


def propose(browser: Browser, ref: str, **typed: object) -> tuple[int, str]:
    values = {"once": new_tag(), "version": browser.version(ref), "reason": "Báo đúng.",
              "level": "commendation", "recovered": "1.200.000", **typed}  # fmt: skip
    answer = browser.post(f"/cases/{ref}/reward/proposals", values)
    return answer.status_code, answer.text


def decide(desk: RunningDesk, browser: Browser, ref: str, **typed: object) -> tuple[int, str]:
    reward = rewards_of(opened(desk.test_office, ref).entries)[0].id
    values = {"once": new_tag(), "version": browser.version(ref), "reason": "Theo quyết định.",
              "reward": reward, "outcome": "granted", "level": "commendation",
              "amount": "5.000.000", "day": MONDAY.isoformat(), "document": "7/QĐ",
              **typed}  # fmt: skip
    answer = browser.post(f"/cases/{ref}/reward/decisions", values)
    return answer.status_code, answer.text


def at_desk(browser: Browser, code: str, do: str = "pay", **typed: object) -> tuple[int, str]:
    values = {"once": new_tag(), "code": code, "day": MONDAY.isoformat(), "document": "PC 12",
              "do": do, **typed}  # fmt: skip
    answer = browser.post("/rewards/payments", values)
    return answer.status_code, re.sub(r"\s+", " ", answer.text)


def test_a_reward_is_proposed_decided_and_paid_by_forms(
    desk: RunningDesk, browser: Browser, receipt: Receipt, ref: str
) -> None:
    assert "reward" not in page(browser, f"/cases/{ref}").partition("<main")[2]
    conclude(desk.test_office, ref)
    assert "có thể đề nghị khen thưởng" in page(browser, f"/cases/{ref}")
    assert propose(browser, ref)[0] == 303
    assert "thu hồi được 1.200.000 đồng" in page(browser, f"/cases/{ref}/reward")
    assert decide(desk, browser, ref)[0] == 303
    assert "Báo người gửi: được khen thưởng" in page(browser, f"/cases/{ref}")
    code, payer = code_of(desk, receipt), desk.signed_in(PAYER)
    status, shown = at_desk(payer, code, "check")
    assert status == 200
    assert "Số tiền: 5.000.000 đồng" in shown
    assert f'value="{code}"' in at_desk(payer, f" {code.lower().replace('-', ' ')}", "check")[1]
    assert at_desk(payer, code)[0] == 303
    assert "Đã chi tiền thưởng cho người mang mã: 23/11/2026; PC 12" in page(
        browser, f"/cases/{ref}/reward"
    )


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ({"outcome": "x"}, "outcome"),
        ({"level": ""}, "decision-level"),
        ({"level": "recovered-share"}, "decision-level"),
        ({"amount": "năm triệu"}, "decision-amount"),
        ({"amount": ""}, "decision-amount"),
        ({"day": "2026-11-24"}, "decision-day"),
        ({"document": " "}, "decision-document"),
        ({"reward": "x"}, "outcome"),
        ({"reason": ""}, "decision-reason"),
    ],
)
def test_a_refused_decision_gives_every_word_back(
    desk: RunningDesk, browser: Browser, ref: str, typed: dict[str, object], place: str
) -> None:
    conclude(desk.test_office, ref)
    offer(desk.test_office, ref)
    status, shown = decide(desk, browser, ref, **typed)
    assert status == 422
    assert f'<a href="#{place}">' in shown
    assert f'id="{place}"' in shown
    kept = {"reason": "Theo quyết định.", "document": "7/QĐ", "amount": "5.000.000"}
    assert all(word in shown for name, word in kept.items() if name not in typed)


def test_who_pays_is_shown_no_way_to_the_case(
    desk: RunningDesk, browser: Browser, ref: str
) -> None:
    grant(desk.test_office, ref)
    link, level = f"/cases/{ref}/reward", "Tuyên dương"
    ledger = page(desk.signed_in(PAYER), "/rewards")
    assert "5.000.000 đồng" in ledger
    assert not any(word in ledger for word in (link, ref, level))
    own = page(browser, "/rewards")
    assert link in own
    assert level in own


def test_a_code_brought_twice_is_refused_and_a_second_click_is_not(
    desk: RunningDesk, receipt: Receipt, ref: str
) -> None:
    grant(desk.test_office, ref)
    code, payer, once = code_of(desk, receipt), desk.signed_in(PAYER), new_tag()
    assert at_desk(payer, code, once=once)[0] == 303
    assert at_desk(payer, code, once=once)[0] == 303
    status, shown = at_desk(payer, code)
    assert status == 409
    assert "đã được chi ngày 23/11/2026" in shown


def test_a_wrong_code_is_refused_clearly_given_back_and_slowed(
    desk: RunningDesk, receipt: Receipt, ref: str
) -> None:
    grant(desk.test_office, ref)
    payer = desk.signed_in(PAYER)
    desk.pauses.clear()
    for code, words in (
        ("0000-0000-0000", "Không có khoản thưởng nào chờ chi"),
        ("0000-0000", "có 12 ký tự; ở đây có 8"),
        (receipt.grouped(), "Đây là mã theo dõi"),
        ("x" * 101, "dài hơn mọi mã"),
        ("", "Chưa gõ mã"),
    ):
        for do in ("check", "pay"):
            status, shown = at_desk(payer, code, do)
            assert status == 422
            assert words in shown
            # Nobody has a receipt on the screen because it was brought to the wrong place.
            assert (f'value="{code}"' in shown) is (code not in {"", receipt.grouped()})
            assert "PC 12" in shown
    assert desk.pauses == sorted(desk.pauses)
    assert desk.pauses[-1] > desk.pauses[0]


def test_a_page_of_before_is_told_apart_and_a_missing_document_asked_for(
    desk: RunningDesk, receipt: Receipt, ref: str
) -> None:
    grant(desk.test_office, ref)
    code, payer = code_of(desk, receipt), desk.signed_in(PAYER)
    for typed, place in (({"document": ""}, "pay-document"), ({"day": "2026-11-24"}, "pay-day")):
        status, shown = at_desk(payer, code, **typed)
        assert status == 422
        assert f'<a href="#{place}">' in shown
    status, shown = at_desk(payer, code, csrf_token="x")
    assert status == 400
    assert code in shown


def test_a_decision_that_waits_is_the_only_one_and_both_people_stand_with_it(
    desk: RunningDesk, browser: Browser, ref: str
) -> None:
    office, recovered = desk.test_office, 20_000_000_000
    conclude(office, ref, recovered=recovered)
    offer(office, ref, "recovered-share", recovered)
    large = {"level": "recovered-share", "amount": str(recovered // 10)}
    assert decide(desk, browser, ref, **large)[0] == 303
    waiting = page(browser, f"/cases/{ref}")
    assert "Quyết định khen thưởng" in waiting.partition('id="proposals"')[2]
    shown = page(browser, f"/cases/{ref}/reward")
    assert "Có quyết định chờ người thứ hai duyệt" in shown
    assert 'action="/cases/' not in shown.partition("<main")[2]
    status, shown = decide(desk, browser, ref, outcome="refused", amount="")
    assert status == 422
    assert "duyệt hoặc rút lại trước" in shown
    head = replace_roles(desk, "head")
    proposal = re.findall(r'name="proposal" value="([a-z2-7]{26})"', head.get(f"/cases/{ref}").text)
    values = {"proposal": proposal[0], "verdict": "approve", "reason": "Đã xem.",
              "once": new_tag(), "version": head.version(ref)}  # fmt: skip
    approved = head.post(f"/cases/{ref}/proposals", values)
    assert (approved.status_code, approved.location) == (303, f"/cases/{ref}?done=approved")
    shown = page(browser, f"/cases/{ref}/reward")
    assert f"{browser.name} ghi, {head.name} duyệt" in shown
    assert "Theo quyết định." in shown.partition("duyệt")[2]


def replace_roles(desk: RunningDesk, role: str) -> Browser:
    return desk.signed_in(roles=frozenset({role}))
