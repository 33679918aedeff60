"""A disk without a free block, for both doors at once: the kernel's own ENOSPC, then room again."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pytest

from tests.support.browser import Answer, File
from tests.support.office import CAT_HAI
from tests.support.own_disk import KEPT, on_own_disk
from tests.support.people import Reporter, Reviewer, receipt_of
from tests.support.prepared import Launcher, Prepared, launcher, prepare
from tests.support.stubborn import SentForm
from tests.support.whole import half_cases, lost_forms

FILE = File("ảnh chụp.jpg", b"evidence" * 50_000)
WORDS = "Chuyện phải còn lại nguyên vẹn."
ANSWER = "Xin hỏi thêm: giấy hẹn ghi ngày nào?"
UNIT = CAT_HAI.default_receiver
NOTHING_KEPT = 503


@dataclass
class OnAFullDisk:
    """Both doors, a reporter with a case, a reviewer who is signed in, and no room for anything."""

    running: Launcher
    followed: Reporter
    reviewer: Reviewer
    filed: list[SentForm] = field(default_factory=list)

    @property
    def code(self) -> str:
        """Return the receipt of the first report."""
        return self.filed[0].shown[0]

    def visitor(self) -> Reporter:
        """Return somebody who was not there before."""
        return Reporter(self.running.public)

    def report(self, reporter: Reporter, page: Answer, words: str) -> Answer:
        """Send a report with a file."""
        return reporter.submit(page, "/report", {"statement": words, "action": "send"}, [FILE])

    def fill(self) -> None:
        self.running.run("full disk")

    def make_room(self) -> None:
        self.running.run("roomy disk")


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    return prepare(tmp_path_factory.mktemp("no-room"))


@pytest.fixture(scope="module")
def full(prepared: Prepared) -> Iterator[OnAFullDisk]:
    logged = prepared.folder.with_name("logged.txt")
    with launcher(prepared, logged, on_own_disk(prepared.folder)) as running:
        for door in ("intake", "review"):
            running.start(door)
        reviewer = Reviewer(prepared.settings.desk_origin)
        reviewer.sign_in(*prepared.reviewers[f"{UNIT}-1"])
        reporter = Reporter(running.public)
        code = receipt_of(reporter.report(WORDS, [FILE]))
        reporter.follow(code)
        yield OnAFullDisk(running, reporter, reviewer, [SentForm.of(WORDS, [FILE], code)])


@pytest.fixture(autouse=True)
def room_again(full: OnAFullDisk) -> Iterator[None]:
    yield
    full.make_room()


def test_a_report_is_given_back_and_filed_once_there_is_room(full: OnAFullDisk) -> None:
    reporter = full.visitor()
    page = reporter.get("/report")
    full.fill()
    refused = full.report(reporter, page, "Chuyện thứ hai.")
    assert refused.status == NOTHING_KEPT
    assert "Chuyện thứ hai." in refused.text
    assert FILE.name in refused.text

    full.make_room()
    codes = [receipt_of(full.report(reporter, page, "Chuyện thứ hai.")) for _ in range(2)]
    full.filed.append(SentForm.of("Chuyện thứ hai.", [FILE], *codes))


def test_a_receipt_that_is_typed_is_given_back_in_its_box_and_nowhere_else(
    full: OnAFullDisk,
) -> None:
    newcomer, back = full.visitor(), full.visitor()
    back.follow(full.code)
    back.submit(back.get("/case"), "/case/leave", {})
    pages = [(visitor, visitor.get("/case")) for visitor in (newcomer, back)]
    full.fill()
    for visitor, page in pages:
        refused = visitor.submit(page, "/case", {"receipt": full.code})
        assert refused.status == NOTHING_KEPT
        [box] = (each for each in refused.form("/case").controls if each.name == "receipt")
        assert box.value == full.code
        assert full.code not in refused.url
        assert refused.text.count(full.code) == 1

        full.make_room()
        thread = visitor.submit(refused, "/case", {"receipt": full.code})
        assert "text" in thread.form("/case/messages").names
        full.fill()


def test_a_thread_is_read_and_an_answer_to_it_given_back(full: OnAFullDisk) -> None:
    full.fill()
    page = full.followed.get("/case")
    assert page.status == 200
    refused = full.followed.submit(page, "/case/messages", {"text": ANSWER})
    assert refused.status == NOTHING_KEPT
    assert ANSWER in refused.text

    full.make_room()
    full.followed.reply(ANSWER)
    assert full.followed.get("/case").document.words.count(ANSWER) == 1


def test_a_reviewer_reads_what_has_no_number_yet_and_is_told_that_nothing_was_recorded(
    full: OnAFullDisk,
) -> None:
    reporter = full.visitor()
    words = "Chuyện chưa ai mở."
    full.filed.append(SentForm.of(words, [FILE], receipt_of(reporter.report(words, [FILE]))))
    full.fill()

    case = full.reviewer.case_saying(words)
    page = full.reviewer.get(case)
    assert page.status == 200
    refused = full.reviewer.submit(page, f"{case}/messages", {"text": ANSWER})
    assert refused.status == NOTHING_KEPT
    assert ANSWER in refused.text
    assert "Chưa ghi được gì" in refused.document.words

    full.make_room()
    assert "chưa có số" not in full.reviewer.get("/cases").text
    full.reviewer.answer(case, ANSWER)
    assert full.reviewer.get(case).document.words.count(ANSWER) == 1


def test_whoever_watches_the_service_is_told(full: OnAFullDisk) -> None:
    full.fill()
    assert full.visitor().get("/health").status == NOTHING_KEPT


def test_nothing_is_lost_and_nothing_is_half_after_all_of_it(
    full: OnAFullDisk, prepared: Prepared
) -> None:
    for door in ("intake", "review"):
        full.running.kill(door)
    full.running.run("copy")
    kept = prepared.folder.with_name(KEPT)
    moved = {**prepared.environ, "LIEMCHINH_INSTANCE": str(kept)}
    office = replace(prepared, folder=kept, environ=moved).office()
    try:
        reviewer = prepared.reviewer_of(office, UNIT)
        assert len(full.filed) >= 3
        assert lost_forms(office, reviewer, full.filed) == []
        assert half_cases(office) == []
    finally:
        office.database.close()
