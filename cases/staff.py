"""Who can open what now: units, their members, recovery; and who is kept out of a case."""

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    LargeBinary,
    ScalarSelect,
    Select,
    Text,
    cast,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import Session

from cases.database import is_postgresql
from cases.names import protection_holder, recovery_holder, reviewer_holder, unit_holder
from cases.record_base import table_of
from cases.records import (
    MembershipRecord,
    ReviewerRecord,
    RosterRecord,
    UnitKeyRecord,
)
from cases.recovery_records import RecoveryRecord
from crypto.keys import Recipient
from crypto.sealing import seal
from policy.names import NameIndex, Person

_KEYS = table_of(UnitKeyRecord).c
_MEMBERSHIPS = table_of(MembershipRecord).c
_REVIEWERS = table_of(ReviewerRecord).c
_RECOVERY = table_of(RecoveryRecord).c
_ROSTER = table_of(RosterRecord).c
# Asked for with every report.
_PRESENT_KEYS = select(_KEYS.unit, _KEYS.epoch, _KEYS.recipient, _KEYS.offline).where(
    _KEYS.ended_on.is_(None)
)
_PRESENT_MEMBERS = (
    select(
        _MEMBERSHIPS.unit,
        _MEMBERSHIPS.reviewer_id,
        _MEMBERSHIPS.admitted_on,
        _MEMBERSHIPS.reads,
        _REVIEWERS.recipient,
    )
    .join_from(
        table_of(MembershipRecord),
        table_of(ReviewerRecord),
        _REVIEWERS.id == _MEMBERSHIPS.reviewer_id,
    )
    .where(_MEMBERSHIPS.left_on.is_(None), or_(_MEMBERSHIPS.reads, _MEMBERSHIPS.protects))
)
_RECOVERY_RECIPIENTS = select(_RECOVERY.number, _RECOVERY.recipient)
_WHOLE_ROSTER = select(
    _ROSTER.id, _ROSTER.unit, _ROSTER.names, _ROSTER.is_head, _ROSTER.reviewer_id
)


# What is made of the same rows again and again is kept, public keys and the office's own names
# only: the rows themselves are read with every report.
_MOST_VERSIONS = 2


@dataclass(frozen=True)
class Holder:
    """Somebody a seal can be made for. Several recipients must all act, the first outermost."""

    name: str
    epoch: int
    recipients: tuple[Recipient, ...]

    def seal(self, secret: bytes) -> bytes:
        """Return ``secret`` sealed so that only all of the holder's recipients can open it."""
        for recipient in reversed(self.recipients):
            secret = seal(secret, [recipient])
        return secret


@dataclass(frozen=True)
class UnitKey:
    """A unit's recipient of now; offline: no member at the desk holds its private half."""

    holder: Holder
    offline: bool


@dataclass(frozen=True)
class Staff:
    """A snapshot of units, members, protection officers who read nothing else, and recovery."""

    unit_keys: dict[str, UnitKey]
    members: dict[str, dict[str, Recipient]]
    waiting: dict[str, set[str]]
    recovery: tuple[Holder, ...]
    officers: dict[str, dict[str, Recipient]]

    def staffed(self, kept_out: frozenset[str]) -> frozenset[str]:
        """Return the units in which somebody who is not kept out can open a case."""
        return frozenset(unit for unit in self.unit_keys if self.holders(unit, kept_out))

    def holders(self, unit: str, kept_out: frozenset[str]) -> tuple[Holder, ...]:
        """Return for whom a case of ``unit`` is sealed: the unit, or each member but some.

        Empty when nobody in the unit could open it.
        """
        key = self.unit_keys.get(unit)
        if key is None:
            return ()
        if key.offline:
            return (key.holder,)
        members = self.members.get(unit, {})
        allowed = {member: own for member, own in members.items() if member not in kept_out}
        if not allowed:
            return ()
        # Who waits will hold the unit's keys, and with them all that was ever sealed to it.
        if kept_out.isdisjoint(members) and kept_out.isdisjoint(self.waiting.get(unit, ())):
            return (key.holder,)
        each = (Holder(reviewer_holder(member), 1, (own,)) for member, own in allowed.items())
        return (*each, *self.recovery)

    def protectors(self, unit: str, kept_out: Collection[str]) -> tuple[Holder, ...]:
        """Return the officers who may be given what a case of ``unit`` says of protection.

        Each by themselves: whoever holds nothing else of a case cannot see whom it keeps out.
        """
        return tuple(
            Holder(protection_holder(officer), 1, (own,))
            for officer, own in self.officers.get(unit, {}).items()
            if officer not in kept_out
        )


@dataclass(frozen=True)
class NamedPeople:
    """What the roster says of a text: units whose head is named, reviewers to keep out."""

    heads: frozenset[str]
    reviewers: frozenset[str]


