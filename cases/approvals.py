"""Settling what takes two: another person approves it, and it is done; or refuses it."""

from contextlib import suppress
from dataclasses import dataclass, fields
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.access import check_version, lock_for, open_steps
from cases.case_export import EXPORT_STEP
from cases.casework import Decision, step_line_of, take_step
from cases.desk_records import ProposalRecord
from cases.disposal import DISPOSE_STEP, Destroyed, dispose
from cases.errors import StaleCaseError, StoreUnavailableError
from cases.figures import Figures
from cases.history import Change, add_step
from cases.holds import END_HOLD_STEP, end_hold
from cases.office import Office
from cases.outcomes import Outcome, keep_outcome
from cases.proposals import APPROVE_STEP, REFUSE_STEP, Proposal, open_proposals
from cases.records import CaseRecord
from cases.reviewers import SignedIn
from cases.reward_steps import RewardDecision, keep_decision
from cases.rewards import DECIDE_REWARD, number_of
from cases.second_person import check_second_person, has_head
from cases.step_errors import NoHeadError
from cases.triage import Marking, keep_mark
from policy.rights import Action
from policy.states import CaseStep


@dataclass(frozen=True, repr=False, kw_only=True)
class Settling(Change):
    """What a second person says of a proposal, on the version of the case that they saw."""

    proposal: str
    approves: bool


def settle(office: Office, signed_in: SignedIn, ref: str, settling: Settling) -> None:
    """Approve a proposal, which does it, or refuse it; whoever proposed it can only take it back.

    Raises:
        SamePersonError: it would be approved by the person who proposed it.
        NoHeadError: neither of the two is a head of the unit.
        NotPermittedError: another unit is responsible for the case.
        StaleCaseError: it was settled, or somebody changed the case meanwhile.
        DomainError: it cannot be done any more, for the reason that its own step gives.
    """
    today, destroyed = office.clock.today(), Destroyed()
    with office.database.writing() as session:
        case = lock_for(session, signed_in, ref, today, Action.APPROVE)
        check_version(case, settling.version)
        row = session.scalar(
            select(ProposalRecord).where(
                ProposalRecord.id == settling.proposal,
                ProposalRecord.case_ref == ref,
                ProposalRecord.settled_on.is_(None),
            )
        )
        waiting = {each.id: each for each in open_proposals(open_steps(session, signed_in, ref))}
        if row is None or row.id not in waiting:
            raise StaleCaseError
        if settling.approves:
            check_second_person(session, row.proposed_by, signed_in.reviewer_id)
            if not has_head(session, case.unit, row.proposed_by, signed_in.reviewer_id):
                raise NoHeadError
        row.settled_on = today
        step, proposal = APPROVE_STEP if settling.approves else REFUSE_STEP, waiting[row.id]
        said = {"proposal": row.id, "deed": dict(proposal.deed.values), "proposed_by": proposal.by}
        line = settling.as_step(step, said)
        add_step(session, signed_in, case, line, today)
        if settling.approves:
            destroyed = _carry_out(office, session, signed_in, case, proposal)
    for key in destroyed.object_keys:
        # No key opens it any more. Where the vault is away, the daily sweep finds it.
        with suppress(StoreUnavailableError):
            office.vault.delete(key)


def _carry_out(
    office: Office, session: Session, signed_in: SignedIn, case: CaseRecord, found: Proposal
) -> Destroyed:
    if found.deed.text("step") == DISPOSE_STEP:
        return dispose(office, session, signed_in, case, found.id)
    _carry_on(office, session, signed_in, case, found)
    return Destroyed()


def _carry_on(
    office: Office, session: Session, signed_in: SignedIn, case: CaseRecord, found: Proposal
) -> None:
    deed, kind = found.deed, found.deed.text("step")
    if kind == EXPORT_STEP:
        # That it is approved lets the two of them take it with them (cases.case_export).
        return
    if kind == END_HOLD_STEP:
        end_hold(office, session, signed_in, case, found.reason)
    elif kind == "mark":
        keep_mark(office, session, signed_in, case, _marking_of(found, case.version))
    elif kind == "outcome":
        keep_outcome(office, session, signed_in, case, _outcome_of(found, case.version))
    elif kind == DECIDE_REWARD:
        keep_decision(office, session, signed_in, case, _reward_of(found, case.version))
    else:
        decision = Decision(CaseStep(kind), found.reason, case.version)
        line = step_line_of(office, session, signed_in, case, decision)
        if line.values["from"] != deed.text("from"):
            raise StaleCaseError
        take_step(office, session, signed_in, case, line)


def _marking_of(found: Proposal, version: int) -> Marking:
    deed = found.deed
    return Marking(
        mark=deed.text("mark"),
        day=date.fromisoformat(deed.text("on")),
        document=deed.text("document"),
        people=deed.text("people"),
        reason=found.reason,
        version=version,
    )


def _reward_of(found: Proposal, version: int) -> RewardDecision:
    deed = found.deed
    return RewardDecision(
        reward=deed.text("reward"),
        granted=deed.values.get("granted") is True,
        level=deed.text("level"),
        amount=number_of(deed.values, "amount"),
        day=date.fromisoformat(deed.text("on")),
        document=deed.text("document"),
        proposed_by=found.by,
        reason=found.reason,
        version=version,
    )


def _outcome_of(found: Proposal, version: int) -> Outcome:
    deed = found.deed
    values = {each.name: deed.values[each.name] for each in fields(Figures)}
    values["measures"] = tuple(deed.texts("measures"))
    details = deed.texts_by_name("details")
    return Outcome(figures=Figures(**values), details=details, reason=found.reason, version=version)  # type: ignore[arg-type]  # as it was sealed
