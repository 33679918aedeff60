"""The vault: whole objects only, durable, and without a time of day."""

import os
import resource
import stat
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from cases.errors import StoreUnavailableError
from cases.vault import Vault, new_object_key

DAY = date(2026, 3, 14)
MIDNIGHT = datetime(2026, 3, 14, tzinfo=UTC).timestamp()
ROOT = Path(__file__).resolve().parents[2]


def on_the_day() -> date:
    return DAY


@pytest.fixture(params=["folder", "memory"])
def vault(request: pytest.FixtureRequest, tmp_path: Path) -> Vault:
    url = str(tmp_path / "vault") if request.param == "folder" else "memory://"
    return Vault(url, on_the_day)


def files_of(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


def put(vault: Vault, sealed: bytes) -> str:
    with vault.open_writer(new_object_key()) as writer:
        writer.write(sealed)
    return writer.key


@pytest.mark.parametrize("length", [0, 1, (2 << 20) - 1, (5 << 20) + 3])
def test_what_was_written_is_read_back(vault: Vault, length: int) -> None:
    sealed = os.urandom(length)
    assert b"".join(vault.read(put(vault, sealed))) == sealed


def test_an_object_is_not_there_before_it_is_closed(vault: Vault) -> None:
    writer = vault.open_writer(new_object_key())
    writer.write(bytes(5 << 20))
    assert list(vault.stored()) == []
    writer.abort()


def test_an_aborted_object_leaves_nothing(tmp_path: Path) -> None:
    vault = Vault(str(tmp_path), on_the_day)
    with pytest.raises(KeyError), vault.open_writer(new_object_key()) as writer:
        writer.write(bytes(5 << 20))
        raise KeyError
    assert list(files_of(tmp_path)) == []


def test_aborting_after_closing_keeps_the_object(vault: Vault) -> None:
    with vault.open_writer(new_object_key()) as writer:
        writer.write(b"sealed")
    writer.abort()
    assert b"".join(vault.read(writer.key)) == b"sealed"


def test_a_deleted_object_is_gone_and_deleting_again_is_no_error(vault: Vault) -> None:
    key = put(vault, b"sealed")
    vault.delete(key)
    vault.delete(key)
    assert list(vault.stored()) == []
    with pytest.raises(StoreUnavailableError):
        vault.read(key)


def test_a_listing_says_key_day_and_length(tmp_path: Path) -> None:
    vault = Vault(f"file://{tmp_path}/vault", on_the_day)
    key = put(vault, b"sealed")
    assert [tuple(found) for found in vault.stored()] == [(key, DAY, 6)]


def test_files_and_folders_are_for_their_owner_alone_and_show_the_day_only(tmp_path: Path) -> None:
    root = tmp_path / "vault"
    before = os.umask(0o077)
    try:
        vault = Vault(str(root), on_the_day)
        kept, gone = put(vault, b"sealed"), put(vault, b"sealed")
        vault.delete(gone)
    finally:
        os.umask(before)
    for path in (root, *root.rglob("*")):
        found = path.stat()
        assert stat.S_IMODE(found.st_mode) == (0o600 if path.is_file() else 0o700)
        # The time of the last read is the mount's to keep or not (noatime).
        assert found.st_mtime == MIDNIGHT, path
    assert (root / kept).is_file()


def test_a_key_says_nothing_and_is_spread_over_folders() -> None:
    keys = {new_object_key() for _ in range(100)}
    assert len(keys) == 100
    assert {tuple(len(part) for part in key.split("/")) for key in keys} == {(2, 2, 28)}


def test_leftovers_of_a_killed_upload_are_discarded_and_running_ones_are_not(
    tmp_path: Path,
) -> None:
    vault = Vault(str(tmp_path), on_the_day)
    key = put(vault, b"sealed")
    old, running = tmp_path / "ab" / "cd" / "ef#1", tmp_path / "ab" / "cd" / "01#1"
    old.parent.mkdir(parents=True)
    for path in (old, running):
        path.write_bytes(b"half")
    os.utime(old, (MIDNIGHT - 1, MIDNIGHT - 1))
    os.utime(running, (MIDNIGHT, MIDNIGHT))
    assert vault.discard_unfinished(DAY) == 1
    assert sorted(files_of(tmp_path)) == sorted([running, tmp_path / key])


def test_a_folder_that_cannot_be_made_is_refused_without_its_path(tmp_path: Path) -> None:
    (tmp_path / "in-the-way").write_bytes(b"")
    with pytest.raises(StoreUnavailableError) as refusal:
        Vault(str(tmp_path / "in-the-way" / "vault"), on_the_day)
    assert "in-the-way" not in str(refusal.value)


FILL_THE_DISK = """
import resource, sys
from datetime import date
from cases.errors import StoreUnavailableError
from cases.vault import Vault, new_object_key
resource.setrlimit(resource.RLIMIT_FSIZE, (3 << 20, 3 << 20))
writer = Vault(sys.argv[1], date.today).open_writer(new_object_key())
try:
    for _ in range(int(sys.argv[2])):
        writer.write(bytes(1 << 20))
    writer.close()
except StoreUnavailableError as refusal:
    print("refused", sys.argv[1] in str(refusal), refusal.__cause__)
"""


@pytest.mark.parametrize("mebibytes", [4, 40])
def test_a_full_disk_refuses_the_object_and_leaves_nothing_of_it(
    tmp_path: Path, mebibytes: int
) -> None:
    # A limit on the size of a file fails the write as a full disk does, and needs no mount.
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[1] == resource.RLIM_INFINITY
    done = subprocess.run(
        [sys.executable, "-c", FILL_THE_DISK, str(tmp_path / "vault"), str(mebibytes)],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    assert done.stdout.split() == ["refused", "False", "None"], done.stderr
    assert list(files_of(tmp_path)) == []
