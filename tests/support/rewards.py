"""A case whose report was confirmed, and rewards for it, in one line of a test each."""

from datetime import timedelta

from cases.figures import Figures
from cases.filing import Filed
from cases.outcomes import Outcome, record_outcome
from cases.reviewers import SignedIn
from cases.reward_claims import Claim, claim_reward
from cases.reward_ledger import LedgerRow, Payment, list_rewards, pay_reward
from cases.reward_steps import RewardDecision, RewardProposal, decide_reward, propose_reward
from cases.rewards import Reward, rewards_of
from policy.states import CaseStep
from tests.support.casework import UNIT, opened, step, triage
from tests.support.office import SERVER_SECRET, TestOffice, public_side

# Who pays, and need not know the case.
PAYER = "phong-vhxh"
MILLION = 1_000_000


def conclude(office: TestOffice, ref: str, finding: str = "true", recovered: int = 0) -> None:
    """Bring a new case to its outcome: confirmed, unless told otherwise."""
    triage(office, ref)
    step(office, ref, CaseStep.ACCEPT, CaseStep.VERIFY, CaseStep.CONCLUDE)
    confirm(office, ref, finding=finding, recovered=recovered)


def confirm(office: TestOffice, *refs: str, finding: str = "true", recovered: int = 0) -> None:
    """Record that what was reported in concluded cases is so, unless told otherwise."""
    for ref in refs:
        _record(office, ref, finding, recovered)


def _record(office: TestOffice, ref: str, finding: str, recovered: int) -> None:
    outcome = Outcome(
        figures=Figures(finding=finding, money_recovered=recovered),
        details={},
        reason="đủ chứng cứ",
        version=opened(office, ref).version,
    )
    record_outcome(office.office, office.reviewers[UNIT], ref, outcome)


def offer(office: TestOffice, ref: str, level: str = "commendation", recovered: int = 0) -> Reward:
    """Propose a reward."""
    proposal = RewardProposal(
        level=level,
        recovered=recovered,
        reason="báo đúng, thu hồi được",
        version=opened(office, ref).version,
    )
    propose_reward(office.office, office.reviewers[UNIT], ref, proposal)
    return rewards_of(opened(office, ref).entries)[0]


def rule(office: TestOffice, ref: str, **changes: object) -> bool:
    """Record that the newest reward of a case is granted, unless told otherwise."""
    case = opened(office, ref)
    reward = rewards_of(case.entries)[0]
    values: dict[str, object] = {
        "reward": reward.id,
        "granted": True,
        "level": reward.proposed.text("level"),
        "amount": 5 * MILLION,
        "day": office.clock.today(),
        "document": "7/QĐ-UBND",
        "reason": "theo quyết định",
        "version": case.version,
        **changes,
    }
    decision = RewardDecision(**values)  # type: ignore[arg-type]  # by name
    return decide_reward(office.office, office.reviewers[UNIT], ref, decision)


def grant(office: TestOffice, ref: str) -> None:
    """Let the reporter of a new case be rewarded with five million."""
    conclude(office, ref)
    offer(office, ref)
    rule(office, ref)


def claim(office: TestOffice, filed: Filed, tag: bytes | None = None) -> str:
    """Return the code that a reporter claims a reward with, as the public door makes it."""
    public = public_side(office.office)
    try:
        wanted = Claim("cash-reception", tag)
        return claim_reward(public, filed.receipt, wanted, SERVER_SECRET).code
    finally:
        if public is not office.office:
            public.database.close()


def pay(office: TestOffice, who: SignedIn, code: str, days_ago: int = 0) -> None:
    """Record that somebody was paid for a code, today unless told otherwise."""
    day = office.clock.today() - timedelta(days=days_ago)
    pay_reward(office.office, who, Payment(code, day, "PC 12"), SERVER_SECRET)


def ledger(office: TestOffice, who: SignedIn) -> tuple[LedgerRow, ...]:
    """Return the ledger as somebody sees it."""
    return list_rewards(office.office, who, 1).rows
