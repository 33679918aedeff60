"""The ledger of rewards, and paying whoever brings a claim code.

Who pays and does not read the case sees an amount and days, and nothing that leads to it.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from cases.access import may_read
from cases.appending import tell
from cases.history import Step, add_step
from cases.numbering import serial_of
from cases.office import Office
from cases.records import CaseRecord, ListingRecord
from cases.reviewers import SignedIn
from cases.reward_records import RewardPayerRecord, RewardRecord
from cases.rewards import PAID, PAY_REWARD
from cases.step_errors import ClaimPaidError, PaymentDayError, UnknownClaimError
from crypto.claim_codes import claim_tag

PAGE_REWARDS = 20


class RewardStanding(StrEnum):
    """How it stands with a reward."""

    PROPOSED = "proposed"
    REFUSED = "refused"
    GRANTED = "granted"
    CLAIMED = "claimed"
    PAID = "paid"


@dataclass(frozen=True, repr=False)
class LedgerRow:
    """A reward in the ledger; reference, number and level for those only who read its case."""

    standing: RewardStanding
    amount: int
    since: date
    ref: str = ""
    serial: str = ""
    level: str = ""


@dataclass(frozen=True, repr=False)
class LedgerPage:
    """Some rewards, those first that wait for something, and whether others follow."""

    rows: tuple[LedgerRow, ...]
    has_more: bool


@dataclass(frozen=True, repr=False)
class FoundClaim:
    """What a claim code is good for."""

    amount: int
    claimed_on: date


@dataclass(frozen=True, repr=False)
class Payment:
    """That somebody brought a claim code and was paid, on a day, by a document."""

    code: str
    day: date
    document: str
    form_tag: bytes | None = None


def list_rewards(office: Office, signed_in: SignedIn, page: int) -> LedgerPage:
    """Return one page of the ledger, counted from 1."""
    today, start = office.clock.today(), (page - 1) * PAGE_REWARDS
    listed = select(ListingRecord.case_ref).where(
        ListingRecord.holder.in_(signed_in.holders), ListingRecord.listed_from <= today
    )
    to_pay = select(RewardPayerRecord.reward_id).where(
        RewardPayerRecord.holder.in_(signed_in.holders)
    )
    is_over = or_(RewardRecord.paid_on.is_not(None), RewardRecord.granted.is_(False))
    query = (
        select(RewardRecord, RewardRecord.case_ref.in_(listed))
        .where(or_(RewardRecord.case_ref.in_(listed), and_(_PAYABLE, RewardRecord.id.in_(to_pay))))
        .order_by(is_over, RewardRecord.proposed_on.desc(), RewardRecord.id)
        .offset(start)
        .limit(PAGE_REWARDS + 1)
    )
    with office.database.reading() as session:
        found = session.execute(query).all()
        rows = (
            _row(session, signed_in, reward, today, is_listed=bool(is_listed))
            for reward, is_listed in found[:PAGE_REWARDS]
        )
        shown = tuple(row for row in rows if row is not None)
    return LedgerPage(shown, len(found) > PAGE_REWARDS)


_PAYABLE = and_(RewardRecord.granted.is_(True), RewardRecord.amount > 0)


def _row(
    session: Session, signed_in: SignedIn, reward: RewardRecord, today: date, *, is_listed: bool
) -> LedgerRow | None:
    standing, since = _standing(reward)
    if not is_listed:
        return LedgerRow(standing, reward.amount, since)
    if not may_read(session, signed_in, reward.case_ref, today):
        return None
    serial = serial_of(session, session.get_one(CaseRecord, reward.case_ref))
    return LedgerRow(standing, reward.amount, since, reward.case_ref, serial, reward.level)


def _standing(reward: RewardRecord) -> tuple[RewardStanding, date]:
    if reward.paid_on is not None:
        return RewardStanding.PAID, reward.paid_on
    if reward.claimed_on is not None:
        return RewardStanding.CLAIMED, reward.claimed_on
    if reward.decided_on is None:
        return RewardStanding.PROPOSED, reward.proposed_on
    granted = RewardStanding.GRANTED if reward.granted else RewardStanding.REFUSED
    return granted, reward.decided_on


def check_claim(office: Office, signed_in: SignedIn, code: str, server_secret: bytes) -> FoundClaim:
    """Return what a claim code is good for.

    Raises:
        MistypedClaimError: it is no claim code.
        ReceiptTypedError: it is a receipt.
        UnknownClaimError: nothing that this reviewer may pay waits for it.
        ClaimPaidError: it was brought before.
    """
    tag = claim_tag(server_secret, code)
    with office.database.reading() as session:
        reward = _claimed(session, signed_in, tag, office.clock.today())
        return FoundClaim(reward.amount, _standing(reward)[1])


def pay_reward(office: Office, signed_in: SignedIn, payment: Payment, server_secret: bytes) -> None:
    """Record that a reward was paid against its claim code, and tell the thread.

    Raises:
        PaymentDayError: it was not claimed before that day, or the day is not here yet.
        UnknownClaimError: see ``check_claim``, as for the other refusals.
    """
    tag, today = claim_tag(server_secret, payment.code), office.clock.today()
    with office.database.writing() as session:
        ref = _claimed(session, signed_in, tag, today).case_ref
        # By itself: what was read before the lock was waited for may have changed.
        session.execute(
            select(CaseRecord.ref).where(CaseRecord.ref == ref).with_for_update(key_share=True)
        )
        session.expire_all()
        reward = _claimed(session, signed_in, tag, today)
        if reward.claimed_on is None or not reward.claimed_on <= payment.day <= today:
            raise PaymentDayError
        paid = session.connection().execute(
            update(RewardRecord)
            .where(RewardRecord.id == reward.id, RewardRecord.paid_on.is_(None))
            .values(paid_on=payment.day)
        )
        if not paid.rowcount:
            raise ClaimPaidError(today)
        case = session.get_one(CaseRecord, ref)
        on = payment.day.isoformat()
        said = {"step": PAY_REWARD, "reward": reward.id, "on": on, "document": payment.document}
        add_step(session, signed_in, case, Step(said, payment.form_tag), today)
        tell(session, case, {"event": PAID, "reward": reward.id, "on": on}, today)


def _claimed(session: Session, signed_in: SignedIn, tag: bytes, today: date) -> RewardRecord:
    reward = session.scalar(select(RewardRecord).where(RewardRecord.claim_tag == tag))
    if reward is None or not _may_pay(session, signed_in, reward, today):
        raise UnknownClaimError
    if reward.paid_on is not None:
        raise ClaimPaidError(reward.paid_on)
    return reward


def _may_pay(session: Session, signed_in: SignedIn, reward: RewardRecord, today: date) -> bool:
    """Return whether a reviewer pays this reward: as one of those who do.

    Only where nobody else does, readers of the unit that is responsible pay. Whom the case keeps
    out, it keeps out of this as well.
    """
    of_case = select(ListingRecord.holder).where(
        ListingRecord.case_ref == reward.case_ref,
        ListingRecord.holder.in_(signed_in.holders),
        ListingRecord.listed_from <= today,
    )
    is_listed = session.scalar(of_case.limit(1)) is not None
    if is_listed and not may_read(session, signed_in, reward.case_ref, today):
        return False
    paying = select(RewardPayerRecord.holder).where(RewardPayerRecord.reward_id == reward.id)
    payers = set(session.scalars(paying))
    if payers:
        return not payers.isdisjoint(signed_in.holders)
    case = session.get_one(CaseRecord, reward.case_ref)
    return is_listed and case.unit in signed_in.units
