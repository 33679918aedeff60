"""The durable outbox: an unsent letter is a row that one process has at a time, until it is sent.

A row is taken by whoever moves its due time, as jobs are. Between the mail server's word that it
has a letter and the commit that removes the row, a crash sends it once more, under the same
Message-ID: no order of the two can do without that (docs/adr/0017).
"""

from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.orm import Session

from cases.letters import Letter
from cases.names import new_ref
from cases.notice_records import NoticeAddressRecord, OutboxRecord
from cases.office import Office
from cases.records import ReviewerRecord

# Longer than a letter can be under way (cases.mailing.LETTER_SECONDS): a row whose time is over is
# in nobody's hands.
TAKEN_SECONDS: Final = 15 * 60
FIRST_PAUSE_SECONDS: Final = 60
LONGEST_PAUSE_SECONDS: Final = 30 * 60
# Whom the server refuses for good it is seldom asked about: most often the mailbox is gone.
REFUSED_PAUSE_SECONDS: Final = 4 * 60 * 60
# From here on pauses are equal and tries not counted: their sum would tell when it was made.
COUNTED_TRIES: Final = 5
# One that may have gone, and one more: a line that breaks all day makes no heap of letters.
MOST_UNSENT: Final = 2


def put_letter(
    session: Session, reviewer_id: str, today: date, now: int, *, is_code: bool = False
) -> None:
    """Put a letter to a reviewer into the outbox; one that waits to be sent will do.

    One that may have gone a moment ago will not: what it was about is not all that there is now.
    """
    unsent = session.scalars(
        select(OutboxRecord.is_unsure).where(
            OutboxRecord.reviewer_id == reviewer_id, OutboxRecord.is_code.is_(is_code)
        )
    ).all()
    if all(unsent) and len(unsent) < MOST_UNSENT:
        session.add(
            OutboxRecord(
                id=new_ref(),
                reviewer_id=reviewer_id,
                is_code=is_code,
                made_on=today,
                due_at=now,
                tries=0,
                is_unsure=False,
            )
        )


def has_due(office: Office) -> bool:
    """Return whether a letter is due."""
    with office.database.reading() as session:
        due = select(OutboxRecord.id).where(_is_due(office.clock.now())).limit(1)
        return session.scalar(due) is not None


def take_letter(office: Office) -> Letter | None:
    """Return a letter that is due and that nobody else has now; none where there is none.

    Letters to whoever left, or wants none any more, are dropped.
    """
    now = office.clock.now()
    with office.database.writing() as session:
        while (found := _first_due(session, now)) is not None:
            if not _take(session, found, now):
                continue
            letter = _letter(session, found)
            if letter is not None:
                return letter
            session.execute(delete(OutboxRecord).where(OutboxRecord.id == found.id))
    return None


def letter_sent(office: Office, letter: Letter) -> None:
    """Forget a letter that the mail server took."""
    with office.database.writing() as session:
        reviewer_id = session.scalar(
            delete(OutboxRecord)
            .where(OutboxRecord.id == letter.ref)
            .returning(OutboxRecord.reviewer_id)
        )
        if letter.code is None:
            _note_refusal(session, reviewer_id, letter, None)


def letter_refused(office: Office, letter: Letter, *, is_final: bool) -> None:
    """Try a letter again later: after a long pause where the server refuses its address for good.

    A code that is refused for good is over: its address is not the reviewer's.
    """
    today, now = office.clock.today(), office.clock.now()
    with office.database.writing() as session:
        row = session.get(OutboxRecord, letter.ref, with_for_update=True)
        if row is None:
            return
        if is_final and letter.code is not None:
            session.execute(
                update(NoticeAddressRecord)
                .where(
                    NoticeAddressRecord.reviewer_id == row.reviewer_id,
                    NoticeAddressRecord.wanted == letter.address,
                )
                .values(code=None)
            )
            session.delete(row)
            return
        if is_final:
            _note_refusal(session, row.reviewer_id, letter, today)
        row.is_unsure = False
        _put_off(row, now, REFUSED_PAUSE_SECONDS if is_final else None)


def put_off_due(office: Office, letter: Letter | None = None) -> None:
    """Try what is due later, and the letter in hand: the mail server is away.

    Whether it took the one in hand is not known.
    """
    now = office.clock.now()
    in_hand = OutboxRecord.id == (letter.ref if letter else "")
    with office.database.writing() as session:
        due = select(OutboxRecord).where(or_(_is_due(now), in_hand)).order_by(OutboxRecord.id)
        for row in session.scalars(due.with_for_update()):
            _put_off(row, now)


def pause_seconds(tries: int) -> int:
    """Return how long to wait after so many tries in vain, the last one among them."""
    return int(min(FIRST_PAUSE_SECONDS * 2 ** (tries - 1), LONGEST_PAUSE_SECONDS))


def _is_due(now: int) -> ColumnElement[bool]:
    # A clock that was set back must not hold a letter up until it has caught up again.
    latest = now + max(REFUSED_PAUSE_SECONDS, TAKEN_SECONDS)
    return or_(OutboxRecord.due_at <= now, OutboxRecord.due_at > latest)


def _first_due(session: Session, now: int) -> OutboxRecord | None:
    by_time = (
        select(OutboxRecord).where(_is_due(now)).order_by(OutboxRecord.due_at, OutboxRecord.id)
    )
    return session.scalar(by_time.limit(1).execution_options(populate_existing=True))


def _take(session: Session, row: OutboxRecord, now: int) -> bool:
    moved = session.execute(
        update(OutboxRecord)
        .where(
            OutboxRecord.id == row.id,
            OutboxRecord.due_at == row.due_at,
            OutboxRecord.tries == row.tries,
        )
        .values(due_at=now + TAKEN_SECONDS, is_unsure=True)
        .execution_options(synchronize_session=False)
        .returning(OutboxRecord.id)
    )
    return moved.scalar() is not None


def _letter(session: Session, row: OutboxRecord) -> Letter | None:
    found = session.execute(
        select(NoticeAddressRecord.address, NoticeAddressRecord.wanted, NoticeAddressRecord.code)
        .join(ReviewerRecord, ReviewerRecord.id == NoticeAddressRecord.reviewer_id)
        .where(NoticeAddressRecord.reviewer_id == row.reviewer_id, ReviewerRecord.left_on.is_(None))
    ).first()
    address, wanted, code = found or (None, None, None)
    if row.is_code:
        return Letter(row.id, wanted, code) if wanted and code else None
    return Letter(row.id, address) if address else None


def _put_off(row: OutboxRecord, now: int, seconds: int | None = None) -> None:
    row.tries = min(row.tries + 1, COUNTED_TRIES + 1)
    row.due_at = now + (seconds or pause_seconds(row.tries))


def _note_refusal(
    session: Session, reviewer_id: str | None, letter: Letter, day: date | None
) -> None:
    session.execute(
        update(NoticeAddressRecord)
        .where(
            NoticeAddressRecord.reviewer_id == reviewer_id,
            NoticeAddressRecord.address == letter.address,
        )
        .values(refused_on=func.coalesce(NoticeAddressRecord.refused_on, day) if day else None)
    )
