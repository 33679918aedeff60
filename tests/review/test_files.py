"""Files: sealed on arrival, saved and never shown, and whole or visibly broken."""

from pathlib import Path

import pytest

from cases.reports import Report
from cases.threads import read_thread
from crypto.errors import OpenError
from tests.support.desk import Browser, RunningDesk, new_tag, open_desk

CONTENT = bytes(range(256)) * 1024


def case_with(desk: RunningDesk, browser: Browser, name: str, content: bytes) -> tuple[str, str]:
    upload = desk.test_office.upload(name, content)
    desk.test_office.send(Report("Chuyện."), (upload,))
    [ref] = desk.refs(browser)
    return ref, upload.object_key


@pytest.mark.parametrize(
    "name", ["ảnh.jpg", "a.html", 'x"\r\nSet-Cookie: a=b.svg', "../../etc", ""]
)
def test_a_file_is_saved_and_never_shown(desk: RunningDesk, browser: Browser, name: str) -> None:
    ref, key = case_with(desk, browser, name, CONTENT)
    answer = browser.get(f"/cases/{ref}/files/{key}")
    assert answer.data == CONTENT
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Length"] == str(len(CONTENT))
    assert "Set-Cookie" not in answer.headers
    assert not {"/", "\\", "\r", "\n"} & set(answer.headers["Content-Disposition"])


def test_an_empty_file_is_a_file(desk: RunningDesk, browser: Browser) -> None:
    ref, key = case_with(desk, browser, "trống.txt", b"")
    answer = browser.get(f"/cases/{ref}/files/{key}")
    assert (answer.status_code, answer.data) == (200, b"")


def test_the_page_says_name_size_and_digest(desk: RunningDesk, browser: Browser) -> None:
    ref, key = case_with(desk, browser, "ảnh<b>.jpg", b"abc")
    page = browser.get(f"/cases/{ref}").text
    assert "ảnh&lt;b&gt;.jpg" in page
    assert "3 B" in page
    assert "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" in page
    assert f"/cases/{ref}/files/{key}" in page


def test_a_file_of_another_case_is_not_found_through_this_one(
    desk: RunningDesk, browser: Browser
) -> None:
    ref, _ = case_with(desk, browser, "a.txt", b"a")
    other = desk.test_office.upload("b.txt", b"b")
    desk.test_office.send(Report("Khác."), (other,))
    assert browser.get(f"/cases/{ref}/files/{other.object_key}").status_code == 404


def stored(desk: RunningDesk, key: str) -> Path:
    return desk.test_office.folder / "vault" / key


def alter(desk: RunningDesk, key: str, place: int) -> None:
    sealed = bytearray(stored(desk, key).read_bytes())
    sealed[place] ^= 1
    stored(desk, key).write_bytes(sealed)


def test_a_file_whose_start_was_altered_is_refused_with_a_page(
    desk: RunningDesk, browser: Browser
) -> None:
    ref, key = case_with(desk, browser, "a.bin", CONTENT)
    alter(desk, key, 100)
    answer = browser.get(f"/cases/{ref}/files/{key}")
    assert answer.status_code == 500
    assert "đã bị sửa" in answer.text


def test_a_file_whose_padding_was_altered_breaks_off_instead_of_ending(
    desk: RunningDesk, browser: Browser
) -> None:
    content = CONTENT * 16
    ref, key = case_with(desk, browser, "a.bin", content)
    alter(desk, key, -20)
    sent = bytearray()
    answer = browser.client.get(f"/cases/{ref}/files/{key}", buffered=False)
    with pytest.raises(OpenError):
        for piece in answer.iter_encoded():
            sent += piece
    assert 0 < len(sent) < len(content)


def test_a_file_that_is_gone_is_said_to_be_away(desk: RunningDesk, browser: Browser) -> None:
    ref, key = case_with(desk, browser, "a.bin", b"x")
    stored(desk, key).unlink()
    assert browser.get(f"/cases/{ref}/files/{key}").status_code == 503


def vault_files(desk: RunningDesk) -> list[Path]:
    return [path for path in (desk.test_office.folder / "vault").rglob("*") if path.is_file()]


def test_files_of_a_refused_answer_are_named_and_leave_nothing(
    desk: RunningDesk, browser: Browser
) -> None:
    desk.test_office.file()
    [ref] = desk.refs(browser)
    form = {"text": "a" * 20_001, "once": new_tag()}
    answer = browser.upload(f"/cases/{ref}/messages", form, bảng__xls=b"content")
    assert answer.status_code == 422
    assert "bảng.xls" in answer.text
    assert vault_files(desk) == []


def test_files_with_a_stale_token_are_named_and_leave_nothing(
    desk: RunningDesk, browser: Browser
) -> None:
    desk.test_office.file()
    [ref] = desk.refs(browser)
    answer = browser.upload(
        f"/cases/{ref}/messages", {"csrf_token": "old", "text": "Chữ."}, bảng__xls=b"content"
    )
    assert answer.status_code == 400
    assert "bảng.xls" in answer.text
    assert "Chữ.</textarea>" in answer.text
    assert vault_files(desk) == []


def test_a_file_above_the_limit_is_named_and_the_words_stay(tmp_path: Path) -> None:
    desk = open_desk(tmp_path, {"max_file_bytes": "1000", "max_report_bytes": "1500"})
    browser = desk.signed_in()
    receipt = desk.test_office.file().receipt
    [ref] = desk.refs(browser)
    form = {"text": "Kèm tệp.", "once": new_tag()}
    answer = browser.upload(f"/cases/{ref}/messages", form, lớn__bin=b"a" * 1001, bé__bin=b"a")
    assert answer.status_code == 413
    assert "lớn.bin" in answer.text
    assert "lớn quá mức của một tệp" in answer.text
    assert "Kèm tệp.</textarea>" in answer.text
    assert vault_files(desk) == []
    assert read_thread(desk.test_office.office, receipt).messages == ()


def test_a_file_in_a_note_is_refused(desk: RunningDesk, browser: Browser) -> None:
    desk.test_office.file()
    [ref] = desk.refs(browser)
    form = {"text": "Ghi.", "once": new_tag()}
    answer = browser.upload(f"/cases/{ref}/notes", form, a__txt=b"content")
    assert answer.status_code == 400
    assert "Ghi.</textarea>" in answer.text
