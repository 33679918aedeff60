"""What a visitor can write into the hidden fields of their own form harms nobody, and no answer."""

import pytest

from crypto.boxes import SecretBox
from intake.form_secrets import (
    KEPT_LABEL,
    KeptFile,
    new_draft,
    read_kept,
    write_kept,
    written,
)

FILE = KeptFile("ab/cd/ef", "ảnh 😀.jpg", 5, "00" * 32)


def test_a_form_remembers_its_own_files() -> None:
    draft = new_draft()

    assert read_kept(draft, write_kept(draft, (FILE, FILE))) == (FILE, FILE)


def test_another_forms_list_is_no_list() -> None:
    assert read_kept(new_draft(), write_kept(new_draft(), (FILE,))) == ()


@pytest.mark.parametrize(
    "listed",
    [
        b"[" * 300_000,
        b'[["k", "\\ud800", 1, "00"]]',
        b'[["\\ud800", "a", 1, "00"]]',
        b'[["k", "a", 1e999, "00"]]',
        b'[["k", "a", 1%s, "00"]]' % (b"0" * 400),
        b'[["k", "a", -1, "00"]]',
        b'[["k", "a", 1, "zz"]]',
        b'[["k", "a", 1]]',
        b"\xff",
        b"7",
    ],
    ids=[
        "deep",
        "name",
        "key",
        "endless",
        "huge",
        "negative",
        "digest",
        "short",
        "bytes",
        "number",
    ],
)
def test_a_list_that_a_visitor_made_up_is_no_list(listed: bytes) -> None:
    draft = new_draft()
    sealed = written(SecretBox(draft.secret, KEPT_LABEL).seal(listed))

    assert read_kept(draft, sealed) == ()
