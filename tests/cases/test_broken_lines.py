"""A PostgreSQL that goes away: nothing is doubled, and files that may belong to a case stay."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Connection, event, func, select, text

from cases.errors import StoreUnavailableError, UncertainStoreError
from cases.filing import Filing, file_report
from cases.once import Once
from cases.records import CaseRecord, EntryRecord
from cases.reports import Report
from cases.threads import Message, read_thread, reply
from tests.support.office import TestOffice, open_office


@pytest.fixture
def office(tmp_path: Path, postgresql_url: str) -> Iterator[TestOffice]:
    opened = open_office(tmp_path, database_url=postgresql_url)
    yield opened
    opened.office.database.close()


class BreakingLine:
    """Breaks the line of the next commit, before it reaches the server or after."""

    def __init__(self, office: TestOffice, *, is_kept: bool) -> None:
        self._is_kept, self._is_armed = is_kept, True
        event.listen(office.office.database.engine, "commit", self._break)

    def _break(self, connection: Connection) -> None:
        if not self._is_armed:
            return
        self._is_armed = False
        driver = connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        if self._is_kept:
            driver.pgconn.exec_(b"COMMIT")
        driver.pgconn.finish()


def filing_of(statement: str) -> Filing:
    return Filing(Report(statement), (), Once(secrets.token_bytes(32)))


def count(office: TestOffice, table: type[CaseRecord | EntryRecord]) -> int:
    with office.office.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_report_whose_commit_lost_its_answer_shows_the_receipt_it_was_filed_with(
    office: TestOffice,
) -> None:
    BreakingLine(office, is_kept=True)

    filed = file_report(office.office, filing_of("Đã nhận."))

    assert count(office, CaseRecord) == 1
    assert read_thread(office.office, filed.receipt).messages == ()


def test_a_report_whose_commit_never_arrived_is_refused_and_filed_when_it_is_sent_again(
    office: TestOffice,
) -> None:
    filing = filing_of("Chưa nhận.")
    BreakingLine(office, is_kept=False)
    with pytest.raises(UncertainStoreError):
        file_report(office.office, filing)
    assert count(office, CaseRecord) == 0

    filed = file_report(office.office, filing)

    assert file_report(office.office, filing).receipt == filed.receipt
    assert count(office, CaseRecord) == 1


def test_a_reply_whose_commit_lost_its_answer_stands_once(office: TestOffice) -> None:
    receipt = office.file().receipt
    message = Message("Nói thêm.", (), secrets.token_bytes(32))
    BreakingLine(office, is_kept=True)

    reply(office.office, receipt, message)
    reply(office.office, receipt, message)

    assert len(read_thread(office.office, receipt).messages) == 1


def test_a_line_that_breaks_in_mid_transaction_is_the_houses_own_refusal(
    office: TestOffice,
) -> None:
    database = office.office.database
    with pytest.raises(StoreUnavailableError) as refused, database.writing() as session:
        session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    assert not isinstance(refused.value, UncertainStoreError)
    office.file("Sau đó lại nhận.")


def test_lines_that_died_while_nobody_used_them_are_not_noticed(office: TestOffice) -> None:
    with office.office.database.writing() as session:
        session.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    for number in range(3):
        office.file(f"Chuyện {number}.")


def test_a_reading_transaction_sees_one_moment_and_writes_nothing(office: TestOffice) -> None:
    database = office.office.database
    with database.reading() as session:
        before = session.scalar(select(func.count()).select_from(CaseRecord))
        office.file()
        assert session.scalar(select(func.count()).select_from(CaseRecord)) == before
        with pytest.raises(StoreUnavailableError), database.reading() as other:
            other.execute(text("DELETE FROM cases"))
