"""The address of a queue page: parsed into what is wanted, or refused by name of the argument."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Final, get_args
from urllib.parse import urlencode

from cases.queue import Only, Sort, Wanted
from policy.pack import Pack
from policy.states import LISTED, CaseState

# Where the next page starts: a day and a case reference (cases.names.new_ref).
_CURSOR: Final = re.compile(r"(\d{4}-\d{2}-\d{2})~([a-z2-7]{26})")


_MOST_PAGES_DIGITS: Final = 4


class BadQueryError(Exception):
    """The address holds a value that no link of ours has; ``argument`` names it."""

    def __init__(self, argument: str) -> None:
        super().__init__(argument)
        self.argument = argument


def parse_wanted(arguments: Mapping[str, str], pack: Pack) -> Wanted:
    """Return what the address asks for; an empty value is none.

    Raises:
        BadQueryError: a value is not one that the page offers.
    """
    return Wanted(
        unit=_listed(arguments, "unit", {unit.code for unit in pack.units}),
        state=_state(arguments),
        field=_listed(arguments, "field", {field.code for field in pack.fields}),
        only=_only(arguments),
        sort=_sort(arguments),
        after=_cursor(arguments),
    )


def page_wanted(arguments: Mapping[str, str]) -> int:
    """Return which page of a list the address asks for, counted from 1.

    Raises:
        BadQueryError: there is no such page.
    """
    typed = arguments.get("page") or "1"
    is_number = typed.isascii() and typed.isdecimal() and len(typed) <= _MOST_PAGES_DIGITS
    if not is_number or int(typed) < 1:
        raise BadQueryError("page")
    return int(typed)


def address_of(wanted: Wanted, after: tuple[date, str] | None = None) -> str:
    """Return the address of a queue page that shows what is wanted, from a cursor on."""
    values = {
        "unit": wanted.unit,
        "state": wanted.state,
        "field": wanted.field,
        "only": wanted.only,
        "sort": wanted.sort if wanted.sort != "received" else None,
        "after": f"{after[0].isoformat()}~{after[1]}" if after else None,
    }
    given = {name: value for name, value in values.items() if value}
    return "/cases?" + urlencode(given) if given else "/cases"


def _listed(arguments: Mapping[str, str], name: str, known: set[str]) -> str | None:
    value = arguments.get(name) or None
    if value is not None and value not in known:
        raise BadQueryError(name)
    return value


def _state(arguments: Mapping[str, str]) -> CaseState | None:
    value = _listed(arguments, "state", {*LISTED, CaseState.CLOSED})
    return CaseState(value) if value else None


def _only(arguments: Mapping[str, str]) -> Only | None:
    value = _listed(arguments, "only", set(get_args(Only)))
    return next((only for only in get_args(Only) if only == value), None)


def _sort(arguments: Mapping[str, str]) -> Sort:
    return "due" if _listed(arguments, "sort", set(get_args(Sort))) == "due" else "received"


def _cursor(arguments: Mapping[str, str]) -> tuple[date, str] | None:
    value = arguments.get("after") or None
    if value is None:
        return None
    found = _CURSOR.fullmatch(value)
    if found is None:
        raise BadQueryError("after")
    try:
        return date.fromisoformat(found[1]), found[2]
    except ValueError:
        raise BadQueryError("after") from None
