"""The protection officer's key: its public half is registered by fingerprint, and ended."""

from pathlib import Path

import pytest

from tests.support.command import liemchinh
from tests.support.identity import OFFICER
from tests.support.made import made_try_out
from tests.support.terminal import at_terminal

PRINT = OFFICER.recipient.fingerprint()


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    folder = tmp_path / "instance"
    made_try_out().copy_to(folder)
    return folder


def test_a_try_out_has_none_and_one_is_used_by_its_fingerprint_until_it_is_ended(
    instance: Path, tmp_path: Path
) -> None:
    brought = tmp_path / "officer.txt"
    brought.write_text(f"{OFFICER.recipient.encoded()}\n", encoding="ascii")
    assert "no key is in use" in liemchinh(instance, "identity-key", "list").stdout

    added = liemchinh(instance, "identity-key", "add", str(brought), "--fingerprint", PRINT)
    listed = liemchinh(instance, "identity-key", "list").stdout
    ended = liemchinh(instance, "identity-key", "end")

    assert (added.returncode, ended.returncode) == (0, 0)
    assert PRINT in added.stdout
    # The pack of Cát Hải names no document: the box stays closed, and the operator is told.
    assert "identity-permits.toml" in added.stdout
    assert f"1: {PRINT}" in listed
    assert "in use" in listed
    assert "Keep the paper" in ended.stdout
    assert "no key is in use" in liemchinh(instance, "identity-key", "list").stdout


def test_a_key_that_is_not_the_papers_is_never_used(instance: Path) -> None:
    add = ("identity-key", "add", OFFICER.recipient.encoded())

    another = liemchinh(instance, *add, "--fingerprint", PRINT[::-1])
    unanswered = liemchinh(instance, *add)
    with at_terminal(instance, *add) as terminal:
        terminal.answer("Does the officer's paper say the same?", "n")
        assert terminal.await_end() == 1

    assert (another.returncode, unanswered.returncode) == (1, 1)
    for said in (another.stderr, terminal.shown):
        assert "nothing was registered" in said
    assert f"fingerprint {PRINT}" in terminal.shown
    assert "no key is in use" in liemchinh(instance, "identity-key", "list").stdout

    with at_terminal(instance, *add) as terminal:
        terminal.answer("Does the officer's paper say the same?", "y")
        assert terminal.await_end() == 0
    assert f"1: {PRINT}" in liemchinh(instance, "identity-key", "list").stdout


@pytest.mark.parametrize("recipient", [OFFICER.encoded(), "age1pq1x", "nowhere.txt"])
def test_what_is_no_public_half_is_refused_in_a_line(instance: Path, recipient: str) -> None:
    refused = liemchinh(instance, "identity-key", "add", recipient)
    assert refused.returncode == 1
    assert not refused.stdout
    assert "Traceback" not in refused.stderr
    assert "AGE-SECRET" not in refused.stderr


def test_it_is_made_on_paper_and_never_in_a_pipe(tmp_path: Path) -> None:
    assert liemchinh(tmp_path, "identity-key", "new").returncode == 1
    with at_terminal(tmp_path / "nowhere", "identity-key", "new") as terminal:
        terminal.await_words("type it again")
    assert "KHÓA DANH TÍNH" in terminal.shown
    assert not (tmp_path / "nowhere").exists()
