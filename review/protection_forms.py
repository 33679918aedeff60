"""The forms of a case's protection page: parsed once into typed values, or refused by field."""

from collections.abc import Iterable
from typing import Final

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString
from werkzeug.datastructures import MultiDict

from cases.protection import CHANNELS, ProtectionOutcome
from cases.protection_requests import ProtectionRequest
from cases.protection_steps import (
    EndedProtection,
    HeardRequest,
    ProtectionDecision,
    TakenMeasure,
)
from policy.pack import Pack
from policy.rows import Row
from review.forms import REASON_CHARS, parse_version
from review.law_forms import DAY_WRONG, FaultList, checked_reason, line, needed_day, parse_day

Form = MultiDict[str, str]

KINDS_MISSING: Final = lazy_gettext("Chưa chọn loại bảo vệ trong danh sách")
PERSONS_MISSING: Final = lazy_gettext("Chưa chọn bảo vệ cho ai trong danh sách")
CHANNEL_MISSING: Final = lazy_gettext("Chưa chọn đề nghị đến bằng cách nào")
WORDS_MISSING: Final = lazy_gettext("Chưa ghi lời đề nghị")
DECIDER_MISSING: Final = lazy_gettext("Chưa chọn ai quyết định trong danh sách")
OUTCOME_MISSING: Final = lazy_gettext("Chưa chọn quyết định trong danh sách")
REQUEST_MISSING: Final = lazy_gettext("Chưa chọn đề nghị nào")
MEASURE_MISSING: Final = lazy_gettext("Chưa chọn biện pháp trong danh sách")
GROUND_MISSING: Final = lazy_gettext("Chưa chọn lý do chấm dứt trong danh sách")


def parse_heard_request(form: Form, pack: Pack, tag: bytes | None) -> HeardRequest:
    """Return a request that did not come by the reporter's page.

    Raises:
        RefusedFormError: something is missing, or is not of the list.
    """
    faults: FaultList = []
    kinds = _chosen(form, "heard-kinds", pack.protection_kinds, faults, KINDS_MISSING)
    persons = _chosen(form, "heard-persons", pack.protected_persons, faults, PERSONS_MISSING)
    channel = form.get("channel", "")
    if channel not in CHANNELS:
        faults.append(("heard-channel", CHANNEL_MISSING))
    day = needed_day(form, "day", faults, "heard-day")
    text = line(form, "text", faults, "heard-text", REASON_CHARS)
    if not text.strip():
        faults.append(("heard-text", WORDS_MISSING))
    reason = checked_reason(form, "heard-reason", faults)
    is_urgent = form.get("urgent") == "yes"
    return HeardRequest(
        request=ProtectionRequest(kinds, persons, is_urgent, text),
        channel=channel,
        day=day,
        reason=reason,
        version=parse_version(form),
        form_tag=tag,
    )


def parse_protection(form: Form, pack: Pack, tag: bytes | None) -> ProtectionDecision:
    """Return what was decided on a request.

    Raises:
        RefusedFormError: something is missing, or is not of the list.
    """
    faults: FaultList = []
    request = _request(form, "decision-request", faults)
    kinds = _chosen(form, "decision-kinds", pack.protection_kinds, faults, KINDS_MISSING)
    decider, outcome = form.get("decider", ""), form.get("outcome", "")
    if decider not in {row.code for row in pack.protection_deciders}:
        faults.append(("decision-decider", DECIDER_MISSING))
    if outcome not in set(ProtectionOutcome):
        faults.append(("decision-outcome", OUTCOME_MISSING))
    day = needed_day(form, "day", faults, "decision-day")
    document = line(form, "document", faults, "decision-document")
    words = line(form, "words", faults, "decision-words", REASON_CHARS)
    reason = checked_reason(form, "decision-reason", faults)
    return ProtectionDecision(
        request=request,
        kinds=kinds,
        decider=decider,
        outcome=ProtectionOutcome(outcome),
        day=day,
        document=document,
        words=words,
        reason=reason,
        version=parse_version(form),
        form_tag=tag,
    )


def parse_measure(form: Form, pack: Pack, tag: bytes | None) -> TakenMeasure:
    """Return a measure with its days.

    Raises:
        RefusedFormError: something is missing, or is not of the list.
    """
    faults: FaultList = []
    request, measure = _request(form, "measure-request", faults), form.get("measure", "")
    if measure not in {row.code for row in pack.protection_measures}:
        faults.append(("measure", MEASURE_MISSING))
    first_day, last_day = (
        needed_day(form, "from", faults, "measure-from"),
        parse_day(form.get("until", "")),
    )
    if form.get("until") and last_day is None:
        faults.append(("measure-until", DAY_WRONG))
    document = line(form, "document", faults, "measure-document")
    reason = checked_reason(form, "measure-reason", faults)
    return TakenMeasure(
        request=request,
        measure=measure,
        first_day=first_day,
        last_day=last_day,
        document=document,
        reason=reason,
        version=parse_version(form),
        form_tag=tag,
    )


def parse_end(form: Form, pack: Pack, tag: bytes | None) -> EndedProtection:
    """Return what is protected no longer.

    Raises:
        RefusedFormError: something is missing, or is not of the list.
    """
    faults: FaultList = []
    request, ground = _request(form, "end-request", faults), form.get("ground", "")
    kinds = _chosen(form, "end-kinds", pack.protection_kinds, faults, KINDS_MISSING)
    if ground not in {row.code for row in pack.protection_ends}:
        faults.append(("end-ground", GROUND_MISSING))
    day = needed_day(form, "day", faults, "end-day")
    document = line(form, "document", faults, "end-document")
    words = line(form, "words", faults, "end-words", REASON_CHARS)
    reason = checked_reason(form, "end-reason", faults)
    return EndedProtection(
        request=request,
        kinds=kinds,
        ground=ground,
        day=day,
        document=document,
        words=words,
        reason=reason,
        version=parse_version(form),
        form_tag=tag,
    )


def _chosen(
    form: Form, name: str, rows: Iterable[Row], faults: FaultList, missing: LazyString
) -> tuple[str, ...]:
    chosen = tuple(form.getlist(name))
    if not chosen or not set(chosen) <= {row.code for row in rows}:
        faults.append((name, missing))
    return chosen


def _request(form: Form, place: str, faults: FaultList) -> str:
    request = line(form, "request", faults, place)
    if not request:
        faults.append((place, REQUEST_MISSING))
    return request
