"""What a reviewer adds to a case's history, sealed to those who hold the report."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from cases.appending import append_to_notes, append_to_protection
from cases.compartments import Entry
from cases.names import LINK_STEP, UNLINK_STEP, EntryKind
from cases.opened import OpenedEntry
from cases.records import CaseRecord
from cases.reviewers import SignedIn


def acting_unit(signed_in: SignedIn, case: CaseRecord) -> str:
    """Return the unit that the reviewer acts for on this case."""
    return case.unit if case.unit in signed_in.units else min(signed_in.units, default=case.unit)


RECUSE_STEP, BAR_STEP = "recuse", "bar"


def recused_in(entries: Iterable[OpenedEntry]) -> frozenset[str]:
    """Return the reviewers whom a case's history says to have lost it for good, by their ids."""
    return frozenset(entry.text("who") for entry in entries if entry.kind is EntryKind.RECUSAL)


def kept_out_by(entries: Iterable[OpenedEntry]) -> frozenset[str]:
    """Return the reviewers whom what is said of a case keeps out, by their ids."""
    found = tuple(entries)
    naming = (entry for entry in found if entry.kind in {EntryKind.REPORT, EntryKind.BAR})
    named = frozenset(who for entry in naming for who in entry.texts("kept_out"))
    return named | recused_in(found)


def named_by_readers(entries: Iterable[OpenedEntry]) -> tuple[frozenset[str], frozenset[str]]:
    """Return the units whose people, and whose heads, readers of a case said that it is about."""
    bars = [entry for entry in entries if entry.kind is EntryKind.BAR]
    staff = frozenset(unit for entry in bars for unit in entry.texts("accused"))
    return staff, frozenset(unit for entry in bars for unit in entry.texts("accused_head"))


@dataclass(frozen=True, repr=False)
class Step:
    """A line on its way into a case's history; ``form_tag`` tells a second click of its form."""

    values: Mapping[str, object]
    form_tag: bytes | None = None
    kind: EntryKind = EntryKind.STEP


@dataclass(frozen=True, repr=False, kw_only=True)
class Change:
    """What a reviewer says with every change of a case: why, on which version of it they saw."""

    reason: str
    version: int
    form_tag: bytes | None = None

    def as_step(
        self, step: str, values: Mapping[str, object], kind: EntryKind = EntryKind.STEP
    ) -> Step:
        """Return the line that tells of it."""
        return Step({"step": step, **values, "reason": self.reason}, self.form_tag, kind)


def marks_recorded(entries: Iterable[OpenedEntry]) -> frozenset[str]:
    """Return the marks that a case's history has, seen at triage or recorded afterwards."""
    marks: set[str] = set()
    for entry in entries:
        if entry.kind is EntryKind.STEP and entry.text("step") == "classify":
            marks |= set(entry.texts("marks"))
        elif entry.kind is EntryKind.STEP and entry.text("step") == "mark":
            marks.add(entry.text("mark"))
    return frozenset(marks)


@dataclass(frozen=True, repr=False)
class StandingLink:
    """Another case that this one is linked with: its reference, its number then, and how."""

    other: str
    number: str
    is_older: bool
    kinds: frozenset[str]


def links_standing(entries: Iterable[OpenedEntry]) -> tuple[StandingLink, ...]:
    """Return the links that a case's history has, and that nobody undid afterwards."""
    found: dict[tuple[str, bool], StandingLink] = {}
    for entry in entries:
        key = entry.text("other"), entry.values.get("is_older") is True
        if entry.text("step") == LINK_STEP:
            before = found[key].kinds if key in found else frozenset[str]()
            kinds = before | {entry.text("kind")}
            found[key] = StandingLink(key[0], entry.text("number"), key[1], kinds)
        elif entry.text("step") == UNLINK_STEP:
            found.pop(key, None)
    return tuple(found.values())


def add_step(
    session: Session, signed_in: SignedIn, case: CaseRecord, step: Step, day: date
) -> None:
    """Add a line to the case's history, readable by those who read its notes.

    Whoever still looks at the case as it was before must look again: its version rises.
    """
    append_to_notes(session, case, _as_entry(signed_in, case, step), day)
    flag_modified(case, "state")


def add_protection_step(
    session: Session, signed_in: SignedIn, case: CaseRecord, step: Step, day: date
) -> None:
    """Add a line to the case's history that its protection officers read too; likewise."""
    append_to_protection(session, case, _as_entry(signed_in, case, step), day)
    flag_modified(case, "state")


def _as_entry(signed_in: SignedIn, case: CaseRecord, step: Step) -> Entry:
    values = {**step.values, "by": signed_in.sign_in_name}
    return Entry(step.kind, acting_unit(signed_in, case), values, form_tag=step.form_tag)
