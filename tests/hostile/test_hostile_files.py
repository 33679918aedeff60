"""Files under any name, of any number, with nothing in them: read back exactly, or refused."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from cases.case_file import CaseFile, open_case, open_case_file
from tests.support.both_doors import (
    BothDoors,
    Files,
    check_answer,
    form_on,
    open_both_doors,
    send,
)
from tests.support.hostile import CANARY, NFC, NFD, written_name
from tests.support.html import read_document

NAMES = (
    "x" * 300,
    "ơ" * 296 + ".jpg",
    "../../../etc/passwd",
    "C:\\Users\\x\\a.jpg",
    "a/b.jpg",
    'a"b.jpg',
    "a\nb\r\nX-Injected: 1.jpg",
    "\u202egpj.exe",
    f"<{CANARY}>.jpg",
    f'"><{CANARY} onload=1>.jpg',
    NFD,
    NFC,
    "👩‍👩‍👧‍👦.jpg",
    "CON",
    ".htaccess",
    "a;b=c.jpg",
    "a'b%22c.jpg",
    " ",
    "a\x01b\x7f.jpg",
)


def report(client: FlaskClient, files: Files) -> TestResponse:
    form = form_on(client, "/report", "/report")
    return send(client, "/report", form.filled({"statement": "Xem tệp.", "action": "send"}), files)


def newest(doors: BothDoors, before: dict[str, str]) -> CaseFile:
    [(ref, unit)] = doors.refs().items() - before.items()
    return open_case(doors.office.office, doors.office.reviewers[unit], ref)


def read_back(doors: BothDoors, case: CaseFile) -> list[tuple[str, bytes]]:
    """Return the files of a case as its reviewer saves them."""
    office, reviewer = doors.office.office, doors.office.reviewers[doors.refs()[case.ref]]
    found = []
    for file in case.filed.attachments:
        saved = open_case_file(office, reviewer, case.ref, file.object_key)
        found.append((saved.file_name, b"".join(saved.chunks)))
    return found


def as_sent(name: str) -> str:
    """Return a name as it arrives: browsers write line breaks as %0A, and nobody can tell."""
    return written_name(name).replace("%22", '"')


def check_round_trip(doors: BothDoors, files: list[tuple[str, bytes]]) -> None:
    before = doors.refs()
    answer = report(doors.door.test_client(), [(written_name(name), each) for name, each in files])
    check_answer(answer, files)
    if answer.status_code >= 400:
        assert doors.refs() == before
        return
    case = newest(doors, before)
    assert read_back(doors, case) == [(as_sent(name), content) for name, content in files]
    reviewer = doors.desk.signed_in(doors.refs()[case.ref])
    check_answer(reviewer.get(f"/cases/{case.ref}"), files)
    for file in case.filed.attachments:
        saved = reviewer.get(f"/cases/{case.ref}/files/{file.object_key}")
        assert saved.status_code == 200
        disposition = saved.headers["Content-Disposition"]
        assert disposition.startswith("attachment; ")
        assert not set("\r\n\0/\\<>") & set(disposition)


def test_a_file_under_any_name_is_read_back_exactly_and_saved_safely(doors: BothDoors) -> None:
    before = len(doors.refs())
    check_round_trip(doors, [(name, name.encode()) for name in NAMES])
    assert len(doors.refs()) == before + 1


@settings(max_examples=25)
@given(name=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=80))
def test_no_name_breaks_a_door(doors: BothDoors, name: str) -> None:
    before = doors.refs()
    answer = report(doors.door.test_client(), [(written_name(name), b"x")])
    check_answer(answer, name)
    if answer.status_code == 200:
        assert read_back(doors, newest(doors, before)) == [(as_sent(name), b"x")]
    else:
        assert doors.refs() == before


@pytest.mark.parametrize("name", ["\\", "ảnh\\", "a\\b", "a\\\\", 'a"\\', "%22\\"])
def test_a_backslash_in_a_name_loses_no_file(doors: BothDoors, name: str) -> None:
    before = doors.refs()
    answer = report(doors.door.test_client(), [(written_name(name), b"x"), ("sau.txt", b"y")])
    assert answer.status_code == 200
    found = read_back(doors, newest(doors, before))
    assert [content for _, content in found] == [b"x", b"y"]
    assert "\\" in found[0][0]


@pytest.mark.parametrize("name", [b"\xff\xfe.jpg", b"\xed\xa0\x80.jpg"])
def test_a_name_that_is_not_text_is_refused(doors: BothDoors, name: bytes) -> None:
    before = doors.refs()
    answer = report(doors.door.test_client(), [(name, b"x")])
    check_answer(answer, name)
    assert answer.status_code == 400
    assert doors.refs() == before


def test_an_empty_file_is_kept_as_an_empty_file(doors: BothDoors) -> None:
    check_round_trip(doors, [("trống.txt", b""), ("sau.txt", b"x")])


def test_two_hundred_files_are_kept_and_one_more_is_named_and_refused(tmp_path: Path) -> None:
    doors = open_both_doors(tmp_path)
    files = [(f"{number}.jpg", str(number).encode()) for number in range(200)]
    check_answer(report(doors.door.test_client(), files), "two hundred")
    case = newest(doors, {})
    assert [file.file_name for file in case.filed.attachments] == [name for name, _ in files]
    before = doors.refs()
    answer = report(doors.door.test_client(), [*files, ("thừa.jpg", b"x")])
    assert answer.status_code == 413
    assert "thừa.jpg" in read_document(answer.text).words
    assert doors.refs() == before
