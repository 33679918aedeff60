"""The papers keep their word: what they name is there."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.support.sources import ROOT, tracked_files

DECISIONS = ROOT / "docs" / "adr"
PROMISED = re.compile(r"`(tests/[\w/.-]+\.py)::(\w+)`")
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)|!\[[^\]]*\]\(([^)\s]+)\)")
DECISION_PARTS = ("context", "option", "decision", "give up")
HEADING = re.compile(r"^## (.+)$", re.MULTILINE)


def papers() -> list[Path]:
    """Return every Markdown page that the repository keeps."""
    pages = [path for path in tracked_files() if path.suffix == ".md"]
    return [path for path in pages if "vectors" not in path.relative_to(ROOT).parts]


def decisions() -> list[Path]:
    """Return the decision records, in their order."""
    return sorted(DECISIONS.glob("[0-9]*.md"))


def names_in(path: Path) -> set[str]:
    """Return the names of the tests in a file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def promised_tests() -> Iterator[tuple[str, Path, str]]:
    """Return page, test file and test name for each test that a page names."""
    for page in papers():
        for file, name in PROMISED.findall(page.read_text(encoding="utf-8")):
            yield page.relative_to(ROOT).as_posix(), ROOT / file, name


def test_every_test_that_a_paper_names_exists() -> None:
    missing = [
        f"{page}: {file.relative_to(ROOT)}::{name}"
        for page, file, name in promised_tests()
        if not file.is_file() or name not in names_in(file)
    ]
    assert missing == []


def test_the_threat_model_names_tests() -> None:
    assert "docs/threat-model.md" in {page for page, _, _ in promised_tests()}


def test_every_decision_is_in_the_index_and_has_its_parts() -> None:
    index = (DECISIONS / "README.md").read_text(encoding="utf-8")
    assert [path.name for path in decisions() if f"({path.name})" not in index] == []
    found = [
        f"{path.name}: {part}"
        for path in decisions()
        for part in DECISION_PARTS
        if part not in " ".join(HEADING.findall(path.read_text(encoding="utf-8"))).lower()
    ]
    assert found == []


def test_no_two_decisions_have_one_number() -> None:
    numbers = [path.name[:4] for path in decisions()]
    assert len(numbers) == len(set(numbers))


def test_every_link_between_papers_leads_somewhere() -> None:
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in papers()
        for link in LINK.findall(page.read_text(encoding="utf-8"))
        if "://" not in (target := link[0] or link[1]) and not target.startswith("mailto:")
        if not (page.parent / target).exists()
    ]
    assert broken == []
