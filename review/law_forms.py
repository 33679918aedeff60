"""The forms of a case's law page: parsed once into typed values, or refused by field."""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Final

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString
from werkzeug.datastructures import MultiDict

from cases.figures import Figures
from cases.outcomes import Outcome
from cases.parts import Part
from cases.triage import Classification, Extending, Marking
from policy.case_rows import Mark
from policy.pack import Pack
from review.advice import NO, TESTS, UNKNOWN, YES
from review.forms import (
    REASON_CHARS,
    TEXT_CHARS,
    TEXT_MISSING,
    TEXT_TOO_LONG,
    RefusedFormError,
    parse_reason,
    parse_version,
    typed_chars,
)

LINE_CHARS: Final = 300
MOST_FIGURE: Final = 10**15
MOST_PEOPLE: Final = 10**6
# People write thousands with dots or spaces, and a fraction with what is neither.
FIGURE: Final = re.compile(r"[0-9]{1,18}|[0-9]{1,3}([. ][0-9]{3}){1,5}")

TRACK_MISSING: Final = lazy_gettext("Chưa chọn cách xử lý theo luật trong danh sách")
TEST_MISSING: Final = lazy_gettext("Chưa trả lời đủ ba câu hỏi")
DECISION_MISSING: Final = lazy_gettext("Đã ghi số của quyết định mà chưa chọn loại")
MARK_MISSING: Final = lazy_gettext("Chưa chọn việc đã xảy ra trong danh sách")
DAY_MISSING: Final = lazy_gettext("Chưa ghi ngày, hoặc ngày không có thật")
DAY_WRONG: Final = lazy_gettext("Ngày này không có thật")
DOCUMENT_MISSING: Final = lazy_gettext("Việc này cần số, ngày của văn bản")
LINE_TOO_LONG: Final = lazy_gettext("Dài quá: nhiều nhất 300 ký tự")
WORDS_TOO_LONG: Final = lazy_gettext("Dài quá: nhiều nhất 5.000 ký tự")
RULE_MISSING: Final = lazy_gettext("Chưa chọn thời hạn để gia hạn")
FINDING_MISSING: Final = lazy_gettext("Chưa chọn kết luận trong danh sách")
FIGURE_WRONG: Final = lazy_gettext("Chỉ ghi số nguyên từ 0 trở lên, ví dụ 1200000 hoặc 1.200.000")
UNKNOWN_CHOICE: Final = lazy_gettext("Có lựa chọn không nằm trong danh sách")

# Figures of an outcome, in the order of the form, each with the most that can be said.
MONEY_AND_LAND: Final = ("money_to_recover", "money_recovered", "land_to_recover", "land_recovered")
PEOPLE: Final = ("people", "officials", "heads")
# Sealed words of an outcome, in the order of the form.
DETAILS: Final = (
    "head",
    "carry_out_by",
    "detection",
    "document",
    "decision",
    "decision_number",
    "loophole",
    "assets",
)

FaultList = list[tuple[str, LazyString]]

STAFF_PREFIX, HEAD_PREFIX = "staff:", "head:"


def parse_classification(
    form: MultiDict[str, str], pack: Pack, tag: bytes | None
) -> Classification:
    """Return what the reviewer finds: track, tests, marks.

    Raises:
        RefusedFormError: something is not answered, or is not one of the answers.
    """
    faults: FaultList = []
    track, tests = form.get("track", ""), {name: form.get(name, "") for name in TESTS}
    marks = tuple(form.getlist("marks"))
    if track not in {row.code for row in pack.tracks}:
        faults.append(("track", TRACK_MISSING))
    if not set(tests.values()) <= {YES, NO, UNKNOWN}:
        faults.append(("who", TEST_MISSING))
    if not set(marks) <= {mark.code for mark in pack.marks if mark.at_triage}:
        faults.append(("marks", UNKNOWN_CHOICE))
    decision = form.get("decision", "")
    number = line(form, "decision_number", faults, "triage-decision-number")
    if decision not in {"", *(row.code for row in pack.decision_kinds)}:
        faults.append(("triage-decision", UNKNOWN_CHOICE))
    elif number.strip() and not decision:
        faults.append(("triage-decision", DECISION_MISSING))
    reason = checked_reason(form, "triage-reason", faults)
    return Classification(
        track=track,
        tests=tests,
        marks=marks,
        decision=decision,
        decision_number=number,
        reason=reason,
        version=parse_version(form),
        form_tag=tag,
    )


def parse_marking(form: MultiDict[str, str], marks: Collection[Mark], tag: bytes | None) -> Marking:
    """Return what happened beside the steps.

    Raises:
        RefusedFormError: no mark of the list, no day, or a document is missing.
    """
    faults: FaultList = []
    mark = next((row for row in marks if row.code == form.get("mark")), None)
    if mark is None:
        faults.append(("mark", MARK_MISSING))
    day = parse_day(form.get("day", ""))
    if day is None:
        faults.append(("day", DAY_MISSING))
    document = line(form, "document", faults, "mark-document")
    if mark is not None and mark.needs_document and not document.strip():
        faults.append(("mark-document", DOCUMENT_MISSING))
    people = line(form, "people", faults, "mark-people", REASON_CHARS)
    reason, wrong = parse_reason(form, "mark-reason")
    if mark is None or day is None or faults or wrong:
        raise RefusedFormError((*faults, *wrong))
    return Marking(
        mark=mark.code,
        day=day,
        reason=reason,
        document=document,
        people=people,
        version=parse_version(form),
        form_tag=tag,
    )


