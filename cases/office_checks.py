"""The rows of an office: schema, integrity, what nobody can open, clock, jobs."""

from collections.abc import Iterable, Iterator
from datetime import date

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from cases.database import Database
from cases.findings import Finding, wrong
from cases.jobs import JOBS, Job
from cases.names import PROTECTION_PREFIX, RECOVERY_PREFIX
from cases.office import Office
from cases.records import CaseRecord, EntryRecord, JobRecord, ListingRecord, ReviewerRecord
from cases.schema import known_revisions, revision_of

_START = "start the instance, or `liemchinh jobs` where embedded_jobs is false"

# No clock that is right can be before this version was written.
FIRST_DAY = date(2026, 11, 1)
LATE_SECONDS = 15 * 60
# Older ones get no corrections any more (postgresql.org/support/versioning, November 2026).
LEAST_POSTGRESQL = 15
# What a power cut does to a server without these (postgresql.org, "Write Ahead Log" settings).
FORGETTING = {
    "fsync": "a power cut loses reports whose receipts were shown",
    "full_page_writes": "a power cut can leave pages of the database half written",
}


def check_schema(database: Database) -> Iterator[Finding]:
    """Find a database of another version than this program.

    Raises:
        StoreUnavailableError: the database is away.
    """
    with database.reading() as session:
        revision = revision_of(session.connection())
    if revision is None:
        yield wrong("there is no instance in this database yet", "run `liemchinh init`")
    elif revision not in known_revisions():
        yield wrong("the database is of a newer version", "install the version that wrote it")
    elif revision != known_revisions()[0]:
        yield wrong(
            "the database is of an older version",
            "back up by the version of before, then start: it is brought up to date",
        )


def check_integrity(database: Database) -> Iterator[Finding]:
    """Find what the engine itself knows to be broken.

    Raises:
        StoreUnavailableError: the database is away.
    """
    with database.reading() as session:
        connection = session.connection()
        if database.is_postgresql:
            version = int(connection.exec_driver_sql("SHOW server_version_num").scalar_one())
            if version // 10_000 < LEAST_POSTGRESQL:
                yield wrong(
                    f"PostgreSQL {version // 10_000} is too old", f"use {LEAST_POSTGRESQL} or newer"
                )
            return
        answers = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
        if answers != ["ok"]:
            yield wrong(
                "the database file is damaged", "stop, keep a copy, restore the last backup"
            )
        if connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
            yield wrong("rows of the database are missing", "stop, and restore the last backup")


def check_durability(database: Database) -> Iterator[Finding]:
    """Find a PostgreSQL that may forget, in a power cut, what it acknowledged.

    Whether a commit waits for the disk is no matter of the server's: our connections ask for it.

    Raises:
        StoreUnavailableError: the database is away.
    """
    if not database.is_postgresql:
        return
    with database.reading() as session:
        connection = session.connection()
        for setting, risk in FORGETTING.items():
            if connection.exec_driver_sql(f"SHOW {setting}").scalar_one() == "off":
                yield wrong(f"PostgreSQL runs with {setting} = off: {risk}", f"{setting} = on")


def check_readers(database: Database) -> Iterator[Finding]:
    """Find cases that nobody at the desk holds: each names everybody whom its reporter left.

    Raises:
        StoreUnavailableError: the database is away.
    """
    at_the_desk = exists().where(
        ListingRecord.case_ref == CaseRecord.ref,
        ListingRecord.holder.not_like(f"{RECOVERY_PREFIX}%"),
        ListingRecord.holder.not_like(f"{PROTECTION_PREFIX}%"),
    )
    with database.reading() as session:
        waiting = session.scalar(select(func.count()).select_from(CaseRecord).where(~at_the_desk))
    if waiting:
        yield wrong(
            f"cases that name everybody who could read them, and that nobody has: {waiting}",
            "let recovery open them; a try-out has none, and loses them",
        )


def check_time(office: Office, jobs: Iterable[Job] = JOBS) -> Iterator[Finding]:
    """Find a wrong clock, jobs that do not run, and cases that should have gone up.

    Raises:
        StoreUnavailableError: the database is away.
    """
    today = office.clock.today()
    with office.database.reading() as session:
        newest = _newest_day(session)
        if today < FIRST_DAY or (newest is not None and today < newest):
            yield wrong(
                f"the clock says {today}, and there are rows of {max(newest or today, FIRST_DAY)}",
                "set the clock: due days and escalations depend on it",
            )
        yield from _check_jobs(session, office.clock.now(), jobs)
        late = session.scalar(
            select(func.count())
            .select_from(CaseRecord)
            .where(
                CaseRecord.opened_on.is_(None),
                CaseRecord.escalated_on.is_(None),
                CaseRecord.escalates_on < today,
            )
        )
        if late:
            yield wrong(
                f"cases that nobody opened should have gone up and did not: {late}",
                "liemchinh jobs --once",
            )


def _newest_day(session: Session) -> date | None:
    columns = (CaseRecord.received_on, CaseRecord.opened_on, EntryRecord.day)
    days = [session.scalar(select(func.max(column))) for column in columns]
    days.append(session.scalar(select(func.max(ReviewerRecord.enrolled_on))))
    return max((day for day in days if day is not None), default=None)


def _check_jobs(session: Session, now: int, jobs: Iterable[Job]) -> Iterator[Finding]:
    due = {
        name: due_at for name, due_at in session.execute(select(JobRecord.name, JobRecord.due_at))
    }
    if not due:
        # Without a case it was made and not started yet.
        if session.scalar(select(CaseRecord.ref).limit(1)) is not None:
            yield wrong("none of the jobs ever ran", _START)
        return
    for job in jobs:
        if job.name not in due:
            yield wrong(f"the job {job.name} never ran", _START)
        elif due[job.name] < now - LATE_SECONDS:
            hours = (now - due[job.name]) // 3600
            late = f"{hours} hours" if hours else f"{LATE_SECONDS // 60} minutes"
            yield wrong(f"the job {job.name} is late by more than {late}", _START)
