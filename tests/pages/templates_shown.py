"""Which template a page came from, told by the phrases that the template always says."""

from collections.abc import Iterator
from functools import cache
from html import unescape

from jinja2 import Environment, nodes

from tests.support.sources import ROOT

TEMPLATES = ROOT / "templates"
# What stands in these is not on every page of its template.
SOMETIMES = (nodes.If, nodes.For, nodes.Macro, nodes.CondExpr)


@cache
def phrases_of_pages() -> dict[str, frozenset[str]]:
    """Return what each page's template always says, in Vietnamese and without values to fill in.

    A page's template extends another one, and none extends it.
    """
    trees = {
        path.relative_to(TEMPLATES).as_posix(): Environment(autoescape=True).parse(
            path.read_text(encoding="utf-8")
        )
        for path in sorted(TEMPLATES.rglob("*.html"))
    }
    extended = {name: _extended(tree) for name, tree in trees.items()}
    return {
        name: frozenset(_always_said(tree))
        for name, tree in trees.items()
        if extended[name] and name not in extended.values()
    }


def template_of(text: str) -> str | None:
    """Return the template that a Vietnamese page came from: the one of which it says the most."""
    page = unescape(text)
    found = [
        (len(phrases), name)
        for name, phrases in phrases_of_pages().items()
        if all(phrase in page for phrase in phrases)
    ]
    return max(found)[1] if found else None


def _extended(tree: nodes.Template) -> str:
    for node in tree.find_all(nodes.Extends):
        if isinstance(node.template, nodes.Const):
            return str(node.template.value)
    return ""


def _always_said(node: nodes.Node) -> Iterator[str]:
    if isinstance(node, nodes.Call):
        yield from _phrase(node)
    elif not isinstance(node, SOMETIMES):
        for child in node.iter_child_nodes():
            yield from _always_said(child)


def _phrase(call: nodes.Call) -> Iterator[str]:
    # What is handed to a macro is shown where the macro thinks fit.
    if isinstance(call.node, nodes.Name) and call.node.name == "_" and not call.kwargs:
        [phrase] = call.args
        if isinstance(phrase, nodes.Const):
            yield phrase.value
