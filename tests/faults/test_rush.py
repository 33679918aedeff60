"""A hundred people who report at once: the public door as it is set up by default refuses none."""

import tomllib
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.support.browser import File
from tests.support.office import CAT_HAI
from tests.support.people import Reporter
from tests.support.postgresql import running_postgresql
from tests.support.prepared import Launcher, launcher, prepare
from tests.support.stubborn import SentForm
from tests.support.whole import doubled_reports, half_cases, lost_forms
from web.settings import DEFAULT_FILE

REPORTS, CLIENTS = 100, 32
DEFAULT_THREADS = str(tomllib.loads(DEFAULT_FILE)["threads"])


@pytest.fixture(params=["sqlite", "postgresql"])
def running(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Launcher]:
    if request.param == "sqlite":
        yield from started(tmp_path)
        return
    with running_postgresql() as server:
        yield from started(tmp_path, database_url=server.url(server.new_database()))


def started(folder: Path, **settings: str) -> Iterator[Launcher]:
    """Run an instance as it is set up by default, but for where it lies and listens."""
    prepared = prepare(folder, threads=DEFAULT_THREADS, **settings)
    with launcher(prepared, folder / "logged.txt") as running:
        running.start("intake")
        yield running


def sent_at_once(origin: str) -> list[tuple[int, SentForm]]:
    """Return what each visitor was answered, who pressed the button once and never again."""

    def send(number: int) -> tuple[int, SentForm]:
        statement, file = f"Chuyện số {number}.", File("ảnh.jpg", bytes([number]) * 20_000)
        answer = Reporter(origin).report(statement, [file])
        code = answer.document.texts.get("receipt", "").strip()
        return answer.status, SentForm.of(statement, [file], code)

    with ThreadPoolExecutor(CLIENTS) as clients:
        return list(clients.map(send, range(REPORTS)))


@pytest.mark.slow
def test_a_hundred_reports_at_once_are_all_filed_whole_and_none_twice(running: Launcher) -> None:
    sent = sent_at_once(running.public)

    assert Counter(status for status, _ in sent) == {200: REPORTS}
    forms = [form for _, form in sent]
    assert len({form.shown[0] for form in forms}) == REPORTS
    office = running.prepared.office()
    reviewer = running.prepared.reviewer_of(office, CAT_HAI.default_receiver)
    assert lost_forms(office, reviewer, forms) == []
    assert doubled_reports(office, reviewer) == []
    assert half_cases(office) == []
    assert len(list(office.vault.stored())) == REPORTS
    office.database.close()
