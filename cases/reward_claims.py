"""Claiming a reward with the receipt alone: a code that pays whoever brings it, shown once.

The thread is all that the public door reads of a reward. A claim may be made anew until it is paid;
the code of before then pays nothing, so that a page which was lost costs nothing. The same form has
the same code, so that a page which is loaded again shows the one that somebody copied.
"""

import secrets
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from cases.appending import sealed_to_thread
from cases.compartments import Entry, SealedEntry, entry_row, store_entry
from cases.database import is_postgresql
from cases.names import REPORTER, EntryKind
from cases.office import Office
from cases.records import EntryRecord
from cases.reward_records import RewardRecord
from cases.rewards import CLAIMED, granted_reward
from cases.step_errors import RewardOverError
from cases.threads import lock_case, open_thread
from cases.wall import as_jsonb
from crypto.boxes import KEY_BYTES
from crypto.claim_codes import claim_code, claim_tag
from crypto.receipts import Receipt

_CLAIM: Final = text(
    "SELECT public_claim_reward(:tag, :day, :reward, :claim, CAST(:line AS jsonb))"
)


@dataclass(frozen=True, repr=False)
class Claim:
    """How a reporter wants to be paid (a code of the pack); ``form_tag`` as for a message.

    ``secret`` is what the code is made of: the form's and the receipt's, and kept nowhere.
    """

    way: str
    form_tag: bytes | None = None
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(KEY_BYTES))


@dataclass(frozen=True, repr=False)
class Claimed:
    """A claim code, and the unit that pays whoever brings it."""

    code: str
    payer: str


@dataclass(frozen=True, repr=False)
class _Claiming:
    lookup_tag: bytes
    case_ref: str
    reward: str
    claim_tag: bytes
    line: SealedEntry
    day: date


def claim_reward(office: Office, receipt: Receipt, claim: Claim, server_secret: bytes) -> Claimed:
    """Return a claim code for the reward that was granted; the thread says that it was made.

    The same form twice says so once, and has the same code. The code that was made last counts.

    Raises:
        RewardOverError: nothing was granted, or it was paid.
        UnknownReceiptError: no case answers to this receipt.
        StoreUnavailableError: it is not kept, or that is not known; to claim again is safe.
    """
    with office.database.writing() as session:
        case = lock_case(session, receipt, *((claim.form_tag,) if claim.form_tag else ()))
        granted = granted_reward(open_thread(session, case, receipt))
        if granted is None or not granted.can_be_claimed:
            raise RewardOverError
        code = claim_code(claim.secret, granted.id)
        said: dict[str, object] = {"event": CLAIMED, "reward": granted.id, "way": claim.way}
        entry = Entry(EntryKind.EVENT, REPORTER, said, form_tag=claim.form_tag)
        claiming = _Claiming(
            receipt.lookup_tag(),
            case.ref,
            granted.id,
            claim_tag(server_secret, code),
            sealed_to_thread(session, case, entry),
            office.clock.today(),
        )
        if not _add(session, claiming):
            raise RewardOverError
    return Claimed(code, granted.payer)


def _add(session: Session, claiming: _Claiming) -> bool:
    if not is_postgresql(session):
        return _add_plainly(session, claiming)
    row = entry_row(claiming.case_ref, claiming.line, claiming.day)
    values = {
        "tag": claiming.lookup_tag,
        "day": claiming.day,
        "reward": claiming.reward,
        "claim": claiming.claim_tag,
        "line": as_jsonb(row),
    }
    return bool(session.scalar(_CLAIM, values))


def _add_plainly(session: Session, claiming: _Claiming) -> bool:
    claimed = session.connection().execute(
        update(RewardRecord)
        .where(
            RewardRecord.id == claiming.reward,
            RewardRecord.case_ref == claiming.case_ref,
            RewardRecord.granted.is_(True),
            RewardRecord.paid_on.is_(None),
        )
        .values(claim_tag=claiming.claim_tag, claimed_on=claiming.day)
    )
    if not claimed.rowcount:
        return False
    tag = claiming.line.entry.form_tag
    said = tag and session.scalar(select(EntryRecord.id).where(EntryRecord.form_tag == tag))
    if not said:
        store_entry(session, claiming.case_ref, claiming.line, claiming.day)
    return True
