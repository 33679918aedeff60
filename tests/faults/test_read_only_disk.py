"""A disk that can only be read, as Linux leaves one after a fault: plain words, and no restart."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support import needs
from tests.support.browser import Answer, File
from tests.support.office import CAT_HAI
from tests.support.people import Reporter, receipt_of
from tests.support.prepared import Launcher, launcher, prepare
from tests.support.stubborn import SentForm
from tests.support.whole import half_cases, lost_forms

FILE = File("ảnh chụp.jpg", b"evidence" * 5000)
WORDS = "Chuyện phải còn lại nguyên vẹn."
# Root writes whatever the modes say, unless it gives up that right (capabilities(7)).
OBEYING = "--bounding-set=-dac_override,-dac_read_search"


def obedient() -> tuple[str, ...]:
    """Return what a program is started with so that modes of files hold for it."""
    if os.geteuid() != 0:
        return ()
    return str(needs.program("setpriv", "apt-get install util-linux")), OBEYING, "--"


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Launcher]:
    prepared = prepare(tmp_path)
    with launcher(prepared, tmp_path / "logged.txt", obedient()) as started:
        yield started


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Take away the right to write to a folder and all that is in it, for a while."""
    everything = [folder, *folder.rglob("*")]
    modes = {path: path.stat().st_mode for path in everything}
    for path, mode in modes.items():
        path.chmod(mode & ~0o222)
    yield
    for path, mode in modes.items():
        path.chmod(mode)


def assert_given_back(answer: Answer) -> None:
    assert answer.status == 503
    assert WORDS in answer.text
    assert FILE.name in answer.text


def assert_filed_once(running: Launcher, reporter: Reporter, form: list[tuple[str, str]]) -> None:
    code = receipt_of(reporter.post("/report", form, [FILE]))
    assert receipt_of(reporter.post("/report", form, [FILE])) == code
    assert Reporter(running.public).follow(code).status == 200
    office = running.prepared.office()
    reviewer = running.prepared.reviewer_of(office, CAT_HAI.default_receiver)
    assert lost_forms(office, reviewer, [SentForm.of(WORDS, [FILE], code)]) == []
    assert half_cases(office) == []
    office.database.close()


def test_a_door_that_starts_on_a_read_only_disk_says_so_and_works_once_it_can_be_written(
    running: Launcher,
) -> None:
    reporter = Reporter(running.public)
    # Others have the database open, so that this door can read it, and keeps what it opened.
    running.start("jobs")
    running.start("intake")
    before = receipt_of(Reporter(running.public).report("Một chuyện trước đó."))
    running.kill("intake")
    with read_only(running.prepared.folder):
        running.start("intake")
        form = reporter.get("/report").form("/report").filled({"statement": WORDS})
        form = [*form, ("action", "send")]
        assert_given_back(reporter.post("/report", form, [FILE]))
        assert reporter.get("/health").status == 503
        assert reporter.get("/").status == 200
        typed = Reporter(running.public).follow(before)
        assert typed.status == 503
        assert before in typed.text

    assert_filed_once(running, reporter, form)


def test_a_vault_that_becomes_read_only_takes_no_file_and_lets_reports_without_one_in(
    running: Launcher,
) -> None:
    running.start("intake")
    reporter = Reporter(running.public)
    form = reporter.get("/report").form("/report").filled({"statement": WORDS, "action": "send"})
    with read_only(running.prepared.folder / "vault"):
        assert_given_back(reporter.post("/report", form, [FILE]))
        assert reporter.get("/health").status == 503
        receipt_of(Reporter(running.public).report("Không có tệp."))

    assert_filed_once(running, reporter, form)
