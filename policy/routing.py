"""Who receives a report, decided before anybody reads it, and why.

Luật Tố cáo Điều 12-21 says who resolves; nobody named receives, nor anybody below a named head
(NĐ 31/2019 Điều 5, 10.3): the case climbs until it finds a unit that may have it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from policy.competence import find_copies, resolver_of
from policy.errors import NoRouteError
from policy.naming import (
    Naming,
    find_barred,
    find_barred_in_text,
    find_kept_out,
    list_meant,
)
from policy.pack import Pack
from policy.reasons import CANNOT_RECEIVE, Reason, say
from policy.rows import FALLBACK, RESOLVER, SUPERIOR, WHO, Competence, Field


@dataclass(frozen=True, repr=False)
class Routing:
    """The receiver, why, and who takes over when nobody there opens the case."""

    receiver: str
    reasons: tuple[Reason, ...]
    escalates_to: str | None

    def public_reasons(self) -> tuple[Reason, ...]:
        """Return the reasons that the reporter may be shown."""
        return tuple(reason for reason in self.reasons if reason.public)


def route(naming: Naming, pack: Pack, today: date, *, staffed: frozenset[str]) -> Routing:
    """Return who receives the report; ``staffed`` are the units that somebody can open for now.

    Raises:
        NoRouteError: everybody who could receive it is barred, or has nobody to open it.
    """
    competent, reasons = _competent(naming, pack, today)
    rungs = _rungs(competent, pack)
    passed: dict[str, Reason] = {}
    for rung in rungs:
        reason = _passed_over(rung, naming, pack, staffed)
        if reason is None:
            beside = (
                Reason(row.code, row.basis, row.plain_vi, row.plain_en)
                for row in find_copies(naming, pack, today)
            )
            reasons += (*_passed_by(passed, pack), _arrival(rung, competent, pack), *beside)
            return Routing(
                rung,
                tuple(dict.fromkeys(reasons)),
                _first_open(_above(rung, rungs), naming, pack, staffed),
            )
        passed[rung] = reason
    raise NoRouteError


def may_receive(unit: str, naming: Naming, pack: Pack) -> bool:
    """Return whether the report lets this unit have it, at filing, by referral or escalation."""
    return (
        pack.can_receive(unit)
        and unit not in find_kept_out(naming, pack)
        and unit not in find_barred_in_text(naming, pack)
    )


def next_receiver(
    unit: str, naming: Naming, pack: Pack, today: date, *, staffed: frozenset[str]
) -> str | None:
    """Return the unit above this one that takes over from it, or None at the top of the ladder."""
    rungs = _ladder(unit, pack)
    if unit == pack.default_receiver and _competent(naming, pack, today)[0] == pack.resolver:
        rungs = _rungs(pack.resolver, pack)
    return _first_open(_above(unit, rungs), naming, pack, staffed)


def superior_of(unit: str, pack: Pack) -> str | None:
    """Return the unit directly above this one, or None at the top."""
    return pack.unit(unit).superior or None


def possible_receivers(pack: Pack, today: date) -> frozenset[str]:
    """Return the units that routing or escalation can end at: each must have a recipient."""
    starts = {pack.resolver, pack.fallback}
    starts |= {field.competent for field in pack.fields if field.competent}
    for unit in pack.units:
        if unit.accusable:
            starts |= {resolver_of(unit.code, who, pack, today)[0] for who in WHO}
    rungs = {rung for start in starts for rung in _ladder(start, pack)} | {pack.default_receiver}
    return frozenset(rung for rung in rungs if pack.can_receive(rung))


def _competent(naming: Naming, pack: Pack, today: date) -> tuple[str, tuple[Reason, ...]]:
    field = next((row for row in pack.fields if row.code == naming.field), None)
    if field is not None and field.competent:
        return field.competent, (say("field-decides", pack, field, field.competent),)
    people = list_meant(naming, pack)
    if not people:
        nobody = say("nobody-named", pack, pack.office(RESOLVER), pack.resolver)
        return pack.resolver, (nobody, *_managed(field, naming, pack))
    resolved = [(unit, *resolver_of(unit, who, pack, today)) for unit, who in people]
    reasons = tuple(
        Reason(
            row.code,
            row.basis,
            f"{pack.unit_name(unit, 'vi')}: {row.plain_vi}",
            f"{pack.unit_name(unit, 'en')}: {row.plain_en}",
        )
        for unit, _, row in resolved
    )
    if any(_has_none_above(unit, row, pack) for unit, _, row in resolved):
        office = pack.office(FALLBACK)
        reasons = (*reasons, say("fallback", pack, office, pack.fallback))
    resolvers = {resolver for _, resolver, _ in resolved}
    if len(resolvers) == 1:
        return resolvers.pop(), reasons
    above_all, code = _shared_superior(resolvers, pack)
    return above_all, (*reasons, say(code, pack, None, above_all))


def _managed(field: Field | None, naming: Naming, pack: Pack) -> Iterator[Reason]:
    """Say whose function it is, as far as the report lets them know of it."""
    kept_out = find_kept_out(naming, pack)
    units = [unit for unit in field.managed_by if unit not in kept_out] if field else []
    if units:
        yield say("field-managed", pack, field, *units)


def _has_none_above(unit: str, row: Competence, pack: Pack) -> bool:
    """Return whether a row sends to the superior of a unit that has none in the pack."""
    return row.resolver == SUPERIOR and not pack.unit(unit).superior


def _shared_superior(resolvers: set[str], pack: Pack) -> tuple[str, str]:
    chains = [(resolver, *pack.superiors(resolver)) for resolver in sorted(resolvers)]
    shared = frozenset.intersection(*(frozenset(chain) for chain in chains))
    nearest = next((unit for unit in chains[0] if unit in shared), None)
    if nearest is None:
        return pack.fallback, "no-common-superior"
    return nearest, "several-resolvers"


def _ladder(start: str, pack: Pack) -> tuple[str, ...]:
    above_fallback = tuple(pack.superiors(pack.fallback))
    chain = (start, *pack.superiors(start))
    if start in above_fallback:
        # Nothing falls back down to a unit below the one that could not have it.
        return chain
    return tuple(dict.fromkeys((*chain, pack.fallback, *above_fallback)))


def _rungs(competent: str, pack: Pack) -> tuple[str, ...]:
    """Return who may get what ``competent`` resolves: the default receiver prepares its cases."""
    ladder = _ladder(competent, pack)
    if pack.resolver not in ladder:
        return ladder
    at = ladder.index(pack.resolver)
    return tuple(dict.fromkeys((*ladder[:at], pack.default_receiver, *ladder[at:])))


def _above(unit: str, rungs: Sequence[str]) -> Iterator[str]:
    return iter(rungs[rungs.index(unit) + 1 :])


def _first_open(
    rungs: Iterator[str], naming: Naming, pack: Pack, staffed: frozenset[str]
) -> str | None:
    return next((r for r in rungs if r in staffed and may_receive(r, naming, pack)), None)


def _passed_over(unit: str, naming: Naming, pack: Pack, staffed: frozenset[str]) -> Reason | None:
    row = pack.unit(unit)
    # Before anything else: nobody is told that papers will follow to whom a report keeps out.
    if unit in find_barred(naming, pack):
        return say("barred", pack, None, unit)
    if naming.bypass and row.inside:
        return say("bypass", pack, None, unit)
    if not pack.can_receive(unit):
        return say(CANNOT_RECEIVE, pack, row, unit)
    if unit in find_barred_in_text(naming, pack):
        return say("named-in-text", pack, None, unit, public=False)
    if unit not in staffed:
        # Perhaps its only member is named in the text, so this is not for the public either.
        return say("nobody-there", pack, None, unit, public=False)
    return None


def _passed_by(passed: Mapping[str, Reason], pack: Pack) -> Iterator[Reason]:
    """Say why each was passed over, and once of all that cannot receive: papers follow there."""
    closed = [unit for unit, reason in passed.items() if reason.code == CANNOT_RECEIVE]
    for unit, reason in passed.items():
        if unit not in closed:
            yield reason
        elif unit == closed[0]:
            yield say(CANNOT_RECEIVE, pack, pack.unit(unit), *closed)


def _arrival(receiver: str, competent: str, pack: Pack) -> Reason:
    if receiver == pack.default_receiver != competent:
        return say("default-receiver", pack, pack.office("default-receiver"), receiver)
    if receiver == pack.fallback != competent and receiver not in pack.superiors(competent):
        return say("fallback", pack, pack.office("fallback"), receiver)
    return say("receiver", pack, None, receiver)
