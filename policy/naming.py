"""Whom a report names, and which units that keeps out."""

from dataclasses import dataclass

from policy.pack import Pack
from policy.rows import BODY, HEAD, STAFF


@dataclass(frozen=True, repr=False)
class Naming:
    """Whom a report names. Never printed: it says what the report is about."""

    accused: frozenset[str] = frozenset()
    accused_head: frozenset[str] = frozenset()
    not_to: frozenset[str] = frozenset()
    bypass: bool = False
    roster_heads: frozenset[str] = frozenset()
    field: str | None = None


def list_meant(naming: Naming, pack: Pack) -> list[tuple[str, str]]:
    """Return whom a report may mean, unit by unit: one box of the form is for head and body."""
    return sorted(
        {(unit, who) for unit in find_heads(naming, pack) for who in (HEAD, BODY)}
        | {(unit, STAFF) for unit in naming.accused if not pack.unit(unit).all_heads}
    )


def find_heads(naming: Naming, pack: Pack) -> frozenset[str]:
    """Return the units whose head, deputy or whole body a report may mean."""
    everyone = {unit for unit in naming.accused if pack.unit(unit).all_heads}
    return naming.accused_head | everyone


def seats_of(units: frozenset[str], pack: Pack) -> frozenset[str]:
    """Return the units that people of any of these may sit in."""
    return frozenset(seat for unit in units for seat in pack.unit(unit).sits_in)


def with_those_below(heads: frozenset[str], pack: Pack) -> frozenset[str]:
    """Return these units and all below them: a head's people do not judge the head."""
    if not heads:
        return heads
    return frozenset(
        unit.code
        for unit in pack.units
        if unit.code in heads or not heads.isdisjoint(pack.superiors(unit.code))
    )


def find_barred(naming: Naming, pack: Pack) -> frozenset[str]:
    """Return the units that the boxes of a report keep out, one by one; ``bypass`` is apart."""
    barred = with_those_below(find_heads(naming, pack), pack) | naming.accused | naming.not_to
    barred |= seats_of(naming.accused | naming.accused_head, pack)
    # The default receiver prepares for the resolver: what the one may not see, nor may the other.
    return barred | {pack.default_receiver} if pack.resolver in barred else barred


def find_barred_in_text(naming: Naming, pack: Pack) -> frozenset[str]:
    """Return the units that heads who are named in the text of a report keep out."""
    return with_those_below(naming.roster_heads, pack) | seats_of(naming.roster_heads, pack)


def find_kept_out(naming: Naming, pack: Pack) -> frozenset[str]:
    """Return the units that the boxes of a report let know nothing of it."""
    insiders = (unit.code for unit in pack.units if naming.bypass and unit.inside)
    return find_barred(naming, pack).union(insiders)
