"""A policy pack: the law and the office of one place, checked when it was loaded."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from operator import attrgetter
from typing import Any

from policy.case_rows import (
    Advice,
    DeadlineRule,
    DecisionKind,
    Detection,
    Extension,
    Finding,
    Ground,
    Mark,
    Measure,
    ReportPeriod,
    StepRule,
)
from policy.desk_rows import SavedAnswer, Separation
from policy.notice_rows import Notice
from policy.protection_rows import (
    FollowUp,
    IdentityPermit,
    IdentityPurpose,
    ProtectedPerson,
    ProtectionDecider,
    ProtectionEnd,
    ProtectionKind,
    ProtectionMeasure,
)
from policy.retention_rows import Retention
from policy.reward_rows import BaseSalary, RewardDecider, RewardLevel, RewardWay
from policy.rows import (
    DEFAULT_RECEIVER,
    FALLBACK,
    NOWHERE,
    RESOLVER,
    Act,
    CalendarDay,
    Competence,
    Duty,
    Escalation,
    Field,
    Group,
    Language,
    Office,
    Place,
    PlanSection,
    QuickKind,
    ReasonWords,
    Reception,
    Row,
    StateWords,
    Track,
    Unit,
)
from policy.states import CaseState
from policy.tables import CHOICES, TABLES, VERSIONED


@dataclass(frozen=True, kw_only=True)
class Pack:
    """Everything of one place, checked when it was loaded."""

    version: str
    place: Place
    offices: tuple[Office, ...]
    groups: tuple[Group, ...]
    units: tuple[Unit, ...]
    competence: tuple[Competence, ...]
    fields: tuple[Field, ...]
    acts: tuple[Act, ...]
    quick_kinds: tuple[QuickKind, ...]
    tracks: tuple[Track, ...]
    states: tuple[StateWords, ...]
    deadlines: tuple[DeadlineRule, ...]
    extensions: tuple[Extension, ...]
    grounds: tuple[Ground, ...]
    marks: tuple[Mark, ...]
    step_rules: tuple[StepRule, ...]
    advice: tuple[Advice, ...]
    findings: tuple[Finding, ...]
    measures: tuple[Measure, ...]
    detections: tuple[Detection, ...]
    decision_kinds: tuple[DecisionKind, ...]
    periods: tuple[ReportPeriod, ...]
    calendar: tuple[CalendarDay, ...]
    reception: tuple[Reception, ...]
    escalation: tuple[Escalation, ...]
    reasons: tuple[ReasonWords, ...]
    notices: tuple[Notice, ...]
    separations: tuple[Separation, ...]
    answers: tuple[SavedAnswer, ...]
    protection_kinds: tuple[ProtectionKind, ...]
    protection_deciders: tuple[ProtectionDecider, ...]
    protected_persons: tuple[ProtectedPerson, ...]
    protection_measures: tuple[ProtectionMeasure, ...]
    protection_ends: tuple[ProtectionEnd, ...]
    follow_ups: tuple[FollowUp, ...]
    reward_levels: tuple[RewardLevel, ...]
    reward_deciders: tuple[RewardDecider, ...]
    reward_ways: tuple[RewardWay, ...]
    base_salaries: tuple[BaseSalary, ...]
    retention: tuple[Retention, ...]
    identity_purposes: tuple[IdentityPurpose, ...]
    identity_permits: tuple[IdentityPermit, ...]
    plan: tuple[PlanSection, ...]
    duties: tuple[Duty, ...]
    # Units that a pack of one day knows by name only: of before, or of later.
    other_units: tuple[Unit, ...] = ()

    @cached_property
    def _by_day(self) -> dict[date, "Pack"]:
        return {}

    def on(self, day: date) -> "Pack":
        """Return the pack with only those choices, units and words that are in force on that day.

        A unit of another day is still found by its code, and chosen nowhere. Before its first day
        it is the pack of that day: a clock that was set back takes nothing away.
        """
        day = max(day, self.place.since)
        found = self._by_day.get(day)
        if found is None:
            offered: dict[str, Any] = {
                table: tuple(row for row in getattr(self, table) if row.in_force(day))
                for table in (*CHOICES, *VERSIONED.values())
            }
            others = tuple(unit for unit in self.units if not unit.in_force(day))
            found = replace(self, **offered, other_units=(*self.other_units, *others))
            self._by_day.clear()
            self._by_day[day] = found
        return found

    @cached_property
    def _units_by_code(self) -> dict[str, Unit]:
        by_day = attrgetter("since")
        units = (*sorted(self.other_units, key=by_day), *sorted(self.units, key=by_day))
        return {unit.code: unit for unit in units}

    @cached_property
    def _reasons_by_code(self) -> dict[str, ReasonWords]:
        return {words.code: words for words in self.reasons}

    @cached_property
    def rules(self) -> Mapping[str, DeadlineRule]:
        """Return the deadline rules by their codes, those of the past among them."""
        return {rule.code: rule for rule in self.deadlines}

    @cached_property
    def _first_versions(self) -> Mapping[str, str]:
        return {rule.code: self._first_version(rule) for rule in self.deadlines}

    def _first_version(self, rule: DeadlineRule) -> str:
        seen: set[str] = set()
        while rule.replaces in self.rules and rule.code not in seen:
            seen.add(rule.code)
            rule = self.rules[rule.replaces]
        return rule.code

    def limit(self, rule: str) -> str:
        """Return the name of a limit, whichever of its rules sets it: the first one's code."""
        return self._first_versions.get(rule, rule)

    def rules_of(self, rule: str) -> list[DeadlineRule]:
        """Return the rules that set the same limit as this one, one after the other."""
        return [row for row in self.deadlines if self.limit(row.code) == self.limit(rule)]

    def extensions_of(self, rule: str) -> list[Extension]:
        """Return every way to extend the limit that a rule sets."""
        return [row for row in self.extensions if self.limit(row.rule) == self.limit(rule)]

    def unit(self, code: str) -> Unit:
        """Return the unit of this code, of whichever day; KeyError where there is none."""
        return self._units_by_code[code]

    def can_receive(self, code: str) -> bool:
        """Return whether a unit receives reports, on the day that the pack is of."""
        unit = self.unit(code)
        return unit not in self.other_units and unit.receives != NOWHERE

    def knows_unit(self, code: str) -> bool:
        """Return whether there is a unit of this code, on whichever day."""
        return code in self._units_by_code

    def unit_name(self, code: str, language: Language) -> str:
        """Return the unit's legal name."""
        return self.unit(code).name(language)

    def office(self, part: str) -> Office:
        """Return the row that says which unit fills this part; KeyError where none does."""
        return {office.code: office for office in self.offices}[part]

    def reason_words(self, code: str) -> ReasonWords:
        """Return how routing explains this."""
        return self._reasons_by_code[code]

    def heard_from(self, channel: str) -> tuple[str, ...]:
        """Return the marks that happen with whatever comes to the desk by this way."""
        return tuple(mark.code for mark in self.marks if channel in mark.heard_from)

    def notice(self, code: str) -> Notice:
        """Return what the pages say of this part of the law; KeyError for an unknown code."""
        return {notice.code: notice for notice in self.notices}[code]

    @property
    def default_receiver(self) -> str:
        """Return the unit that receives what the place's own resolver is competent for."""
        return self.office(DEFAULT_RECEIVER).unit

    @property
    def resolver(self) -> str:
        """Return the unit that resolves what names nobody: the head of the place."""
        return self.office(RESOLVER).unit

    @property
    def fallback(self) -> str:
        """Return the unit that receives when nobody else is competent (Điều 12.7)."""
        return self.office(FALLBACK).unit

    def superiors(self, code: str) -> Iterator[str]:
        """Return the units above this one, nearest first."""
        while code := self.unit(code).superior:
            yield code

    def receiving_units(self) -> tuple[Unit, ...]:
        """Return the units that can receive reports at all, in the pack's order."""
        return tuple(unit for unit in self.units if unit.receives != NOWHERE)

    def accusable_groups(self) -> tuple[tuple[Group, tuple[Unit, ...]], ...]:
        """Return the groups in the pack's order, each with the units whose people can be named."""
        return tuple(
            (group, tuple(u for u in self.units if u.accusable and u.group == group.code))
            for group in self.groups
        )

    def state_words(self, state: CaseState, track: str) -> StateWords:
        """Return what the state is called on this track."""
        named = {words.track: words for words in self.states if words.state == state}
        return named.get(track) or named[""]

    def finding_plain(self, code: str, language: Language) -> str:
        """Return what a finding means in everyday words; nothing for one that the pack has not."""
        return next((row.plain(language) for row in self.findings if row.code == code), "")

    def rules_of_step(self, step: str, tracks: Collection[str]) -> tuple[StepRule, ...]:
        """Return what a step needs on a case of these tracks."""
        return tuple(
            row
            for row in self.step_rules
            if row.step == step and not set(tracks).isdisjoint(row.tracks)
        )

    def duties_by_section(self, day: date) -> tuple[tuple[PlanSection, tuple[Duty, ...]], ...]:
        """Return the plan's sections in its order, each with its duties in force on that day."""
        duties = [duty for duty in self.duties if duty.in_force(day)]
        sections = ((s, tuple(d for d in duties if d.section == s.code)) for s in self.plan)
        return tuple((section, its_duties) for section, its_duties in sections if its_duties)

    def tables(self) -> dict[str, tuple[Row, ...]]:
        """Return every table's rows by the file they stand in."""
        parts = {table.file: getattr(self, table.part) for table in TABLES}
        return {file: part if isinstance(part, tuple) else (part,) for file, part in parts.items()}

    def is_announced(self, year: int) -> bool:
        """Return whether the holidays that are fixed anew every year stand confirmed for a year."""
        days = [row for row in self.calendar if row.announced and row.day.year == year]
        return bool(days) and all(row.confirmed for row in days)

    def unconfirmed(self) -> tuple[tuple[str, Row], ...]:
        """Return every row that nobody confirmed, each with its file."""
        return tuple(
            (file, row) for file, rows in self.tables().items() for row in rows if not row.confirmed
        )