def parse_extending(form: MultiDict[str, str], pack: Pack, tag: bytes | None) -> Extending:
    """Return which clock gets more time, and on what grounds.

    Raises:
        RefusedFormError: no rule of the list, or a decision's number is missing.
    """
    faults: FaultList = []
    rule, grounds = form.get("rule", ""), tuple(form.getlist("grounds"))
    rows = pack.extensions_of(rule)
    if not rows:
        faults.append(("rule", RULE_MISSING))
    if not set(grounds) <= {row.code for row in pack.grounds}:
        faults.append(("grounds", UNKNOWN_CHOICE))
    document = line(form, "document", faults, "extension-document")
    if any(row.needs_decision for row in rows) and not document.strip():
        faults.append(("extension-document", DOCUMENT_MISSING))
    reason = checked_reason(form, "extension-reason", faults)
    return Extending(
        rule=rule,
        grounds=grounds,
        document=document,
        reason=reason,
        version=parse_version(form),
        form_tag=tag,
    )


def parse_outcome(form: MultiDict[str, str], pack: Pack, tag: bytes | None) -> Outcome:
    """Return what came of the case.

    Raises:
        RefusedFormError: no finding of the list, or a figure that is none.
    """
    faults: FaultList = []
    finding, measures = form.get("finding", ""), tuple(form.getlist("measures"))
    if finding not in {row.code for row in pack.findings}:
        faults.append(("finding", FINDING_MISSING))
    if not set(measures) <= {row.code for row in pack.measures}:
        faults.append(("measures", UNKNOWN_CHOICE))
    figures = {name: figure(form, name, MOST_FIGURE, faults) for name in MONEY_AND_LAND}
    figures |= {name: figure(form, name, MOST_PEOPLE, faults) for name in PEOPLE}
    details = {name: line(form, name, faults, name, REASON_CHARS) for name in DETAILS}
    lists = {"detection": pack.detections, "decision": pack.decision_kinds}
    for name, rows in lists.items():
        if details[name] not in {"", *(row.code for row in rows)}:
            faults.append((name, UNKNOWN_CHOICE))
    if details["carry_out_by"] and parse_day(details["carry_out_by"]) is None:
        faults.append(("carry_out_by", DAY_WRONG))
    reason = checked_reason(form, "outcome-reason", faults)
    return Outcome(
        figures=Figures(finding=finding, measures=measures, **figures),
        details={name: words for name, words in details.items() if words.strip()},
        reason=reason,
        version=parse_version(form),
        form_tag=tag,
    )


def parse_part(
    form: MultiDict[str, str], pack: Pack, files: Collection[str], tag: bytes | None
) -> Part:
    """Return what of the report becomes a case of its own.

    Raises:
        RefusedFormError: no words, or something that was not offered.
    """
    faults: FaultList = []
    text, chosen = form.get("text", ""), frozenset(form.getlist("files"))
    if not text.strip():
        faults.append(("part-text", TEXT_MISSING))
    if typed_chars(text) > TEXT_CHARS:
        faults.append(("part-text", TEXT_TOO_LONG))
    if not chosen <= set(files):
        faults.append(("files", UNKNOWN_CHOICE))
    staff, heads = accused_of(form, pack, faults)
    reason = checked_reason(form, "part-reason", faults)
    return Part(
        text=text,
        accused=staff,
        accused_head=heads,
        files=chosen,
        reason=reason,
        version=parse_version(form),
        form_tag=tag,
    )


def accusable(pack: Pack) -> Sequence[str]:
    """Return the units whose people can be named, in the order of the form."""
    return [unit.code for _, units in pack.accusable_groups() for unit in units]


def parse_day(typed: str) -> date | None:
    """Return a day as browsers send it, or none."""
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def accused_of(
    form: MultiDict[str, str], pack: Pack, faults: FaultList
) -> tuple[frozenset[str], frozenset[str]]:
    """Return the units whose people, and whose heads, a form names."""
    chosen = (*form.getlist("accused"), *form.getlist("accused_other"))
    named = [value for value in chosen if value]
    known = set(accusable(pack))
    staff = {value.removeprefix(STAFF_PREFIX) for value in named if value.startswith(STAFF_PREFIX)}
    heads = {value.removeprefix(HEAD_PREFIX) for value in named if value.startswith(HEAD_PREFIX)}
    if len(staff) + len(heads) < len(set(named)) or not staff | heads <= known:
        faults.append(("accused", UNKNOWN_CHOICE))
    return frozenset(staff), frozenset(heads)


def line(
    form: Mapping[str, str],
    name: str,
    faults: FaultList,
    place: str,
    most: int = LINE_CHARS,
) -> str:
    """Return a few words of a form, exactly as typed, and note where it is too long."""
    typed = form.get(name, "")
    if typed_chars(typed) > most:
        faults.append((place, LINE_TOO_LONG if most == LINE_CHARS else WORDS_TOO_LONG))
    return typed


def needed_day(form: Mapping[str, str], name: str, faults: FaultList, place: str) -> date:
    """Return a day of a form, and note where there is none: nobody uses it then."""
    day = parse_day(form.get(name, ""))
    if day is None:
        faults.append((place, DAY_MISSING))
    return day or date.min


def figure(
    form: Mapping[str, str], name: str, most: int, faults: FaultList, place: str = ""
) -> int:
    """Return a whole number of a form, 0 where nothing was typed, and note where it is none."""
    typed = form.get(name, "").strip() or "0"
    found = int(re.sub(r"[. ]", "", typed)) if FIGURE.fullmatch(typed) else most + 1
    if found > most:
        faults.append((place or name, FIGURE_WRONG))
    return found


def checked_reason(form: Mapping[str, str], place: str, faults: FaultList) -> str:
    """Return the reason, once nothing of the form is wrong."""
    reason, wrong = parse_reason(form, place)
    if faults or wrong:
        raise RefusedFormError((*faults, *wrong))
    return reason
