"""What the office does about a reward: proposed where the outcome confirmed a report, decided on.

Who reported asks for nothing and is told of what was granted only.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from cases.access import check_version, lock_for
from cases.appending import tell
from cases.case_file import CaseFile, read_case
from cases.history import Change, Step, add_step
from cases.names import RECOVERY_PREFIX, new_ref
from cases.office import Office
from cases.opened import OpenedEntry
from cases.proposals import open_proposals, propose
from cases.records import CaseRecord
from cases.reviewers import SignedIn
from cases.reward_records import RewardPayerRecord, RewardRecord
from cases.rewards import DECIDE_REWARD, GRANTED, PROPOSE_REWARD, rewards_of
from cases.staff import load_staff
from cases.step_errors import RewardRefusedError
from policy.pack import Pack
from policy.reward_rows import RewardLevel
from policy.rewards import span_of
from policy.rights import Action
from policy.routing import may_receive


@dataclass(frozen=True, repr=False, kw_only=True)
class RewardProposal(Change):
    """A reward of a level, for what was recovered (đồng); the reason says for what."""

    level: str
    recovered: int


@dataclass(frozen=True, repr=False, kw_only=True)
class RewardDecision(Change):
    """What was decided on a reward, by the one who decides on its level, on a day."""

    reward: str
    granted: bool
    level: str
    amount: int | None
    day: date
    document: str
    # Who proposed it, where it took two.
    proposed_by: str = ""


def propose_reward(office: Office, signed_in: SignedIn, ref: str, proposal: RewardProposal) -> None:
    """Propose a reward for whoever reported what was confirmed; they are not told of it.

    Raises:
        RewardRefusedError: nothing was confirmed, or something of it cannot be so.
        NotPermittedError: another unit is responsible for the case.
        StaleCaseError: somebody changed it meanwhile.
    """
    pack, today = office.todays_pack, office.clock.today()
    with office.database.writing() as session:
        case = _locked(session, signed_in, ref, today, proposal)
        why = why_none(office.pack, read_case(office, session, signed_in, ref))
        if why:
            raise RewardRefusedError(why)
        level = _level_of(pack, proposal.level)
        if span_of(pack, level, proposal.recovered, today) is None:
            raise RewardRefusedError("reward-recovered")
        reward = new_ref()
        row = {"id": reward, "case_ref": ref, "level": level.code, "amount": 0}
        session.execute(insert(RewardRecord).values(**row, proposed_on=today))
        said = {"reward": reward, "level": level.code, "recovered": proposal.recovered}
        add_step(session, signed_in, case, proposal.as_step(PROPOSE_REWARD, said), today)


def why_none(pack: Pack, case: CaseFile) -> str:
    """Return why no reward can be proposed for a case now; nothing where one can."""
    if not case.has_receipt:
        return "reward-receipt"
    confirming = {row.code for row in pack.findings if row.confirms}
    if case.figures is None or case.figures.finding not in confirming:
        return "reward-outcome"
    return "" if all(each.is_refused for each in rewards_of(case.entries)) else "reward-open"


def decide_reward(office: Office, signed_in: SignedIn, ref: str, decision: RewardDecision) -> bool:
    """Record what was decided on a reward, and tell the reporter where it was granted.

    Return whether it is done: what takes two waits for a second person (``cases.proposals``).

    Raises:
        RewardRefusedError: it was decided already or waits, or something of it cannot be so.
        NotPermittedError: another unit is responsible for the case.
        StaleCaseError: somebody changed it meanwhile.
    """
    today = office.clock.today()
    with office.database.writing() as session:
        case = _locked(session, signed_in, ref, today, decision)
        case_file = read_case(office, session, signed_in, ref)
        if decision.reward in waiting_rewards(case_file.entries):
            raise RewardRefusedError("decision-waits")
        level = _level_of(office.todays_pack, decision.level)
        if not decision.granted or not level.needs_two:
            keep_decision(office, session, signed_in, case, decision)
            return True
        amount = _checked_amount(office, case_file, decision)
        propose(session, signed_in, case, _line_of(decision, amount), today)
        return False


def waiting_rewards(entries: Iterable[OpenedEntry]) -> frozenset[str]:
    """Return the rewards of a case on which a decision waits for a second person."""
    deeds = (each.deed for each in open_proposals(entries))
    return frozenset(d.text("reward") for d in deeds if d.text("step") == DECIDE_REWARD)


def keep_decision(
    office: Office,
    session: Session,
    signed_in: SignedIn,
    case: CaseRecord,
    decision: RewardDecision,
) -> None:
    """Record a decision on a reward of a locked case.

    Raises:
        RewardRefusedError: it was decided already, or something of it cannot be so.
    """
    today = office.clock.today()
    case_file = read_case(office, session, signed_in, case.ref)
    amount = _checked_amount(office, case_file, decision)
    row = session.get_one(RewardRecord, decision.reward)
    row.level, row.amount = decision.level, amount
    row.decided_on, row.granted = decision.day, decision.granted
    if decision.granted:
        payer, holders = _payers(office, session, case_file, decision.level)
        for holder in holders:
            session.add(RewardPayerRecord(reward_id=row.id, holder=holder))
        told = {"event": GRANTED, "reward": row.id, "level": decision.level, "amount": amount}
        tell(session, case, {**told, "payer": payer}, today)
    add_step(session, signed_in, case, _line_of(decision, amount), today)


def relist_payers(session: Session, ref: str, unit: str, others: Iterable[str]) -> None:
    """Put members of a unit in its place among those who pay the rewards of a case."""
    of_case = select(RewardRecord.id).where(RewardRecord.case_ref == ref)
    rows = session.scalars(
        select(RewardPayerRecord).where(
            RewardPayerRecord.reward_id.in_(of_case), RewardPayerRecord.holder == unit
        )
    ).all()
    for row in rows:
        for holder in others:
            session.merge(RewardPayerRecord(reward_id=row.reward_id, holder=holder))
        session.delete(row)


def _locked(
    session: Session, signed_in: SignedIn, ref: str, today: date, change: Change
) -> CaseRecord:
    case = lock_for(session, signed_in, ref, today, Action.REWARD)
    check_version(case, change.version)
    return case


def _level_of(pack: Pack, code: str) -> RewardLevel:
    found = next((row for row in pack.reward_levels if row.code == code), None)
    if found is None:
        raise RewardRefusedError("reward-level")
    return found


def _checked_amount(office: Office, case: CaseFile, decision: RewardDecision) -> int:
    """Return the amount of a decision that can be recorded now; none was given where one follows.

    Raises:
        RewardRefusedError: it was decided already, or something of it cannot be so.
    """
    reward = next((each for each in rewards_of(case.entries) if each.id == decision.reward), None)
    if reward is None or reward.decided is not None:
        raise RewardRefusedError("decision-reward")
    if not reward.proposed.day <= decision.day <= office.clock.today():
        raise RewardRefusedError("decision-day")
    if not decision.document.strip():
        raise RewardRefusedError("decision-document")
    if not decision.granted:
        return 0
    pack = office.pack.on(decision.day)
    span = span_of(pack, _level_of(pack, decision.level), reward.recovered, decision.day)
    if span is None:
        raise RewardRefusedError("decision-level")
    amount = span.fixed if decision.amount is None else decision.amount
    if amount is None or not span.holds(amount):
        raise RewardRefusedError("decision-amount")
    return amount


def _payers(office: Office, session: Session, case: CaseFile, level: str) -> tuple[str, list[str]]:
    """Return which unit pays, and who of it: nobody whom the case keeps out.

    The office that executes is given no key of the case. Where it may not know of it, or nobody of
    it is left, those pay who read the case.
    """
    pack = office.todays_pack
    decider = _level_of(pack, level).decider
    unit = next(row.executes for row in pack.reward_deciders if row.code == decider)
    exclusions = case.exclusions
    if not may_receive(unit, exclusions.naming, pack):
        return case.unit, []
    holders = load_staff(session).holders(unit, exclusions.people)
    names = [each.name for each in holders if not each.name.startswith(RECOVERY_PREFIX)]
    return (unit if names else case.unit), names


def _line_of(decision: RewardDecision, amount: int) -> Step:
    said = {
        "reward": decision.reward,
        "granted": decision.granted,
        "level": decision.level,
        "amount": amount,
        "on": decision.day.isoformat(),
        "document": decision.document,
        "proposed_by": decision.proposed_by,
    }
    return decision.as_step(DECIDE_REWARD, said)
