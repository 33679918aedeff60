"""Notice in tests: a reviewer with a confirmed address, hours that go by, what the server got."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import insert, select

from cases.clock import OFFICE_ZONE
from cases.errors import MailServerAwayError
from cases.jobs import run_due
from cases.mailing import MailServer
from cases.names import new_ref
from cases.notice import Post, notice_jobs
from cases.notice_records import NoticeAddressRecord, OutboxRecord
from cases.reviewers import SignedIn
from tests.support.mail_house import SENDER, MailHouse
from tests.support.office import TestOffice

DIGEST_HOUR = 8


def give_address(office: TestOffice, signed_in: SignedIn, address: str = "lan@example.test") -> str:
    """Confirm an address for a reviewer, and return it."""
    values = {"address": address, "guesses": 0, "codes": 1, "codes_on": office.clock.today()}
    with office.office.database.writing() as session:
        row = insert(NoticeAddressRecord).values(reviewer_id=signed_in.reviewer_id, **values)
        session.execute(row)
    return address


@dataclass
class Mailing:
    """An office that sends notice by a real server."""

    office: TestOffice
    house: MailHouse

    def __post_init__(self) -> None:
        # The first run decides nothing: the next full hour is the first.
        self.run()

    @property
    def post(self) -> Post:
        return Post(MailServer.parse(self.house.url), SENDER, DIGEST_HOUR)

    def run(self) -> None:
        """Run the jobs of notice once, a minute after the last time."""
        self.office.clock.pass_seconds(61)
        # Said each hour to the log; every job ran all the same.
        with suppress(MailServerAwayError):
            run_due(self.office.office, notice_jobs(self.post))

    def at_hour(self, hour: int, days: int = 0) -> None:
        """Let it become an hour of the office's day, and run the jobs as they would."""
        clock = self.office.clock
        now = datetime.fromtimestamp(clock.now(), OFFICE_ZONE)
        then = now.replace(hour=hour, minute=0, second=0) + timedelta(days=days)
        clock.pass_seconds(int(then.timestamp()) - clock.now())
        self.run()
        self.run()

    def unsent(self) -> list[str]:
        """Return the ids of the letters in the outbox."""
        with self.office.office.database.reading() as session:
            return list(session.scalars(select(OutboxRecord.id).order_by(OutboxRecord.due_at)))

    def put(self, signed_in: SignedIn) -> str:
        """Put a letter into the outbox, as if something waited, and return its id."""
        ref, clock = new_ref(), self.office.clock
        with self.office.office.database.writing() as session:
            row = {"id": ref, "reviewer_id": signed_in.reviewer_id, "is_code": False}
            row |= {"made_on": clock.today(), "due_at": clock.now(), "tries": 0, "is_unsure": False}
            session.execute(insert(OutboxRecord).values(row))
        return ref
