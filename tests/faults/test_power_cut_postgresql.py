"""A power cut under PostgreSQL, at the moment when it said that a report is kept.

Every write and flush of the server is recorded while people file. From that each disk is built that
a cut may leave behind, a server is started on it, and the office is opened there. The vault is the
one of the trial on SQLite (test_power_cut.py); here it keeps everything.
"""

import os
import random
import shutil
import time
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sqlalchemy import make_url

from cases.errors import DomainError, StorageError
from crypto.errors import CryptoError
from tests.faults.disk import Disk, Node, read_disk
from tests.faults.recorded import SENDING, Step, steps_of, watcher
from tests.support.browser import File
from tests.support.office import CAT_HAI
from tests.support.people import Reporter, receipt_of
from tests.support.postgresql import PostgreSQL, give_to_the_server, running_postgresql
from tests.support.prepared import Prepared, launcher, prepare
from tests.support.stubborn import SentForm
from tests.support.whole import half_cases, lost_forms

REPORTS = 5
# The server's answer to a commit (postgresql.org, "Message Formats", CommandComplete).
KEPT = b"COMMIT\0"


@dataclass(frozen=True)
class Filmed:
    """What the server did to its disk, and until when it had said that each report is kept."""

    prepared: Prepared
    server: PostgreSQL
    before: Node
    steps: list[Step]
    kept: list[tuple[int, SentForm]]
    seed: int

    def disk(self, is_flushed: Callable[[Path], bool] = lambda _: True) -> Disk:
        """Return the disk that the server wrote to, or one that lies about some flushes."""
        return Disk(self.server.cluster, deepcopy(self.before), self.steps, is_flushed)

    def wrong_after(
        self, disk: Disk, moment: int, folder: Path, chance: random.Random | None = None
    ) -> list[str]:
        """Cut the power at a moment, start a server on what is left, and return what is wrong."""
        server = replace(self.server, folder=folder)
        folder.mkdir()
        server.sockets.mkdir()
        disk.after_cut(moment, server.cluster, chance)
        give_to_the_server(folder, *folder.rglob("*"))
        try:
            server.start()
        except AssertionError as error:
            return [f"the server does not start: {error}"]
        try:
            return self._wrong(server, moment)
        finally:
            server.stop()
            shutil.rmtree(folder)

    def _wrong(self, server: PostgreSQL, moment: int) -> list[str]:
        url = make_url(self.prepared.environ["LIEMCHINH_DATABASE_URL"])
        moved = {"LIEMCHINH_DATABASE_URL": server.url(str(url.database))}
        office = replace(self.prepared, environ={**self.prepared.environ, **moved}).office()
        try:
            reviewer = self.prepared.reviewer_of(office, CAT_HAI.default_receiver)
            said = [form for told, form in self.kept if told <= moment]
            return lost_forms(office, reviewer, said) + half_cases(office)
        except (DomainError, StorageError, CryptoError, KeyError) as error:
            return [f"not to be opened: {type(error).__name__}"]
        finally:
            office.database.close()


def film(folder: Path, server: PostgreSQL) -> Filmed:
    seed = int(os.environ.get("CUT_SEED") or random.SystemRandom().getrandbits(32))
    chance = random.Random(seed)  # noqa: S311 (a test's own chance)
    prepared = prepare(folder, database_url=server.url(server.new_database()))
    server.stop("fast")
    before, record = read_disk(server.cluster), server.folder / "record.txt"
    watched = server.start_watched(watcher(record, timed=True))
    shown: list[tuple[float, SentForm]] = []
    with launcher(prepared, folder / "logged.txt") as running:
        running.start("intake")
        for number in range(REPORTS):
            words, files = f"Chuyện số {number}.", [File("ảnh.jpg", chance.randbytes(70_000))]
            code = receipt_of(Reporter(running.public).report(words, files))
            shown.append((time.time(), SentForm.of(words, files, code)))
    server.stop("immediate")
    watched.wait()
    steps = steps_of(record)
    kept = [(_said_before(steps, moment), form) for moment, form in shown]
    return Filmed(prepared, server, before, steps, kept, seed)


def _said_before(steps: list[Step], moment: float) -> int:
    """Return when the last word that something is kept began to leave before a moment."""
    told = [
        step.began
        for step in steps
        if step.name in SENDING and step.at < moment and KEPT in b"".join(step.texts)
    ]
    return max(told)


@pytest.fixture(scope="module")
def filmed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filmed]:
    with running_postgresql() as server:
        yield film(tmp_path_factory.mktemp("filmed"), server)
        server.start()


@pytest.fixture
def cut(filmed: Filmed) -> Path:
    """Return a folder for another server, under the short path that its socket needs."""
    return filmed.server.folder.with_name(f"{filmed.server.folder.name}-cut")


@pytest.mark.slow
def test_no_report_is_lost_that_the_server_had_acknowledged_before_the_cut(
    filmed: Filmed, cut: Path
) -> None:
    disk = filmed.disk()
    assert len({moment for moment, _ in filmed.kept}) == REPORTS
    for moment, _ in filmed.kept[:: REPORTS // 2]:
        assert filmed.wrong_after(disk, moment, cut) == []


@pytest.mark.slow
def test_nothing_is_half_whatever_the_disk_kept_beyond_its_word(filmed: Filmed, cut: Path) -> None:
    disk, chance = filmed.disk(), random.Random(filmed.seed)  # noqa: S311 (a test's own chance)
    for moment in (filmed.kept[-1][0], chance.randint(filmed.kept[0][0], filmed.steps[-1].ended)):
        wrong = filmed.wrong_after(disk, moment, cut, chance)
        assert wrong == [], f"CUT_SEED={filmed.seed}, line {moment}"


@pytest.mark.slow
def test_the_same_cut_loses_reports_on_a_disk_that_lies_about_the_servers_log(
    filmed: Filmed, cut: Path
) -> None:
    liar = filmed.disk(lambda path: "pg_wal" not in path.parts)
    assert filmed.wrong_after(liar, filmed.kept[-1][0], cut) != []
