"""Going live by the operator's command: nothing of a try-out stays, and nothing goes unasked."""

import re
from pathlib import Path

import pytest

from crypto.keys import Identity
from tests.support.command import liemchinh
from tests.support.made import made_try_out
from tests.support.terminal import Terminal, at_terminal

ORIGINS = ("--public-origin", "https://gui.example.vn", "--desk-origin", "https://ban.example.vn")
LINK = re.compile(r"^ +https://ban\.example\.vn/enrol/([\w-]{43})$", re.MULTILINE)
NEW_DESK = "https://moi.example.vn"
ORIGIN = re.compile(r'^\w+_origin = "(.+)"$', re.MULTILINE)
WORD = "type “huy ban thu”"


@pytest.fixture
def recovery(tmp_path: Path) -> tuple[str, ...]:
    """Return three recovery recipients, two of them in files."""
    keys = [Identity.from_seed(bytes([number]) * 32).recipient.encoded() for number in (1, 2, 3)]
    for number in (1, 2):
        (tmp_path / f"{number}.txt").write_text(f"{keys[number - 1]}\n", encoding="ascii")
    texts = (str(tmp_path / "1.txt"), str(tmp_path / "2.txt"), keys[2])
    return tuple(each for text in texts for each in ("--recovery", text))


def gone_live(folder: Path, *arguments: str, word: str = "") -> tuple[int, Terminal]:
    with at_terminal(folder, "init", "--live", *arguments) as terminal:
        if word:
            terminal.answer(WORD, word)
        return terminal.await_end(), terminal


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.endswith(("-wal", "-shm"))
    }


def test_a_try_out_is_destroyed_only_after_a_word_that_says_what_goes(
    tmp_path: Path, recovery: tuple[str, ...]
) -> None:
    folder = tmp_path / "instance"
    made_try_out().copy_to(folder)
    settings, secret = folder / "liemchinh.toml", folder / "server_secret"
    before, old_secret = settings.read_text(encoding="utf-8"), secret.read_bytes()
    (folder / "vault" / "left").write_bytes(b"sealed")

    status, terminal = gone_live(folder, *ORIGINS, *recovery, word="yes")
    assert status == 1
    assert f"reviewers and their keys: {len(made_try_out().reviewers)}" in terminal.shown
    assert "nothing was destroyed" in terminal.shown
    assert (settings.read_text(encoding="utf-8"), secret.read_bytes()) == (before, old_secret)
    assert (folder / "vault" / "left").exists()

    status, terminal = gone_live(folder, *ORIGINS, *recovery, word="huy ban thu")
    assert status == 0, terminal.shown
    assert not (folder / "vault" / "left").exists()
    assert secret.read_bytes() != old_secret
    assert 'mode = "live"' in settings.read_text(encoding="utf-8")
    assert liemchinh(folder, "recovery", "list").stdout.count("missing") == 0
    assert "made-up" not in terminal.shown.lower()
    links = LINK.findall(terminal.shown)
    assert len(set(links)) == 3, terminal.shown
    for unit in ("ubnd-tp", "thanh-tra-tp", "cong-an-tp", "van-phong"):
        assert f"unit {unit} has no recipient" in terminal.shown
    assert not [name for name, kept in files_of(folder).items() if links[0].encode() in kept]

    # Once it is live, nothing destroys it: the same command goes on where it stopped.
    live = secret.read_bytes()
    status, terminal = gone_live(folder, "--desk-origin", NEW_DESK)
    assert status == 0, terminal.shown
    assert (WORD in terminal.shown, secret.read_bytes()) == (False, live)
    assert ORIGIN.findall(settings.read_text(encoding="utf-8")) == [ORIGINS[1], NEW_DESK]
    refused = liemchinh(folder, "init", "--reset")
    assert (refused.returncode, secret.read_bytes()) == (78, live)
    assert "unit van-phong has no recipient" in liemchinh(folder, "doctor", "--quick").stdout


def _without_database(folder: Path, mode: str) -> Path:
    """Make a machine to which everything came back but the database, and return its vault."""
    made_try_out().copy_to(folder)
    for path in folder.glob("liemchinh.db*"):
        path.unlink()
    values = {"mode": mode, "public_origin": ORIGINS[1], "desk_origin": ORIGINS[3]}
    settings = folder / "liemchinh.toml"
    text = settings.read_text(encoding="utf-8")
    for key, value in values.items():
        text = re.sub(rf"(?m)^{key} = .*$", f'{key} = "{value}"', text)
    settings.write_text(text, encoding="utf-8")
    return folder / "vault"


@pytest.mark.parametrize("has_secret", [True, False])
def test_a_live_instance_whose_database_is_missing_is_never_destroyed(
    tmp_path: Path, recovery: tuple[str, ...], *, has_secret: bool
) -> None:
    folder = tmp_path / "instance"
    vault, secret = _without_database(folder, "live"), folder / "server_secret"
    (vault / "report").write_bytes(b"sealed")
    if not has_secret:
        secret.unlink()
    before = {name: kept for name, kept in files_of(folder).items() if ".db" not in name}

    assert "database or server secret is missing" in liemchinh(folder, "run").stderr
    status, terminal = gone_live(folder, *ORIGINS, *recovery)

    assert status == 1
    assert "bring it back, or set database_url; nothing was destroyed" in terminal.shown
    assert WORD not in terminal.shown
    assert files_of(folder).items() >= before.items()
    # A first run that was interrupted has an empty vault, and goes on.
    (vault / "report").unlink()
    secret.unlink(missing_ok=True)
    status, terminal = gone_live(folder, *ORIGINS, *recovery)
    assert status == 0, terminal.shown


def test_a_vault_that_holds_anything_is_destroyed_after_the_word_only(
    tmp_path: Path, recovery: tuple[str, ...]
) -> None:
    folder = tmp_path / "instance"
    vault = _without_database(folder, "try-out")
    (folder / "server_secret").unlink()
    (vault / "report").write_bytes(b"sealed")

    status, terminal = gone_live(folder, *ORIGINS, *recovery, word="yes")

    assert (status, (vault / "report").read_bytes()) == (1, b"sealed")
    assert "files of the vault: 1" in terminal.shown


@pytest.mark.parametrize(
    ("origins", "named"),
    [
        (("--public-origin", "http://gui.example.vn", *ORIGINS[2:]), "public_origin"),
        (ORIGINS, "two of the recovery keys are the same"),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_destroyed(
    tmp_path: Path, origins: tuple[str, ...], named: str
) -> None:
    folder = tmp_path / "instance"
    made_try_out().copy_to(folder)
    before = files_of(folder)
    one = Identity.from_seed(bytes(32)).recipient.encoded()

    status, terminal = gone_live(folder, *origins, *(("--recovery", one) * 3))

    assert status != 0
    assert named in terminal.shown
    assert files_of(folder) == before


def test_links_go_to_a_terminal_and_nowhere_else(tmp_path: Path, recovery: tuple[str, ...]) -> None:
    refused = liemchinh(tmp_path / "instance", "init", "--live", *ORIGINS, *recovery)

    assert refused.returncode == 1
    assert "at a terminal" in refused.stderr
    assert not (tmp_path / "instance" / "liemchinh.db").exists()
