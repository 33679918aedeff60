"""A power cut at the moment when a receipt leaves the machine: its report is on the disk, whole.

Every write, flush, new name and removal of the door and of the jobs is recorded while people file.
From that each disk is built that a cut may leave behind, and the instance is opened there.
CUT_SEED repeats a run that failed.
"""

import os
import random
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from cases.direct_file import BLOCK_BYTES
from cases.errors import DomainError, StorageError
from cases.reviewers import SignedIn
from crypto.errors import CryptoError
from tests.faults.disk import Disk, read_disk
from tests.faults.recorded import Step, moment_of, steps_of, watcher
from tests.support.browser import File
from tests.support.office import CAT_HAI
from tests.support.people import Reporter, receipt_of
from tests.support.prepared import Prepared, launcher, prepare
from tests.support.stubborn import SentForm, clients_at_work
from tests.support.whole import half_cases, lost_forms

CLIENTS, REPORTS = 3, 10
OTHER_MOMENTS = 10
PATIENCE_SECONDS = 120
WORDS = "Chuyện có phim."
Lying = Callable[[Path], bool]


@dataclass(frozen=True)
class Filmed:
    """What was recorded, when each receipt left, and who can read the reports."""

    prepared: Prepared
    before: Path
    steps: list[Step]
    receipts: list[tuple[int, SentForm]]
    reviewer: SignedIn
    seed: int

    def disk(self, is_flushed: Lying = lambda _: True) -> Disk:
        """Return the disk that the programs wrote to, or one that lies about some flushes."""
        return Disk(self.prepared.folder, read_disk(self.before), self.steps, is_flushed)

    def wrong_after(
        self, disk: Disk, moment: int, folder: Path, chance: random.Random | None = None
    ) -> list[str]:
        """Cut the power at a moment, open what is left, and return what is wrong there."""
        disk.after_cut(moment, folder, chance)
        moved = {**self.prepared.environ, "LIEMCHINH_INSTANCE": str(folder)}
        office = replace(self.prepared, folder=folder, environ=moved).office()
        shown = [form for sent, form in self.receipts if sent <= moment]
        try:
            return lost_forms(office, self.reviewer, shown) + half_cases(office)
        except (DomainError, StorageError, CryptoError, KeyError) as error:
            return [f"not to be opened: {type(error).__name__}"]
        finally:
            office.database.close()
            shutil.rmtree(folder)


def file_large(origin: str, chance: random.Random) -> SentForm:
    """File a report with a file so large that the vault writes it in blocks, and a small rest."""
    file = File("phim.mp4", chance.randbytes(BLOCK_BYTES + 200_000))
    return SentForm.of(WORDS, [file], receipt_of(Reporter(origin).report(WORDS, [file])))


def film(folder: Path) -> Filmed:
    seed = int(os.environ.get("CUT_SEED") or random.SystemRandom().getrandbits(32))
    prepared, record = prepare(folder), folder / "record.txt"
    before = shutil.copytree(prepared.folder, folder / "before")
    chance = random.Random(seed)  # noqa: S311 (a test's own chance)
    with launcher(prepared, folder / "logged.txt", watcher(record)) as running:
        for program in ("watched jobs", "watched intake"):
            running.start(program)
        large = file_large(running.public, chance)
        with clients_at_work(running.public, CLIENTS, chance) as clients:
            until = time.monotonic() + PATIENCE_SECONDS
            while sum(len(client.forms) for client in clients) < REPORTS:
                assert time.monotonic() < until, "nobody can report"
                time.sleep(0.02)
    steps = steps_of(record)
    receipts = [
        (moment_of(steps, form.shown[0].encode()), form)
        for form in (large, *(form for client in clients for form in client.forms))
    ]
    office = prepared.office()
    reviewer = prepared.reviewer_of(office, CAT_HAI.default_receiver)
    office.database.close()
    return Filmed(prepared, before, steps, receipts, reviewer, seed)


@pytest.fixture(scope="module")
def filmed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filmed]:
    yield film(tmp_path_factory.mktemp("filmed"))


@pytest.mark.slow
def test_no_report_is_lost_whose_receipt_left_before_the_cut_although_nothing_unflushed_is_kept(
    filmed: Filmed, tmp_path: Path
) -> None:
    disk = filmed.disk()
    assert len(filmed.receipts) >= REPORTS
    for moment, _ in filmed.receipts:
        assert filmed.wrong_after(disk, moment, tmp_path / "cut") == []


@pytest.mark.slow
def test_nothing_is_half_whenever_the_cut_comes_and_whatever_the_disk_kept_beyond_its_word(
    filmed: Filmed, tmp_path: Path
) -> None:
    disk, chance = filmed.disk(), random.Random(filmed.seed)  # noqa: S311 (a test's own chance)
    last = filmed.steps[-1].ended
    moments = [moment for moment, _ in filmed.receipts]
    for moment in (*moments, *(chance.randint(0, last) for _ in range(OTHER_MOMENTS))):
        wrong = filmed.wrong_after(disk, moment, tmp_path / "cut", chance)
        assert wrong == [], f"CUT_SEED={filmed.seed}, line {moment}"


LIES: dict[str, Lying] = {
    "the database": lambda path: not path.name.startswith("liemchinh.db"),
    "files of the vault": lambda path: "vault" not in path.parts or path.is_dir(),
    "names in folders": lambda path: not path.is_dir(),
}


@pytest.mark.slow
@pytest.mark.parametrize("is_flushed", LIES.values(), ids=LIES)
def test_the_same_cut_loses_reports_on_a_disk_that_lies_about_flushing(
    filmed: Filmed, tmp_path: Path, is_flushed: Lying
) -> None:
    last = max(moment for moment, _ in filmed.receipts)
    assert filmed.wrong_after(filmed.disk(), last, tmp_path / "cut") == []
    assert filmed.wrong_after(filmed.disk(is_flushed), last, tmp_path / "cut") != []
