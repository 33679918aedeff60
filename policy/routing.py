"""Who receives a report, decided before anybody reads it, and why.

Luật Tố cáo Điều 12-21 says who resolves; nobody named receives, nor anybody below a named head
(NĐ 31/2019 Điều 5, 10.3): the case climbs until it finds a unit that may have it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from policy.errors import NoRouteError
from policy.pack import Pack
from policy.rows import (
    BODY,
    FALLBACK,
    HEAD,
    ITSELF,
    STAFF,
    SUPERIOR,
    WHO,
    Competence,
    ReasonWords,
    Row,
)

# Every explanation routing can give; a pack words each of them (reasons.toml).
REASON_CODES = frozenset(
    {
        "nobody-named",
        "several-resolvers",
        "no-common-superior",
        "field-decides",
        "bypass",
        "barred",
        "named-in-text",
        "cannot-receive",
        "nobody-there",
        "default-receiver",
        "fallback",
        "receiver",
    }
)


@dataclass(frozen=True, repr=False)
class Naming:
    """Whom a report names. Never printed: it says what the report is about."""

    accused: frozenset[str] = frozenset()
    accused_head: frozenset[str] = frozenset()
    not_to: frozenset[str] = frozenset()
    bypass: bool = False
    roster_heads: frozenset[str] = frozenset()
    field: str | None = None


@dataclass(frozen=True, repr=False)
class Reason:
    """One row that led to the receiver, in words for the reporter and the reviewer."""

    code: str
    basis: str
    text_vi: str
    text_en: str
    # False where the words could tell that a name of the roster stands in the text.
    public: bool = True


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
    passed: list[Reason] = []
    for rung in rungs:
        reason = _passed_over(rung, naming, pack, staffed)
        if reason is None:
            reasons += (*passed, _arrival(rung, competent, pack))
            return Routing(
                rung,
                tuple(dict.fromkeys(reasons)),
                _first_open(_above(rung, rungs), naming, pack, staffed),
            )
        passed.append(reason)
    raise NoRouteError


def may_receive(unit: str, naming: Naming, pack: Pack) -> bool:
    """Return whether the report lets this unit have it, at filing, by referral or escalation."""
    return (
        pack.can_receive(unit)
        and not (naming.bypass and pack.unit(unit).inside)
        and unit not in _barred_openly(naming, pack)
        and unit not in _with_those_below(naming.roster_heads, pack)
    )


def next_receiver(
    unit: str, naming: Naming, pack: Pack, today: date, *, staffed: frozenset[str]
) -> str | None:
    """Return the unit above this one that takes over from it, or None at the top of the ladder."""
    rungs = _ladder(unit, pack)
    if unit == pack.default_receiver and _competent(naming, pack, today)[0] == pack.resolver:
        rungs = _rungs(pack.resolver, pack)
    return _first_open(_above(unit, rungs), naming, pack, staffed)


def seats_of(units: frozenset[str], pack: Pack) -> frozenset[str]:
    """Return the units that people of any of these may sit in."""
    return frozenset(seat for unit in units for seat in pack.unit(unit).sits_in)


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


def resolver_of(unit: str, who: str, pack: Pack, today: date) -> tuple[str, Competence]:
    """Return who resolves a report about staff, head or body of a unit, and the row that says so.

    Raises:
        NoRouteError: no row in force says it; a loaded pack has one for each of its units.
    """
    kind = pack.unit(unit).kind
    for row in pack.competence:
        if kind in row.kinds and who in row.who and row.in_force(today):
            target = {ITSELF: unit, SUPERIOR: pack.unit(unit).superior}.get(
                row.resolver, row.resolver
            )
            return target or pack.fallback, row
    raise NoRouteError(f"no competence row in force for {kind}, {who}")


def _competent(naming: Naming, pack: Pack, today: date) -> tuple[str, tuple[Reason, ...]]:
    field = next((f for f in pack.fields if f.code == naming.field and f.competent), None)
    if field is not None:
        return field.competent, (_said("field-decides", pack, field, field.competent),)
    accused = _accused(naming, pack)
    if not accused:
        return pack.resolver, (_said("nobody-named", pack, pack.office("resolver"), pack.resolver),)
    resolved = [(unit, *resolver_of(unit, who, pack, today)) for unit, who in accused]
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
        reasons = (*reasons, _said("fallback", pack, office, pack.fallback))
    resolvers = {resolver for _, resolver, _ in resolved}
    if len(resolvers) == 1:
        return resolvers.pop(), reasons
    above_all, code = _shared_superior(resolvers, pack)
    return above_all, (*reasons, _said(code, pack, None, above_all))


def _has_none_above(unit: str, row: Competence, pack: Pack) -> bool:
    """Return whether a row sends to the superior of a unit that has none in the pack."""
    return row.resolver == SUPERIOR and not pack.unit(unit).superior


def _accused(naming: Naming, pack: Pack) -> list[tuple[str, str]]:
    """Return whom a report may mean, unit by unit: one box of the form is for head and body."""
    return sorted(
        {(unit, who) for unit in _heads(naming, pack) for who in (HEAD, BODY)}
        | {(unit, STAFF) for unit in naming.accused if not pack.unit(unit).all_heads}
    )


def _heads(naming: Naming, pack: Pack) -> frozenset[str]:
    everyone = {unit for unit in naming.accused if pack.unit(unit).all_heads}
    return naming.accused_head | everyone


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


def _with_those_below(heads: frozenset[str], pack: Pack) -> frozenset[str]:
    if not heads:
        return heads
    return frozenset(
        unit.code
        for unit in pack.units
        if unit.code in heads or not heads.isdisjoint(pack.superiors(unit.code))
    )


def _barred_openly(naming: Naming, pack: Pack) -> frozenset[str]:
    barred = _with_those_below(_heads(naming, pack), pack) | naming.accused | naming.not_to
    barred |= seats_of(naming.accused | naming.accused_head, pack)
    # The default receiver prepares for the resolver: what the one may not see, nor may the other.
    return barred | {pack.default_receiver} if pack.resolver in barred else barred


def _passed_over(unit: str, naming: Naming, pack: Pack, staffed: frozenset[str]) -> Reason | None:
    row = pack.unit(unit)
    if not pack.can_receive(unit):
        return _said("cannot-receive", pack, row, unit)
    if naming.bypass and row.inside:
        return _said("bypass", pack, None, unit)
    if unit in _barred_openly(naming, pack):
        return _said("barred", pack, None, unit)
    if unit in _with_those_below(naming.roster_heads, pack):
        return _said("named-in-text", pack, None, unit, public=False)
    if unit not in staffed:
        # Perhaps its only member is named in the text, so this is not for the public either.
        return _said("nobody-there", pack, None, unit, public=False)
    return None


def _arrival(receiver: str, competent: str, pack: Pack) -> Reason:
    if receiver == pack.default_receiver != competent:
        return _said("default-receiver", pack, pack.office("default-receiver"), receiver)
    if receiver == pack.fallback != competent and receiver not in pack.superiors(competent):
        return _said("fallback", pack, pack.office("fallback"), receiver)
    return _said("receiver", pack, None, receiver)


def _said(code: str, pack: Pack, source: Row | None, unit: str, *, public: bool = True) -> Reason:
    words: ReasonWords = pack.reason_words(code)
    return Reason(
        code,
        (source or words).basis,
        words.text_vi.format(unit=pack.unit_name(unit, "vi")),
        words.text_en.format(unit=pack.unit_name(unit, "en")),
        public,
    )
