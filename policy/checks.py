"""What must hold between the rows of a pack before anybody is routed by it."""

import string
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import chain, pairwise

from policy.clock_checks import clock_faults
from policy.competence import resolver_of
from policy.errors import Fault, NoRouteError
from policy.naming import Naming
from policy.notice_rows import NOTICE_CODES
from policy.pack import Pack
from policy.protection_checks import protection_faults
from policy.reasons import REASON_CODES
from policy.retention_checks import retention_faults
from policy.reward_checks import reward_faults
from policy.routing import route
from policy.rows import (
    ANYBODY,
    DEFAULT_RECEIVER,
    DESK_PAGE,
    DOCUMENT,
    FALLBACK,
    HEAD,
    ITSELF,
    NOT_YET,
    NOWHERE,
    PUBLIC_PAGE,
    RESOLVER,
    STAFF,
    SUPERIOR,
    WHO,
    Duty,
    Row,
    choices,
)
from policy.states import CaseState
from policy.tables import VERSIONED
from policy.unknown_words import unknown_words


def find_faults(pack: Pack) -> tuple[Fault, ...]:
    """Return everything that is wrong between the rows."""
    return (
        *_row_faults(pack),
        *_value_faults(pack),
        *_unit_faults(pack),
        *_cycle_faults(pack),
        *_office_faults(pack),
        *_reference_faults(pack),
        *_word_faults(pack),
        *clock_faults(pack),
        *protection_faults(pack),
        *reward_faults(pack),
        *retention_faults(pack),
        *_duty_faults(pack),
    )


def find_gaps(pack: Pack) -> tuple[Fault, ...]:
    """Return what a pack of sound rows lacks on some day, and which reports reach nobody."""
    return tuple(_day_faults(pack)) or tuple(_route_faults(pack))


def _row_faults(pack: Pack) -> Iterator[Fault]:
    for file, rows in pack.tables().items():
        if file in VERSIONED:
            yield from _version_faults(file, rows)
        else:
            counts = Counter(row.code for row in rows)
            yield from (Fault(file, code, "duplicate code") for code in counts if counts[code] > 1)
        for row in rows:
            if row.until is not None and row.until < row.since:
                yield Fault(file, row.code, "ends before it begins")
            if not row.confirmed and not row.note.strip():
                yield Fault(file, row.code, "not confirmed, and no note says what is open")


def _version_faults(file: str, rows: Sequence[Row]) -> Iterator[Fault]:
    """Find rows of one code that are in force on the same day."""
    for one, other in pairwise(sorted(rows, key=lambda row: (row.code, row.since))):
        if one.code == other.code and (one.until is None or other.since <= one.until):
            yield Fault(file, one.code, f"twice in force on {other.since}")


def _value_faults(pack: Pack) -> Iterator[Fault]:
    for file, rows in pack.tables().items():
        listed = choices(type(rows[0])) if rows else {}
        for row in rows:
            for field, choice in listed.items():
                value = getattr(row, field)
                words = value if isinstance(value, tuple) else (value,)
                used = ((row.code, word) for word in words)
                yield from unknown_words(file, choice.what, choice.values, used)


def _unit_faults(pack: Pack) -> Iterator[Fault]:
    codes, groups = {unit.code for unit in pack.units}, {group.code for group in pack.groups}
    for unit in pack.units:
        if unit.superior and unit.superior not in codes:
            yield Fault("units.toml", unit.code, f"unknown superior '{unit.superior}'")
        if unit.group and unit.group not in groups:
            yield Fault("units.toml", unit.code, f"unknown group '{unit.group}'")
        for seat in set(unit.sits_in) - codes:
            yield Fault("units.toml", unit.code, f"unknown unit '{seat}'")
        if unit.accusable and not unit.group:
            yield Fault("units.toml", unit.code, "accusable, and in no group of the form")


def _cycle_faults(pack: Pack) -> Iterator[Fault]:
    above = {unit.code: unit.superior for unit in pack.units}
    for code, superior in above.items():
        seen, now = {code}, superior
        while now in above and now not in seen:
            seen.add(now)
            now = above[now]
        if now == code:
            yield Fault("units.toml", code, "is its own superior's superior: a cycle")


