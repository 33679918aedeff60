"""Each key that is derived has a label, and docs/sealing.md lists them all and no other."""

import ast
import re
from collections.abc import Iterator

from tests.support.sources import HOUSE, ROOT, Source, sources

# The label is what comes after the secret; this module takes it from its callers.
DERIVING, DEFINED_IN = {"derive", "keyed_digest", "SecretBox"}, "crypto/boxes.py"
# A visit puts this before the label of each secret that it derives (``Visit.derived``).
OF_A_VISIT = "session "
ROW = re.compile(r"^\| [^|]+ \| `([^`]+)` \|", re.MULTILINE)


def constants_of(source: Source) -> dict[str, str]:
    """Return the texts that a file names at its top."""
    found: dict[str, str] = {}
    for node in source.tree.body:
        names = node.targets if isinstance(node, ast.Assign) else []
        names = [node.target] if isinstance(node, ast.AnnAssign) else names
        value = getattr(node, "value", None)
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            found |= {name.id: value.value for name in names if isinstance(name, ast.Name)}
    return found


def labels_of(source: Source) -> Iterator[str]:
    """Return the label of every key that a file derives."""
    constants = constants_of(source)
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Name) and node.func.id in DERIVING:
            yield from _label(node.args[1], constants)
        elif isinstance(node.func, ast.Attribute) and node.func.attr == "derived":
            yield from (OF_A_VISIT + label for label in _label(node.args[0], constants))


def _label(node: ast.expr, constants: dict[str, str]) -> Iterator[str]:
    if isinstance(node, ast.JoinedStr):
        # Every call of it is read by itself.
        assert ast.unparse(node) == f"f'{OF_A_VISIT}{{label}}'"
    elif isinstance(node, ast.Name):
        yield constants[node.id]
    else:
        assert isinstance(node, ast.Constant)
        yield str(node.value)


def labels_in_code() -> set[str]:
    house = (source for source in sources(*HOUSE) if source.path != DEFINED_IN)
    return {label for source in house for label in labels_of(source)}


def labels_in_paper() -> list[str]:
    page = (ROOT / "docs" / "sealing.md").read_text(encoding="utf-8")
    return ROW.findall(page[page.index("## 3. ") : page.index("## 4. ")])


def test_labels_are_found_however_they_are_written() -> None:
    text = """
NAMED: Final = "a"
PLAIN = "b"
derive(secret, NAMED); SecretBox(derive(secret, "c"), PLAIN).seal(x); visit().derived("d", part)
argon2id.derive(secret)
"""
    assert set(labels_of(Source("x.py", text, ast.parse(text)))) == {"a", "b", "c", "session d"}


def test_the_paper_lists_every_label_once_and_no_other() -> None:
    listed = labels_in_paper()
    assert set(listed) == labels_in_code()
    assert len(listed) == len(set(listed))
