"""The operator's command on PostgreSQL: a role for the public door, and no start under another."""

import secrets
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from cases.database import Database
from cases.office_checks import FORGETTING, check_durability
from cases.public_role import public_login
from tests.support.command import liemchinh, made_up_in
from tests.support.postgresql import PostgreSQL, running_postgresql
from tests.support.webapp import settings_in

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Owned:
    """An instance whose database belongs to an account that is no superuser, as on a server."""

    server: PostgreSQL
    folder: Path
    owner: str
    database: str
    printed: str

    @property
    def url(self) -> str:
        return self.server.url(self.database, self.owner)

    @property
    def public_url(self) -> str:
        """Return the address that the public door finds by itself."""
        secret = bytes.fromhex((self.folder / "server_secret").read_text(encoding="ascii"))
        return public_login(self.url, secret)

    def command(self, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """Run the operator's command on this instance."""
        return liemchinh(self.folder, *arguments, **{"database_url": self.url, **settings})

    def door(self, **settings: str) -> subprocess.CompletedProcess[str]:
        """Start the public door alone, as a service's own unit does, where it will not run."""
        given = {"instance": str(self.folder), "database_url": self.url, **settings}
        return subprocess.run(
            [sys.executable, "-m", "intake"],
            cwd=ROOT,
            env={f"LIEMCHINH_{key.upper()}": value for key, value in given.items()},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def order(self, statement: str) -> None:
        """Run a statement as the server's superuser."""
        self.server.order(statement, self.database)


def new_owner(server: PostgreSQL, *, may_make_roles: bool) -> tuple[str, str]:
    """Return a new account that is no superuser, and an empty database of its own."""
    name = f"owner_{secrets.token_hex(6)}"
    server.order(f"CREATE ROLE {name} LOGIN {'CREATEROLE' if may_make_roles else ''}")
    server.order(f"CREATE DATABASE {name} OWNER {name}")
    return name, name


@pytest.fixture(scope="module")
def owned(postgresql: PostgreSQL, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Owned]:
    folder = tmp_path_factory.mktemp("owned") / "instance"
    owner, database = new_owner(postgresql, may_make_roles=True)
    made = liemchinh(folder, "init", database_url=postgresql.url(database, owner))
    assert made.returncode == 0, made.stderr
    yield Owned(postgresql, folder, owner, database, made.stdout)
    postgresql.drop_database(database)


def lets_in(url: str) -> bool:
    try:
        psycopg.connect(url.replace("+psycopg", "")).close()
    except psycopg.OperationalError:
        return False
    return True


def with_password(url: str, password: str) -> str:
    return make_url(url).set(password=password).render_as_string(hide_password=False)


@pytest.fixture
def asking_for_passwords(owned: Owned) -> Iterator[None]:
    """Let the server ask the public door's role for its password, as one on a network does."""
    rules = owned.server.folder / "cluster" / "pg_hba.conf"
    before = rules.read_text(encoding="utf-8")
    role = make_url(owned.public_url).username
    rules.write_text(f"local all {role} scram-sha-256\n{before}", encoding="utf-8")
    owned.order("SELECT pg_reload_conf()")
    yield
    rules.write_text(before, encoding="utf-8")
    owned.order("SELECT pg_reload_conf()")


@pytest.mark.usefixtures("asking_for_passwords")
def test_the_public_doors_password_follows_from_the_server_secret(owned: Owned) -> None:
    assert lets_in(owned.public_url)
    assert not lets_in(with_password(owned.public_url, "another"))
    assert not lets_in(public_login(owned.url, bytes(32)))


@pytest.mark.usefixtures("asking_for_passwords")
def test_a_reset_destroys_the_try_out_and_makes_another_with_another_password(
    owned: Owned,
) -> None:
    before, old_login = made_up_in(owned.printed), owned.public_url

    again = owned.command("init", "--reset")

    after = made_up_in(again.stdout)
    assert again.returncode == 0, again.stderr
    assert before.keys() == after.keys()
    assert not set(before.values()) & set(after.values())
    assert lets_in(owned.public_url)
    assert not lets_in(old_login)
    assert owned.command("init").returncode == 0, "what it made can be opened"


@pytest.mark.parametrize("command", ["door", "run"])
def test_a_start_with_the_owners_own_role_for_the_public_door_is_refused(
    owned: Owned, command: str
) -> None:
    own = {"public_database_url": owned.url}
    refused = owned.door(**own) if command == "door" else owned.command("run", **own)

    assert refused.returncode == 78
    assert "public_database_url" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert owned.command("init").returncode == 0, "the owner kept its own rights"


def test_the_public_door_does_not_start_where_its_role_was_given_more(owned: Owned) -> None:
    role = make_url(owned.public_url).username
    owned.order(f"GRANT SELECT ON desk_sessions TO {role}")

    refused = owned.door()
    found = owned.command("doctor").stdout

    assert refused.returncode == 78
    assert "public_database_url" in refused.stderr
    assert "desk_sessions" in refused.stderr
    assert "public_database_url: this role can do more than it may" in found
    assert owned.command("init").returncode == 0
    assert "public_database_url" not in owned.command("doctor").stdout


def test_a_server_that_may_forget_what_it_acknowledged_is_named(owned: Owned) -> None:
    told = owned.command("doctor")
    assert told.returncode == 1
    for setting in FORGETTING:
        assert f"PostgreSQL runs with {setting} = off" in told.stdout


def test_a_server_as_it_comes_forgets_nothing() -> None:
    with running_postgresql() as server:
        database = Database(server.url(server.new_database()))
        assert list(check_durability(database)) == []
        database.close()


def test_a_database_that_is_away_is_tried_again_and_is_no_wrong_setting(
    owned: Owned, tmp_path: Path
) -> None:
    away = make_url(owned.public_url).set(query={"host": str(tmp_path)})

    refused = owned.door(public_database_url=away.render_as_string(hide_password=False))

    assert refused.returncode == 75
    assert "public_database_url" in refused.stderr
    assert str(away.password) not in refused.stderr


def test_an_owner_who_may_make_no_role_is_told_to_name_one_and_then_grants_it(
    postgresql: PostgreSQL, tmp_path: Path
) -> None:
    folder = tmp_path / "instance"
    owner, database = new_owner(postgresql, may_make_roles=False)
    url = postgresql.url(database, owner)

    refused = liemchinh(folder, "init", database_url=url)
    assert refused.returncode == 78
    assert "public_database_url" in refused.stderr

    postgresql.order(f"CREATE ROLE {owner}_door LOGIN")
    named = {"database_url": url, "public_database_url": postgresql.url(database, f"{owner}_door")}
    assert liemchinh(folder, "init", **named).returncode == 0
    postgresql.drop_database(database)


def test_both_addresses_must_be_of_postgresql_or_the_second_one_is_auto(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, {"database_url": "postgresql://owner@/x"})
    assert settings.public_database_url == "auto"
    refused = liemchinh(tmp_path, "run", public_database_url="sqlite:///other.db")
    assert refused.returncode == 78
    assert "public_database_url" in refused.stderr
