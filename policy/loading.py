"""Packs from disk: every row checked, every fault told at once, or nothing loaded."""

import hashlib
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, get_type_hints

from policy import case_rows, protection_rows, rows
from policy.checks import find_faults, find_gaps
from policy.errors import Fault, PolicyError
from policy.pack import Pack
from policy.rows import Row


@dataclass(frozen=True)
class Table:
    """One table of a pack: the part of ``Pack`` it fills, its file and name, its kind of row."""

    part: str
    file: str
    name: str
    kind: type[Row]

    @cached_property
    def hints(self) -> dict[str, object]:
        """Return the type of each field of its rows, looked up once for all of them."""
        return get_type_hints(self.kind)


TABLES = (
    Table("place", "pack.toml", "pack", rows.Place),
    Table("offices", "offices.toml", "office", rows.Office),
    Table("groups", "groups.toml", "group", rows.Group),
    Table("units", "units.toml", "unit", rows.Unit),
    Table("competence", "competence.toml", "competence", rows.Competence),
    Table("fields", "fields.toml", "field", rows.Field),
    Table("acts", "acts.toml", "act", rows.Act),
    Table("quick_kinds", "kinds.toml", "kind", rows.QuickKind),
    Table("tracks", "tracks.toml", "track", rows.Track),
    Table("states", "states.toml", "state", rows.StateWords),
    Table("deadlines", "deadlines.toml", "deadline", case_rows.DeadlineRule),
    Table("extensions", "extensions.toml", "extension", case_rows.Extension),
    Table("grounds", "grounds.toml", "ground", case_rows.Ground),
    Table("marks", "marks.toml", "mark", case_rows.Mark),
    Table("step_rules", "steps.toml", "step", case_rows.StepRule),
    Table("advice", "advice.toml", "advice", case_rows.Advice),
    Table("findings", "findings.toml", "finding", case_rows.Finding),
    Table("measures", "measures.toml", "measure", case_rows.Measure),
    Table("detections", "detections.toml", "detection", case_rows.Detection),
    Table("decision_kinds", "decisions.toml", "decision", case_rows.DecisionKind),
    Table("periods", "periods.toml", "period", case_rows.ReportPeriod),
    Table("calendar", "calendar.toml", "day", rows.CalendarDay),
    Table("reception", "reception.toml", "reception", rows.Reception),
    Table("escalation", "escalation.toml", "escalation", rows.Escalation),
    Table("reasons", "reasons.toml", "reason", rows.ReasonWords),
    Table("notices", "notices.toml", "notice", rows.Notice),
    Table(
        "protection_kinds",
        "protection-kinds.toml",
        "protection_kind",
        protection_rows.ProtectionKind,
    ),
    Table(
        "protection_deciders",
        "protection-deciders.toml",
        "protection_decider",
        protection_rows.ProtectionDecider,
    ),
    Table(
        "protected_persons",
        "protected-persons.toml",
        "protected_person",
        protection_rows.ProtectedPerson,
    ),
    Table(
        "protection_measures",
        "protection-measures.toml",
        "protection_measure",
        protection_rows.ProtectionMeasure,
    ),
    Table(
        "protection_ends", "protection-ends.toml", "protection_end", protection_rows.ProtectionEnd
    ),
    Table("follow_ups", "follow-ups.toml", "follow_up", protection_rows.FollowUp),
    Table("plan", "plan.toml", "section", rows.PlanSection),
    Table("duties", "duties.toml", "duty", rows.Duty),
)

# What an office adds to the calendar of its pack, in its own folder.
OWN_DAYS = Table("calendar", "calendar.toml (instance)", "day", rows.CalendarDay)

# ``from`` and ``class`` are words of Python, so the rows call them otherwise.
_KEYS = {"since": "from", "class_": "class"}


def key_of(field: str) -> str:
    """Return what a file calls a field of a row."""
    return _KEYS.get(field, field)


def _is_day(value: object) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime)


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(text, str) for text in value)


# What a value must be, by the type of the row's field: the test, and its name in a fault.
_SHAPES: dict[object, tuple[Callable[[object], bool], str]] = {
    str: (lambda value: isinstance(value, str), "a text"),
    bool: (lambda value: isinstance(value, bool), "true or false"),
    int: (lambda value: type(value) is int and value >= 0, "a whole number, 0 or more"),
    date: (_is_day, "a date"),
    date | None: (_is_day, "a date"),
    tuple[str, ...]: (_is_texts, "a list of texts"),
}

# What stands in a row where nothing could be read.
_BLANKS: dict[object, object] = {
    str: "",
    bool: False,
    int: 0,
    date: date.min,
    date | None: None,
    tuple[str, ...]: (),
}
# What a fault calls a file of which nothing could be read.
WHOLE_FILE = "-"


