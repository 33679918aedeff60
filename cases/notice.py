"""Notice to reviewers: who is written to, decided at each full hour, and the jobs that do it.

A digest on a working day at the hour of the settings, to whom something waits; and at any full hour
of the day one to whom something came that does not wait for it. Why so: docs/adr/0017.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Final

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from cases.addresses import expire_codes, forget_left
from cases.clock import OFFICE_ZONE
from cases.database import insert_or
from cases.errors import MailboxRefusedError, MailServerAwayError
from cases.jobs import HOUR, MINUTE, Job
from cases.mailing import MailLine, MailServer, open_line
from cases.notice_records import MailServerRecord, NoticeAddressRecord, ToldRecord
from cases.office import Office
from cases.outbox import (
    has_due,
    letter_refused,
    letter_sent,
    put_letter,
    put_off_due,
    take_letter,
)
from cases.protection_given import asking_rules, is_any_to_decide, protected_by
from cases.records import ReviewerRecord
from cases.waiting import (
    Reader,
    alarms,
    is_any_due,
    is_any_new,
    known_among,
    reader_of,
    unanswered,
)
from cases.wall import need_every_row
from policy.working_days import working_days_after

# Nobody reads mail at night, when one that comes would tell most of when a report did.
FIRST_HOUR: Final = 6
LAST_HOUR: Final = 21
THE_SERVER: Final = 1
# What one run sends at most: the next one is a minute later.
MOST_LETTERS: Final = 500
JOB_NAMES: Final = ("think-of-letters", "send-letters", "ask-mail-server")
_ALARM = tuple[str, str]


@dataclass(frozen=True, repr=False)
class Post:
    """How an instance sends notice: its mail server, in whose name, and the digest's hour."""

    server: MailServer
    sender: str
    digest_hour: int


@dataclass(frozen=True)
class Occasion:
    """What a reviewer is written to about: alarms not told before, and whether it is the digest.

    ``over``: alarms that they were told of and that are none any more.
    """

    reviewer_id: str
    new: frozenset[_ALARM]
    over: frozenset[_ALARM]
    is_digest_decided: bool
    is_written: bool


def notice_jobs(post: Post) -> tuple[Job, ...]:
    """Return the jobs of an instance that sends notice."""
    think, send, ask = JOB_NAMES
    return (
        Job(think, MINUTE, partial(think_of_letters, post=post)),
        Job(send, MINUTE, partial(send_letters, post=post)),
        Job(ask, HOUR, partial(ask_server, post=post)),
    )


def think_of_letters(office: Office, post: Post) -> None:
    """Put into the outbox what this hour's letters are, once for all processes.

    What is decided and that it was decided are one transaction: a crash leaves both undone, and a
    minute later it is done.
    """
    today, now = office.clock.today(), office.clock.now()
    with office.database.reading() as session:
        need_every_row(session)
        due_at = session.scalar(
            select(MailServerRecord.due_at).where(MailServerRecord.number == THE_SERVER)
        )
        # A clock that was set back must not stop notice until it has caught up again.
        is_due = due_at is not None and not now < due_at <= now + HOUR
        occasions = list(_occasions(session, office, post.digest_hour)) if is_due else []
    with office.database.writing() as session:
        expire_codes(session, now)
        forget_left(session)
        if (is_due or due_at is None) and _take_hour(session, due_at, now):
            for occasion in occasions:
                _keep(session, occasion, today, now)


def send_letters(office: Office, post: Post) -> None:
    """Send what is due, until nothing is, or until the mail server is away."""
    if not has_due(office):
        return
    try:
        with open_line(post.server, post.sender) as line:
            _send_all(office, post, line)
    except MailServerAwayError:
        put_off_due(office)
        _note_server(office, is_away=True)
    else:
        _note_server(office, is_away=False)


def ask_server(office: Office, post: Post) -> None:
    """See whether the mail server lets us in, at each hour and whether or not somebody waits.

    So that a failure is seen at once, and says nothing of whether there was something to send.

    Raises:
        MailServerAwayError: it does not.
    """
    try:
        with open_line(post.server, post.sender):
            pass
    except MailServerAwayError:
        _note_server(office, is_away=True)
        raise
    _note_server(office, is_away=False)


def office_hour(now: int) -> int:
    """Return the hour of the office's day."""
    return datetime.fromtimestamp(now, OFFICE_ZONE).hour


def _send_all(office: Office, post: Post, line: MailLine) -> None:
    for _ in range(MOST_LETTERS):
        letter = take_letter(office)
        if letter is None:
            return
        try:
            line.send(letter.written(post.sender, office.clock.now()), letter.address)
        except MailboxRefusedError as error:
            letter_refused(office, letter, is_final=error.is_final)
        except MailServerAwayError:
            put_off_due(office, letter)
            raise
        else:
            letter_sent(office, letter)


