"""Rewards on both sides, in every state that a reporter or a reviewer can bring about."""

import re

from tests.pages.public_states import HOSTILE, States
from tests.support.browser import Answer
from tests.support.instance import Instance
from tests.support.people import Reporter, Reviewer, receipt_of, reporter_at, reviewer_of

PUBLIC_REWARD_STATES = {
    "thread, rewarded": 200,
    "reward": 200,
    "reward, without anything": 422,
    "reward, after the session": 400,
    "claim code": 200,
    "reward, claimed": 200,
    "thread, paid": 200,
}
ENGLISH_REWARD_STATES = {"thread, rewarded": 200, "reward": 200, "claim code": 200}
DESK_REWARD_STATES = {
    "case, confirmed": 200,
    "reward, none yet": 200,
    "reward, in English": 200,
    "proposal, without anything": 422,
    "reward, proposed": 200,
    "decision on a reward, without anything": 422,
    "decision on a reward, on a case that changed": 409,
    "reward, granted": 200,
    "rewards": 200,
    "rewards, in English": 200,
    "claim code, unknown": 422,
    "claim code, right": 200,
    "payment, without a document": 422,
    "rewards, paid": 200,
    "claim code, brought twice": 409,
    "reward, paid": 200,
}
# Who pays, and need not know the case.
PAYER = "phong-vhxh"
CODE = re.compile(r'id="claim">([0-9A-Z-]{14})<')
FOUND: dict[str, str | list[str]] = {
    "track": "B",
    "who": "yes",
    "evidence": "yes",
    "verifiable": "yes",
    "reason": "Rõ.",
}
PROPOSAL: dict[str, str | list[str]] = {"level": "commendation", "reason": HOSTILE}
DECISION: dict[str, str | list[str]] = {
    "outcome": "granted",
    "amount": "5.000.000",
    "document": HOSTILE[:200],
    "reason": HOSTILE,
}
WAY: dict[str, str | list[str]] = {"way": "cash-reception"}


def public_reward_states(instance: Instance) -> States:
    """Return every state of the reporter's side."""
    visitor, office = reporter_at(instance), reviewer_of(instance, "van-phong")
    case = _confirmed(visitor, office, "Thu tiền không có biên lai.")
    _grant(office, case)
    yield "thread, rewarded", visitor.get("/case")
    page = visitor.get("/case/reward")
    yield "reward", page
    yield "reward, without anything", visitor.submit(page, "/case/reward", {})
    late = page.form("/case/reward").filled(WAY)
    yield "reward, after the session", reporter_at(instance).post("/case/reward", late)
    claimed = visitor.submit(page, "/case/reward", WAY)
    yield "claim code", claimed
    yield "reward, claimed", visitor.get("/case/reward")
    [code] = CODE.findall(claimed.text)
    _pay(reviewer_of(instance, PAYER), code, "pay")
    yield "thread, paid", visitor.get("/case")


def english_reward_states(instance: Instance) -> States:
    """Return the main states as a visitor sees them who chose English."""
    visitor, office = reporter_at(instance), reviewer_of(instance, "van-phong")
    visitor.get("/?lang=en")
    _grant(office, _confirmed(visitor, office, "Money was taken without a receipt."))
    yield "thread, rewarded", visitor.get("/case")
    page = visitor.get("/case/reward")
    yield "reward", page
    yield "claim code", visitor.submit(page, "/case/reward", WAY)


def desk_reward_states(instance: Instance) -> States:
    """Return every state of the desk's side, on a fresh case."""
    visitor, office = reporter_at(instance), reviewer_of(instance, "van-phong")
    case = _confirmed(visitor, office, "Đòi tiền cấp phép.")
    page, decisions = f"{case}/reward", f"{case}/reward/decisions"
    yield "case, confirmed", office.get(case)
    empty = office.get(page)
    yield "reward, none yet", empty
    yield "reward, in English", office.get(f"{page}?lang=en")
    office.get(f"{page}?lang=vi")
    yield "proposal, without anything", office.submit(empty, f"{page}/proposals", {})
    proposed = office.submit(office.get(page), f"{page}/proposals", PROPOSAL)
    yield "reward, proposed", proposed
    nothing = {"day": ""}
    yield "decision on a reward, without anything", office.submit(proposed, decisions, nothing)
    office.note(case, "Vẫn ghi.")
    office.submit(office.get(case), f"{case}/steps", {"step": "decide", "reason": "Theo luật."})
    stale = office.submit(proposed, decisions, DECISION)
    yield "decision on a reward, on a case that changed", stale
    yield "reward, granted", office.submit(office.get(page), decisions, DECISION)
    [code] = CODE.findall(visitor.submit(visitor.get("/case/reward"), "/case/reward", WAY).text)
    yield "rewards", office.get("/rewards")
    payer = reviewer_of(instance, PAYER)
    yield "rewards, in English", office.get("/rewards?lang=en")
    office.get("/rewards?lang=vi")
    yield "claim code, unknown", _pay(payer, "0000-0000-0000", "check")
    yield "claim code, right", _pay(payer, code, "check")
    yield "payment, without a document", _pay(payer, code, "pay", document="")
    yield "rewards, paid", _pay(payer, code, "pay")
    yield "claim code, brought twice", _pay(payer, code, "check")
    yield "reward, paid", office.get(page)


def _pay(payer: Reviewer, code: str, do: str, document: str = HOSTILE[:200]) -> Answer:
    typed: dict[str, str | list[str]] = {"code": code, "do": do, "document": document}
    return payer.submit(payer.get("/rewards"), "/rewards/payments", typed)


def _confirmed(visitor: Reporter, office: Reviewer, words: str) -> str:
    """Return the path of a new case whose outcome confirmed what was reported."""
    before = set(office.listed())
    visitor.follow(receipt_of(visitor.report(words)))
    new = [each for each in office.listed() if each not in before]
    [case] = [each for each in new if words in office.get(each).text]
    office.submit(office.get(f"{case}/law"), f"{case}/triage", FOUND)
    for step in ("accept", "verify", "conclude"):
        office.submit(office.get(case), f"{case}/steps", {"step": step, "reason": "Theo luật."})
    outcome: dict[str, str | list[str]] = {
        "finding": "true",
        "money_recovered": "1.200.000",
        "reason": "Đủ chứng cứ.",
    }
    office.submit(office.get(f"{case}/law"), f"{case}/outcome", outcome)
    return case


def _grant(office: Reviewer, case: str) -> None:
    page = f"{case}/reward"
    office.submit(office.get(page), f"{page}/proposals", PROPOSAL)
    office.submit(office.get(page), f"{page}/decisions", DECISION)
