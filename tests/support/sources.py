"""The sources of the house, as the architecture tests read them."""

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.support import needs

ROOT = needs.ROOT
HOUSE = ("crypto", "policy", "cases", "web", "intake", "review", "console")

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """One Python file: its path from the top of the repository, its text, its tree."""

    path: str
    text: str
    tree: ast.Module

    def functions(self) -> Iterator[FunctionNode]:
        """Return every function and method in the file, inner ones too."""
        for node in ast.walk(self.tree):
            if isinstance(node, FunctionNode):
                yield node

    def place(self, node: FunctionNode | ast.ClassDef) -> str:
        """Return where a definition stands, as an editor understands it."""
        return f"{self.path}:{node.lineno} {node.name}"


def sources(*folders: str) -> list[Source]:
    """Return every Python file under the folders, in a fixed order."""
    found = []
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            text = path.read_text(encoding="utf-8")
            found.append(Source(path.relative_to(ROOT).as_posix(), text, ast.parse(text)))
    return found


def tracked_files() -> list[Path]:
    """Return every file that git keeps or would be asked to keep, but for ignored ones."""
    git = needs.program("git", "apt-get install git")
    listed = subprocess.run(
        [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    names = listed.stdout.decode("utf-8").split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]
