"""The second factor of a reviewer: what is kept of it, and that each code counts once."""

from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from cases.database import insert_or
from cases.office import Office
from cases.records import ReviewerRecord
from cases.sign_in_records import SpareCodeRecord, SpentCodeRecord
from crypto.boxes import SecretBox, keyed_digest
from crypto.errors import OpenError
from crypto.second_factor import (
    STEP_SECONDS,
    STEPS_EITHER_WAY,
    TotpKey,
    new_spare_codes,
    spare_code_tag,
)

BOX_LABEL = "one-time codes"
# A step is accepted this long, so its use is remembered as long, and no longer.
SPENT_SECONDS = STEP_SECONDS * (2 * STEPS_EITHER_WAY + 1)


@dataclass(frozen=True, repr=False)
class SecondFactor:
    """A reviewer's second factor, as whoever opened their identity sees it."""

    reviewer_id: str
    seed: bytes
    box: bytes

    def accepts(self, session: Session, typed: str, now: int) -> bool:
        """Return whether a code is right and was not used before; from now on it is used.

        Every answer takes the same steps, so that time tells nothing of what was wrong.
        """
        spare = spare_code_tag(self.seed, typed)
        step = self._step_of(typed, now)
        tag = keyed_digest(self.seed, "spent code", str(step).encode())
        spent = session.scalar(
            insert_or(session, SpentCodeRecord)
            .values(tag=tag, expires_at=now + SPENT_SECONDS)
            .on_conflict_do_nothing()
            .returning(SpentCodeRecord.tag)
        )
        used = session.scalar(
            delete(SpareCodeRecord)
            .where(SpareCodeRecord.reviewer_id == self.reviewer_id, SpareCodeRecord.tag == spare)
            .returning(SpareCodeRecord.tag)
        )
        return (step is not None and spent is not None) or used is not None

    def _step_of(self, typed: str, now: int) -> int | None:
        try:
            raw = SecretBox(self.seed, BOX_LABEL).open(self.box)
        except OpenError:
            return None
        return TotpKey(raw).step_of(typed, now)


def seal_totp_key(seed: bytes, key: TotpKey) -> bytes:
    """Return a key of one-time codes that opens with the reviewer's identity only."""
    return SecretBox(seed, BOX_LABEL).seal(key.raw)


def replace_spare_codes(session: Session, reviewer_id: str, seed: bytes) -> tuple[str, ...]:
    """Return new spare codes, shown once; those of before open nothing any more."""
    codes = new_spare_codes()
    session.execute(delete(SpareCodeRecord).where(SpareCodeRecord.reviewer_id == reviewer_id))
    session.execute(
        insert(SpareCodeRecord),
        [{"reviewer_id": reviewer_id, "tag": spare_code_tag(seed, code)} for code in codes],
    )
    return codes


def renew(office: Office, reviewer_id: str, seed: bytes, key: TotpKey) -> tuple[str, ...]:
    """Move a reviewer to another app, and return their new spare codes."""
    with office.database.writing() as session:
        session.execute(
            update(ReviewerRecord)
            .where(ReviewerRecord.id == reviewer_id)
            .values(totp=seal_totp_key(seed, key))
        )
        return replace_spare_codes(session, reviewer_id, seed)


def count_spare_codes(office: Office, reviewer_id: str) -> int:
    """Return how many spare codes a reviewer has left."""
    with office.database.reading() as session:
        query = select(func.count()).where(SpareCodeRecord.reviewer_id == reviewer_id)
        return session.scalar(query) or 0
