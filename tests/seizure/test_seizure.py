"""Somebody takes the machine, while it works or later: no word of anybody is found on it."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime

import pytest

from tests.seizure.canaries import cells_of, found
from tests.seizure.conftest import Seized

pytestmark = pytest.mark.slow

STAGES = (
    "while a file arrives",
    "after filing",
    "after a refused form with a file",
    "after a form without its token",
    "after a connection was lost",
    "after words went both ways",
    "after everything was stopped",
)
# Everything that a program of ours may open to write, in the instance's folder.
OWN_FILES = re.compile(
    # Made under a name of their own, and put into their place once they are whole.
    r"(liemchinh\.toml|server_secret|liemchinh\.db)(\.new)?|liemchinh\.db(-wal|-shm|-journal)"
    r"|vault/[0-9a-f]{2}/[0-9a-f]{2}/[0-9a-f]{28}(#\d+)?"
)
ELSEWHERE = {"/dev/null"}
TIME_OF_DAY = re.compile(r"\b\d{1,2}:\d{2}(:\d{2})?\b")


def outside(paths: Iterable[str], folder: str) -> set[str]:
    """Return the paths that are neither the instance's own files nor harmless."""
    return {
        path
        for path in paths
        if not (path.startswith(f"{folder}/") and OWN_FILES.fullmatch(path[len(folder) + 1 :]))
        and path not in ELSEWHERE
    }


@pytest.mark.parametrize("stage", STAGES)
def test_nothing_that_anybody_typed_or_sent_is_found_anywhere(seized: Seized, stage: str) -> None:
    findings = {each.name: each.findings for each in seized.story.stages}[stage]
    assert not [line for line in findings if not is_shown_once(seized, line)]


def is_shown_once(seized: Seized, finding: str) -> bool:
    """Return whether it is a try-out's passphrase on the terminal, where it must be."""
    return finding.startswith(f"{seized.story.instance.printed}: passphrase")


def test_every_stage_was_looked_at_with_all_that_was_written_by_then(seized: Seized) -> None:
    assert [stage.name for stage in seized.story.stages] == list(STAGES)
    vault = list((seized.story.instance.folder / "vault").rglob("*"))
    assert sum(path.stat().st_size for path in vault if path.is_file()) > 45 << 20


def test_no_program_opened_a_file_for_writing_but_database_vault_and_settings(
    seized: Seized,
) -> None:
    opened = seized.trace.opened_for_writing()
    folder = str(seized.story.instance.folder)
    assert any("/vault/" in path for path in opened)
    assert not outside(opened, folder)
    assert not list(seized.story.temporary.iterdir())


def test_nothing_unsealed_passed_through_any_write_even_for_a_moment(seized: Seized) -> None:
    written = list(seized.trace.written())
    vault = [place for place, _ in written if "/vault/" in place]
    assert len(vault) > 20
    lines = found(seized.story.canaries.values(), written)
    printed = str(seized.story.instance.printed)
    assert not [line for line in lines if not (printed in line and "passphrase" in line)]
    assert not seized.trace.unseen()


def test_no_time_of_day_is_kept_in_the_vault_or_in_a_log(seized: Seized) -> None:
    vault = seized.story.instance.folder / "vault"
    for path in [vault, *vault.rglob("*")]:
        moment = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        assert (moment.hour, moment.minute, moment.second, moment.microsecond) == (0, 0, 0, 0), path
    assert not TIME_OF_DAY.search(seized.story.instance.log_text())


def test_columns_hold_days_but_for_what_expires_within_the_hour(seized: Seized) -> None:
    expiring = {"expires_at", "due_at"}
    this_year = str(datetime.now(UTC).year).encode()
    for place, cell in cells_of(seized.story.instance.folder / "liemchinh.db"):
        column = place.partition(".")[2]
        is_text = cell.startswith(this_year) and column not in {"year"}
        assert not is_text or re.fullmatch(rb"\d{4}-\d{2}-\d{2}", cell), place
        is_moment = re.fullmatch(rb"1[0-9]{9}", cell) is not None
        assert not is_moment or column in expiring, place


def test_no_process_of_ours_can_leave_a_dump(seized: Seized) -> None:
    assert len(seized.core_limits) >= 3
    assert set(seized.core_limits) == {"0 0"}


def test_the_programs_said_nothing_of_any_visit(seized: Seized) -> None:
    assert seized.story.instance.log_text() == ""
