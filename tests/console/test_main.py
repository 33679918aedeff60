"""The operator's command: a try-out in one go, a refused start in one line."""

import sqlite3
import stat
from base64 import b32encode
from pathlib import Path

import pytest

from tests.policy.packs import CAT_HAI
from tests.support.command import liemchinh, made_up_in
from tests.support.made import made_try_out


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("console") / "instance"
    made = liemchinh(folder, "init")
    assert made.returncode == 0, made.stderr
    (folder / "printed.txt").write_text(made.stdout, encoding="utf-8")
    return folder


def test_a_try_out_tells_how_to_sign_in_once_and_keeps_it_nowhere(instance: Path) -> None:
    told = made_up_in((instance / "printed.txt").read_text(encoding="utf-8"))
    again = liemchinh(instance, "init")

    assert {"van-phong-1", "van-phong-2", "van-phong-3", "chu-tich-1", "ubnd-tp-1"} <= told.keys()
    assert made_up_in(again.stdout) == {}
    kept = b"".join(
        path.read_bytes()
        for path in instance.rglob("*")
        if path.is_file() and path.name != "printed.txt"
    )
    for reviewer in told.values():
        key = reviewer.key
        for secret in (reviewer.passphrase.encode(), key.raw, b32encode(key.raw)):
            assert secret not in kept, reviewer.name


def test_everything_of_an_instance_is_its_owners_alone(instance: Path) -> None:
    open_to_others = [
        path.name
        for path in [instance, *instance.rglob("*")]
        if path.name != "printed.txt" and stat.S_IMODE(path.stat().st_mode) & 0o077
    ]
    assert open_to_others == []


def test_a_reset_destroys_the_try_out_and_makes_another(tmp_path: Path) -> None:
    folder = tmp_path / "instance"
    first = made_try_out().reviewers
    made_try_out().copy_to(folder)
    (folder / "vault" / "left").write_bytes(b"sealed")
    secret = (folder / "server_secret").read_bytes()

    second = made_up_in(liemchinh(folder, "init", "--reset").stdout)

    assert first.keys() == second.keys()
    assert not set(first.values()) & set(second.values())
    assert (folder / "server_secret").read_bytes() != secret
    assert not (folder / "vault" / "left").exists()


def test_a_reset_destroys_a_vault_that_is_named_by_an_address(tmp_path: Path) -> None:
    folder, vault = tmp_path / "instance", tmp_path / "elsewhere"
    named = {"vault_url": vault.as_uri()}
    assert liemchinh(folder, "init", **named).returncode == 0
    (vault / "left").write_bytes(b"sealed")
    assert liemchinh(folder, "init", "--reset", **named).returncode == 0
    assert not (vault / "left").exists()


@pytest.mark.parametrize(
    ("setting", "value", "named"),
    [
        ("no_such_key", "1", "no_such_key"),
        ("max_files", "many", "max_files"),
        ("public_processes", "2", "limiter_url"),
        ("public_bind", "8000", "public_bind"),
        ("mode", "live", "public_origin"),
        ("pack", "nowhere", "pack"),
        ("limiter_url", "nostore://here", "limiter_url"),
        ("database_url", "nodatabase://here", "database_url"),
        ("database_url", "sqlite:////proc/nowhere.db", "database_url"),
        ("vault_url", "/proc/nowhere", "vault_url"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_its_name(
    instance: Path, setting: str, value: str, named: str
) -> None:
    refused = liemchinh(instance, "run", **{setting: value})

    assert refused.returncode == 78
    assert named in refused.stderr.lower()
    assert "Traceback" not in refused.stderr


def test_a_try_out_does_not_become_live_by_a_setting(instance: Path) -> None:
    origins = {"public_origin": "https://example.vn", "desk_origin": "https://ban.example.vn"}
    refused = liemchinh(instance, "run", mode="live", **origins)

    assert refused.returncode == 78
    assert "try-out" in refused.stderr


def test_a_live_instance_is_not_made_by_starting_it(tmp_path: Path) -> None:
    folder = tmp_path / "instance"
    origins = {"public_origin": "https://example.vn", "desk_origin": "https://ban.example.vn"}
    refused = liemchinh(folder, "run", mode="live", **origins)

    assert refused.returncode == 78
    assert "live" in refused.stderr
    assert not (folder / "liemchinh.db").exists()


def test_a_lost_server_secret_is_said_rather_than_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "instance"
    made_try_out().copy_to(folder)
    (folder / "server_secret").unlink()

    refused = liemchinh(folder, "run")

    assert refused.returncode == 78
    assert "server_secret" in refused.stderr
    assert not (folder / "server_secret").exists()


def test_an_invitation_is_a_link_to_the_desk(instance: Path) -> None:
    for role in ((), ("--role", "protection")):
        link = liemchinh(instance, "reviewer", "invite", "van-phong", *role).stdout.strip()
        assert link.startswith("http://127.0.0.1:8001/enrol/")
    assert liemchinh(instance, "reviewer", "invite", "truong-hoc").returncode == 2


def test_roles_that_nobody_may_combine_are_refused_by_their_row(instance: Path) -> None:
    both = ("--role", "handler", "--role", "administrator")
    refused = liemchinh(instance, "reviewer", "invite", "van-phong", *both)

    assert refused.returncode == 2
    assert refused.stdout == ""
    assert "separations.toml: administrator-reads-nothing" in refused.stderr
    two = ("--role", "head", "--role", "intake")
    assert liemchinh(instance, "reviewer", "invite", "van-phong", *two).returncode == 0


def test_a_role_that_nobody_knows_is_refused(instance: Path) -> None:
    refused = liemchinh(instance, "reviewer", "invite", "van-phong", "--role", "chief")

    assert refused.returncode == 2
    assert "handler" in refused.stderr
    assert refused.stdout == ""
    assert liemchinh(instance, "reviewer", "invite", "van-phong", "--role", "head").returncode == 0


def test_the_pack_in_use_is_checked_by_a_command(instance: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()

    checked = liemchinh(instance, "policy", "check")
    assert checked.returncode == 0
    *open_rows, last = checked.stdout.splitlines()
    assert f"no fault; {len(open_rows)} not confirmed" in last
    assert open_rows == [
        f"{file}: {row.code}: not confirmed: {row.note}" for file, row in CAT_HAI.unconfirmed()
    ]
    assert liemchinh(instance, "policy", "check", str(broken)).returncode == 1


def test_what_is_due_runs_by_a_command(instance: Path) -> None:
    assert "sweep-orphans" in liemchinh(instance, "jobs", "--once").stdout
    assert liemchinh(instance, "jobs", "--once").stdout == ""


def test_whoever_is_told_signs_in_at_once_with_the_code_of_that_moment(instance: Path) -> None:
    kept = sqlite3.connect(instance / "liemchinh.db")
    spent = kept.execute("SELECT count(*) FROM spent_codes").fetchone()
    kept.close()

    assert spent == (0,)