def _office_faults(pack: Pack) -> Iterator[Fault]:
    filled, units = {office.code for office in pack.offices}, {u.code: u for u in pack.units}
    parts = (DEFAULT_RECEIVER, FALLBACK, RESOLVER)
    for part in parts:
        if part not in filled:
            yield Fault("offices.toml", part, "no unit fills this part")
    for office in pack.offices:
        if office.code not in parts:
            yield Fault("offices.toml", office.code, "unknown part")
        elif office.unit in units and units[office.unit].receives == NOWHERE:
            yield Fault("offices.toml", office.code, f"unit '{office.unit}' can receive nothing")


def _unit_reference_faults(pack: Pack) -> Iterator[Fault]:
    units = {unit.code for unit in pack.units}
    yield from unknown_words(
        "offices.toml", "unit", units, ((o.code, o.unit) for o in pack.offices)
    )
    competent = ((field.code, field.competent) for field in pack.fields if field.competent)
    yield from unknown_words("fields.toml", "unit", units, competent)
    managed = ((field.code, unit) for field in pack.fields for unit in field.managed_by)
    yield from unknown_words("fields.toml", "unit", units, managed)


def _reference_faults(pack: Pack) -> Iterator[Fault]:
    units = {unit.code for unit in pack.units}
    kinds = {ANYBODY, *(unit.kind for unit in pack.units)}
    places = {*units, ITSELF, SUPERIOR}
    tracks = {track.code for track in pack.tracks}
    copied = [row for row in pack.competence if row.track]
    yield from unknown_words(
        "competence.toml", "track", tracks, ((row.code, row.track) for row in copied)
    )
    yield from (
        Fault("competence.toml", row.code, "a copy must go to a unit that is named")
        for row in copied
        if row.resolver in {ITSELF, SUPERIOR}
    )
    yield from _unit_reference_faults(pack)
    yield from unknown_words(
        "reception.toml", "unit", units, ((r.code, r.unit) for r in pack.reception)
    )
    resolvers = ((row.code, row.resolver) for row in pack.competence)
    yield from unknown_words("competence.toml", "resolver", places, resolvers)
    row_kinds = ((row.code, kind) for row in pack.competence for kind in row.kinds)
    yield from unknown_words("competence.toml", "kind of unit", kinds, row_kinds)
    acts = {act.code for act in pack.acts}
    quick = ((kind.code, kind.act) for kind in pack.quick_kinds if kind.act)
    yield from unknown_words("kinds.toml", "act", acts, quick)


def _word_faults(pack: Pack) -> Iterator[Fault]:
    tracks = {track.code for track in pack.tracks}
    state_tracks = ((words.code, words.track) for words in pack.states if words.track)
    yield from unknown_words("states.toml", "track", tracks, state_tracks)
    for state in set(CaseState) - {words.state for words in pack.states if not words.track}:
        yield Fault("states.toml", state, "no words for this state on every track")
    worded = {words.code for words in pack.reasons}
    for code in REASON_CODES - worded:
        yield Fault("reasons.toml", code, "no words for this reason")
    for words in pack.reasons:
        if words.code not in REASON_CODES:
            yield Fault("reasons.toml", words.code, "unknown reason")
        if not _placeholders(words.text_vi, words.text_en) <= {"unit"}:
            yield Fault("reasons.toml", words.code, "only {unit} can be filled in")
    noticed = {notice.code for notice in pack.notices}
    for code in NOTICE_CODES - noticed:
        yield Fault("notices.toml", code, "no words for this notice")
    for code in noticed - NOTICE_CODES:
        yield Fault("notices.toml", code, "unknown notice")


def _placeholders(*texts: str) -> set[str]:
    try:
        parsed = [part for text in texts for part in string.Formatter().parse(text)]
    except ValueError:
        return {"{"}
    return {name for _, name, _, _ in parsed if name is not None}


