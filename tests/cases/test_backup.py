"""A backup holds one moment of everything that may be kept, and comes back on either engine."""

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import func, select

from cases.backup import BackupOrder, write_backup
from cases.backup_format import DAY_SECONDS, LEFT_OUT, REDUCED, kept_tables
from cases.case_file import open_case, open_case_file
from cases.enrolment import Place, invite
from cases.errors import AlreadyFiledError, BackupError, StoreUnavailableError
from cases.filing import Filing, file_report
from cases.office import Office
from cases.once import Once
from cases.record_base import Record
from cases.records import CaseRecord, OnceRecord, PublicSessionRecord
from cases.reports import Report
from cases.sessions import DatabaseSessions
from cases.threads import read_thread
from cases.whole_file import whole_file
from crypto.receipts import Receipt
from tests.crypto.test_stock_age import stock
from tests.seizure.canaries import found, new_canary
from tests.support.backups import (
    KEY,
    SECRET,
    backup_of,
    empty_office,
    marked_office,
    members_of,
    restored,
)
from tests.support.office import HANDLER, TestOffice
from tests.support.postgresql import PostgreSQL, running_postgresql

SQLITE, POSTGRESQL = "sqlite", "postgresql"


@pytest.fixture(scope="module")
def server() -> Iterator[PostgreSQL]:
    with running_postgresql() as server:
        yield server


@dataclass
class Places:
    """Offices of a test, on either engine, closed at its end."""

    folder: Path
    request: pytest.FixtureRequest
    opened: list[Office] = field(default_factory=list)

    def marked(self, engine: str = SQLITE) -> TestOffice:
        """Return a new office."""
        office = marked_office(self.folder / f"office-{len(self.opened)}", self._url(engine))
        self.opened.append(office.office)
        return office

    def empty(self, engine: str = SQLITE) -> Office:
        """Return a place where no office is yet."""
        office = empty_office(self.folder / f"empty-{len(self.opened)}", self._url(engine))
        self.opened.append(office)
        return office

    def _url(self, engine: str) -> str:
        if engine == SQLITE:
            return ""
        server: PostgreSQL = self.request.getfixturevalue("server")
        return server.url(server.new_database())


@pytest.fixture
def places(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Places]:
    places = Places(tmp_path, request)
    yield places
    for office in places.opened:
        office.database.close()


@pytest.fixture
def busy(places: Places) -> TestOffice:
    return places.marked()


def rows_of(office: Office) -> dict[str, list[tuple[object, ...]]]:
    with office.database.reading() as session:
        return {
            table.name: sorted((tuple(row) for row in session.execute(select(table))), key=repr)
            for table in kept_tables()
            if table.name not in REDUCED
        }


class _Interrupting(io.BytesIO):
    """A place to write to that files another report each time that something arrives."""

    def __init__(self, office: TestOffice) -> None:
        super().__init__()
        self._office = office
        self.filed: list[Receipt] = []

    def write(self, sealed: object) -> int:
        if len(self.filed) < 5:
            uploads = (self._office.upload(),)
            filed = self._office.send(Report("Gửi trong lúc sao lưu."), uploads)
            self.filed.append(filed.receipt)
        return super().write(sealed)  # type: ignore[arg-type]  # what the base class takes


@pytest.mark.parametrize("there", [SQLITE, POSTGRESQL])
@pytest.mark.parametrize("here", [SQLITE, POSTGRESQL])
def test_a_backup_comes_back_whole_on_either_engine(here: str, there: str, places: Places) -> None:
    before = places.marked(here)
    content = bytes(range(256)) * 1000
    filed = before.send(Report("Cầu sập."), (before.upload("cầu.jpg", content), before.upload()))

    after = places.empty(there)
    restored(after, backup_of(before.office))

    assert rows_of(after) == rows_of(before.office)
    assert read_thread(after, filed.receipt).state
    reviewer = before.reviewers[filed.receiver]
    with after.database.reading() as session:
        ref = session.scalars(select(CaseRecord.ref)).one()
    case = open_case(after, reviewer, ref)
    assert case.report.statement == "Cầu sập."
    files = {each.file_name: each.object_key for each in case.filed.attachments}
    opened = open_case_file(after, reviewer, ref, files["cầu.jpg"])
    assert b"".join(opened.chunks) == content


@pytest.mark.parametrize("engine", [SQLITE, POSTGRESQL])
def test_reports_that_arrive_meanwhile_are_in_it_whole_or_not_at_all(
    engine: str, places: Places
) -> None:
    office = places.marked(engine)
    receipts = [office.file().receipt for _ in range(6)]
    out = _Interrupting(office)
    write_backup(office.office, BackupOrder([KEY.recipient], SECRET), out)

    after = places.empty()
    restored(after, out.getvalue())

    assert len(out.filed) == 5
    assert all(read_thread(after, each).state for each in receipts)
    with after.database.reading() as session:
        kept = session.scalar(select(func.count()).select_from(CaseRecord))
    # The first one comes with the header, before the moment; none after it is in.
    assert kept == 7


