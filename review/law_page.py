"""A case's law page: triage, what happened beside the steps, more time, what came of it."""

from flask import Response, make_response, render_template, request

from cases.case_file import CaseFile, open_case
from cases.triage import PAPER_TRACK, is_offered
from policy.case_rows import Mark
from policy.states import BEFORE_CONCLUSION, CONCLUSIVE
from review.advice import TESTS, advice_for, found_in, missing_marks
from review.case_page import Refused, history_of, refused_form
from review.clock_rows import ClockRow, clock_rows, extendable
from review.desk import reviewer, the_office
from review.forms import REASON_CHARS, TEXT_CHARS, Faults, new_once
from review.law_forms import DETAILS, HEAD_PREFIX, LINE_CHARS, MONEY_AND_LAND, PEOPLE, STAFF_PREFIX
from review.law_words import named_choices
from review.words import DONE, unit_name


def law_page(ref: str) -> Response:
    """Return the law page of a case.

    Raises:
        CaseNotFoundError: it is in none of the reviewer's lists.
        OpenError: something of it was altered.
    """
    return _page(ref, Refused())


def refused_law_page(ref: str, form: str, faults: Faults, status: int) -> Response:
    """Return the page with a form that was not taken, nothing of it lost.

    Raises:
        CaseNotFoundError, OpenError: as ``law_page``.
    """
    return _page(ref, refused_form(form, faults, status))


def offered_marks(case: CaseFile) -> list[Mark]:
    """Return the marks that can be recorded on a case as it stands."""
    marks = the_office().pack.marks
    return [mark for mark in marks if is_offered(mark, case.course.tracks, case.state)]


def _page(ref: str, refused: Refused) -> Response:
    case, office = open_case(the_office(), reviewer(), ref), the_office()
    clocks = clock_rows(case)
    shown = _forms(case, clocks)
    page = render_template(
        "review/law.html",
        case=case,
        pack=office.pack,
        refused=refused,
        faults=refused.faults,
        once=refused.typed.get("once") or new_once(),
        found=found_in(case),
        advice=advice_for(case),
        missing=missing_marks(case),
        clocks=clocks,
        extendable=extendable(clocks),
        history=history_of(case),
        marks=offered_marks(case),
        is_shown=shown.get(refused.form, case.is_responsible),
        triage_marks=[mark for mark in office.pack.marks if mark.at_triage],
        tracks=_tracks(case),
        tests=TESTS,
        accused=_named(case),
        others=named_choices(),
        can_classify=shown["triage"],
        can_conclude=shown["outcome"],
        figures=(MONEY_AND_LAND, PEOPLE),
        details=DETAILS,
        today=office.clock.today(),
        limits={"text": TEXT_CHARS, "reason": REASON_CHARS, "line": LINE_CHARS},
        done=DONE.get(request.args.get("done", "")),
    )
    return make_response(page, refused.status)


def _forms(case: CaseFile, clocks: list[ClockRow]) -> dict[str, bool]:
    """Return which of the forms that come and go stand on the page."""
    found = {
        "triage": case.state in BEFORE_CONCLUSION,
        "outcome": case.state in CONCLUSIVE,
        "mark": bool(offered_marks(case)),
        "extension": bool(extendable(clocks)),
        "part": not case.is_paper,
    }
    return {name: case.is_responsible and is_there for name, is_there in found.items()}


def _tracks(case: CaseFile) -> list[str]:
    """Return the tracks that triage can put a case on: one is paper's alone."""
    tracks = [row.code for row in the_office().pack.tracks]
    return [code for code in tracks if case.is_paper or code != PAPER_TRACK]


def _named(case: CaseFile) -> list[tuple[str, str]]:
    """Return whom the report names, and a part can be about."""
    report = case.report
    own = [
        *(f"{STAFF_PREFIX}{unit}" for unit in sorted(report.accused)),
        *(f"{HEAD_PREFIX}{unit}" for unit in sorted(report.accused_head)),
    ]
    return [(value, unit_name(value.partition(":")[2])) for value in own]
