"""A case's law page: triage, what happened beside the steps, more time, what came of it."""

from typing import Final

from flask import Response, make_response, render_template, request

from cases.case_file import CaseFile, open_case
from cases.triage import PAPER_TRACK, is_offered
from policy.case_rows import Mark
from policy.rights import Action
from policy.states import BEFORE_CONCLUSION, CONCLUSIVE
from review.advice import TESTS, advice_for, found_in
from review.case_forms import NOT_REFUSED, Refused
from review.case_page import history_of
from review.clock_rows import clock_rows, extendable
from review.desk import reviewer, the_office
from review.done_words import DONE
from review.forms import REASON_CHARS, TEXT_CHARS, new_once
from review.law_forms import HEAD_PREFIX, MONEY_AND_LAND, PEOPLE, STAFF_PREFIX
from review.law_words import grouped_choices, grouped_marks
from review.outstanding import outstanding_of
from review.words import unit_name

FORM_ACTIONS: Final = {
    "triage": Action.CLASSIFY,
    "mark": Action.MARK,
    "extension": Action.EXTEND,
    "outcome": Action.RECORD_OUTCOME,
    "link": Action.LINK,
    "unlink": Action.LINK,
    "part": Action.SPLIT,
}


def law_page(ref: str, refused: Refused = NOT_REFUSED) -> Response:
    """Return the law page of a case, with a form of it that was not taken, if there is one.

    Raises:
        CaseNotFoundError: it is in none of the reviewer's lists.
        OpenError: something of it was altered.
    """
    case, office = open_case(the_office(), reviewer(), ref), the_office()
    clocks, found = clock_rows(case), found_in(case)
    marks, more_time = _marks(case), extendable(clocks)
    page = render_template(
        "review/law.html",
        case=case,
        pack=office.todays_pack,
        refused=refused,
        faults=refused.faults,
        once=refused.typed.get("once") or new_once(),
        found=found,
        advice=advice_for(case, found),
        outstanding=outstanding_of(case, found, clocks),
        clocks=clocks,
        extendable=more_time,
        history=history_of(case),
        marks=grouped_marks(marks),
        offers=_offers(case, {"mark": bool(marks), "extension": bool(more_time)}),
        triage_marks=[mark for mark in office.todays_pack.marks if mark.at_triage],
        tracks=_tracks(case),
        tests=TESTS,
        accused=_named(case),
        others=grouped_choices(),
        figures=(MONEY_AND_LAND, PEOPLE),
        today=office.clock.today(),
        limits={"text": TEXT_CHARS, "reason": REASON_CHARS},
        done=DONE.get(request.args.get("done", "")),
    )
    return make_response(page, refused.status)


def _marks(case: CaseFile) -> list[Mark]:
    """Return the marks that can be recorded on a case as it stands."""
    marks = the_office().todays_pack.marks
    return [mark for mark in marks if is_offered(mark, case.course.tracks, case.state)]


def _offers(case: CaseFile, rows: dict[str, bool]) -> frozenset[str]:
    """Return the forms of the page, by name; ``rows`` are those that have something to choose."""
    fits = {
        "triage": case.state in BEFORE_CONCLUSION,
        "outcome": case.state in CONCLUSIVE,
        "link": True,
        "unlink": bool(case.older_links),
        "part": not case.is_paper,
        **rows,
    }
    return frozenset(
        form for form, fit in fits.items() if fit and FORM_ACTIONS[form] in case.rights
    )


def _tracks(case: CaseFile) -> list[str]:
    """Return the tracks that triage can put a case on: one is paper's alone."""
    tracks = [row.code for row in the_office().todays_pack.tracks]
    return [code for code in tracks if case.is_paper or code != PAPER_TRACK]


def _named(case: CaseFile) -> list[tuple[str, str]]:
    """Return whom the report names, and a part can be about."""
    report = case.report
    own = [
        *(f"{STAFF_PREFIX}{unit}" for unit in sorted(report.accused)),
        *(f"{HEAD_PREFIX}{unit}" for unit in sorted(report.accused_head)),
    ]
    return [(value, unit_name(value.partition(":")[2])) for value in own]
