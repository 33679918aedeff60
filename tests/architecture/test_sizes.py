"""The house measurements: what is ugly is ugly in the tail, so the maximum is capped.

Complexity, statements and parameters are ruff's to measure (pyproject.toml).
"""

import ast

from tests.support.sources import HOUSE, FunctionNode, Source, sources

FILE_LINES = 300
FUNCTION_LINES = 40
VIEW_LINES = 15
NESTED_BLOCKS = 3
# A migration is written once and never changed: it is as long as the schema.
MIGRATIONS = "cases/migrations/versions/"
ROUTE_DECORATORS = {"get", "post", "route"}

BLOCKS = (ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.Match, ast.If)


def measured() -> list[Source]:
    """Return the sources that the limits hold for."""
    house = sources(*HOUSE, "bench")
    return [source for source in house if not source.path.startswith(MIGRATIONS)]


def length(function: FunctionNode) -> int:
    """Return the lines from ``def`` to the end."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def length_without_docstring(function: FunctionNode) -> int:
    """Return the lines of a function that are not its documentation."""
    if ast.get_docstring(function) is None:
        return length(function)
    docstring = function.body[0]
    return length(function) - ((docstring.end_lineno or docstring.lineno) - docstring.lineno + 1)


def is_view(function: FunctionNode) -> bool:
    """Return whether a function answers a route."""
    return any(
        isinstance(decorator, ast.Call)
        and isinstance(decorator.func, ast.Attribute)
        and decorator.func.attr in ROUTE_DECORATORS
        for decorator in function.decorator_list
    )


def nesting(node: ast.AST, depth: int = 0) -> int:
    """Return how many blocks stand inside each other; an ``elif`` is no deeper than its ``if``."""
    deepest = depth
    for child in ast.iter_child_nodes(node):
        is_elif = isinstance(node, ast.If) and isinstance(child, ast.If) and node.orelse == [child]
        is_deeper = isinstance(child, BLOCKS) and not is_elif
        deepest = max(deepest, nesting(child, depth + is_deeper))
    return deepest


def too_long(files: list[Source], limit: int) -> list[str]:
    """Return the files with more lines than the limit."""
    counted = [(source.path, len(source.text.splitlines())) for source in files]
    return [f"{path}: {lines} lines" for path, lines in counted if lines > limit]


def test_the_measurements_find_what_they_look_for() -> None:
    lines = ["@bp.get('/')", "def page():", "    'Say.'", "    if a:", "        for b in c:"]
    text = "\n".join([*lines, "            d()"])
    [page] = Source("page.py", text, ast.parse(text)).functions()
    found = (length(page), length_without_docstring(page), is_view(page), nesting(page))
    assert found == (5, 4, True, 2)


def test_no_file_is_longer_than_a_person_reads_at_once() -> None:
    assert too_long(measured(), FILE_LINES) == []


def test_no_test_file_is_longer_than_a_person_reads_at_once() -> None:
    assert too_long(sources("tests"), FILE_LINES) == []


def test_no_function_is_longer_than_a_screen() -> None:
    found = [
        f"{source.place(function)}: {length(function)} lines"
        for source in measured()
        for function in source.functions()
        if length(function) > FUNCTION_LINES
    ]
    assert found == []


def test_a_view_parses_calls_one_thing_and_renders() -> None:
    views = [
        (source, function)
        for source in sources("intake", "review")
        for function in source.functions()
        if is_view(function)
    ]
    assert views, "no view was found, so none was measured"
    found = [
        f"{source.place(view)}: {length_without_docstring(view)} lines"
        for source, view in views
        if length_without_docstring(view) > VIEW_LINES
    ]
    assert found == []


def test_no_function_nests_deeper_than_three_blocks() -> None:
    found = [
        f"{source.place(function)}: {nesting(function)} deep"
        for source in measured()
        for function in source.functions()
        if nesting(function) > NESTED_BLOCKS
    ]
    assert found == []
