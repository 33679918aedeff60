"""PostgreSQL that crashes and comes back: plain answers, whole cases, connections that recover."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, event

from cases.case_file import open_case_file
from cases.database import Database
from cases.schema import upgrade
from intake.health import ANSWER_SECONDS
from tests.support.intake_office import (
    HOST,
    IntakeOffice,
    Reporter,
    box_text,
    form_to,
    open_intake,
    receipt_of,
)
from tests.support.office import give_public_role
from tests.support.postgresql import PostgreSQL, running_postgresql

WORDS = "Chuyện phải còn lại nguyên vẹn, từng chữ một."
FILE = ("ảnh chụp.jpg", b"evidence" * 5000)


@pytest.fixture(scope="module")
def server() -> Iterator[PostgreSQL]:
    with running_postgresql() as running:
        yield running


@pytest.fixture
def intake(server: PostgreSQL, tmp_path: Path) -> Iterator[IntakeOffice]:
    url = server.url(server.new_database())
    owner = Database(url)
    upgrade(owner)
    give_public_role(owner)
    owner.close()
    opened = open_intake(tmp_path, database_url=url)
    yield opened
    opened.close()


@pytest.fixture
def reporter(intake: IntakeOffice) -> Reporter:
    found = intake.reporter()
    found.get("/report")
    found.get("/report")
    return found


def at_the_next_commit(intake: IntakeOffice, happens: Callable[[Connection], None]) -> None:
    """Let something happen right before the database is told to commit."""
    event.listen(intake.public.engine, "commit", happens, once=True)


def commit_unheard(connection: Connection) -> None:
    """Let the database commit, and the line break before anybody hears of it."""
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.commit()
    driver.close()


def break_the_line(connection: Connection) -> None:
    """Let the line break before the database hears of the commit."""
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.close()


def is_whole(intake: IntakeOffice) -> bool:
    """Return whether the one case with the words has the one file, byte by byte."""
    case = intake.read_saying("van-phong", WORDS)
    (attachment,) = case.filed.attachments
    office, reviewer = intake.office.office, intake.office.reviewers["van-phong"]
    download = open_case_file(office, reviewer, case.ref, attachment.object_key)
    return (attachment.file_name, b"".join(download.chunks)) == FILE


def test_a_crash_is_said_plainly_and_everything_works_again_without_a_restart(
    server: PostgreSQL, intake: IntakeOffice, reporter: Reporter
) -> None:
    clock, before = intake.office.clock, intake.reporter().file("Một chuyện trước đó.")
    server.stop("immediate")
    try:
        assert reporter.get("/report").status_code == 200
        answer = reporter.report(WORDS, [FILE])
        assert answer.status_code == 503
        assert box_text(answer.text, "statement") == WORDS
        assert FILE[0] in answer.text
        clock.pass_seconds(ANSWER_SECONDS + 1)
        assert reporter.get("/health").status_code == 503
    finally:
        server.start()

    receipt = receipt_of(reporter.report(WORDS, [FILE]))
    clock.pass_seconds(ANSWER_SECONDS + 1)
    assert reporter.get("/health").status_code == 200
    assert is_whole(intake)
    for each in (before, receipt):
        assert intake.reporter().sign_in(each).status_code == 200


def test_a_commit_whose_answer_was_lost_shows_its_receipt(
    intake: IntakeOffice, reporter: Reporter
) -> None:
    at_the_next_commit(intake, commit_unheard)
    receipt = receipt_of(reporter.report(WORDS, [FILE]))

    assert intake.cases() == 1
    assert is_whole(intake)
    assert intake.reporter().sign_in(receipt).status_code == 200


def test_a_crash_right_after_the_commit_loses_neither_the_receipt_nor_a_file(
    server: PostgreSQL, intake: IntakeOffice, reporter: Reporter
) -> None:
    def commit_and_crash(connection: Connection) -> None:
        commit_unheard(connection)
        server.stop("immediate")

    at_the_next_commit(intake, commit_and_crash)
    try:
        answer = reporter.report(WORDS, [FILE])
    finally:
        server.start()
    assert answer.status_code == 503
    assert "Chưa rõ đã gửi được hay chưa" in answer.text
    assert box_text(answer.text, "statement") == WORDS

    # The page of that answer has the file with it: pressing again is enough.
    receipt = receipt_of(reporter.report(WORDS))
    assert intake.cases() == 1
    assert is_whole(intake)
    assert intake.reporter().sign_in(receipt).status_code == 200


def test_a_commit_that_never_arrived_is_said_to_be_uncertain_and_filed_by_pressing_again(
    intake: IntakeOffice, reporter: Reporter
) -> None:
    at_the_next_commit(intake, break_the_line)
    answer = reporter.report(WORDS, [FILE])
    assert answer.status_code == 503
    assert "Chưa rõ đã gửi được hay chưa" in answer.text

    receipt_of(reporter.report(WORDS))
    assert intake.cases() == 1
    assert is_whole(intake)


def test_a_reply_whose_commit_lost_its_answer_keeps_its_file_and_is_added_once(
    server: PostgreSQL, intake: IntakeOffice, reporter: Reporter
) -> None:
    def commit_and_crash(connection: Connection) -> None:
        commit_unheard(connection)
        server.stop("immediate")

    code = receipt_of(reporter.report("Chuyện."))
    reporter.sign_in(code)
    before = intake.entries()
    words = {**form_to(reporter.get("/case").text, "/case/messages"), "text": WORDS}
    at_the_next_commit(intake, commit_and_crash)
    try:
        answer = reporter.post("/case/messages", words, [FILE])
    finally:
        server.start()
    assert answer.status_code == 503
    assert "Chưa rõ đã gửi được hay chưa" in answer.text

    assert reporter.post("/case/messages", words, [FILE]).status_code == 303
    assert intake.entries() == before + 1
    page = reporter.get("/case").text
    assert page.count(WORDS) == 1
    (link,) = re.findall(r'href="(/case/files/[^"]+)"', page)
    assert reporter.client.get(link, headers=HOST).data == FILE[1]
