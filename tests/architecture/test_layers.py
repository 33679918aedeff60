"""The floors of the house: imports point down, and what must not open cannot (docs/adr/0001)."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.sources import HOUSE, ROOT, sources

# One forbidden line for each contract, and the house must notice each of them.
BAD_IMPORTS = [
    ("crypto/padding.py", "import cases.errors", "siblings never meet"),
    ("cases/errors.py", "import web.errors", "siblings never meet"),
    ("cases/filing.py", "import crypto.opening", "files or stores a report cannot open"),
    ("cases/vault.py", "import cases.reading", "files or stores a report cannot open"),
    ("cases/uploads.py", "import cases.drafts", "files or stores a report cannot open"),
    ("intake/__init__.py", "import cases.reading", "opens only a draft or a thread"),
    ("intake/__init__.py", "import cases.casework", "never what a reviewer does"),
    ("intake/__init__.py", "import crypto.passkeys", "never loads what reads passkeys"),
    ("cases/errors.py", "import flask", "know no web"),
    ("policy/errors.py", "import sqlalchemy", "know no database"),
]


def lint_imports(root: Path) -> subprocess.CompletedProcess[str]:
    """Return what import-linter says about a house that stands in a folder."""
    program = [sys.executable, "-c", "import sys, importlinter.cli as cli"]
    program[-1] += "; sys.exit(cli.lint_imports(no_cache=True))"
    return subprocess.run(program, cwd=root, check=False, capture_output=True, text=True)


@pytest.fixture
def copied_house(tmp_path: Path) -> Path:
    """Return a copy of the house that a test may spoil."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for source in sources(*HOUSE):
        copy = tmp_path / source.path
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(source.text, encoding="utf-8")
    return tmp_path


def test_imports_point_down_and_only_down() -> None:
    linted = lint_imports(ROOT)
    assert linted.returncode == 0, linted.stdout + linted.stderr


@pytest.mark.parametrize(("module", "line", "contract"), BAD_IMPORTS)
def test_a_forbidden_import_is_noticed(
    copied_house: Path, module: str, line: str, contract: str
) -> None:
    spoiled = copied_house / module
    spoiled.write_text(spoiled.read_text(encoding="utf-8") + f"\n{line}\n", encoding="utf-8")
    linted = lint_imports(copied_house)
    broken = [row for row in linted.stdout.splitlines() if " BROKEN" in row]
    assert linted.returncode == 1, linted.stdout + linted.stderr
    assert any(contract in row for row in broken), linted.stdout


def test_a_package_opens_with_one_docstring_and_nothing_else() -> None:
    inits = [source for source in sources(*HOUSE) if source.path.endswith("__init__.py")]
    assert {source.path.partition("/")[0] for source in inits} == set(HOUSE)
    for source in inits:
        docstring_only = len(source.tree.body) == 1 and source.tree.body[0].lineno == 1
        assert docstring_only, source.path
