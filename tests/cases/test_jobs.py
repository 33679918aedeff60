"""Jobs run once each, however many processes there are."""

import threading
from pathlib import Path

import pytest

from cases.database import Database
from cases.jobs import DAY, JOBS, Job, expire_once, expire_sessions, run_due
from cases.office import Office
from cases.once import Once, once_row
from cases.records import OnceRecord, PublicSessionRecord
from cases.sessions import DatabaseSessions
from cases.wall import forget_receipt
from crypto.receipts import Receipt
from tests.support.office import TestOffice


def test_a_job_runs_once_for_all_processes(office: TestOffice, database_url: str) -> None:
    ran: list[Office] = []
    job = Job("count", 60, ran.append)
    others = [
        Office(
            Database(database_url),
            office.office.vault,
            office.office.pack,
            office.office.calendar,
            office.clock,
        )
        for _ in range(4)
    ]
    start = threading.Barrier(4)

    def run(other: Office) -> None:
        start.wait()
        run_due(other, (job,))

    threads = [threading.Thread(target=run, args=(other,)) for other in others]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert len(ran) == 1
    office.clock.pass_seconds(61)
    assert run_due(office.office, (job,)) == ("count",)
    for other in others:
        other.database.close()


def test_a_clock_that_was_set_back_does_not_stop_the_jobs(office: TestOffice) -> None:
    office.clock.pass_seconds(7 * 24 * 3600)
    assert len(run_due(office.office)) == len(JOBS)
    office.clock.pass_seconds(-7 * 24 * 3600)

    assert len(run_due(office.office)) == len(JOBS)


def test_a_job_that_fails_in_any_way_holds_no_other_back(office: TestOffice) -> None:
    ran: list[Office] = []

    def stumble(_: Office) -> None:
        raise TypeError

    with pytest.raises(TypeError):
        run_due(office.office, (Job("stumble", 60, stumble), Job("count", 60, ran.append)))
    assert ran == [office.office]


def test_sessions_that_are_over_are_forgotten(office: TestOffice) -> None:
    store = DatabaseSessions(office.office.database, PublicSessionRecord)
    now = office.clock.now()
    store.save(b"old", b"sealed", now + 60)
    store.save(b"new", b"sealed", now + 600)
    office.clock.pass_seconds(61)

    assert store.load(b"old", office.clock.now()) is None
    expire_sessions(office.office)

    with office.office.database.reading() as session:
        assert session.get(PublicSessionRecord, b"old") is None
        assert session.get(PublicSessionRecord, b"new") is not None


def test_no_receipt_outlives_its_quarter_of_an_hour_even_sealed(office: TestOffice) -> None:
    once, receipt = Once(b"o" * 32), Receipt.generate()
    with office.office.database.writing() as session:
        session.add(OnceRecord(**once_row(once, b"d" * 32, receipt, office.clock.now())))
    office.clock.pass_seconds(15 * 60)
    expire_once(office.office)

    with office.office.database.reading() as session:
        row = session.get_one(OnceRecord, once.tag)
        assert (row.sealed_receipt, row.lookup_tag) == (None, None)
    office.clock.pass_seconds(49 * 60 * 60)
    expire_once(office.office)
    with office.office.database.reading() as session:
        assert session.get(OnceRecord, once.tag) is None


@pytest.mark.parametrize("is_used", [True, False], ids=["used", "unused"])
def test_an_expired_form_says_no_time_of_day_and_is_remembered_for_a_day(
    office: TestOffice, is_used: bool
) -> None:
    once, receipt = Once(b"o" * 32), Receipt.generate()
    with office.office.database.writing() as session:
        session.add(OnceRecord(**once_row(once, b"d" * 32, receipt, office.clock.now())))
        if is_used:
            forget_receipt(session, receipt.lookup_tag())
    office.clock.pass_seconds(15 * 60)
    expire_once(office.office)

    with office.office.database.reading() as session:
        assert session.get_one(OnceRecord, once.tag).expires_at % DAY == 0
    office.clock.pass_seconds(DAY)
    expire_once(office.office)
    with office.office.database.reading() as session:
        assert session.get(OnceRecord, once.tag) is not None


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_the_jobs_forget_is_in_no_file_of_the_database(
    office: TestOffice, tmp_path: Path
) -> None:
    receipt = Receipt.generate()
    expires_at = office.clock.now() + 15 * 60
    traces = (receipt.lookup_tag(), expires_at.to_bytes(4))
    with office.office.database.writing() as session:
        session.add(OnceRecord(**once_row(Once(b"o" * 32), b"d" * 32, receipt, office.clock.now())))
    assert all(_is_in_a_file(trace, tmp_path) for trace in traces)
    office.clock.pass_seconds(16 * 60)

    run_due(office.office)

    assert not any(_is_in_a_file(trace, tmp_path) for trace in traces)


def _is_in_a_file(trace: bytes, folder: Path) -> bool:
    return any(trace in path.read_bytes() for path in folder.glob("office.db*"))
