"""Who resolves a report about whom (Luật Tố cáo Điều 12-21), and who gets a copy beside."""

from collections.abc import Iterator
from datetime import date

from policy.errors import NoRouteError
from policy.naming import Naming, find_kept_out, list_meant
from policy.pack import Pack
from policy.rows import ANYBODY, ITSELF, SUPERIOR, WHO, Competence


def resolver_of(unit: str, who: str, pack: Pack, today: date) -> tuple[str, Competence]:
    """Return who resolves a report about staff, head or body of a unit, and the row that says so.

    Raises:
        NoRouteError: no row in force says it; a loaded pack has one for each of its units.
    """
    kind = pack.unit(unit).kind
    row = next(_rows(pack, today, "", kind, (who,)), None)
    if row is None:
        raise NoRouteError(f"no competence row in force for {kind}, {who}")
    target = {ITSELF: unit, SUPERIOR: pack.unit(unit).superior}.get(row.resolver, row.resolver)
    return target or pack.fallback, row


def find_copies(naming: Naming, pack: Pack, today: date) -> tuple[Competence, ...]:
    """Return the rows that say who gets a copy beside: signs of a crime, a matter of the Party.

    Luật Tố cáo Điều 27, TT 05/2021 Điều 15. For each accused and each such track it is the first
    row whose resolver the report leaves open.
    """
    people: list[tuple[str, tuple[str, ...]]] = [
        (pack.unit(unit).kind, (who,)) for unit, who in list_meant(naming, pack)
    ]
    tracks = dict.fromkeys(row.track for row in pack.competence if row.track)
    kept_out = find_kept_out(naming, pack)
    found = (
        next((row for row in rows if row.resolver not in kept_out), None)
        for track in tracks
        for kind, who in people or [(ANYBODY, WHO)]
        for rows in (_rows(pack, today, track, kind, who),)
    )
    return tuple(dict.fromkeys(row for row in found if row is not None))


def _rows(
    pack: Pack, today: date, track: str, kind: str, who: tuple[str, ...]
) -> Iterator[Competence]:
    kinds = {kind, ANYBODY}
    return (
        row
        for row in pack.competence
        if row.track == track
        and row.in_force(today)
        and not kinds.isdisjoint(row.kinds)
        and set(who) <= set(row.who)
    )