def _occasions(session: Session, office: Office, digest_hour: int) -> Iterator[Occasion]:
    today, hour = office.clock.today(), office_hour(office.clock.now())
    is_digest = hour >= digest_hour and office.calendar.is_working_day(today)
    addressed = session.execute(
        select(NoticeAddressRecord.reviewer_id, NoticeAddressRecord.digest_on)
        .join(ReviewerRecord, ReviewerRecord.id == NoticeAddressRecord.reviewer_id)
        .where(NoticeAddressRecord.address.is_not(None), ReviewerRecord.left_on.is_(None))
    ).all()
    undecided = [day or date.min for _, day in addressed if is_digest and day != today]
    day = _Day(
        today=today,
        soon=working_days_after(today, 1, office.calendar),
        alarms=alarms(session, office.law, today) if addressed else {},
        answers=unanswered(session, min(undecided)) if undecided else {},
        is_alarm_hour=FIRST_HOUR <= hour <= LAST_HOUR,
        asking=asking_rules(office.law),
    )
    for reviewer_id, digest_on in addressed:
        is_decided = is_digest and digest_on != today
        reader = reader_of(session, reviewer_id)
        yield _occasion(session, reader, day, digest_on if is_decided else None, is_decided)


@dataclass(frozen=True)
class _Day:
    """What is the same for everybody at one full hour."""

    today: date
    # The last day before which no other digest comes in time.
    soon: date
    alarms: Mapping[str, set[str]]
    answers: Mapping[str, date]
    is_alarm_hour: bool
    # The rules of what a protection officer answers for.
    asking: frozenset[str]


def _occasion(
    session: Session, reader: Reader, day: _Day, since: date | None, is_digest: bool
) -> Occasion:
    known = known_among(session, reader, day.today, day.alarms)
    given = protected_by(session, reader.reviewer_id)
    now = frozenset((ref, what) for ref in known for what in day.alarms[ref]) | frozenset(
        (ref, what) for ref in given & day.alarms.keys() for what in day.alarms[ref] & day.asking
    )
    rows = session.execute(
        select(ToldRecord.case_ref, ToldRecord.what).where(
            ToldRecord.reviewer_id == reader.reviewer_id
        )
    )
    told = frozenset((ref, what) for ref, what in rows)
    waits = is_digest and _waits(session, reader, day, since or date.min)
    is_told_now = waits or (day.is_alarm_hour and bool(now - told))
    new = now - told if is_told_now else frozenset[_ALARM]()
    return Occasion(reader.reviewer_id, new, told - now, is_digest, is_told_now)


def _waits(session: Session, reader: Reader, day: _Day, since: date) -> bool:
    fresh = [ref for ref, written_on in day.answers.items() if written_on >= since]
    return (
        is_any_new(session, reader, day.today)
        or is_any_due(session, reader, day.today, day.soon)
        or is_any_to_decide(
            session, protected_by(session, reader.reviewer_id), day.asking, day.soon
        )
        or bool(known_among(session, reader, day.today, fresh))
    )


def _take_hour(session: Session, known: int | None, now: int) -> bool:
    """Return whether this process decides for this hour: only one moves its due time.

    Where no hour was ever decided the next full one is the first.
    """
    due_at = now - now % HOUR + HOUR
    if known is None:
        new = {"number": THE_SERVER, "due_at": due_at, "failing_since": None}
        first = insert_or(session, MailServerRecord).values(new)
        session.execute(first.on_conflict_do_nothing())
        return False
    moved = session.execute(
        update(MailServerRecord)
        .where(MailServerRecord.number == THE_SERVER, MailServerRecord.due_at == known)
        .values(due_at=due_at)
        .returning(MailServerRecord.number)
    )
    return moved.scalar() is not None


def _keep(session: Session, occasion: Occasion, today: date, now: int) -> None:
    who = occasion.reviewer_id
    row = session.get(NoticeAddressRecord, who, with_for_update=True)
    if row is None or row.address is None:
        # They took it back meanwhile.
        return
    for ref, what in occasion.over:
        session.execute(
            delete(ToldRecord).where(
                ToldRecord.reviewer_id == who,
                ToldRecord.case_ref == ref,
                ToldRecord.what == what,
            )
        )
    if occasion.new:
        rows = [{"reviewer_id": who, "case_ref": ref, "what": what} for ref, what in occasion.new]
        session.execute(insert(ToldRecord), rows)
    if occasion.is_digest_decided:
        row.digest_on = today
    if occasion.is_written:
        put_letter(session, who, today, now)


def _note_server(office: Office, *, is_away: bool) -> None:
    """Keep since which day the mail server fails, where that is not kept yet."""
    since = office.clock.today() if is_away else None
    with office.database.reading() as session:
        row = session.get(MailServerRecord, THE_SERVER)
        if row is not None and (row.failing_since is not None) == is_away:
            return
    now = office.clock.now()
    new = {"number": THE_SERVER, "due_at": now - now % HOUR + HOUR, "failing_since": since}
    with office.database.writing() as session:
        session.execute(
            insert_or(session, MailServerRecord)
            .values(new)
            .on_conflict_do_update(index_elements=["number"], set_={"failing_since": since})
        )
