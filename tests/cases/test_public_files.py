"""Files under the public door's role: it is shown few rows, and so it must destroy few files."""

import secrets
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from cases.database import Database
from cases.drafts import Draft, drop_files, keep_files, open_files
from cases.errors import StorageError
from cases.jobs import JOBS, Job, expire_drafts, run_due, sweep_orphans
from cases.office import Office
from cases.reports import Report
from cases.vault_checks import check_vault
from cases.wall import filed_keys
from tests.support.office import TestOffice, open_office, public_side, public_url

QUOTA = 10**9


@pytest.fixture
def office(tmp_path: Path, postgresql_url: str) -> Iterator[TestOffice]:
    opened = open_office(tmp_path, database_url=postgresql_url)
    yield opened
    opened.office.database.close()


@pytest.fixture
def public(office: TestOffice) -> Iterator[Office]:
    seen = public_side(office.office)
    yield seen
    seen.database.close()


@pytest.fixture
def mistaken(office: TestOffice) -> Iterator[Office]:
    """Return an office of the operator's commands whose address names the public door's role."""
    url = office.office.database.engine.url.render_as_string(hide_password=False)
    database = Database(public_url(url))
    yield replace(office.office, database=database)
    database.close()


def stored(office: TestOffice) -> set[str]:
    return {each.key for each in office.office.vault.stored()}


def test_the_public_door_knows_which_files_are_filed_though_it_is_not_shown_the_case(
    office: TestOffice, public: Office
) -> None:
    filed, loose = office.upload(), office.upload()
    office.send(Report("Có tệp."), (filed,))

    with public.database.reading() as session:
        assert filed_keys(session, []) == set()
        assert filed_keys(session, [filed.object_key, loose.object_key]) == {filed.object_key}


def test_files_that_were_filed_after_all_come_into_no_draft_and_are_not_dropped_with_one(
    office: TestOffice, public: Office
) -> None:
    filed, loose = office.upload(), office.upload()
    draft = Draft(secrets.token_bytes(32))
    keep_files(public, draft, (filed, loose), QUOTA)
    # The answer to this commit was lost: the form goes on with both files.
    office.send(Report("Có tệp."), (filed,))
    other = Draft(secrets.token_bytes(32))
    keep_files(public, other, (filed,), QUOTA)
    assert open_files(public, other) == ()

    drop_files(public, draft, frozenset({filed.object_key, loose.object_key}))

    assert stored(office) == {filed.object_key}


@pytest.mark.parametrize("door", ["public", "mistaken"])
def test_whoever_is_not_shown_every_row_sweeps_nothing_away(
    office: TestOffice, door: str, request: pytest.FixtureRequest
) -> None:
    seen: Office = request.getfixturevalue(door)
    filed, drafted = office.upload(), office.upload()
    office.send(Report("Có tệp."), (filed,))
    keep_files(office.office, Draft(secrets.token_bytes(32)), (drafted,), QUOTA)
    office.clock.pass_seconds(3 * 24 * 60 * 60)

    for job in JOBS:
        # SQLite's journal only: on PostgreSQL there is nothing to do.
        if job.name != "empty-journal":
            refuses(partial(job.run, seen))
    refuses(lambda: run_due(seen, [Job("sweep-orphans", 1, sweep_orphans)]))

    assert stored(office) == {filed.object_key, drafted.object_key}
    expire_drafts(office.office)
    sweep_orphans(office.office)
    assert stored(office) == {filed.object_key}


def test_an_operators_command_under_the_public_doors_role_fails_and_does_not_find_nothing(
    office: TestOffice, mistaken: Office
) -> None:
    office.file()

    refuses(lambda: list(check_vault(mistaken, is_read=False)))
    refuses(lambda: open_files(mistaken, Draft(bytes(32))))


def refuses(act: Callable[[], object]) -> None:
    with pytest.raises(StorageError):
        act()
