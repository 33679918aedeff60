"""What time does: expire drafts, sessions and links, send unopened cases up, sweep orphans.

A job is run by whoever moves its due time, so it runs once however many processes there are.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from sqlalchemy import Select, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cases.clocks import take_up_events
from cases.desk_draft_expiry import expire_desk_drafts
from cases.draft_files import KEPT_SECONDS
from cases.errors import EscalationClosedError, StorageError
from cases.escalation import escalate_case
from cases.going_live import open_public_side
from cases.happenings import cases_of_events
from cases.office import Office
from cases.once import REMEMBERED_SECONDS, SHOWN_AGAIN_SECONDS
from cases.records import (
    CaseRecord,
    DeskSessionRecord,
    DraftFileRecord,
    DraftRecord,
    JobRecord,
    OnceRecord,
    PublicSessionRecord,
)
from cases.recount import cases_to_recount, recount, take_note_of_count
from cases.sessions import LONGEST_IDLE_SECONDS
from cases.sign_in_records import EnrolmentRecord, SpentCodeRecord
from cases.wall import filed_keys, need_every_row

# A form that was sent in time may still be filing: its files wait a little longer than it says.
GRACE_SECONDS = 10 * 60
SWEEP_BATCH = 500
MINUTE, HOUR, DAY = 60, 60 * 60, 24 * 60 * 60


@dataclass(frozen=True)
class Job:
    """Something to do every so many seconds."""

    name: str
    every_seconds: int
    run: Callable[[Office], None]


@contextmanager
def _writing(office: Office) -> Iterator[Session]:
    # A job that is shown no row would say that nothing was due.
    with office.database.writing() as session:
        need_every_row(session)
        yield session


def expire_drafts(office: Office) -> None:
    """Forget drafts whose hour is over, and their files."""
    now = office.clock.now()
    before, latest = now - GRACE_SECONDS, now + KEPT_SECONDS
    with _writing(office) as session:
        # A clock that was set back makes nothing live longer than was promised.
        session.execute(
            update(DraftRecord).where(DraftRecord.expires_at > latest).values(expires_at=latest)
        )
        expired = select(DraftRecord.tag).where(DraftRecord.expires_at <= before)
        # Whoever deletes a file's row has the file: filing may take the same one at this moment.
        keys = set(
            session.scalars(
                delete(DraftFileRecord)
                .where(DraftFileRecord.draft_tag.in_(expired))
                .returning(DraftFileRecord.object_key)
            )
        )
        keys -= filed_keys(session, keys)
        session.execute(delete(DraftRecord).where(DraftRecord.expires_at <= before))
    for key in keys:
        office.vault.delete(key)


def expire_sessions(office: Office) -> None:
    """Forget visits and sign-ins that are over, unused enrolment links, and spent codes."""
    now = office.clock.now()
    latest = now + LONGEST_IDLE_SECONDS
    with _writing(office) as session:
        for table in (PublicSessionRecord, DeskSessionRecord, EnrolmentRecord, SpentCodeRecord):
            session.execute(delete(table).where(table.expires_at <= now))
        for kept in (PublicSessionRecord, DeskSessionRecord):
            session.execute(update(kept).where(kept.expires_at > latest).values(expires_at=latest))


def expire_once(office: Office) -> None:
    """Stop showing receipts again after their quarter of an hour; forget forms after a day.

    From then on a row says the day only: rows stand in the order of the cases, and a time of day
    could be lined up with a visit.
    """
    now = office.clock.now()
    latest = now + SHOWN_AGAIN_SECONDS
    with _writing(office) as session:
        session.execute(
            update(OnceRecord)
            .where(OnceRecord.expires_at > latest, OnceRecord.sealed_receipt.is_not(None))
            .values(expires_at=latest)
        )
        session.execute(
            update(OnceRecord)
            .where(OnceRecord.expires_at <= now, OnceRecord.expires_at % DAY != 0)
            .values(
                sealed_receipt=None,
                lookup_tag=None,
                expires_at=OnceRecord.expires_at - OnceRecord.expires_at % DAY,
            )
        )
        # A day more, since the row may have stood for any second of its day.
        forgotten = now - REMEMBERED_SECONDS - DAY
        session.execute(delete(OnceRecord).where(OnceRecord.expires_at <= forgotten))


def empty_journal(office: Office) -> None:
    """Let what the other jobs forgot be gone from the database's journal too."""
    office.database.empty_journal()


def escalate_unopened(office: Office) -> None:
    """Make the superior responsible for every case whose day came before anybody opened it."""
    today = office.clock.today()
    is_due = (
        CaseRecord.opened_on.is_(None),
        CaseRecord.escalated_on.is_(None),
        CaseRecord.escalates_on <= today,
    )
    with office.database.reading() as session:
        need_every_row(session)
        refs = session.scalars(select(CaseRecord.ref).where(*is_due).order_by(CaseRecord.ref)).all()
    # Each by itself: one case that is damaged must not hold the others back.
    each = (select(CaseRecord).where(CaseRecord.ref == ref, *is_due) for ref in refs)
    _try_each(partial(_escalate, office, case, today) for case in each)


