"""Rules for every test (no way out to the network, no silent skip in CI), and both engines."""

import os
import sys
from collections.abc import Callable, Iterator
from ipaddress import ip_address
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from cases.database import Database
from cases.schema import upgrade
from crypto import passphrases
from tests.support.office import give_public_role
from tests.support.postgresql import FORGETFUL, MIGRATED, PostgreSQL, running_postgresql
from tests.support.spared import CompiledTemplates, at_true_cost, cheap_argon2id
from web.appbase import JINJA_OPTIONS

IN_CI = os.environ.get("CI", "").lower() in {"1", "true"}
SKIPPED: dict[str, str] = {}

# A blob reprints a failing example on any machine. Shared cores make deadlines a lottery.
settings.register_profile(
    "house", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("house")


def is_loopback(host: object) -> bool:
    """Return whether a host is this machine (an empty one is: it binds, it does not call out)."""
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if host in (None, "", "localhost"):
        return True
    try:
        return ip_address(str(host).partition("%")[0]).is_loopback
    except ValueError:
        return False


def refuse_outside(event: str, arguments: tuple[object, ...]) -> None:
    """Refuse to look up or to call any host but this machine.

    Raises:
        PermissionError: a test (or what it runs) tried to leave the machine.
    """
    host_of = HOST_OF.get(event)
    if host_of is not None and not is_loopback(host_of(arguments)):
        message = f"tests must not leave this machine ({event})"
        raise PermissionError(message)


def address_host(arguments: tuple[object, ...]) -> object:
    """Return the host of a socket call; None where it is not an Internet address."""
    address = arguments[1]
    return address[0] if isinstance(address, tuple) and address else None


HOST_OF: dict[str, Callable[[tuple[object, ...]], object]] = {
    "socket.connect": address_host,
    "socket.sendto": address_host,
    "socket.getaddrinfo": lambda arguments: arguments[0],
    "socket.gethostbyname": lambda arguments: arguments[0],
}

sys.addaudithook(refuse_outside)


@pytest.fixture(autouse=True, scope="session")
def spared() -> Iterator[None]:
    """Derive keys cheaply and compile each template once, in this process's own apps.

    It changes what tests cost, and nothing that they see: no fake stands in for a part of ours.
    """
    with pytest.MonkeyPatch.context() as patch:  # noqa: TID251 (cost alone, as said above)
        patch.setattr(passphrases, "Argon2id", cheap_argon2id)
        patch.setitem(JINJA_OPTIONS, "bytecode_cache", CompiledTemplates())
        yield


@pytest.fixture
def true_argon2id() -> Iterator[None]:
    """Derive keys in this test as the product does."""
    with at_true_cost():
        yield


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """Return a server for all tests of this process, with a migrated database to copy.

    The public door's role is made for that one, and may do in each copy what it may there.
    """
    with running_postgresql(**FORGETFUL) as server:
        server.order(f"CREATE DATABASE {MIGRATED}")
        database = Database(server.url(MIGRATED))
        upgrade(database)
        give_public_role(database)
        database.close()
        yield server


@pytest.fixture
def postgresql_url(postgresql: PostgreSQL) -> Iterator[str]:
    """Return the address of a new PostgreSQL database at this version's schema."""
    name = postgresql.clone(MIGRATED)
    yield postgresql.url(name)
    postgresql.drop_database(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the address of a new database; the test runs on each engine that we promise."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'office.db'}"
    return str(request.getfixturevalue("postgresql_url"))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest, so that none of them is left alone at the end."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Remember each skipped test; an expected failure is not one."""
    if report.skipped and not hasattr(report, "wasxfail"):
        SKIPPED[report.nodeid] = str(report.longrepr)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    """Remember each module that was skipped as a whole."""
    if report.skipped:
        SKIPPED[report.nodeid] = str(report.longrepr)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the run in CI when anything was skipped: a skipped promise is not kept."""
    if IN_CI and SKIPPED and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name what failed the run by being skipped."""
    if not (IN_CI and SKIPPED):
        return
    terminalreporter.section("skipped in CI, which fails the run", red=True)
    for name, why in sorted(SKIPPED.items()):
        terminalreporter.write_line(f"{name}: {why}")
