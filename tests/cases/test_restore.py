"""A backup that is not wholly ours is refused, and nothing of it is left."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import inspect

from cases.backup_format import FORMAT, kept_tables
from cases.errors import BackupError
from cases.key_holders import list_unit_holders
from cases.office import Office
from cases.reports import Report
from cases.schema import known_revisions, revision_of
from crypto.keys import Identity
from crypto.sealing import seal
from tests.support.backups import (
    KEY,
    SECRET,
    Page,
    backup_of,
    empty_office,
    marked_office,
    members_of,
    restored,
    rewritten,
    sealed_again,
)


class Kept(NamedTuple):
    """A backup with one file of several chunks."""

    sealed: bytes
    folder: Path


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    folder = tmp_path_factory.mktemp("kept")
    busy = marked_office(folder / "office")
    busy.send(Report("Có ảnh."), (busy.upload(content=bytes(200_000)),))
    sealed = backup_of(busy.office)
    busy.office.database.close()
    return Kept(sealed, folder / "office")


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Office]:
    office = empty_office(tmp_path / "there")
    yield office
    office.database.close()


def assert_refused(place: Office, sealed: bytes, words: str, secret: bytes | None = SECRET) -> None:
    with pytest.raises(BackupError, match=words):
        restored(place, sealed, secret=secret)
    assert inspect(place.database.engine).get_table_names() == []
    assert list(place.vault.stored()) == []


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.9999])
def test_a_backup_that_was_altered_anywhere_is_refused_and_leaves_nothing(
    part: float, kept: Kept, place: Office
) -> None:
    at = int(len(kept.sealed) * part)
    altered = bytearray(kept.sealed)
    altered[at] ^= 1
    assert_refused(place, bytes(altered), "altered|cut off")


@pytest.mark.parametrize("left", [0.2, 0.6, 0.99])
def test_a_backup_that_was_cut_off_anywhere_is_refused_and_leaves_nothing(
    left: float, kept: Kept, place: Office
) -> None:
    assert_refused(place, kept.sealed[: int(len(kept.sealed) * left)], "altered|cut off")


def test_another_key_opens_nothing_and_is_said_to_be_another(kept: Kept, place: Office) -> None:
    with pytest.raises(BackupError, match="another key"):
        restored(place, kept.sealed, Identity.generate())


@pytest.mark.parametrize("content", [b"", b"not a tar" * 1000, bytes(10_240)])
def test_a_sealed_file_that_is_no_backup_is_refused(content: bytes, place: Office) -> None:
    assert_refused(place, seal(content, [KEY.recipient]), "cut off|no backup|altered")


def test_a_file_that_is_not_sealed_is_refused(place: Office) -> None:
    assert_refused(place, b"PK\x03\x04" + bytes(5000), "no sealed backup")


def drop_last_list(members: dict[str, bytes]) -> None:
    del members["objects/00000000.jsonl"]


def drop_end(members: dict[str, bytes]) -> None:
    del members["end.json"]


def exchange_file(members: dict[str, bytes]) -> None:
    [key] = [name for name in members if name.startswith("vault/")]
    members[key] = bytes(len(members[key]))


def drop_cases(members: dict[str, bytes]) -> None:
    del members["tables/cases/00000000.jsonl"]


def add_session(members: dict[str, bytes]) -> None:
    row = {"tag": "AA==", "sealed": "AA==", "expires_at": 1}
    end = members.pop("end.json")
    members["tables/desk_sessions/00000000.jsonl"] = json.dumps(row).encode() + b"\n"
    members["end.json"] = end


def add_path(members: dict[str, bytes]) -> None:
    end = members.pop("end.json")
    members["vault/../../evil"] = b"x"
    members["end.json"] = end


def break_row(members: dict[str, bytes]) -> None:
    members["tables/instance/00000000.jsonl"] = b'{"key":"mode","value":7}\n'


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (drop_last_list, "has no end"),
        (drop_end, "has no end"),
        (exchange_file, "not the one that it lists"),
        (drop_cases, "contradict"),
        (add_session, "none of ours"),
        (add_path, "none of ours"),
        (break_row, "as its table wants"),
    ],
)
def test_what_does_not_fit_together_is_refused_and_leaves_nothing(
    change: Callable[[dict[str, bytes]], None], words: str, kept: Kept, place: Office
) -> None:
    members = members_of(kept.sealed)
    change(members)
    assert_refused(place, sealed_again(members), words, None)


def test_a_backup_forged_with_the_public_recipient_is_told_from_ours(
    kept: Kept, place: Office
) -> None:
    members = members_of(kept.sealed)
    name = "tables/reviewers/00000000.jsonl"
    rows = [json.loads(line) for line in members[name].splitlines()]
    forged = [{**row, "sign_in_name": f"ours-{at}"} for at, row in enumerate(rows)]
    members[name] = b"".join(json.dumps(row).encode() + b"\n" for row in forged)

    assert_refused(place, sealed_again(members), "forged")


def test_a_wrong_server_secret_is_said_before_anything_is_restored(
    kept: Kept, place: Office
) -> None:
    assert_refused(place, kept.sealed, "server secret", bytes(32))


def test_a_backup_of_a_newer_version_is_refused(kept: Kept, place: Office) -> None:
    def schema(about: Page) -> None:
        about["schema"] = "9999"

    def format_(about: Page) -> None:
        about["format"] = FORMAT.replace("v1", "v2")

    assert_refused(place, rewritten(kept.sealed, "about.json", schema), "newer version")
    assert_refused(place, rewritten(kept.sealed, "about.json", format_), "newer format")


def test_a_backup_of_a_live_instance_does_not_become_a_try_out(kept: Kept, place: Office) -> None:
    def mode(about: Page) -> None:
        about["mode"] = "live"

    assert_refused(place, rewritten(kept.sealed, "about.json", mode), "mode")


def test_a_backup_of_any_older_schema_is_brought_to_this_one(kept: Kept, tmp_path: Path) -> None:
    about = json.loads(members_of(kept.sealed)["about.json"])
    rows = {"tables/instance/00000000.jsonl": b'{"key":"mode","value":"try-out"}\n'}
    end = {"rows": {"instance": 1}, "objects": 0, "lost": [], "origin": ""}
    for revision in known_revisions():
        pages = {"about.json": {**about, "schema": revision}, "end.json": end}
        encoded = {name: json.dumps(page).encode() for name, page in pages.items()}
        members = {"about.json": encoded["about.json"], **rows, "end.json": encoded["end.json"]}
        place = empty_office(tmp_path / revision)
        restored(place, sealed_again(members), secret=None)
        with place.database.reading() as session:
            assert revision_of(session.connection()) == known_revisions()[0]
        assert len(inspect(place.database.engine).get_table_names()) > len(kept_tables())
        place.database.close()


def test_a_place_that_is_not_empty_is_left_alone(kept: Kept, place: Office) -> None:
    restored(place, kept.sealed)
    before = sorted(each.key for each in place.vault.stored())
    with pytest.raises(BackupError, match="not empty"):
        restored(place, kept.sealed)
    assert sorted(each.key for each in place.vault.stored()) == before


def test_a_vault_that_is_not_empty_is_left_alone(kept: Kept, place: Office) -> None:
    with place.vault.open_writer("aa/bb/" + "c" * 28) as writer:
        writer.write(b"somebody's")
    with pytest.raises(BackupError, match="vault is not empty"):
        restored(place, kept.sealed)
    assert [each.key for each in place.vault.stored()] == ["aa/bb/" + "c" * 28]


def test_without_the_server_secret_it_is_known_who_can_open_what(kept: Kept, place: Office) -> None:
    restored(place, kept.sealed, secret=None)
    with place.database.reading() as session:
        holders = list_unit_holders(session)
    assert {each.unit for each in holders} == {u.code for u in place.pack.receiving_units()}
    assert not [each for each in holders if each.is_offline or each.has_recovery]
    assert all(len(each.members) == 1 for each in holders)
