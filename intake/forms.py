"""From a form's text to a report, or to a refusal by field; no floor below sees a form."""

from collections.abc import Callable, Collection, Sequence
from typing import Final

from werkzeug.datastructures import MultiDict

from cases.errors import InvalidReportError
from cases.reports import Report
from policy.pack import Pack

# Stated on the page before anybody types (templates/intake/report.html).
STATEMENT_CHARS: Final = 50_000
OTHER_CHARS: Final = 5_000

ORDINARY: Final = "ordinary"
# What a ticked box sends; browsers send "on" where a page names no value.
TICKED: Final = frozenset({"1", "on", "yes"})
# "I do not know who": no unit is called so. It is ticked, shown again, and says nothing.
UNSURE: Final = "?"

# The rules a field can break; the page has words for each (intake/words.py).
MISSING: Final = "missing"
TOO_LONG: Final = "too-long"
NOT_LISTED: Final = "not-listed"
REPEATED: Final = "repeated"

# What is typed freely, in both forms of this door.
TEXTS: Final = ("statement", "when", "where", "accused_text", "evidence", "verifiable", "text")

Check = Callable[[Sequence[str]], str | None]


def parse_report(form: MultiDict[str, str], pack: Pack) -> Report:
    """Return the report that the reporter meant, every word exactly as typed.

    Raises:
        InvalidReportError: with every fault, in the order of the form.
    """
    found = ((field, check(form.getlist(field))) for field, check in _checks(pack).items())
    faults = tuple((field, rule) for field, rule in found if rule)
    if faults:
        raise InvalidReportError(faults)
    return Report(
        statement=form["statement"],
        kind=form.get("kind") or ORDINARY,
        field=form.get("field", ""),
        act=form.get("act", ""),
        accused=frozenset(form.getlist("accused")) - {UNSURE},
        accused_head=frozenset(form.getlist("accused_head")),
        accused_text=form.get("accused_text", ""),
        not_to=frozenset(form.getlist("not_to")),
        bypass=form.get("bypass") in TICKED,
        urgent=form.get("urgent") in TICKED,
        when=form.get("when", ""),
        where=form.get("where", ""),
        evidence=form.get("evidence", ""),
        verifiable=form.get("verifiable", ""),
    )


def shown_again(form: MultiDict[str, str]) -> MultiDict[str, str]:
    """Return a refused form as its boxes show it: what came twice under one name is in one box."""
    shown = form.copy()
    for name in TEXTS:
        if len(typed := form.getlist(name)) > 1:
            shown[name] = "\n".join(typed)
    return shown


def kinds_of(pack: Pack) -> frozenset[str]:
    """Return the kinds of form there are."""
    return frozenset({ORDINARY, *(kind.code for kind in pack.quick_kinds)})


def _checks(pack: Pack) -> dict[str, Check]:
    """Return the check of each field, in the order of the form."""
    accusable = {unit.code for unit in pack.units if unit.accusable}
    receiving = {unit.code for unit in pack.receiving_units()}
    return {
        "kind": _one_of({"", *kinds_of(pack)}),
        "statement": _statement,
        "when": _other_text,
        "where": _other_text,
        "field": _one_of({"", *(field.code for field in pack.fields)}),
        "act": _one_of({"", *(act.code for act in pack.acts)}),
        "accused": _all_of({UNSURE, *accusable}),
        "accused_head": _all_of(accusable),
        "accused_text": _other_text,
        "not_to": _all_of(receiving),
        "bypass": _one_of({"", *TICKED}),
        "urgent": _one_of({"", *TICKED}),
        "evidence": _other_text,
        "verifiable": _other_text,
    }


def _statement(values: Sequence[str]) -> str | None:
    if not any(value.strip() for value in values):
        return MISSING
    return _text_fault(values, STATEMENT_CHARS)


def _other_text(values: Sequence[str]) -> str | None:
    return _text_fault(values, OTHER_CHARS)


def _text_fault(values: Sequence[str], most_chars: int) -> str | None:
    if len(values) > 1:
        return REPEATED
    # A line break is one character to whoever types it; browsers send two.
    length = sum(len(value) - value.count("\r\n") for value in values)
    return TOO_LONG if length > most_chars else None


def _one_of(listed: Collection[str]) -> Check:
    def check(values: Sequence[str]) -> str | None:
        if len(values) > 1:
            return REPEATED
        return None if set(values) <= set(listed) else NOT_LISTED

    return check


def _all_of(listed: Collection[str]) -> Check:
    def check(values: Sequence[str]) -> str | None:
        return None if set(values) <= set(listed) else NOT_LISTED

    return check