def load_pack(path: Path, own_days: Path | None = None) -> Pack:
    """Return the pack in this folder, with the days that an office added in a file of its own.

    A day of that file goes before the pack's word on the same day.

    Raises:
        PolicyError: it holds every fault that was found; nothing was loaded.
    """
    faults: list[Fault] = []
    files = {table.file: _read(path / table.file, faults) for table in TABLES}
    faults += [
        Fault(file.name, WHOLE_FILE, "unknown file")
        for file in sorted(path.glob("*.toml"))
        if file.name not in files
    ]
    parts: dict[str, Any] = {
        table.part: _read_table(table, files[table.file], faults) for table in TABLES
    }
    if not faults and len(parts["place"]) != 1:
        faults.append(Fault("pack.toml", WHOLE_FILE, "must hold one row [[pack]]"))
    read = {(table.file, row.code) for table in TABLES for row in parts[table.part]}
    if any((fault.file, fault.row) not in read for fault in faults) or len(parts["place"]) != 1:
        # More than single rows is amiss: what the others name may stand in what was not read.
        raise PolicyError(tuple(sorted(faults)))
    parts["place"] = parts["place"][0]
    version = _version(path)
    if own_days is not None and own_days.exists():
        added = _read_table(OWN_DAYS, _read(own_days, faults), faults)
        parts["calendar"] = _with_own_days(parts["calendar"], added)
        version = hashlib.sha256(version.encode() + own_days.read_bytes()).hexdigest()
    pack = Pack(version=version, **parts)
    wrong = {(fault.file, fault.row) for fault in faults}
    faults += [fault for fault in find_faults(pack) if (fault.file, fault.row) not in wrong]
    faults = faults or list(find_gaps(pack))
    if faults:
        raise PolicyError(tuple(sorted(faults)))
    return pack


def _with_own_days(
    days: tuple[rows.CalendarDay, ...], own: tuple[Row, ...]
) -> tuple[rows.CalendarDay, ...]:
    by_day = {row.day: row for row in (*days, *own) if isinstance(row, rows.CalendarDay)}
    return tuple(by_day[day] for day in sorted(by_day))


def _read(file: Path, faults: list[Fault]) -> Mapping[str, object]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        faults.append(Fault(file.name, WHOLE_FILE, "missing file"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        faults.append(Fault(file.name, WHOLE_FILE, f"not TOML: {error}"))
    return {}


def _version(path: Path) -> str:
    digest = hashlib.sha256()
    for table in TABLES:
        content = (path / table.file).read_bytes()
        digest.update(f"{table.file} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def _read_table(
    table: Table, content: Mapping[str, object], faults: list[Fault]
) -> tuple[Row, ...]:
    faults += [Fault(table.file, key, "unknown table") for key in content if key != table.name]
    entries = content.get(table.name, [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        faults.append(Fault(table.file, table.name, f"must be written as [[{table.name}]]"))
        return ()
    return tuple(_read_row(table, number, each, faults) for number, each in enumerate(entries, 1))


def _read_row(table: Table, number: int, entry: dict[str, object], faults: list[Fault]) -> Row:
    """Return a row; with blanks for what is wrong in it, so that what names it can be checked."""
    label = str(entry.get("code") or f"row {number}")
    wrong: list[str] = []
    values: dict[str, Any] = {}
    for field in fields(table.kind):
        key = key_of(field.name)
        optional = field.default is not MISSING
        told: list[str] = []
        if key in entry:
            values[field.name] = _frozen(entry[key])
            told = _value_faults(key, entry[key], table.hints[field.name], optional=optional)
        elif not optional:
            told = [f"missing {_described(key)}"]
        if told:
            values[field.name] = label if key == "code" else _BLANKS[table.hints[field.name]]
        wrong += told
    known = {key_of(field.name) for field in fields(table.kind)}
    wrong += [f"unknown key '{key}'" for key in entry if key not in known]
    faults += [Fault(table.file, label, rule) for rule in wrong]
    return table.kind(**values)


def _value_faults(key: str, value: object, hint: object, *, optional: bool) -> list[str]:
    fits, wanted = _SHAPES[hint]
    if not fits(value):
        return [f"'{key}' must be {wanted}"]
    if isinstance(value, str) and not value.strip() and not optional:
        return [f"missing {_described(key)}"]
    return []


def _described(key: str) -> str:
    if key == "basis":
        return "source: 'basis'"
    if key.endswith(("_vi", "_en")):
        return f"translation: '{key}'"
    return f"'{key}'"


def _frozen(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value
