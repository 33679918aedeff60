"""A sealed file is opened off the network by a key that is typed, whole or not at all."""

import stat
from pathlib import Path

import pytest

from crypto.keys import Identity
from crypto.padding import pad_text
from crypto.sealing import seal
from tests.support.terminal import at_terminal

KEY = Identity.from_seed(bytes(range(32)))
TYPED = KEY.encoded().lower()
TEXT = "Một trang có dấu.\n"


@pytest.fixture
def sealed(tmp_path: Path) -> Path:
    file = tmp_path / "page.age"
    file.write_bytes(seal(pad_text(TEXT.encode()), [KEY.recipient]))
    return file


def test_a_text_is_shown_without_its_padding_and_without_the_key(
    sealed: Path, tmp_path: Path
) -> None:
    with at_terminal(tmp_path / "nowhere", "open", str(sealed)) as terminal:
        terminal.answer("key (not shown)", TYPED)
        assert terminal.await_end() == 0

    assert TEXT.strip() in terminal.shown
    assert "\0" not in terminal.shown
    assert TYPED not in terminal.shown
    assert not (tmp_path / "nowhere").exists()


def test_anything_goes_into_a_new_file_of_its_owner(tmp_path: Path) -> None:
    content = bytes(range(256)) * 1000
    file, out = tmp_path / "all.age", tmp_path / "all"
    file.write_bytes(seal(content, [KEY.recipient]))

    with at_terminal(tmp_path, "open", str(file), "--to", str(out)) as terminal:
        terminal.answer("key (not shown)", TYPED)
        assert terminal.await_end() == 0

    assert out.read_bytes() == content
    assert stat.S_IMODE(out.stat().st_mode) == 0o600


def test_a_file_that_is_there_is_not_replaced(sealed: Path, tmp_path: Path) -> None:
    out = tmp_path / "there"
    out.write_text("mine", encoding="ascii")

    with at_terminal(tmp_path, "open", str(sealed), "--to", str(out)) as terminal:
        terminal.answer("key (not shown)", TYPED)
        assert terminal.await_end() == 1

    assert "no file is ever replaced" in terminal.shown
    assert out.read_text(encoding="ascii") == "mine"


def altered(content: bytes) -> bytes:
    return content[:-1] + bytes([content[-1] ^ 1])


@pytest.mark.parametrize("change", [altered, lambda content: content[:-1], lambda _: b"no file"])
def test_a_file_that_was_altered_leaves_nothing(sealed: Path, tmp_path: Path, change) -> None:  # type: ignore[no-untyped-def]  # a function of bytes
    sealed.write_bytes(change(sealed.read_bytes()))
    out = tmp_path / "out"

    with at_terminal(tmp_path, "open", str(sealed), "--to", str(out)) as terminal:
        terminal.answer("key (not shown)", TYPED)
        assert terminal.await_end() == 1

    assert "altered or cut off" in terminal.shown
    assert [each.name for each in tmp_path.iterdir()] == ["page.age"]


def test_another_key_opens_nothing(sealed: Path, tmp_path: Path) -> None:
    with at_terminal(tmp_path, "open", str(sealed)) as terminal:
        terminal.answer("key (not shown)", Identity.generate().encoded())
        assert terminal.await_end() == 1

    assert TEXT.strip() not in terminal.shown
    assert "this key does not open it" in terminal.shown


def test_a_mistyped_key_is_asked_for_again(sealed: Path, tmp_path: Path) -> None:
    with at_terminal(tmp_path, "open", str(sealed)) as terminal:
        terminal.answer("key (not shown)", TYPED[:-1])
        terminal.answer("key (not shown)", TYPED)
        assert terminal.await_end() == 0

    assert TEXT.strip() in terminal.shown


@pytest.mark.parametrize("content", [b"\xff\xfe", b"\x1b]0;title\x07", "\u202ereversed".encode()])
def test_what_could_steer_the_terminal_is_not_shown(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "hostile.age"
    file.write_bytes(seal(content, [KEY.recipient]))

    with at_terminal(tmp_path, "open", str(file)) as terminal:
        terminal.answer("key (not shown)", TYPED)
        assert terminal.await_end() == 1

    assert "choose a new file by --to" in terminal.shown
    assert "title" not in terminal.shown
