"""A real door whose files can grow no more: EFBIG on database and vault alike, then room again."""

import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.browser import File
from tests.support.office import CAT_HAI
from tests.support.people import Reporter, receipt_of
from tests.support.prepared import Launcher, Prepared, launcher, prepare
from tests.support.stubborn import SentForm
from tests.support.whole import half_cases, lost_forms

FILE = File("ảnh chụp.jpg", b"evidence" * 500_000)
WORDS = "Chuyện phải còn lại nguyên vẹn."


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    return prepare(tmp_path_factory.mktemp("full"))


@pytest.fixture
def running(prepared: Prepared, tmp_path: Path) -> Iterator[Launcher]:
    with launcher(prepared, tmp_path / "logged.txt") as started:
        started.start("intake")
        yield started


def let_files_grow(running: Launcher, most_bytes: int) -> None:
    """Let no file of the public door grow beyond so many bytes, as a disk's last free block."""
    unlimited = resource.RLIM_INFINITY
    resource.prlimit(running.running["intake"], resource.RLIMIT_FSIZE, (most_bytes, unlimited))


@pytest.mark.parametrize(
    "most_bytes", [0, 1 << 20], ids=["nothing can grow", "only the large file cannot"]
)
def test_a_full_disk_is_said_plainly_and_the_same_form_is_filed_when_there_is_room(
    running: Launcher, most_bytes: int
) -> None:
    reporter = Reporter(running.public)
    page = reporter.get("/report")
    fields = page.form("/report").filled({"statement": WORDS, "action": "send"})
    let_files_grow(running, most_bytes)
    refused = reporter.post("/report", fields, [FILE])
    healthy = reporter.get("/health").status
    let_files_grow(running, resource.RLIM_INFINITY)

    assert refused.status == 503
    assert WORDS in refused.text
    assert FILE.name in refused.text
    assert healthy == (503 if most_bytes == 0 else 200)
    code = receipt_of(reporter.post("/report", fields, [FILE]))
    assert receipt_of(reporter.post("/report", fields, [FILE])) == code
    office = running.prepared.office()
    form = SentForm.of(WORDS, [FILE], code)
    reviewer = running.prepared.reviewer_of(office, CAT_HAI.default_receiver)
    assert lost_forms(office, reviewer, [form]) == []
    assert half_cases(office) == []
