"""Damage that cannot be mended stops no backup for ever: it then says what it does not hold."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select

from cases.backup import BackupOrder, write_backup
from cases.backup_format import End
from cases.case_file import open_case_file
from cases.errors import BackupError, StoreUnavailableError
from cases.office import Office
from cases.records import CaseRecord
from cases.reports import Report
from cases.threads import read_thread
from cases.vault_checks import find_damage
from crypto.errors import OpenError
from crypto.receipts import Receipt
from tests.support.backups import (
    KEY,
    SECRET,
    Page,
    backup_of,
    empty_office,
    marked_office,
    restored,
    rewritten,
)
from tests.support.office import TestOffice

GONE, ALTERED, WHOLE = "mất.jpg", "hỏng.jpg", "còn.jpg"
CONTENT = bytes(range(256)) * 800


@dataclass(frozen=True)
class Damaged:
    """An office that lost one of three files and has another altered, and its backup."""

    office: TestOffice
    receiver: str
    receipt: Receipt
    keys: dict[str, str]
    sealed: bytes
    end: End

    def read(self, place: Office, name: str) -> bytes:
        """Return a file as the receiving unit reads it there."""
        reviewer = self.office.reviewers[self.receiver]
        with place.database.reading() as session:
            ref = session.scalars(select(CaseRecord.ref)).one()
        opened = open_case_file(place, reviewer, ref, self.keys[name])
        return b"".join(opened.chunks)


@pytest.fixture(scope="module")
def damaged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Damaged]:
    office = marked_office(tmp_path_factory.mktemp("damaged") / "here")
    uploads = [office.upload(name, CONTENT) for name in (GONE, ALTERED, WHOLE)]
    filed = office.send(Report("Có ba ảnh."), tuple(uploads))
    gone, altered = (office.folder / "vault" / each.object_key for each in uploads[:2])
    gone.unlink()
    content = bytearray(altered.read_bytes())
    content[-1] ^= 1
    altered.write_bytes(content)
    out = io.BytesIO()
    order = BackupOrder([KEY.recipient], SECRET, despite_damage=True)
    end = write_backup(office.office, order, out)
    keys = {each.file_name: each.object_key for each in uploads}
    yield Damaged(office, filed.receiver, filed.receipt, keys, out.getvalue(), end)
    office.office.database.close()


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Office]:
    office = empty_office(tmp_path / "there")
    yield office
    office.database.close()


def test_damage_fails_a_backup_unless_it_is_asked_for_despite_it(damaged: Damaged) -> None:
    with pytest.raises(BackupError, match="altered|missing"):
        backup_of(damaged.office.office)


def test_whatever_is_still_there_comes_back(damaged: Damaged, place: Office) -> None:
    told = restored(place, damaged.sealed)
    assert told.end.lost == damaged.end.lost == (damaged.keys[GONE],)
    assert told.end.objects == 2
    assert read_thread(place, damaged.receipt).state
    assert damaged.read(place, WHOLE) == CONTENT


def test_what_was_lost_or_altered_is_known_as_such_afterwards(
    damaged: Damaged, place: Office
) -> None:
    restored(place, damaged.sealed)
    found = find_damage(place)
    assert (found.missing, found.altered) == ((damaged.keys[GONE],), (damaged.keys[ALTERED],))
    with pytest.raises(OpenError):
        damaged.read(place, ALTERED)
    with pytest.raises(StoreUnavailableError):
        damaged.read(place, GONE)


def test_a_file_that_is_put_back_is_whole_again(damaged: Damaged, place: Office) -> None:
    restored(place, damaged.sealed)
    root = Path(str(place.database.engine.url.database)).parent / "vault"
    there, key = root / damaged.keys[ALTERED], damaged.keys[ALTERED]
    content = bytearray(there.read_bytes())
    content[-1] ^= 1
    there.write_bytes(content)
    assert key not in find_damage(place).altered
    assert damaged.read(place, ALTERED) == CONTENT


def test_nobody_can_pass_a_file_off_as_lost(damaged: Damaged, place: Office) -> None:
    def lose(end: Page) -> None:
        end["lost"] = list(damaged.keys.values())

    with pytest.raises(BackupError):
        restored(place, rewritten(damaged.sealed, "end.json", lose))


def test_a_vault_that_is_away_is_not_a_vault_without_files(
    damaged: Damaged, tmp_path: Path
) -> None:
    vault = damaged.office.folder / "vault"
    vault.rename(tmp_path / "away")
    order = BackupOrder([KEY.recipient], SECRET, despite_damage=True)
    try:
        with pytest.raises(StoreUnavailableError):
            write_backup(damaged.office.office, order, io.BytesIO())
    finally:
        (tmp_path / "away").rename(vault)
