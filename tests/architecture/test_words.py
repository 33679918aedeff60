"""One word, one meaning (docs/glossary.md), and no word that ties the house to one machine."""

import ast
import re

from tests.support.sources import HOUSE, ROOT, Source, sources, tracked_files

# Each of these says that nobody has thought of a name yet.
BANNED = {
    "common", "data", "do", "handle", "helper", "helpers", "info", "manager", "managers",
    "misc", "process", "util", "utils",
}  # fmt: skip
# Names that are somebody else's words.
BORROWED = {
    "allow_data_images": "the data: scheme of RFC 2397",
    "handle_DATA": "a hook of aiosmtpd's",
    "handle_EHLO": "a hook of aiosmtpd's",
    "handle_RCPT": "a hook of aiosmtpd's",
    "handle_comment": "a method of html.parser",
    "handle_data": "a method of html.parser",
    "handle_endtag": "a method of html.parser",
    "handle_startendtag": "a method of html.parser",
    "handle_starttag": "a method of html.parser",
    "harden_process": "a process of the operating system",
    "has_data": "a method of cheroot's reader",
    "make_form_data_parser": "a method of werkzeug's Request",
    "smtp_DATA": "a method of aiosmtpd's server",
    "process_conn": "a method of cheroot's server",
}
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")

# Written in pieces, so that this file does not find itself.
MACHINE_BOUND = {
    "the notes beside the repository": re.compile(r"\.\./" + "shared"),
    "a package registry": re.compile(
        r"\b(" + r"pypi\." + r"org|files\.python" + r"hosted\.org|registry\." + r"npmjs\.org)"
    ),
    "somebody's home": re.compile(r"(?<![\w.])/(" + "root|home/" + r"\w+|Users/" + r"\w+)/"),
    "a work folder": re.compile(r"(?<![\w.$}])/" + "work/" + r"(main|shared)"),
}
# A suppression names its rule and, on the same line, its reason.
SUPPRESSION = re.compile(r"#\s*(noqa|type:\s*ignore|fmt:\s*off)\b(?P<rest>)")
REASONED = re.compile(
    r"(:\s*[A-Z]+\d+(,\s*[A-Z]+\d+)*|\[[a-z-]+(,\s*[a-z-]+)*\])\s*[-#(:]+\s*(?!noqa|type:)\S.{4,}"
)
OFFICIAL = "tests/vectors/official/"


def last_suppression(line: str) -> str | None:
    """Return what follows the last suppression on a line: several share one reason."""
    found = list(SUPPRESSION.finditer(line))
    return line[found[-1].start("rest") :] if found else None


def words(name: str) -> set[str]:
    """Return the words that a name is made of, in small letters."""
    return {word.lower() for word in WORD.findall(name)}


def names(source: Source) -> list[str]:
    """Return the names that a file gives: its own, its classes', its functions'."""
    defined = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    given = [node.name for node in ast.walk(source.tree) if isinstance(node, defined)]
    return [source.path.rpartition("/")[2].removesuffix(".py"), *given]


def tracked_texts() -> list[tuple[str, str]]:
    """Return path and text of each file in the repository that is text and ours."""
    texts = []
    for path in tracked_files():
        name = path.relative_to(ROOT).as_posix()
        if name.startswith(OFFICIAL):
            continue
        try:
            texts.append((name, path.read_text(encoding="utf-8")))
        except UnicodeDecodeError:
            continue
    return texts


def test_a_name_is_taken_apart_into_its_words() -> None:
    assert words("HTTPDataHandler_do_2") == {"http", "data", "handler", "do", "2"}


def test_every_name_says_what_the_thing_is() -> None:
    found = [
        f"{source.path}: {name}"
        for source in sources(*HOUSE, "bench", "tests/support")
        for name in names(source)
        if words(name) & BANNED and name not in BORROWED
    ]
    assert found == []


def test_the_repository_stands_alone() -> None:
    found = [
        f"{name}: {what}"
        for name, text in tracked_texts()
        for what, pattern in MACHINE_BOUND.items()
        if pattern.search(text)
    ]
    assert found == []


def test_a_suppression_without_a_reason_is_recognised() -> None:
    assert not REASONED.match(": S603")
    assert not REASONED.match("")
    assert REASONED.match(": S603 - the program is ours")
    assert not REASONED.match("[misc]  # noqa: S603")
    assert last_suppression("x()  # type: ignore[misc]  # noqa: SLF001 - why") == ": SLF001 - why"
    assert REASONED.match("[misc]  # the base class has no types")


def test_a_rule_is_never_switched_off_without_a_reason() -> None:
    found = [
        f"{source.path}:{number}: {line.strip()}"
        for source in sources(*HOUSE, "bench", "tests")
        if source.path != "tests/architecture/test_words.py"
        for number, line in enumerate(source.text.splitlines(), start=1)
        if (rest := last_suppression(line)) is not None and not REASONED.match(rest)
    ]
    assert found == []


def test_private_names_stay_in_their_file() -> None:
    found = [
        f"{source.path}:{node.lineno}: {alias.name}"
        for source in sources(*HOUSE, "bench", "tests")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name.startswith("_")
    ]
    assert found == []


def test_nothing_is_patched() -> None:
    banned = {"monkeypatch", "mocker"}
    found = [
        f"{source.place(function)}: {argument.arg}"
        for source in sources("tests")
        if source.path != "tests/conftest.py"  # It says why: what keys cost, and nothing else.
        for function in source.functions()
        for argument in function.args.args
        if argument.arg in banned
    ]
    assert found == []
