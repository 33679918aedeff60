"""500 bad lines at the real public door: the others go on, a stop is quick, nothing is left.

Measured at the server alone: tests/web/test_serving_slow_visitors.py, tests/web/test_serving.py.
"""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from cases.office import Office
from cases.records import CaseRecord
from cases.reviewers import SignedIn
from tests.support.browser import Answer, Fields, File, multipart_of, send_in_pieces
from tests.support.office import CAT_HAI
from tests.support.people import Reporter, receipt_of
from tests.support.prepared import Launcher, Prepared, launcher, prepare
from tests.support.slow_lines import BEGUN_QUICKLY, SlowLines, slow_lines
from tests.support.stubborn import SentForm
from tests.support.whole import doubled_reports, half_cases, left_after_the_sweep, lost_forms

SLOW_VISITORS = 500
IN_FLIGHT = 5
STOP_SECONDS = 30
PATIENCE_SECONDS = 60
REFUSED = "Không có gì được gửi hay lưu lại."
BESIDE = "Chuyện gửi giữa lúc đông."
FILE = File("ảnh chụp.jpg", b"evidence" * 40_000)


@dataclass
class Sending:
    """A report whose body is half sent, and goes on when it is told to."""

    visitor: Reporter
    fields: Fields
    form: SentForm
    is_half_sent: threading.Event = field(default_factory=threading.Event)
    may_go_on: threading.Event = field(default_factory=threading.Event)

    @classmethod
    def begin(cls, origin: str, number: int) -> "Sending":
        """Open the form as somebody who will say a thing of their own."""
        visitor, statement = Reporter(origin), f"Chuyện đang gửi thì máy chủ dừng, số {number}."
        typed = {"statement": statement, "action": "send"}
        fields = visitor.get("/report").form("/report").filled(typed)
        return cls(visitor, fields, SentForm.of(statement, [FILE]))

    def send(self) -> Answer:
        """Send the form with a pause in the midst of its file."""
        content_type, body = multipart_of(self.fields, [FILE])
        pieces = self._pieces(body)
        return send_in_pieces(self.visitor, "/report", content_type, pieces, len(body))

    def send_again(self) -> None:
        """Send the same form once more, in one piece."""
        self.form.shown.append(receipt_of(self.visitor.post("/report", self.fields, [FILE])))

    def _pieces(self, body: bytes) -> Iterator[bytes]:
        yield body[: len(body) // 2]
        self.is_half_sent.set()
        assert self.may_go_on.wait(PATIENCE_SECONDS)
        yield body[len(body) // 2 :]


@dataclass(frozen=True)
class Stopped:
    """What became of everybody when the door was told to stop."""

    prepared: Prepared
    sent_beside: SentForm
    thread: Answer
    let_go_before: int
    stop_seconds: float
    slow: SlowLines
    staged: list[Path]
    finished: list[SentForm]
    logged: str


@dataclass(frozen=True)
class Found:
    """The office as it was found afterwards, and somebody who reads its cases."""

    office: Office
    reviewer: SignedIn


def staged_files(prepared: Prepared) -> list[Path]:
    office = prepared.office()
    found = office.vault.unfinished(office.clock.today() + timedelta(days=1))
    office.database.close()
    return found


def await_all_sending(prepared: Prepared, slow: SlowLines) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while slow.rounds < 2 or len(staged_files(prepared)) < BEGUN_QUICKLY:
        assert time.monotonic() < until, f"{len(staged_files(prepared))} files are under way"
        time.sleep(0.1)
    assert slow.answered == []


def stop_in_the_midst(running: Launcher, sending: list[Sending]) -> tuple[float, list[Answer]]:
    """Stop the door while reports are half sent; return how long it took, and their answers."""
    with ThreadPoolExecutor(len(sending) + 1) as threads:
        answers: list[Future[Answer]] = [threads.submit(each.send) for each in sending]
        assert all(each.is_half_sent.wait(PATIENCE_SECONDS) for each in sending)
        stopped = threads.submit(running.stop, "intake")
        time.sleep(0.5)
        for each in sending:
            each.may_go_on.set()
        return stopped.result(), [answer.result() for answer in answers]


def stopped_under_load(folder: Path) -> Stopped:
    prepared, logged = prepare(folder, threads="600"), folder / "logged.txt"
    with launcher(prepared, logged) as running:
        running.start("intake")
        visitor, beside = Reporter(running.public), Reporter(running.public)
        typed = {"statement": "Một chuyện dài.", "action": "send"}
        fields = visitor.get("/report").form("/report").filled(typed)
        with slow_lines(visitor, fields, SLOW_VISITORS) as slow:
            await_all_sending(prepared, slow)
            receipt = receipt_of(beside.report(BESIDE, [FILE]))
            thread = Reporter(running.public).follow(receipt)
            let_go_before = len(slow.lines) - len(slow.open)
            sending = [Sending.begin(running.public, number) for number in range(IN_FLIGHT)]
            seconds, answers = stop_in_the_midst(running, sending)
            staged = staged_files(prepared)
        for each, answer in zip(sending, answers, strict=True):
            each.form.shown.append(receipt_of(answer))
        running.start("intake")
        for each in sending:
            each.send_again()
    sent_beside = SentForm.of(BESIDE, [FILE], receipt)
    forms = [each.form for each in sending]
    said = logged.read_text()
    return Stopped(prepared, sent_beside, thread, let_go_before, seconds, slow, staged, forms, said)


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> Stopped:
    return stopped_under_load(tmp_path_factory.mktemp("slow"))


@pytest.fixture(scope="module")
def found(stopped: Stopped) -> Iterator[Found]:
    office = stopped.prepared.office()
    yield Found(office, stopped.prepared.reviewer_of(office, CAT_HAI.default_receiver))
    office.database.close()


@pytest.mark.slow
def test_beside_five_hundred_slow_uploads_a_report_is_filed_and_its_receipt_opens_it(
    stopped: Stopped, found: Found
) -> None:
    assert stopped.let_go_before == 0
    assert stopped.thread.status == 200
    assert "text" in stopped.thread.form("/case/messages").names
    assert lost_forms(found.office, found.reviewer, [stopped.sent_beside]) == []


@pytest.mark.slow
def test_a_stop_under_load_is_quick_and_tells_every_slow_visitor_that_nothing_was_kept(
    stopped: Stopped,
) -> None:
    assert stopped.stop_seconds < STOP_SECONDS
    assert stopped.slow.open == []
    for line in stopped.slow.lines:
        assert line.answer.startswith(b"HTTP/1.1 400 "), line.answer[:80]
        assert REFUSED in line.answer.decode()
    assert stopped.logged == ""


@pytest.mark.slow
def test_a_report_that_is_half_sent_when_the_door_stops_is_finished_and_filed_once(
    stopped: Stopped, found: Found
) -> None:
    assert [len(form.shown) for form in stopped.finished] == [2] * IN_FLIGHT
    assert lost_forms(found.office, found.reviewer, stopped.finished) == []
    assert doubled_reports(found.office, found.reviewer) == []


@pytest.mark.slow
def test_nothing_is_half_and_no_slow_upload_left_anything(stopped: Stopped, found: Found) -> None:
    assert half_cases(found.office) == []
    assert case_count(found.office) == IN_FLIGHT + 1
    assert stopped.staged == []
    assert left_after_the_sweep(stopped.prepared) == []


def case_count(office: Office) -> int:
    with office.database.reading() as session:
        return session.scalar(select(func.count()).select_from(CaseRecord)) or 0