def test_what_must_not_outlive_its_time_is_left_out(busy: TestOffice) -> None:
    visit, draft = new_canary("visit"), new_canary("draft")
    sessions = DatabaseSessions(busy.office.database, PublicSessionRecord)
    sessions.save(visit.word.encode(), visit.word.encode(), busy.clock.now() + 60)
    token = invite(busy.office, Place("van-phong", HANDLER))
    busy.send(Report("Một lần."), (busy.upload(),))
    sealed = backup_of(busy.office)

    members = members_of(sealed)
    assert found([visit, draft], members.items()) == []
    assert token.encode() not in b"".join(members.values())
    assert {
        name.split("/")[1] for name in members if name.startswith("tables/")
    } & LEFT_OUT == set()
    [once] = [json.loads(members[name]) for name in members if name.startswith("tables/once/")]
    assert once["sealed_receipt"] is once["lookup_tag"] is None
    assert once["expires_at"] % DAY_SECONDS == 0


def test_every_table_with_a_time_of_day_is_left_out_or_reduced_to_days() -> None:
    timed = {
        table.name: {column.name for column in table.columns if column.name.endswith("_at")}
        for table in Record.metadata.sorted_tables
    }
    kept = {name: columns for name, columns in timed.items() if columns and name not in LEFT_OUT}
    assert kept == {
        "once": {"expires_at"},
        "notice_addresses": {"expires_at"},
        "outbox": {"due_at"},
    }
    assert all(columns <= REDUCED[name].keys() for name, columns in kept.items())


def test_a_form_sent_again_after_a_restore_files_nothing(busy: TestOffice, places: Places) -> None:
    filing = Filing(Report("Một lần."), (), Once(bytes(32)))
    file_report(busy.office, filing)
    after = places.empty()
    restored(after, backup_of(busy.office))

    with pytest.raises(AlreadyFiledError):
        file_report(after, filing)
    with after.database.reading() as session:
        assert session.scalars(select(OnceRecord.sealed_receipt)).all() == [None]


def test_nothing_in_it_is_legible_without_the_keys_of_a_case(busy: TestOffice) -> None:
    said, name, sent = (new_canary(each) for each in ("statement", "file name", "file"))
    upload = busy.upload(f"{name.word}.jpg", sent.word.encode())
    receipt = busy.send(Report(said.word), (upload,)).receipt
    members = members_of(backup_of(busy.office))

    assert found([said, name, sent], members.items()) == []
    content = b"".join(members.values())
    secrets = [SECRET, receipt.code.encode(), receipt.identity().seed]
    secrets += [reviewer.identity.seed for reviewer in busy.reviewers.values()]
    assert not [each for each in secrets if each in content or each.hex().encode() in content]


def test_the_order_in_which_cases_came_is_not_carried_on(busy: TestOffice) -> None:
    for _ in range(8):
        busy.file()
    members = members_of(backup_of(busy.office))
    refs = [json.loads(line)["ref"] for line in members["tables/cases/00000000.jsonl"].splitlines()]
    assert len(refs) == 8
    assert refs == sorted(refs)


@pytest.mark.parametrize("damage", ["gone", "cut off", "empty", "one byte"])
def test_a_missing_or_altered_file_of_the_vault_fails_it_and_leaves_nothing(
    damage: str, busy: TestOffice, tmp_path: Path
) -> None:
    busy.send(Report("Có ảnh."), (busy.upload(content=bytes(300_000)),))
    [path] = [each for each in (busy.folder / "vault").rglob("*") if each.is_file()]
    content = path.read_bytes()
    altered = content[:-1] + bytes([content[-1] ^ 1])
    left = {"cut off": content[:-1000], "empty": b"", "one byte": altered}
    path.unlink()
    if damage != "gone":
        path.write_bytes(left[damage])
    target = tmp_path / "backups"
    target.mkdir()

    order = BackupOrder([KEY.recipient], SECRET)
    with pytest.raises(BackupError, match="vault"), whole_file(target / "b.age") as out:
        write_backup(busy.office, order, out)
    assert list(target.iterdir()) == []


def test_a_backup_never_replaces_a_file(tmp_path: Path) -> None:
    path = tmp_path / "b.age"
    path.write_bytes(b"older")
    with pytest.raises(BackupError), whole_file(path) as out:
        out.write(b"newer")
    assert path.read_bytes() == b"older"


def test_a_name_that_no_folder_takes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="cannot be made"), whole_file(tmp_path / ("x" * 256)):
        pass


def test_an_office_that_was_not_made_yet_has_no_backup(places: Places) -> None:
    office = places.empty()
    with pytest.raises(StoreUnavailableError):
        backup_of(office)
    office.database.make_file()
    with pytest.raises(BackupError):
        backup_of(office)


def test_stock_tools_open_it(busy: TestOffice) -> None:
    busy.send(Report("Có ảnh."), (busy.upload(),))
    sealed = backup_of(busy.office)
    opened = stock("open", KEY.encoded(), content=sealed)
    assert opened[:10].rstrip(b"\0") == b"about.json"
    assert members_of(sealed)["about.json"] in opened