def _escalate(office: Office, is_still_due: Select[CaseRecord], today: date) -> None:
    with _writing(office) as session:
        # Whoever opens a case at this moment takes it, and it goes nowhere.
        case = session.scalar(is_still_due.with_for_update(key_share=True))
        if case is None:
            return
        try:
            escalate_case(session, case, today)
        except EscalationClosedError:
            case.escalates_on = None


def start_clocks(office: Office) -> None:
    """Let what happened at the public door move the clocks of its cases."""
    with office.database.reading() as session:
        need_every_row(session)
        refs = cases_of_events(session)
    _try_each(partial(_start_clocks, office, ref) for ref in refs)


def _start_clocks(office: Office, ref: str) -> None:
    with _writing(office) as session:
        is_it = select(CaseRecord).where(CaseRecord.ref == ref)
        case = session.scalar(is_it.with_for_update(key_share=True))
        if case is not None:
            take_up_events(session, office.law, case)


def recount_days(office: Office) -> None:
    """Count the due days of every case again where the calendar is another one than before."""
    with office.database.reading() as session:
        need_every_row(session)
        refs = cases_to_recount(session, office)
    _try_each(partial(_recount, office, ref) for ref in refs)
    with _writing(office) as session:
        take_note_of_count(session, office)


def _recount(office: Office, ref: str) -> None:
    with _writing(office) as session:
        is_it = select(CaseRecord).where(CaseRecord.ref == ref)
        case = session.scalar(is_it.with_for_update(key_share=True))
        if case is not None:
            recount(session, office, case)


def sweep_orphans(office: Office) -> None:
    """Destroy files in the vault that no case and no draft knows, once they are a day old.

    A younger one may belong to an upload that is still under way.
    """
    yesterday = office.clock.today() - timedelta(days=1)
    old = [found.key for found in office.vault.stored() if found.stored_on < yesterday]
    office.vault.discard_unfinished(yesterday)
    for start in range(0, len(old), SWEEP_BATCH):
        batch = old[start : start + SWEEP_BATCH]
        with office.database.reading() as session:
            need_every_row(session)
            # Drafts first: a file goes from its draft to its case and never back, and PostgreSQL
            # gives each question a view of its own.
            kept = set(
                session.scalars(
                    select(DraftFileRecord.object_key).where(DraftFileRecord.object_key.in_(batch))
                )
            )
            kept |= filed_keys(session, batch)
        for key in set(batch) - kept:
            office.vault.delete(key)


JOBS = (
    Job("expire-drafts", MINUTE, expire_drafts),
    Job("expire-sessions", MINUTE, expire_sessions),
    Job("expire-once", MINUTE, expire_once),
    Job("empty-journal", MINUTE, empty_journal),
    Job("open-public-side", MINUTE, open_public_side),
    Job("start-clocks", MINUTE, start_clocks),
    Job("expire-desk-drafts", HOUR, expire_desk_drafts),
    Job("escalate-unopened", HOUR, escalate_unopened),
    Job("recount-days", HOUR, recount_days),
    Job("sweep-orphans", DAY, sweep_orphans),
)


def run_due(office: Office, jobs: Iterable[Job] = JOBS) -> tuple[str, ...]:
    """Run the jobs that are due and that no other process took; return their names.

    Raises:
        Exception: of the first job that failed, whatever it was. The others ran all the same, and
            where a store was away it is due again.
    """
    ran: list[str] = []

    def run_if_due(job: Job) -> None:
        if _take(office, job):
            _run(office, job)
            ran.append(job.name)

    _try_each(partial(run_if_due, job) for job in jobs)
    return tuple(ran)


def _try_each(acts: Iterable[Callable[[], None]]) -> None:
    """Try each, and raise the first failure when all were tried."""
    failures: list[Exception] = []
    for act in acts:
        try:
            act()
        except Exception as error:  # noqa: BLE001 (raised below)
            failures.append(error)
    if failures:
        raise failures[0]


def _run(office: Office, job: Job) -> None:
    try:
        job.run(office)
    except StorageError:
        # Else the daily search for orphans would wait a day for a vault that was away a minute.
        with suppress(StorageError), office.database.writing() as session:
            now = office.clock.now()
            session.execute(update(JobRecord).where(JobRecord.name == job.name).values(due_at=now))
        raise


def _take(office: Office, job: Job) -> bool:
    now = office.clock.now()
    due_at = now + job.every_seconds
    with office.database.reading() as session:
        known = session.scalar(select(JobRecord.due_at).where(JobRecord.name == job.name))
    # A clock that was set back must not stop the jobs until it has caught up again.
    if known is not None and now < known <= due_at:
        return False
    try:
        with office.database.writing() as session:
            if known is None:
                session.execute(insert(JobRecord).values(name=job.name, due_at=due_at))
                return True
            moved = session.connection().execute(
                update(JobRecord)
                .where(JobRecord.name == job.name, JobRecord.due_at == known)
                .values(due_at=due_at)
            )
            return bool(moved.rowcount)
    except IntegrityError:
        # Another process was first.
        return False
