"""Files leave room on the disk for reports that have none."""

from datetime import date
from pathlib import Path

import pytest

from cases.disk_room import DiskRoom
from cases.errors import StoreUnavailableError
from cases.local_objects import CHECKED_BYTES, LocalObject
from cases.vault import Vault, VaultWriter, new_object_key

LOOKS = 4


class FillingRoom(DiskRoom):
    """A disk that others fill while a file arrives."""

    looks = 0

    def check(self) -> None:
        self.looks += 1
        if self.looks > LOOKS:
            raise OSError


def on_the_day() -> date:
    return date(2026, 3, 14)


def test_a_disk_with_nothing_to_spare_takes_no_file(tmp_path: Path) -> None:
    vault = Vault(str(tmp_path / "vault"), on_the_day, reserved_bytes=1 << 62)

    with pytest.raises(StoreUnavailableError):
        vault.open_writer(new_object_key())


def test_a_file_that_would_take_what_is_reserved_is_given_up_and_leaves_nothing(
    tmp_path: Path,
) -> None:
    key = new_object_key()
    writer = VaultWriter(key, LocalObject(tmp_path, key, on_the_day, FillingRoom(tmp_path, 1)))
    for _ in range(LOOKS - 1):
        writer.write(bytes(CHECKED_BYTES))

    with pytest.raises(StoreUnavailableError):
        writer.write(bytes(CHECKED_BYTES))

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_disk_with_room_says_nothing(tmp_path: Path) -> None:
    DiskRoom(tmp_path, reserved_bytes=1).check()
