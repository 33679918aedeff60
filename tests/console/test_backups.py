"""A backup taken under load brings back everything that was promised before it began."""

import shutil
import stat
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from cases.clock import SystemClock
from cases.vault import Vault
from crypto.keys import Identity
from tests.support.backups import members_of
from tests.support.browser import File
from tests.support.command import MadeUp, liemchinh
from tests.support.instance import Instance, Start, running_instance
from tests.support.made import made_try_out
from tests.support.patient import of_the_instance
from tests.support.people import (
    Reviewer,
    file_links,
    receipt_of,
    reporter_at,
)
from tests.support.postgresql import running_postgresql

REPORTERS, PAUSE_SECONDS = 3, 0.25
UNIT = "van-phong"
CONTENT = bytes(range(256)) * 2000


@dataclass
class Load:
    """Reporters who file one report after another, and what each was given."""

    instance: Instance
    filed: list[tuple[str, str]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    faults: list[str] = field(default_factory=list)

    def run(self, reporter: int) -> None:
        number = 0
        while not self.over.is_set():
            self.file(f"Chuyện {reporter}-{number} xyz")
            number += 1
            # All come from this machine, and share one limit.
            self.over.wait(PAUSE_SECONDS)

    def file(self, words: str) -> None:
        answer = reporter_at(self.instance).report(words, [File(f"{words}.bin", CONTENT)])
        if answer.status != 200:
            self.faults.append(f"{answer.status}: {words}")
            return
        self.filed.append((words, receipt_of(answer)))


@dataclass(frozen=True)
class Brought:
    """A restored instance that runs, and what was promised before its backup began."""

    instance: Instance
    promised: list[tuple[str, str]]
    during: list[tuple[str, str]]
    faults: list[str]
    told: str
    reviewer: MadeUp


def back_up_under_load(instance: Instance, file: Path, key: Path) -> tuple[Load, int]:
    """Back up while reporters file; return what they filed, and how much of it before."""
    load = Load(instance)
    threads = [threading.Thread(target=load.run, args=(each,)) for each in range(REPORTERS)]
    for each in threads:
        each.start()
    while len(load.filed) < 2 * REPORTERS and not load.faults:
        threading.Event().wait(0.05)
    before = len(load.filed)
    recipient = Identity.parse(key.read_text(encoding="ascii").splitlines()[1]).recipient
    try:
        instance.command("backup", str(file), "--to", recipient.encoded())
    finally:
        load.over.set()
        for each in threads:
            each.join()
    return load, before


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def brought(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Brought]:
    folder = tmp_path_factory.mktemp("brought")
    key, file, secret = folder / "key.txt", folder / "all.age", folder / "secret"
    with ExitStack() as stack:
        urls: list[str] = []
        if request.param == "postgresql":
            server = stack.enter_context(running_postgresql())
            urls = [server.url(server.new_database()) for _ in range(2)]
        here, there = ({"database_url": url} for url in urls) if urls else ({}, {})
        assert liemchinh(folder / "instance", "backup-key", str(key)).returncode == 0
        with running_instance(folder / "here", Start(settings=here)) as instance:
            load, before = back_up_under_load(instance, file, key)
            reviewer = instance.reviewer_of(UNIT)
            shutil.copyfile(instance.folder / "server_secret", secret)
        shutil.rmtree(folder / "here")
        asked = ("--identity", str(key), "--server-secret", str(secret))
        place = folder / "there" / "instance"
        told = liemchinh(place, "restore", str(file), *asked, **there)
        assert told.returncode == 0, told.stderr
        with running_instance(folder / "there", Start(settings=there)) as restored:
            promised, during = load.filed[:before], load.filed[before:]
            yield Brought(restored, promised, during, load.faults, told.stdout, reviewer)


@pytest.mark.slow
def test_every_receipt_of_before_opens_its_thread(brought: Brought) -> None:
    assert len(brought.promised) >= 2 * REPORTERS
    for _, code in brought.promised:
        page = reporter_at(brought.instance).follow(code)
        assert page.status == 200
        assert page.url.endswith("/case")
        assert page.document.forms, "a thread has a form for the next message"
        assert any(form.action.endswith("/case/messages") for form in page.document.forms)


def test_the_receiving_unit_opens_every_report_whole_with_its_files(brought: Brought) -> None:
    reviewer = Reviewer(brought.instance.desk)
    assert reviewer.sign_in(*brought.reviewer).status == 200
    pages = {case: reviewer.get(case) for case in reviewer.listed()}
    for words, _ in brought.promised:
        [page] = [page for page in pages.values() if words in page.document.words]
        [link] = file_links(page)
        assert reviewer.get(link).body == CONTENT


def test_nobody_who_reported_meanwhile_was_refused(brought: Brought) -> None:
    assert brought.faults == []
    assert brought.during


def test_it_says_what_came_back_and_that_it_is_ours(brought: Brought) -> None:
    assert "Đã khôi phục / restored" in brought.told
    assert "its origin is proven" in brought.told


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("quiet")
    made_try_out().copy_to(folder / "instance")
    key = liemchinh(folder / "instance", "backup-key", str(folder / "key.txt"))
    kept = folder / "instance" / "backup_recipients.txt"
    kept.write_text(f"# the safe in room 2\n{key.stdout}", encoding="ascii")
    done = liemchinh(folder / "instance", "backup", str(folder / "all.age"))
    assert done.returncode == 0, done.stderr
    return folder


def test_key_and_backup_are_their_owners_alone_and_replace_nothing(quiet: Path) -> None:
    for name in ("key.txt", "all.age"):
        assert stat.S_IMODE((quiet / name).stat().st_mode) == 0o600
    content = (quiet / "all.age").read_bytes()
    again = liemchinh(quiet / "instance", "backup", str(quiet / "all.age"))
    key = liemchinh(quiet / "instance", "backup-key", str(quiet / "key.txt"))
    assert (again.returncode, key.returncode) == (1, 1)
    assert (quiet / "all.age").read_bytes() == content
    assert sorted(each.name for each in quiet.iterdir()) == ["all.age", "instance", "key.txt"]


def test_without_a_recipient_nothing_is_written(quiet: Path, tmp_path: Path) -> None:
    place = tmp_path / "instance"
    shutil.copytree(quiet / "instance", place)
    (place / "backup_recipients.txt").unlink()
    refused = liemchinh(place, "backup", str(tmp_path / "all.age"))
    mistyped = liemchinh(place, "backup", str(tmp_path / "all.age"), "--to", "age1pq1qqqq")
    assert (refused.returncode, mistyped.returncode) == (1, 1)
    assert "to whom" in refused.stderr
    assert [each.name for each in tmp_path.iterdir()] == ["instance"]


def restore(quiet: Path, place: Path, *arguments: str) -> tuple[int, str]:
    given = (str(quiet / "all.age"), "--identity", str(quiet / "key.txt"), *arguments)
    done = liemchinh(place, "restore", *given)
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout + done.stderr


def test_a_wrong_server_secret_leaves_nothing_but_the_settings(quiet: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("00" * 32, encoding="ascii")
    code, said = restore(quiet, tmp_path / "instance", "--server-secret", str(wrong))
    assert code == 1
    assert "this server secret is not the one of the backup" in said
    left = {each.name for each in (tmp_path / "instance").iterdir()}
    assert left == {"liemchinh.toml", "vault"}
    vault = Vault(str(tmp_path / "instance" / "vault"), SystemClock().today, is_made=True)
    assert list(vault.stored()) == []


def test_without_the_server_secret_it_is_said_who_can_open_nothing(
    quiet: Path, tmp_path: Path
) -> None:
    code, said = restore(quiet, tmp_path / "instance", "--without-server-secret")
    assert code == 0
    assert "nobody who enrolled before can sign in" in said
    assert "receipts open their threads" in said
    assert f"{UNIT}: nobody can open what was sealed to it" in said
    assert stat.S_IMODE((tmp_path / "instance" / "server_secret").stat().st_mode) == 0o600


def test_an_instance_that_is_there_is_never_restored_over(quiet: Path) -> None:
    before = (quiet / "instance" / "liemchinh.db").read_bytes()
    code, said = restore(quiet, quiet / "instance", "--without-server-secret")
    assert code == 1
    assert "not empty" in said
    assert (quiet / "instance" / "liemchinh.db").read_bytes() == before


def test_the_server_secret_is_not_in_the_backup(quiet: Path) -> None:
    secret = (quiet / "instance" / "server_secret").read_text(encoding="ascii").strip()
    assert secret.encode() not in (quiet / "all.age").read_bytes()
    identity = (quiet / "key.txt").read_text(encoding="ascii").splitlines()[1]
    members = members_of((quiet / "all.age").read_bytes(), Identity.parse(identity))
    content = b"".join(members.values())
    assert secret.encode() not in content
    assert bytes.fromhex(secret) not in content


def test_a_drill_ends_with_a_check_up_that_finds_nothing(quiet: Path, tmp_path: Path) -> None:
    place, secret = tmp_path / "instance", quiet / "instance" / "server_secret"
    code, said = restore(quiet, place, "--server-secret", str(secret))
    assert code == 0, said
    assert of_the_instance(liemchinh(place, "doctor").stdout) == []