def _duty_faults(pack: Pack) -> Iterator[Fault]:
    sections = {section.code for section in pack.plan}
    used = ((duty.code, duty.section) for duty in pack.duties)
    yield from unknown_words("duties.toml", "section", sections, used)
    for duty in pack.duties:
        yield from (Fault("duties.toml", duty.code, rule) for rule in _place_faults(duty))


def _place_faults(duty: Duty) -> Iterator[str]:
    if duty.state == NOT_YET and duty.where:
        yield "not built, and 'where' says where it is"
    if duty.state != NOT_YET and not duty.where:
        yield f"{duty.state}, and no 'where' says where it is"
    for place in duty.where:
        if not place.startswith((PUBLIC_PAGE, DESK_PAGE, DOCUMENT)):
            yield f"unknown kind of place '{place}'"


def _boundaries(pack: Pack) -> list[date]:
    """Return the days from the pack's first on which what is in force changes."""
    tables = pack.tables()
    rows = [*pack.competence, *(row for file in VERSIONED for row in tables[file])]
    days = {row.since for row in rows} | {
        row.until + timedelta(days=1) for row in rows if row.until is not None
    }
    return sorted({pack.place.since, *(day for day in days if day > pack.place.since)})


def _day_faults(pack: Pack) -> Iterator[Fault]:
    """Find what is unfilled or unsaid on some day, and rows that name a unit of another day.

    Each is told once, with the first such day.
    """
    found: dict[tuple[str, str, str], date] = {}
    for day in _boundaries(pack):
        todays = pack.on(day)
        checks = (
            _unit_faults,
            _cycle_faults,
            _office_faults,
            _unit_reference_faults,
            _word_faults,
        )
        for fault in chain.from_iterable(check(todays) for check in checks):
            found.setdefault((fault.file, fault.row, fault.rule), day)
    for (file, row, rule), day in found.items():
        yield Fault(file, row, f"{rule} on {day}")


def _route_faults(pack: Pack) -> Iterator[Fault]:
    days = {day: pack.on(day) for day in _boundaries(pack)}
    bad = {fault for day, todays in days.items() for fault in _unit_gaps(todays, day)}
    yield from bad or {fault for day, todays in days.items() for fault in _worst(todays, day)}


def _worst(pack: Pack, day: date) -> Iterator[Fault]:
    """Try the worst report a form allows, which names everybody: some unit must stay open to it."""
    named = frozenset(unit.code for unit in pack.units if unit.accusable)
    worst = Naming(accused=named, accused_head=named, not_to=named, bypass=True)
    try:
        route(worst, pack, day, staffed=_everybody(pack))
    except NoRouteError:
        yield Fault("units.toml", pack.fallback, "a report that names everybody reaches nobody")


def _everybody(pack: Pack) -> frozenset[str]:
    return frozenset(unit.code for unit in pack.receiving_units())


def _unit_gaps(pack: Pack, day: date) -> Iterator[Fault]:
    staffed = _everybody(pack)
    for unit in pack.units:
        if unit.accusable:
            unresolved = [who for who in WHO if not _is_resolved(pack, unit.code, who, day)]
            for who in unresolved:
                row = f"{unit.kind}/{who}"
                yield Fault("competence.toml", row, f"nobody is competent on {day}")
            if not unresolved:
                yield from _lost_reports(pack, unit.code, day, staffed)


def _lost_reports(pack: Pack, unit: str, day: date, staffed: frozenset[str]) -> Iterator[Fault]:
    one = frozenset({unit})
    boxes = {STAFF: Naming(accused=one), HEAD: Naming(accused_head=one)}
    for who, naming in boxes.items():
        try:
            route(naming, pack, day, staffed=staffed)
        except NoRouteError:
            yield Fault("units.toml", unit, f"a report that names its {who} reaches nobody")


def _is_resolved(pack: Pack, unit: str, who: str, day: date) -> bool:
    try:
        resolver_of(unit, who, pack, day)
    except NoRouteError:
        return False
    return True
