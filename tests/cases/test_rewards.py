"""Rewards: proposed, decided, claimed with the receipt alone, paid to whoever brings the code."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from cases.approvals import Settling, settle
from cases.errors import NotPermittedError, StaleCaseError, UnknownReceiptError
from cases.filing import Filed
from cases.proposals import open_proposals
from cases.recusal import Recusal, recuse
from cases.reward_ledger import (
    RewardStanding,
    check_claim,
)
from cases.reward_records import RewardPayerRecord
from cases.rewards import CLAIMED, GRANTED, PAID, granted_reward, rewards_of
from cases.step_errors import (
    ClaimPaidError,
    PaymentDayError,
    RewardOverError,
    RewardRefusedError,
    UnknownClaimError,
)
from cases.threads import read_thread
from crypto.claim_codes import MistypedClaimError, ReceiptTypedError
from crypto.receipts import Receipt
from tests.support.casework import UNIT, listed, opened, pass_on
from tests.support.office import SERVER_SECRET, TestOffice
from tests.support.rewards import (
    MILLION,
    PAYER,
    claim,
    conclude,
    grant,
    ledger,
    offer,
    pay,
    rule,
)


@pytest.fixture
def filed(office: TestOffice) -> Filed:
    return office.file("Thu tiền không biên lai.")


@pytest.fixture
def ref(office: TestOffice, filed: Filed) -> str:
    [found] = listed(office)
    return found


def told(office: TestOffice, filed: Filed) -> list[str]:
    messages = read_thread(office.office, filed.receipt).messages
    return [entry.text("event") for entry in messages if "reward" in entry.text("event")]


def test_from_the_proposal_to_the_payment(office: TestOffice, filed: Filed, ref: str) -> None:
    conclude(office, ref)
    offer(office, ref)
    assert told(office, filed) == []
    assert rule(office, ref)
    assert told(office, filed) == [GRANTED]
    code = claim(office, filed)
    payer = office.reviewers[PAYER]
    found = check_claim(office.office, payer, code.lower().replace("-", " "), SERVER_SECRET)
    assert (found.amount, found.claimed_on) == (5 * MILLION, office.clock.today())
    pay(office, payer, code)

    assert told(office, filed) == [GRANTED, CLAIMED, PAID]
    [reward] = rewards_of(opened(office, ref).entries)
    assert reward.paid is not None
    assert (reward.paid.text("document"), reward.paid.text("by")) == ("PC 12", payer.sign_in_name)
    assert [row.standing for row in ledger(office, payer)] == [RewardStanding.PAID]


@pytest.mark.parametrize("finding", ["false", "not-verifiable"])
def test_what_was_not_confirmed_is_not_rewarded(office: TestOffice, ref: str, finding: str) -> None:
    with pytest.raises(RewardRefusedError, match="reward-outcome"):
        offer(office, ref)
    conclude(office, ref, finding)
    with pytest.raises(RewardRefusedError, match="reward-outcome"):
        offer(office, ref)


def test_one_reward_waits_or_stands_and_a_refused_one_gives_way(
    office: TestOffice, filed: Filed, ref: str
) -> None:
    conclude(office, ref)
    offer(office, ref)
    with pytest.raises(RewardRefusedError, match="reward-open"):
        offer(office, ref)
    assert rule(office, ref, granted=False, amount=None)
    assert told(office, filed) == []
    with pytest.raises(RewardOverError):
        claim(office, filed)
    offer(office, ref)
    rule(office, ref)
    with pytest.raises(RewardRefusedError, match="reward-open"):
        offer(office, ref)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"document": " "}, "decision-document"),
        ({"amount": None}, "decision-amount"),
        ({"level": "city-certificate", "amount": 1}, "decision-amount"),
        ({"level": "recovered-share"}, "decision-level"),
        ({"level": "none"}, "reward-level"),
        ({"reward": "a" * 26}, "decision-reward"),
    ],
)
def test_a_decision_that_cannot_be_is_refused(
    office: TestOffice, ref: str, changes: dict[str, object], why: str
) -> None:
    conclude(office, ref)
    offer(office, ref)
    with pytest.raises(RewardRefusedError, match=why):
        rule(office, ref, **changes)
    for days in (-1, 1):
        with pytest.raises(RewardRefusedError, match="decision-day"):
            rule(office, ref, day=office.clock.today() + timedelta(days=days))
    with pytest.raises(StaleCaseError):
        rule(office, ref, version=1)


def test_a_large_reward_waits_for_a_second_person(
    office: TestOffice, filed: Filed, ref: str
) -> None:
    head = replace(office.add_reviewer(UNIT), roles={UNIT: frozenset({"head"})})
    with office.office.database.writing() as session:
        query = "UPDATE memberships SET roles = 'head' WHERE reviewer_id = :id"
        session.execute(text(query), {"id": head.reviewer_id})
    recovered = 20_000 * MILLION
    conclude(office, ref, recovered=recovered)
    offer(office, ref, "recovered-share", recovered)
    assert not rule(office, ref, amount=recovered // 10)
    assert told(office, filed) == []
    case = opened(office, ref)
    [waiting] = open_proposals(case.entries)
    approval = Settling(proposal=waiting.id, approves=True, reason="đã xem", version=case.version)
    settle(office.office, head, ref, approval)
    reward = granted_reward(read_thread(office.office, filed.receipt).messages)
    assert reward is not None
    assert (reward.level, reward.amount) == ("recovered-share", recovered // 10)


def test_who_pays_sees_an_amount_and_nothing_that_leads_to_the_case(
    office: TestOffice, ref: str
) -> None:
    conclude(office, ref)
    offer(office, ref)
    payer = office.reviewers[PAYER]
    assert ledger(office, payer) == ()
    rule(office, ref)
    [row] = ledger(office, payer)
    assert (row.amount, row.ref, row.serial, row.level) == (5 * MILLION, "", "", "")
    [own] = ledger(office, office.reviewers[UNIT])
    assert (own.ref, own.level) == (ref, "commendation")


def test_whom_a_case_keeps_out_sees_and_pays_nothing_of_its_reward(office: TestOffice) -> None:
    named, colleague = office.reviewers[PAYER], office.add_reviewer(PAYER)
    office.add_to_roster(PAYER, "Nguyễn Văn Kín", reviewer=named)
    filed = office.file("Ông Nguyễn Văn Kín ăn tiền.")
    [ref] = listed(office)
    grant(office, ref)
    code = claim(office, filed)

    assert ledger(office, named) == ()
    with pytest.raises(UnknownClaimError):
        check_claim(office.office, named, code, SERVER_SECRET)
    with pytest.raises(UnknownClaimError):
        pay(office, named, code)
    assert len(ledger(office, colleague)) == 1
    pay(office, colleague, code)


def test_a_unit_that_is_named_pays_nothing_and_the_case_s_own_does(office: TestOffice) -> None:
    filed = office.file("Ở đó vòi tiền.", accused=frozenset({PAYER}))
    [ref] = listed(office)
    grant(office, ref)
    code = claim(office, filed)
    assert ledger(office, office.reviewers[PAYER]) == ()
    with pytest.raises(UnknownClaimError):
        pay(office, office.reviewers[PAYER], code)
    pay(office, office.reviewers[UNIT], code)


def test_who_is_recused_loses_the_reward_as_well(
    office: TestOffice, filed: Filed, ref: str
) -> None:
    first, other = office.reviewers[PAYER], office.add_reviewer(PAYER)
    pass_on(office, ref, PAYER)
    pass_on(office, ref, UNIT, unit=PAYER)
    conclude(office, ref)
    offer(office, ref)
    rule(office, ref)
    recusal = Recusal(
        reviewer_id=first.reviewer_id,
        reason="",
        version=opened(office, ref, PAYER).version,
    )
    recuse(office.office, first, ref, recusal)
    assert ledger(office, first) == ()
    with pytest.raises(UnknownClaimError):
        pay(office, first, claim(office, filed))
    assert len(ledger(office, other)) == 1


def test_a_code_pays_once_and_a_new_one_ends_it(office: TestOffice, filed: Filed, ref: str) -> None:
    grant(office, ref)
    old, new = claim(office, filed), claim(office, filed)
    payer = office.reviewers[PAYER]
    with pytest.raises(UnknownClaimError):
        pay(office, payer, old)
    pay(office, payer, new)
    with pytest.raises(ClaimPaidError):
        pay(office, payer, new)
    with pytest.raises(RewardOverError):
        claim(office, filed)


def test_a_form_sent_twice_says_once_that_it_was_claimed(
    office: TestOffice, filed: Filed, ref: str
) -> None:
    grant(office, ref)
    claim(office, filed, b"form")
    code = claim(office, filed, b"form")
    assert told(office, filed) == [GRANTED, CLAIMED]
    pay(office, office.reviewers[PAYER], code)


def test_a_wrong_code_is_told_from_no_code_and_from_a_receipt(
    office: TestOffice, filed: Filed, ref: str
) -> None:
    grant(office, ref)
    claim(office, filed)
    payer = office.reviewers[PAYER]
    for typed, error in (
        ("0000-0000-0000", UnknownClaimError),
        ("0000-0000", MistypedClaimError),
        (filed.receipt.grouped(), ReceiptTypedError),
    ):
        with pytest.raises(error):
            check_claim(office.office, payer, typed, SERVER_SECRET)
    stranger = office.reviewers["phong-kinh-te"]
    with pytest.raises(UnknownClaimError):
        check_claim(office.office, stranger, claim(office, filed), SERVER_SECRET)


def test_nobody_is_paid_tomorrow_or_before_the_claim(
    office: TestOffice, filed: Filed, ref: str
) -> None:
    grant(office, ref)
    code = claim(office, filed)
    for days in (-1, 1):
        with pytest.raises(PaymentDayError):
            pay(office, office.reviewers[PAYER], code, days)


def test_no_other_receipt_claims_it(office: TestOffice, filed: Filed, ref: str) -> None:
    other = office.file("Chuyện khác.")
    grant(office, ref)
    with pytest.raises(RewardOverError):
        claim(office, other)
    with pytest.raises(UnknownReceiptError):
        claim(office, replace(filed, receipt=Receipt.generate()))


def test_an_intake_officer_proposes_no_reward(office: TestOffice, ref: str) -> None:
    conclude(office, ref)
    first = office.reviewers[UNIT]
    office.reviewers[UNIT] = replace(first, roles={UNIT: frozenset({"intake"})})
    with pytest.raises(NotPermittedError):
        offer(office, ref)


def test_only_what_pays_stands_in_clear(office: TestOffice, filed: Filed, ref: str) -> None:
    grant(office, ref)
    claim(office, filed)
    with office.office.database.reading() as session:
        [row] = session.execute(text("SELECT * FROM rewards")).mappings().all()
        holders = session.scalars(select(RewardPayerRecord.holder)).all()
    assert holders == [f"unit:{PAYER}"]
    assert set(row) == {
        "id", "case_ref", "level", "amount", "proposed_on", "decided_on", "granted", "claimed_on",
        "claim_tag", "paid_on",
    }  # fmt: skip