class People(NamedTuple):
    """All rows of four queries, each as one text of JSON."""

    keys: str
    members: str
    recovery: str
    roster: str

    @property
    def staff(self) -> Staff:
        """Return who can open what now."""
        return _staff_of(self.keys, self.members, self.recovery)

    def find_named(self, texts: tuple[str, ...]) -> NamedPeople:
        """Return whom of the roster the texts name, in memory only."""
        rows, names = _roster_of(self.roster)
        found = names.find(texts)
        return NamedPeople(
            frozenset(unit for key, unit, _, is_head, _ in rows if is_head and key in found),
            frozenset(reviewer for key, _, _, _, reviewer in rows if reviewer and key in found),
        )


def load_people(session: Session) -> People:
    """Return who is there now, in one trip to the database.

    SQLite lets another thread go first with each row that it is asked for, and PostgreSQL with
    each query; here is one row of one query.
    """
    return People(*session.execute(_GATHERED[is_postgresql(session)]).one())


def load_staff(session: Session) -> Staff:
    """Return who can open what now."""
    return load_people(session).staff


def load_recovery(session: Session) -> tuple[Holder, ...]:
    """Return the pairs of recovery holders, any of which opens what is sealed to it."""
    return load_staff(session).recovery


def _gathered(
    table: Callable[..., ColumnElement[Any]],
    row: Callable[..., ColumnElement[Any]],
    hexed: Callable[[ColumnElement[Any]], ColumnElement[Any]],
) -> Select[Any]:
    """Return a query for all rows of each of the four, as an engine writes JSON."""

    def each(query: Select[Any]) -> ScalarSelect[Any]:
        columns = query.subquery().c
        cells = (hexed(one) if isinstance(one.type, LargeBinary) else one for one in columns)
        return select(func.coalesce(cast(table(row(*cells)), Text), "[]")).scalar_subquery()

    wanted = (_PRESENT_KEYS, _PRESENT_MEMBERS, _RECOVERY_RECIPIENTS, _WHOLE_ROSTER)
    return select(*map(each, wanted))


_GATHERED = {
    False: _gathered(func.json_group_array, func.json_array, func.hex),
    True: _gathered(
        func.json_agg, func.json_build_array, lambda raw: func.encode(raw, literal("hex"))
    ),
}


@lru_cache(_MOST_VERSIONS)
def _staff_of(keys: str, rows: str, recovery: str) -> Staff:
    members: dict[str, dict[str, Recipient]] = defaultdict(dict)
    officers: dict[str, dict[str, Recipient]] = defaultdict(dict)
    waiting: dict[str, set[str]] = defaultdict(set)
    for unit, reviewer_id, admitted_on, reads, recipient in json.loads(rows):
        if admitted_on is not None:
            people = members if reads else officers
            people[unit][reviewer_id] = _recipient(recipient)
        elif reads:
            waiting[unit].add(reviewer_id)
    unit_keys = {
        unit: UnitKey(Holder(unit_holder(unit), epoch, (_recipient(raw),)), bool(offline))
        for unit, epoch, raw, offline in json.loads(keys)
    }
    return Staff(unit_keys, dict(members), dict(waiting), _recovery_of(recovery), dict(officers))


def _recovery_of(rows: str) -> tuple[Holder, ...]:
    keys = sorted((number, _recipient(raw)) for number, raw in json.loads(rows))
    return tuple(
        Holder(recovery_holder((first, second)), 1, (one, two))
        for index, (first, one) in enumerate(keys)
        for second, two in keys[index + 1 :]
    )


def _recipient(hexed: str) -> Recipient:
    return Recipient.from_raw(bytes.fromhex(hexed))


@lru_cache(_MOST_VERSIONS)
def _roster_of(roster: str) -> tuple[list[Any], NameIndex]:
    rows = json.loads(roster)
    people = (Person(key, tuple(names.splitlines())) for key, _, names, _, _ in rows)
    return rows, NameIndex(people)


def members_of(session: Session, units: frozenset[str]) -> frozenset[str]:
    """Return the reviewers who belong, or once belonged, to any of the units."""
    if not units:
        return units
    rows = session.scalars(
        select(MembershipRecord.reviewer_id).where(MembershipRecord.unit.in_(units))
    )
    return frozenset(rows)


def heads_of(session: Session, units: frozenset[str]) -> frozenset[str]:
    """Return the reviewers whom the roster calls head or deputy of any of the units."""
    if not units:
        return units
    rows = session.scalars(
        select(RosterRecord.reviewer_id).where(
            RosterRecord.is_head,
            RosterRecord.unit.in_(units),
            RosterRecord.reviewer_id.is_not(None),
        )
    )
    return frozenset(row for row in rows if row)


def resolve_holders(session: Session, names: Iterable[str]) -> tuple[Holder, ...]:
    """Return the holders of these names with the recipients they have now."""
    staff, wanted = load_staff(session), set(names)
    units = (key.holder for key in staff.unit_keys.values())
    reviewers = {
        reviewer_id: Holder(reviewer_holder(reviewer_id), 1, (recipient,))
        for members in staff.members.values()
        for reviewer_id, recipient in members.items()
    }
    officers = {
        holder.name: holder for unit in staff.officers for holder in staff.protectors(unit, ())
    }
    known = (*units, *reviewers.values(), *officers.values(), *staff.recovery)
    return tuple(holder for holder in known if holder.name in wanted)
