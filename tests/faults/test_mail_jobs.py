"""The jobs as programs of their own: killed with a letter in hand, and several at once."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update

from cases.names import new_ref
from cases.notice_records import NoticeAddressRecord, OutboxRecord
from cases.office import Office
from cases.records import JobRecord, ReviewerRecord
from tests.support.made import made_try_out
from tests.support.mail_house import SENDER, TAKEN, MailHouse, running_house
from tests.support.webapp import ROOT, settings_in
from web.starting import office_or_exit

pytestmark = pytest.mark.slow


@dataclass
class MailedInstance:
    """An instance on a disk, its letters, and the programs that send them."""

    folder: Path
    house: MailHouse
    office: Office

    @property
    def environ(self) -> Mapping[str, str]:
        own = {"INSTANCE": str(self.folder), "SMTP_URL": self.house.url, "NOTICE_FROM": SENDER}
        return {"PATH": "/usr/bin", **{f"LIEMCHINH_{key}": value for key, value in own.items()}}

    def start(self) -> subprocess.Popen[bytes]:
        """Start the jobs that are due."""
        command = [sys.executable, "-m", "console.main", "jobs", "--once"]
        return subprocess.Popen(command, cwd=ROOT, env=self.environ, stdout=subprocess.DEVNULL)

    def put_letters(self) -> set[str]:
        """Put a letter to each reviewer into the outbox, and return their ids."""
        today, now = self.office.clock.today(), self.office.clock.now()
        with self.office.database.writing() as session:
            ids = session.scalars(select(ReviewerRecord.id)).all()
            for number, reviewer_id in enumerate(ids):
                address = {"address": f"so{number}@example.test", "guesses": 0, "codes": 0}
                session.execute(
                    insert(NoticeAddressRecord).values(
                        reviewer_id=reviewer_id, codes_on=today, digest_on=today, **address
                    )
                )
            rows = [
                {"id": new_ref(), "reviewer_id": each, "is_code": False, "made_on": today}
                for each in ids
            ]
            new = {"due_at": now, "tries": 0, "is_unsure": False}
            session.execute(insert(OutboxRecord), [{**row, **new} for row in rows])
        return {str(row["id"]) for row in rows}

    def unsent(self) -> set[str]:
        with self.office.database.reading() as session:
            return set(session.scalars(select(OutboxRecord.id)))

    def let_all_be_due(self) -> None:
        """Let the time go by that rows and jobs are somebody's."""
        with self.office.database.writing() as session:
            session.execute(update(OutboxRecord).values(due_at=self.office.clock.now()))
            session.execute(update(JobRecord).values(due_at=self.office.clock.now()))

    def sent(self) -> list[str]:
        """Return the ids of the letters that the server took, in their order."""
        return [str(letter["Message-ID"])[1:].partition("@")[0] for _, letter in self.house.taken]


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[MailedInstance]:
    folder = tmp_path / "instance"
    made_try_out().copy_to(folder)
    office = office_or_exit(settings_in(folder))
    with running_house() as house:
        yield MailedInstance(folder, house, office)
    office.database.close()


@pytest.mark.parametrize("is_taken", [True, False], ids=["taken", "not taken"])
def test_jobs_that_are_killed_with_a_letter_in_hand_lose_none(
    instance: MailedInstance, is_taken: bool
) -> None:
    letters = instance.put_letters()
    instance.house.goes_on.clear()
    instance.house.to_letter = TAKEN if is_taken else "451 4.3.0 Try later"
    program = instance.start()
    assert instance.house.is_asked.wait(60)
    program.kill()
    program.wait()
    instance.house.goes_on.set()
    # The server had the letter, or had not, and nobody was there to hear which.
    assert instance.unsent() == letters
    instance.house.to_letter = TAKEN

    instance.let_all_be_due()
    assert instance.start().wait(60) == 0

    assert instance.unsent() == set()
    assert set(instance.sent()) == letters
    # Whatever came twice is the same message: its reader's mailbox can tell.
    assert len(instance.sent()) == len(letters) + is_taken


def test_several_programs_at_once_send_each_letter_once(instance: MailedInstance) -> None:
    letters = instance.put_letters()
    programs = [instance.start() for _ in range(3)]
    assert [program.wait(120) for program in programs] == [0, 0, 0]
    assert sorted(instance.sent()) == sorted(letters)
    assert instance.unsent() == set()
