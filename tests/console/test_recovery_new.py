"""A recovery key is shown once, proven on paper, and written nowhere."""

import re
from pathlib import Path

from crypto.keys import Identity, Recipient
from crypto.paper_keys import paper_lines, typed_identity
from tests.support.command import liemchinh
from tests.support.terminal import Terminal, at_terminal

AGAIN = "type it again from the paper"
LINES = 3
GROUPS = re.compile(r"^ {4}((?:[A-Z0-9]{2,4} ?){4,5})$", re.MULTILINE)


def shown_key(terminal: Terminal) -> Identity:
    """Return the key as somebody copies it from the screen."""
    terminal.await_words(AGAIN)
    return typed_identity(" ".join(GROUPS.findall(terminal.shown)[:LINES]))


def test_a_key_is_shown_once_and_its_public_half_after_the_paper_was_proven(
    tmp_path: Path,
) -> None:
    with at_terminal(tmp_path / "nowhere", "recovery", "new", directory=tmp_path) as terminal:
        key = shown_key(terminal)
        assert "age1pq1" not in terminal.shown
        terminal.answer(AGAIN, Identity.generate().encoded())
        terminal.await_words("Not the same")
        terminal.answer(AGAIN, key.encoded())
        assert terminal.await_end() == 0

    assert key.recipient.encoded() in terminal.shown.replace("\n", "")
    assert terminal.shown.count(key.recipient.fingerprint()) == 2
    assert all(terminal.shown.count(line) == 1 for line in paper_lines(key))
    assert list(tmp_path.iterdir()) == []


def test_the_public_half_goes_into_a_file_and_the_key_does_not(tmp_path: Path) -> None:
    out = tmp_path / "one.txt"
    with at_terminal(tmp_path / "nowhere", "recovery", "new", str(out)) as terminal:
        key = shown_key(terminal)
        terminal.answer(AGAIN, key.encoded())
        assert terminal.await_end() == 0

    assert Recipient.parse(out.read_text(encoding="ascii").strip()) == key.recipient
    assert [each.name for each in tmp_path.iterdir()] == ["one.txt"]


def test_the_vietnamese_words_come_first(tmp_path: Path) -> None:
    with at_terminal(tmp_path, "recovery", "new") as terminal:
        shown_key(terminal)

    assert terminal.shown.index("Chép dòng") < terminal.shown.index("Write these lines")


def test_a_key_is_never_sent_to_a_file_or_a_pipe(tmp_path: Path) -> None:
    piped = liemchinh(tmp_path, "recovery", "new")

    assert piped.returncode == 1
    assert piped.stdout == ""
    assert "at a terminal" in piped.stderr
