"""A reviewer's own address for notice: entered by themselves, theirs once they know its code."""

import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from cases.database import insert_or
from cases.errors import AddressRefusedError, CodeRefusedError
from cases.notice_records import NoticeAddressRecord, OutboxRecord, ToldRecord
from cases.office import Office
from cases.outbox import put_letter
from cases.records import ReviewerRecord

CODE_DIGITS: Final = 8
CODE_SECONDS: Final = 60 * 60
# Whoever guesses has five tries in a hundred million; nobody's mailbox is flooded from a desk.
MOST_GUESSES: Final = 5
MOST_CODES_A_DAY: Final = 5

# RFC 5321, 4.5.3.1.3: a path has 256 octets, two of them brackets.
ADDRESS_CHARS: Final = 254
_NAME = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
ADDRESS: Final = re.compile(rf"{_NAME}(?:\.{_NAME})*@{_LABEL}(?:\.{_LABEL})*")


def is_address(text: str) -> bool:
    """Return whether a text is one plain e-mail address (RFC 5321 without quotes and comments)."""
    return len(text) <= ADDRESS_CHARS and ADDRESS.fullmatch(text) is not None


@dataclass(frozen=True, repr=False)
class OwnAddress:
    """Where a reviewer gets notice, if anywhere, and what waits to be confirmed.

    ``is_code_over``: the mail server refused the address that waits, or its code was guessed at.
    """

    address: str | None = None
    refused_on: date | None = None
    wanted: str | None = None
    is_code_over: bool = False


def own_address(office: Office, reviewer_id: str) -> OwnAddress:
    """Return the reviewer's own address; that of nobody else is ever shown."""
    now = office.clock.now()
    with office.database.reading() as session:
        row = session.get(NoticeAddressRecord, reviewer_id)
        if row is None:
            return OwnAddress()
        is_waiting = row.wanted is not None and (row.expires_at or 0) > now
        wanted = row.wanted if is_waiting else None
        is_over = is_waiting and row.code is None
        return OwnAddress(row.address, row.refused_on, wanted, is_over)


def ask_for_code(office: Office, reviewer_id: str, address: str) -> None:
    """Send a code to an address; until it is known the one of before is written to.

    Raises:
        AddressRefusedError: it is no address, or too many codes were asked for today.
    """
    if not is_address(address):
        raise AddressRefusedError("address")
    today, now = office.clock.today(), office.clock.now()
    new = {"reviewer_id": reviewer_id, "guesses": 0, "codes": 0, "codes_on": today}
    with office.database.writing() as session:
        session.execute(
            insert_or(session, NoticeAddressRecord).values(new).on_conflict_do_nothing()
        )
        row = _locked(session, reviewer_id)
        asked = row.codes if row.codes_on == today else 0
        if asked >= MOST_CODES_A_DAY:
            raise AddressRefusedError("often")
        row.codes, row.codes_on = asked + 1, today
        row.wanted, row.code = address, _new_code()
        row.guesses, row.expires_at = 0, now + CODE_SECONDS
        _drop_letters(session, reviewer_id, OutboxRecord.is_code)
        put_letter(session, reviewer_id, today, now, is_code=True)


def confirm_address(office: Office, reviewer_id: str, typed: str) -> None:
    """Write to the address that waits from now on.

    Raises:
        CodeRefusedError: this is not its code, or the code is over.
    """
    guess = "".join(typed.split())
    with office.database.writing() as session:
        row = _locked(session, reviewer_id)
        is_over = row.code is None or (row.expires_at or 0) <= office.clock.now()
        is_known = not is_over and hmac.compare_digest(guess.encode(), str(row.code).encode())
        if is_known:
            row.address, row.refused_on = row.wanted, None
            _forget_code(row)
            _drop_letters(session, reviewer_id, OutboxRecord.is_code)
        elif not is_over:
            row.guesses += 1
            row.code = row.code if row.guesses < MOST_GUESSES else None
    # Outside, so that a wrong guess is counted.
    if not is_known:
        raise CodeRefusedError


def forget_address(office: Office, reviewer_id: str) -> None:
    """Write to this reviewer no more, and keep neither address nor unsent letter.

    How many codes were asked for today is kept.
    """
    with office.database.writing() as session:
        row = session.get(NoticeAddressRecord, reviewer_id, with_for_update=True)
        if row is None:
            return
        row.address = row.refused_on = row.digest_on = None
        _forget_code(row)
        _drop_letters(session, reviewer_id)
        session.execute(delete(ToldRecord).where(ToldRecord.reviewer_id == reviewer_id))


def expire_codes(session: Session, now: int) -> None:
    """Forget addresses whose code is over: no time of day stays with them."""
    latest = now + CODE_SECONDS
    over = (NoticeAddressRecord.expires_at <= now) | (NoticeAddressRecord.expires_at > latest)
    values = {"wanted": None, "code": None, "guesses": 0, "expires_at": None}
    session.execute(update(NoticeAddressRecord).where(over).values(values))


def forget_left(session: Session) -> None:
    """Forget the addresses of whoever left the office, and all that was kept to write to them."""
    left = select(ReviewerRecord.id).where(ReviewerRecord.left_on.is_not(None))
    for table in (OutboxRecord, ToldRecord, NoticeAddressRecord):
        session.execute(delete(table).where(table.reviewer_id.in_(left)))


def _locked(session: Session, reviewer_id: str) -> NoticeAddressRecord:
    is_it = NoticeAddressRecord.reviewer_id == reviewer_id
    row = session.scalar(select(NoticeAddressRecord).where(is_it).with_for_update())
    if row is None:
        raise CodeRefusedError
    return row


def _new_code() -> str:
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"


def _forget_code(row: NoticeAddressRecord) -> None:
    row.wanted = row.code = row.expires_at = None
    row.guesses = 0


def _drop_letters(session: Session, reviewer_id: str, *which: object) -> None:
    own = OutboxRecord.reviewer_id == reviewer_id
    session.execute(delete(OutboxRecord).where(own, *which))  # type: ignore[arg-type]  # conditions
