"""Every library has a reason on paper, a lock with hashes, and an import that needs it."""

import ast
import json
import re
import sys
from importlib.metadata import packages_distributions

import pytest

from tests.support.sources import HOUSE, ROOT, sources

REQUIREMENTS = ROOT / "requirements"
# Types of the standard library that only the type checker has.
TYPES_ONLY = {"_typeshed"}
# What a library of ours imports by itself, when an address in the settings asks for it.
BY_ADDRESS = {"psycopg": "database_url", "redis": "limiter_url"}
PINNED = re.compile(r"^([a-z0-9._-]+)==([^ ;\\]+)", re.MULTILINE)
ASKED = re.compile(r"^([A-Za-z0-9._-]+)")
PAPER = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
ON_PAPER = set(re.findall(r"^\| `([^`]+)` \|", PAPER, re.MULTILINE))


def plain(name: str) -> str:
    """Return a distribution's name as registries compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def asked(*files: str) -> set[str]:
    """Return the libraries that requirement files ask for."""
    lines = [line for file in files for line in (REQUIREMENTS / file).read_text().splitlines()]
    return {plain(found[1]) for line in lines if (found := ASKED.match(line))}


def asked_of_npm() -> set[str]:
    """Return the packages that the tests take from npm."""
    package = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    assert "dependencies" not in package, "nothing from npm is served"
    return set(package["devDependencies"])


def imported() -> set[str]:
    """Return the libraries that the house imports, by the name of their distribution."""
    roots = set()
    for source in sources(*HOUSE):
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Import):
                roots |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                roots.add(node.module.partition(".")[0])
    outside = roots - set(HOUSE) - TYPES_ONLY - sys.stdlib_module_names
    shipped_in = packages_distributions()
    return {plain(shipped_in[root][0]) if root in shipped_in else root for root in outside}


def test_every_dependency_says_why_it_is_here() -> None:
    wanted = asked("run.in", "build.in", "dev.in") | asked_of_npm()
    assert wanted - ON_PAPER == set()
    assert ON_PAPER - wanted == set()


def test_the_house_imports_only_what_it_asks_for_by_name() -> None:
    assert imported() - asked("run.in") == set()


def test_the_house_asks_for_nothing_it_does_not_import() -> None:
    assert asked("run.in") - imported() - BY_ADDRESS.keys() == set()


@pytest.mark.parametrize(
    ("lock", "asking"),
    [
        ("run.txt", ("run.in", "build.in")),
        ("dev.txt", ("run.in", "build.in", "dev.in")),
    ],
)
def test_a_lock_holds_what_is_asked_for_and_a_hash_of_each(
    lock: str, asking: tuple[str, ...]
) -> None:
    text = (REQUIREMENTS / lock).read_text(encoding="utf-8")
    assert asked(*asking) - {plain(name) for name, _ in PINNED.findall(text)} == set()
    entries = re.split(r"\n(?=\S)", text)
    unhashed = [entry for entry in entries if PINNED.match(entry) and "--hash=sha256:" not in entry]
    assert unhashed == []
    assert "--index" not in text
    assert "://" not in text


def test_tests_run_with_the_versions_that_the_system_runs_with() -> None:
    run = PINNED.findall((REQUIREMENTS / "run.txt").read_text(encoding="utf-8"))
    dev = PINNED.findall((REQUIREMENTS / "dev.txt").read_text(encoding="utf-8"))
    assert set(run) <= set(dev)


def test_the_npm_lock_names_no_host_and_hashes_every_package() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert set(lock["packages"][""]["devDependencies"]) == asked_of_npm()
    assert [name for name, entry in packages.items() if "integrity" not in entry] == []
    assert [name for name, entry in packages.items() if "resolved" in entry] == []
