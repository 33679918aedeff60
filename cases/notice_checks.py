"""Whether notice arrives: what the desk shows to each reviewer, and what a check-up finds."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cases.findings import Finding, wrong
from cases.jobs import DAY
from cases.notice import THE_SERVER, office_hour
from cases.notice_records import MailServerRecord, NoticeAddressRecord, OutboxRecord
from cases.office import Office


class Failure(StrEnum):
    """Why notice does not arrive."""

    SERVER = "server"
    MAILBOX = "mailbox"
    UNSENT = "unsent"


@dataclass(frozen=True)
class Trouble:
    """That notice fails, since which day, and why."""

    failure: Failure
    since: date


def trouble_of(office: Office, reviewer_id: str, digest_hour: int) -> Trouble | None:
    """Return why a reviewer must not wait for notice, if they must not.

    The server's failures are everybody's. Letters are told of to nobody but whom they are for: that
    one waits for somebody says that there is something to write about.
    """
    with office.database.reading() as session:
        since = _failing_since(session, office)
        if since is not None and _is_a_day_ago(office, since, digest_hour):
            return Trouble(Failure.SERVER, since)
        refused_on = session.scalar(
            select(NoticeAddressRecord.refused_on).where(
                NoticeAddressRecord.reviewer_id == reviewer_id
            )
        )
        if refused_on is not None:
            return Trouble(Failure.MAILBOX, refused_on)
        made_on = session.scalar(
            select(func.min(OutboxRecord.made_on)).where(
                OutboxRecord.reviewer_id == reviewer_id, OutboxRecord.is_code.is_(False)
            )
        )
    if made_on is not None and _is_a_day_ago(office, made_on, digest_hour):
        return Trouble(Failure.UNSENT, made_on)
    return None


def check_notice(office: Office, digest_hour: int) -> Iterator[Finding]:
    """Find what keeps notice from reviewers.

    Raises:
        StoreUnavailableError: the database is away.
    """
    with office.database.reading() as session:
        since = _failing_since(session, office)
        refused = session.scalar(
            select(func.count())
            .select_from(NoticeAddressRecord)
            .where(NoticeAddressRecord.refused_on.is_not(None))
        )
        days = session.scalars(select(OutboxRecord.made_on).where(OutboxRecord.is_code.is_(False)))
        unsent = sum(_is_a_day_ago(office, day, digest_hour) for day in days)
    if since is not None and _is_a_day_ago(office, since, digest_hour):
        yield wrong(
            f"notice to reviewers fails since {since}: the mail server was not reached,"
            " or the jobs do not run",
            "look at smtp_url, the mail server and the jobs; letters wait and are sent then",
        )
    if refused:
        yield wrong(
            f"the mail server refuses addresses of reviewers: {refused}",
            "their desk tells them so; whether the server takes notice_from is yours to see",
        )
    if unsent:
        yield wrong(
            f"letters that could not be sent for a day: {unsent}", "look at the mail server"
        )


def _failing_since(session: Session, office: Office) -> date | None:
    row = session.get(MailServerRecord, THE_SERVER)
    if row is None:
        return None
    silent = (office.clock.now() - row.due_at) // DAY
    if silent < 1:
        return row.failing_since
    # Nobody moved its hour for a day: the jobs do not run.
    stopped_on = office.clock.today() - timedelta(days=silent)
    return min(row.failing_since or stopped_on, stopped_on)


def _is_a_day_ago(office: Office, day: date, digest_hour: int) -> bool:
    """Return whether something lasts for a day, of which no hour is kept: past the next digest."""
    days = (office.clock.today() - day).days
    return days > 1 or (days == 1 and office_hour(office.clock.now()) >= digest_hour)
