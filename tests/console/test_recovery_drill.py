"""The drill of docs/operating.md: everybody in a unit lost the passphrase, two holders help.

By the real commands: the desk and the door run, the keys are copied from a screen to paper, and the
machine at which the two holders sit has no instance.
"""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.command import liemchinh
from tests.support.instance import Instance, running_instance
from tests.support.people import reporter_at, reviewer_of
from tests.support.recovery_drill import Enrolled, Said, Table, compare_keys, enrol_by_link
from tests.support.terminal import at_terminal

UNIT, OTHER = "van-phong", "chu-tich"
# The roster of a try-out calls the unit's second member so (cases.tryout).
SECOND = "Đoàn Thị Giả Định"
ORDINARY, NAMING = "Một chuyện bình thường.", f"{SECOND} đòi tiền tôi."

pytestmark = pytest.mark.slow


@dataclass
class Drill:
    """A running office of three, three papers, and a newcomer who waits."""

    instance: Instance
    table: Table
    newcomer: Enrolled
    said: Said
    question: Path

    def command(self, *arguments: str) -> tuple[int, str]:
        done = liemchinh(self.instance.folder, *arguments)
        return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def drill(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Drill]:
    folder = tmp_path_factory.mktemp("drill")
    table = Table(folder)
    with running_instance(folder / "here") as instance:
        for number in (1, 2, 3):
            public = table.new_paper(number)
            instance.command("recovery", "add", str(number), str(public))
        for unit in (UNIT, OTHER):
            compare_keys(reviewer_of(instance, unit), unit)
        admit_third(instance)
        for statement in (ORDINARY, NAMING):
            assert reporter_at(instance).report(statement).status == 200
        newcomer = enrol_by_link(instance, UNIT, "người mới")
        question = folder / "question.json"
        instance.command("recovery", "export", UNIT, str(question))
        yield Drill(instance, table, newcomer, Said(newcomer.fingerprint), question)


def admit_third(instance: Instance) -> None:
    """Let a third member into the unit, as in any office."""
    enrol_by_link(instance, UNIT, "người ba")
    member = reviewer_of(instance, UNIT)
    page = member.get("/units")
    actions = [form.action for form in page.document.forms if "/members/" in form.action]
    [waiting] = [each for each in actions if not each.endswith(("/leave", "/roles"))]
    assert member.submit(page, waiting, {"compared": "yes"}).status == 200


def answer_of(question: Path) -> Path:
    return question.with_name(f"{question.name}.answer")


def copied(drill: Drill, name: str) -> Path:
    """Return a copy of the question beside it, for one attempt."""
    copy = drill.question.with_name(name)
    shutil.copyfile(drill.question, copy)
    return copy


def test_before_anybody_helps_the_newcomer_sees_no_case(drill: Drill) -> None:
    assert drill.newcomer.signed_in(drill.instance).listed() == []


def test_the_same_key_twice_gives_no_answer(drill: Drill) -> None:
    question = copied(drill, "twice.json")

    status, terminal = drill.table.answer(question, (1, 1), drill.said)

    assert status == 1
    assert "same key twice" in terminal.shown
    assert not answer_of(question).exists()


def test_a_fingerprint_that_is_not_the_newcomers_stops_the_two(drill: Drill) -> None:
    question = copied(drill, "stranger.json")
    stranger = "0000 0000 0000 0000 0000"

    with at_terminal(drill.table.folder / "nowhere", "recovery", "open", str(question)) as terminal:
        for _ in range(3):
            terminal.answer("type it here", stranger)
        assert terminal.await_end() == 1

    assert "do not open it" in terminal.shown
    assert drill.said.fingerprint not in terminal.shown
    assert not answer_of(question).exists()


def test_an_altered_question_gives_no_answer(drill: Drill) -> None:
    question = copied(drill, "altered.json")
    found = json.loads(question.read_bytes())
    found["asked"]["cases"].clear()
    question.write_text(json.dumps(found), encoding="utf-8")

    status, terminal = drill.table.answer(question, (1, 3), drill.said)

    assert status == 1
    assert "altered" in terminal.shown
    assert not answer_of(question).exists()


def test_a_question_cannot_steer_the_holders_terminal(drill: Drill) -> None:
    question = copied(drill, "steering.json")
    found = json.loads(question.read_bytes())
    found["asked"]["newcomer"]["name"] = "\x1b[2J\x1b]0;mine\x07\u202e"
    question.write_text(json.dumps(found), encoding="utf-8")

    with at_terminal(drill.table.folder / "nowhere", "recovery", "open", str(question)) as terminal:
        terminal.await_words("type it here")

    assert not {"\x1b", "\x07", "\u202e"} & set(terminal.raw)


def test_the_administrator_who_has_database_and_server_secret_gives_no_key(drill: Drill) -> None:
    made_up = drill.question.with_name("made-up.json")
    made_up.write_text(json.dumps({"format": "liemchinh/recovery-answer/v1"}), encoding="ascii")

    status, said = drill.command("recovery", "import", str(made_up))

    assert status == 1
    assert "Traceback" not in said
    assert drill.newcomer.signed_in(drill.instance).listed() == []
    with drill.instance.database() as database:
        papers = [paper.replace(" ", "") for paper in drill.table.papers.values()]
        kept = "\n".join(database.iterdump()).upper()
    everything = [path.read_bytes().upper() for path in files_of(drill.instance.folder)]
    for paper in papers:
        assert paper not in kept
        assert [each for each in everything if paper.encode() in each] == []


def files_of(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_what_is_carried_holds_no_word_of_a_case(drill: Drill) -> None:
    content = drill.question.read_text(encoding="ascii")

    for words in (ORDINARY, NAMING, SECOND):
        assert words not in content
        assert json.dumps(words).strip('"') not in content


def test_two_holders_off_the_network_let_a_newcomer_read_every_case(drill: Drill) -> None:
    old = copied(drill, "old.json")
    assert drill.table.answer(old, (1, 2), drill.said)[0] == 0
    drill.instance.command("recovery", "export", UNIT, str(drill.question.with_name("new.json")))
    status, said = drill.command("recovery", "import", str(answer_of(old)))
    assert (status, "older export" in said) == (1, True)

    question = drill.question.with_name("new.json")
    status, terminal = drill.table.answer(question, (3, 1), drill.said)
    assert status == 0, terminal.shown
    assert "recovery:1+3" in terminal.shown
    for paper in drill.table.papers.values():
        assert paper not in terminal.shown
    _refuse_another_unit(drill, answer_of(question))
    status, said = drill.command("recovery", "import", str(answer_of(question)))
    assert status == 0, said

    newcomer = drill.newcomer.signed_in(drill.instance)
    read = [newcomer.get(case).document.words for case in newcomer.listed()]
    assert len(read) == 2
    for statement in (ORDINARY, NAMING):
        assert any(statement in words for words in read)
    page = newcomer.get("/units").document.words
    assert "hai người giữ khóa số 1, 3" in page
    assert drill.said.reason in page
    assert drill.command("recovery", "import", str(answer_of(question)))[0] == 1


def _refuse_another_unit(drill: Drill, answer: Path) -> None:
    """Try the answer as one for another unit first."""
    found = json.loads(answer.read_bytes())
    other = answer.with_name("other.answer")
    other.write_text(json.dumps({**found, "unit": OTHER}), encoding="ascii")

    status, said = drill.command("recovery", "import", str(other))

    assert status == 1
    assert "another question" in said
