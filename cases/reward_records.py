"""The tables of rewards: codes, amounts and days, and nothing of who or why."""

from datetime import date

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from cases.record_base import CODE_CHARS, REF_CHARS, Record


class RewardRecord(Record):
    """A reward for the reporter of a case, in đồng; no amount until it is decided.

    Documents, reasons, what was recovered and how somebody is paid stand sealed in the case. The
    tag of the claim code says nothing without the server secret (``crypto.claim_codes``).
    """

    __tablename__ = "rewards"
    id: Mapped[str] = mapped_column(String(REF_CHARS), primary_key=True)
    case_ref: Mapped[str] = mapped_column(ForeignKey("cases.ref"), index=True)
    level: Mapped[str] = mapped_column(String(CODE_CHARS))
    amount: Mapped[int] = mapped_column(BigInteger)
    proposed_on: Mapped[date]
    decided_on: Mapped[date | None]
    granted: Mapped[bool | None]
    claimed_on: Mapped[date | None]
    claim_tag: Mapped[bytes | None] = mapped_column(unique=True)
    paid_on: Mapped[date | None]


class RewardPayerRecord(Record):
    """Who pays a granted reward beside those who read its case: a unit, or some of its members."""

    __tablename__ = "reward_payers"
    reward_id: Mapped[str] = mapped_column(ForeignKey("rewards.id"), primary_key=True)
    holder: Mapped[str] = mapped_column(String(CODE_CHARS), primary_key=True, index=True)
