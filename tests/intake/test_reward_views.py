"""Claiming a reward with the receipt alone: no name, a code once, and nothing for anybody else."""

import re
from collections.abc import Mapping
from dataclasses import replace

import pytest

from cases.reward_ledger import Payment, check_claim, pay_reward
from cases.rewards import rewards_of
from cases.step_errors import UnknownClaimError
from intake.door import EXTENSION, Door
from tests.support.casework import UNIT, listed
from tests.support.intake_office import IntakeOffice, Reporter, form_to
from tests.support.office import SERVER_SECRET
from tests.support.rewards import MILLION, PAYER, grant

CODE = re.compile(r'<p class="code" id="claim">([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})</p>')
CLAIM: Mapping[str, str] = {"way": "cash-reception"}
IDLE_SECONDS = 20 * 60


@pytest.fixture
def receipt(intake: IntakeOffice) -> str:
    """Return the receipt of a report whose reporter is rewarded."""
    found = intake.reporter().file("Thu tiền không biên lai.")
    grant(intake.office, listed(intake.office)[0])
    return found


@pytest.fixture
def signed_in(reporter: Reporter, receipt: str) -> Reporter:
    reporter.sign_in(receipt)
    return reporter


def open_form(reporter: Reporter) -> str:
    shown = reporter.get("/case/reward").text
    reporter.hidden = form_to(shown, "/case/reward")
    return shown


def test_the_reporter_is_told_and_takes_a_code_without_a_name(
    intake: IntakeOffice, signed_in: Reporter
) -> None:
    thread = signed_in.get("/case").text
    assert "5.000.000 đồng" in thread
    assert 'href="/case/reward"' in thread
    shown = open_form(signed_in)
    boxes = set(re.findall(r'<(?:input|textarea)[^>]* name="([^"]*)"', shown))
    assert boxes == {"csrf_token", "once", "way"}
    answer = signed_in.post("/case/reward", CLAIM)
    assert answer.status_code == 200
    found = CODE.search(answer.text)
    assert found
    payer = intake.office.reviewers[PAYER]
    good = check_claim(intake.office.office, payer, found[1], SERVER_SECRET)
    assert good.amount == 5 * MILLION
    for path in ("/case", "/case/reward"):
        assert found[1] not in signed_in.get(path).text
    assert "Bạn đã lấy một mã nhận thưởng" in signed_in.get("/case").text
    [reward] = rewards_of(intake.read_first("van-phong").entries)
    assert reward.claimed is not None
    assert reward.claimed.text("way") == "cash-reception"


def does_pay(intake: IntakeOffice, code: str) -> bool:
    try:
        check_claim(intake.office.office, intake.office.reviewers[PAYER], code, SERVER_SECRET)
    except UnknownClaimError:
        return False
    return True


def test_a_page_that_is_loaded_again_shows_the_code_that_was_copied(
    intake: IntakeOffice, signed_in: Reporter
) -> None:
    open_form(signed_in)
    codes = [CODE.findall(signed_in.post("/case/reward", CLAIM).text) for _ in range(2)]
    [code] = codes[0]
    assert codes == [[code], [code]]
    assert does_pay(intake, code)
    assert signed_in.get("/case").text.count("Bạn đã lấy một mã nhận thưởng") == 1

    open_form(signed_in)
    [other] = CODE.findall(signed_in.post("/case/reward", CLAIM).text)
    assert (does_pay(intake, code), does_pay(intake, other)) == (False, True)


@pytest.mark.parametrize("confirmed", [False, True])
def test_pages_name_who_pays_and_promise_only_what_is_confirmed(
    intake: IntakeOffice, signed_in: Reporter, *, confirmed: bool
) -> None:
    bound: Door = intake.app.extensions[EXTENSION]
    pack = bound.office.pack
    ways = tuple(replace(row, confirmed=confirmed) for row in pack.reward_ways)
    office = replace(bound.office, pack=replace(pack, reward_ways=ways))
    intake.app.extensions[EXTENSION] = replace(bound, office=office)
    pages = [signed_in.get("/case").text, open_form(signed_in)]
    pages.append(signed_in.post("/case/reward", CLAIM).text)
    for page in pages:
        main = page.partition("<main")[2].partition("</main")[0]
        assert f"Nơi chi: {pack.unit_name(PAYER, 'vi')}." in main
        assert ("còn chờ cơ quan xác nhận (dự kiến)" in main) is not confirmed
        assert "/reception" not in main
    promises = (
        "mà không cần cho biết mình là ai",
        "ai mang mã tới thì được chi",
        "nhận tiền. Không",
    )
    for page, promise in zip(pages, promises, strict=True):
        assert (promise in page) is confirmed


def test_where_the_payer_is_named_the_page_sends_nobody_there(intake: IntakeOffice) -> None:
    reporter = intake.reporter()
    reporter.sign_in(intake.reporter().file("Ở đó vòi tiền.", accused=[PAYER]))
    grant(intake.office, listed(intake.office)[0])
    pack = intake.office.office.todays_pack
    thread = reporter.get("/case").text
    assert f"Nơi chi: {pack.unit_name(UNIT, 'vi')}." in thread
    assert f"Nơi chi: {pack.unit_name(PAYER, 'vi')}." not in thread


def test_a_paid_reward_is_claimed_no_more(intake: IntakeOffice, signed_in: Reporter) -> None:
    open_form(signed_in)
    found = CODE.search(signed_in.post("/case/reward", CLAIM).text)
    assert found
    day = intake.office.clock.today()
    payment = Payment(found[1], day, "PC 12")
    pay_reward(intake.office.office, intake.office.reviewers[PAYER], payment, SERVER_SECRET)
    again = signed_in.post("/case/reward", CLAIM)
    assert (again.status_code, again.headers["Location"]) == (303, "/case")
    thread = signed_in.get("/case").text
    assert "Tiền thưởng đã được chi" in thread
    assert 'href="/case/reward"' not in thread
    assert signed_in.get("/case/reward").headers["Location"] == "/case"


@pytest.mark.parametrize(
    "typed", [{}, {"way": "bank"}, {"way": ["cash-reception", "intermediary"]}]
)
def test_a_way_that_is_not_offered_is_refused_by_its_field(
    signed_in: Reporter, typed: dict[str, str | list[str]]
) -> None:
    open_form(signed_in)
    answer = signed_in.post("/case/reward", typed)
    assert answer.status_code == 422
    assert '<a href="#way">' in answer.text


def test_after_the_visit_is_over_the_choice_is_given_back(
    intake: IntakeOffice, signed_in: Reporter, receipt: str
) -> None:
    open_form(signed_in)
    intake.office.clock.pass_seconds(IDLE_SECONDS + 1)
    answer = signed_in.post("/case/reward", CLAIM)
    assert answer.status_code in {400, 403}
    assert re.search(r'value="cash-reception" checked', answer.text)
    signed_in.hidden = form_to(answer.text, "/case/reward")
    again = signed_in.post("/case/reward", {**CLAIM, "receipt": receipt})
    assert CODE.search(again.text)


def test_whose_report_was_not_rewarded_sees_nothing_of_rewards(
    intake: IntakeOffice, reporter: Reporter, receipt: str
) -> None:
    reporter.sign_in(intake.reporter().file("Chuyện khác."))
    assert "/case/reward" not in reporter.get("/case").text
    assert reporter.get("/case/reward").headers["Location"] == "/case"
    stranger = intake.reporter()
    assert 'name="receipt"' in stranger.get("/case/reward").text
