"""A whole office in a temporary folder: units, reviewers, a clock that is told what day it is."""

import secrets
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import insert, make_url

from cases.clock import OFFICE_ZONE
from cases.database import Database
from cases.enrolment import Place, join_unit
from cases.filing import Filed, Filing, file_report
from cases.members import admit
from cases.names import new_ref
from cases.office import Office
from cases.once import Once
from cases.public_role import grant_privileges, make_role, public_login
from cases.records import ReviewerRecord, RosterRecord
from cases.reports import Report
from cases.reviewers import SignedIn
from cases.schema import upgrade
from cases.uploads import SealedUpload, SealingSink
from cases.vault import Vault
from crypto.keys import Identity
from policy.deadlines import calendar_for
from policy.loading import load_pack
from policy.rows import Row
from tests.support.postgresql import MIGRATED

ROOT = Path(__file__).resolve().parent.parent.parent
HANDLER = frozenset({"handler"})
OFFICER = frozenset({"protection"})
SERVER_SECRET = bytes(range(32))
CAT_HAI = load_pack(ROOT / "policy" / "packs" / "cat-hai")
# A Monday before a public holiday (24/11), so that working days and calendar days differ.
MONDAY = date(2026, 11, 23)


class TestClock:
    """A clock that stands still until a test moves it."""

    __test__ = False

    def __init__(self, day: date = MONDAY) -> None:
        self._moment = datetime(day.year, day.month, day.day, 3, tzinfo=UTC)

    def today(self) -> date:
        return self._moment.astimezone(OFFICE_ZONE).date()

    def now(self) -> int:
        return int(self._moment.timestamp())

    def pass_seconds(self, seconds: int) -> None:
        self._moment += timedelta(seconds=seconds)

    def go_to(self, day: date) -> None:
        self._moment = datetime(day.year, day.month, day.day, 3, tzinfo=UTC)


@dataclass
class TestOffice:
    """An office with one reviewer in each receiving unit, and what tests do with it."""

    __test__ = False

    office: Office
    clock: TestClock
    reviewers: dict[str, SignedIn]
    folder: Path

    def file(self, statement: str = "Chuyện đã xảy ra.", **words: object) -> Filed:
        """File a report as a new visitor does."""
        return self.send(Report(statement, **words))  # type: ignore[arg-type]  # a test's own words

    def send(self, report: Report, uploads: tuple[SealedUpload, ...] = ()) -> Filed:
        return file_report(self.office, Filing(report, uploads, Once(secrets.token_bytes(32))))

    def upload(self, name: str = "ảnh.jpg", content: bytes = b"content") -> SealedUpload:
        sink = SealingSink(self.office.vault, name)
        sink.write(content)
        return sink.finish()

    def add_reviewer(self, unit: str, roles: frozenset[str] = HANDLER) -> SignedIn:
        """Add a reviewer, admitted by the unit's first one where there is one."""
        identity, reviewer_id = Identity.generate(), new_ref()
        day = self.clock.today()
        with self.office.database.writing() as session:
            session.execute(
                insert(ReviewerRecord).values(
                    id=reviewer_id,
                    sign_in_name=f"{unit}-{reviewer_id[:4]}",
                    recipient=identity.recipient.raw,
                    wrapped=b"",
                    enrolled_on=day,
                )
            )
            place = Place(unit, roles)
            is_first = join_unit(session, place, reviewer_id, identity.recipient, day)
        if not is_first:
            admit(self.office, self.reviewers[unit], reviewer_id, unit)
        signed_in = SignedIn(reviewer_id, f"{unit}-{reviewer_id[:4]}", identity, {unit: roles})
        self.reviewers.setdefault(unit, signed_in)
        return signed_in

    def follow(self, **tables: tuple[Row, ...]) -> None:
        """Follow a pack some of whose tables are others, from now on."""
        pack = replace(self.office.pack, **tables)  # type: ignore[arg-type]  # by name
        self.office = replace(self.office, pack=pack)

    def add_to_roster(
        self, unit: str, *names: str, is_head: bool = False, reviewer: SignedIn | None = None
    ) -> None:
        with self.office.database.writing() as session:
            session.execute(
                insert(RosterRecord).values(
                    id=new_ref(),
                    unit=unit,
                    names="\n".join(names),
                    is_head=is_head,
                    reviewer_id=reviewer.reviewer_id if reviewer else None,
                )
            )


def open_office(folder: Path, *, database_url: str = "", staffed: bool = True) -> TestOffice:
    """Return a new office under ``folder``, every receiving unit with one reviewer."""
    clock = TestClock()
    database = Database(database_url or f"sqlite:///{folder / 'office.db'}")
    bring_to_schema(database)
    vault = Vault(str(folder / "vault"), clock.today)
    office = Office(database, vault, CAT_HAI, calendar_for(CAT_HAI), clock)
    test_office = TestOffice(office, clock, {}, folder)
    if staffed:
        for unit in CAT_HAI.receiving_units():
            test_office.add_reviewer(unit.code)
    return test_office


def bring_to_schema(database: Database) -> None:
    """Bring a database to this version's schema, a new SQLite one by a copy.

    Its migrations take longer than most tests; tests/cases/test_schema.py runs them.
    """
    path = Path(database.engine.url.database or "")
    if database.is_postgresql or path.exists():
        upgrade(database)
    else:
        database.make_file()
        path.write_bytes(_migrated())


@cache
def _migrated() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "office.db"
        database = Database(f"sqlite:///{path}")
        upgrade(database)
        database.close()
        return path.read_bytes()


def public_url(database_url: str) -> str:
    """Return the same database under the public door's own role, where the engine has roles."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        return database_url
    role = make_url(public_login(f"postgresql:///{MIGRATED}", SERVER_SECRET))
    return url.set(username=role.username, password=role.password).render_as_string(
        hide_password=False
    )


def public_side(office: Office) -> Office:
    """Return the office as the public door's process sees it.

    Over connections of its own where it has a role of its own.
    """
    if not office.database.is_postgresql:
        return office
    url = office.database.engine.url.render_as_string(hide_password=False)
    return replace(office, database=Database(public_url(url), is_walled=True))


def give_public_role(database: Database) -> None:
    """Make the role of ``public_side`` on a server that has none, and grant it a database."""
    url = public_url(database.engine.url.render_as_string(hide_password=False))
    make_role(database, url)
    grant_privileges(database, url)
