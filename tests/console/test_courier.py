"""From the public door to a paper off the network and back, by the operator's own commands."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.browser import File
from tests.support.command import liemchinh
from tests.support.instance import Instance, running_instance
from tests.support.made import made_try_out
from tests.support.people import receipt_of, reporter_at
from tests.support.recovery_drill import FINGERPRINT, GROUPS, KEY_LINES
from tests.support.terminal import Terminal, at_terminal

BODY = "ubnd-tp"
STATEMENT, ANSWER = "Chủ tịch nhận tiền của nhà thầu kè.", "Đã nhận. Thanh tra sẽ về."
# Its name would write outside the folder, if it were believed.
HOSTILE = File("../../../biên nhận.pdf", b"%PDF- bien nhan " * 700)

pytestmark = pytest.mark.slow


@dataclass
class Desk:
    """An instance one body of which has no key yet, and a table off the network with its paper."""

    instance: Instance
    table: Path
    paper: str
    fingerprint: str

    def command(self, *arguments: str) -> tuple[int, str]:
        done = liemchinh(self.instance.folder, *arguments)
        return done.returncode, done.stdout + done.stderr

    def off_the_network(self, *arguments: str) -> tuple[int, Terminal]:
        """Run a command on the officer's machine, with the paper and without an instance."""
        with at_terminal(self.table / "nowhere", "courier", *arguments) as terminal:
            terminal.answer("the unit's key from paper", self.paper)
            return terminal.await_end(), terminal


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder, table = tmp_path_factory.mktemp("server"), tmp_path_factory.mktemp("table")
    made_try_out().copy_to(folder / "instance")
    with closing(sqlite3.connect(folder / "instance" / "liemchinh.db")) as database, database:
        for rows in ("unit_key_seals", "unit_keys", "memberships"):
            database.execute(f"DELETE FROM {rows} WHERE unit = ?", (BODY,))  # noqa: S608 (our own tables)
    with at_terminal(table / "nowhere", "courier", "new", str(table / "unit.txt")) as terminal:
        terminal.await_words("type it again")
        paper = " ".join(GROUPS.findall(terminal.shown)[:KEY_LINES])
        found = FINGERPRINT.search(terminal.shown)
        terminal.answer("type it again", paper)
        assert terminal.await_end() == 0
    assert found is not None
    public = str(table / "unit.txt")
    add = ("courier", "add", BODY, public, "--fingerprint")
    assert liemchinh(folder / "instance", *add, found[0][::-1]).returncode == 1
    added = liemchinh(folder / "instance", *add, found[0])
    assert added.returncode == 0, added.stderr
    with running_instance(folder) as instance:
        yield Desk(instance, table, paper, found[0])


def test_a_report_for_a_body_outside_is_read_and_answered_with_a_paper_only(desk: Desk) -> None:
    visitor = reporter_at(desk.instance)
    receipt = receipt_of(visitor.report(STATEMENT, [HOSTILE], bypass="1"))
    brought, folder = _carried(desk), desk.table / "read"

    status, terminal = desk.off_the_network("open", str(brought), "--to", str(folder))
    assert status == 0, terminal.shown
    assert desk.paper not in terminal.shown
    [case] = folder.iterdir()
    [text, file] = sorted(case.iterdir(), key=lambda each: each.suffix == ".pdf")
    assert STATEMENT in text.read_text(encoding="utf-8")
    assert file.name == "001-biên-nhận.pdf"
    assert file.read_bytes() == HOSTILE.content
    assert sorted(each.name for each in desk.table.iterdir()) == ["brought.age", "read", "unit.txt"]

    words, answer = desk.table / "answer.txt", desk.table / "answer.json"
    words.write_text(ANSWER, encoding="utf-8")
    asked = ("answer", str(brought), case.name, str(answer), "--text", str(words))
    status, terminal = desk.off_the_network(*asked)
    assert status == 0, terminal.shown
    assert ANSWER.encode() not in answer.read_bytes()

    status, said = desk.command("courier", "import", str(answer))
    assert status == 0, said
    status, said = desk.command("courier", "import", str(answer))
    assert (status, "already" in said) == (1, True)
    reader = reporter_at(desk.instance)
    assert ANSWER in reader.follow(receipt).document.words


def _carried(desk: Desk) -> Path:
    """Export what is new, and carry the file away from the server."""
    carried, brought = desk.instance.folder.parent / "go.age", desk.table / "brought.age"
    status, said = desk.command("courier", "export", BODY, str(carried))
    assert (status, "cases 1" in said) == (0, True), said
    assert STATEMENT.encode() not in carried.read_bytes()
    assert "nothing is new" in desk.command("courier", "export", BODY, f"{carried}2")[1]
    assert not Path(f"{carried}2").exists()
    return Path(shutil.move(carried, brought))


def test_what_was_cut_off_on_the_way_leaves_nothing_readable(desk: Desk) -> None:
    visitor = reporter_at(desk.instance)
    visitor.report(STATEMENT, [HOSTILE], bypass="1")
    carried = desk.table / "cut.age"
    status, said = desk.command("courier", "export", BODY, str(carried))
    assert status == 0, said
    carried.write_bytes(carried.read_bytes()[:-100])

    status, terminal = desk.off_the_network("open", str(carried), "--to", str(desk.table / "cut"))

    assert status == 1
    assert "altered or cut off" in terminal.shown
    assert not (desk.table / "cut").exists()
