"""The case page: everything that the reviewer's keys open, and the forms for what they may do."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import Response, make_response, render_template, request

from cases.case_file import CaseFile, open_case
from cases.names import EntryKind
from cases.opened import OpenedEntry
from cases.referral import referable_units
from policy.states import CaseStep
from review.advice import advice_for
from review.clock_rows import clock_rows
from review.desk import desk, reviewer, the_office
from review.forms import REASON_CHARS, TEXT_CHARS, Faults, new_once
from review.uploads import upload_request
from review.words import DONE, language
from web.attachments import Upload


@dataclass(frozen=True, repr=False)
class Refused:
    """A form that was not taken: which one, what was typed, and what is wrong."""

    form: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)
    faults: Faults = ()
    files: tuple[Upload, ...] = ()
    status: int = 200
    is_stale: bool = False


@dataclass(frozen=True, repr=False)
class RoutingReason:
    """One reason why the case came here, with its legal basis."""

    words: str
    basis: str


def case_page(ref: str) -> Response:
    """Return the page of a case.

    Raises:
        CaseNotFoundError: it is in none of the reviewer's lists.
        OpenError: something of it was altered.
    """
    return _page(ref, Refused())


def refused_case_page(ref: str, form: str, faults: Faults, status: int) -> Response:
    """Return the page of a case with a form that was not taken, nothing of it lost.

    Raises:
        CaseNotFoundError, OpenError: as ``case_page``.
    """
    return _page(ref, refused_form(form, faults, status))


def refused_form(form: str, faults: Faults, status: int) -> Refused:
    """Return the form of this request, every word of it, as one that was not taken."""
    files = tuple(upload_request().uploads)
    # What came twice under one name stands in one box.
    typed = {name: "\n".join(request.form.getlist(name)) for name in request.form}
    return Refused(form, typed, faults, files, status, is_stale=not faults)


def _page(ref: str, refused: Refused) -> Response:
    case = open_case(the_office(), reviewer(), ref)
    page = render_template(
        "review/case.html",
        case=case,
        refused=refused,
        faults=refused.faults,
        once=refused.typed.get("once") or new_once(),
        thread=_entries(case, EntryKind.MESSAGE, EntryKind.EVENT),
        notes=_entries(case, EntryKind.NOTE),
        history=history_of(case),
        reasons=_reasons(case),
        clocks=clock_rows(case),
        advice=advice_for(case),
        steps=[step for step in case.steps if step is not CaseStep.REFER],
        units=referable_units(the_office(), case) if CaseStep.REFER in case.steps else (),
        today=the_office().clock.today(),
        limits={"text": TEXT_CHARS, "reason": REASON_CHARS, "files": desk().settings},
        done=DONE.get(request.args.get("done", "")),
    )
    return make_response(page, refused.status)


def _entries(case: CaseFile, *kinds: EntryKind) -> list[OpenedEntry]:
    return [entry for entry in case.entries if entry.kind in kinds]


def history_of(case: CaseFile) -> list[OpenedEntry]:
    """Return the lines of a case's history: its steps, and when it went up."""
    return [
        entry
        for entry in case.entries
        if entry.kind is EntryKind.STEP
        or (entry.kind is EntryKind.EVENT and entry.text("event") == "escalated")
    ]


def _reasons(case: CaseFile) -> list[RoutingReason]:
    rows = case.filed.values.get("reasons")
    if not isinstance(rows, list):
        return []
    place = 1 if language() == "en" else 0
    return [RoutingReason(str(row[place]), str(row[2])) for row in rows]
