"""A case's keeping page: until when it is kept, whether it is held, how it is carried out whole."""

from flask import Response, make_response, render_template, request

from cases.case_export import DOWNLOAD_DAYS, ApprovedExport, approved_exports
from cases.case_file import CaseFile, open_case
from cases.disposal import DISPOSE_STEP, why_kept
from cases.holds import END_HOLD_STEP, HOLD_STEP
from cases.opened import OpenedEntry
from cases.proposals import open_proposals
from policy.rights import Action
from review.case_forms import NOT_REFUSED, Refused
from review.desk import reviewer, the_office
from review.done_words import DONE
from review.forms import REASON_CHARS, new_once


def keeping_page(ref: str, refused: Refused = NOT_REFUSED) -> Response:
    """Return the keeping page of a case, with a form of it that was not taken.

    Raises:
        CaseNotFoundError: it is in none of the reviewer's lists.
        DisposedCaseError: it is kept no longer.
        OpenError: something of it was altered.
    """
    office = the_office()
    case, today = open_case(office, reviewer(), ref), office.clock.today()
    exports = _own_exports(case)
    page = render_template(
        "review/keeping.html",
        case=case,
        keeping=case.keeping,
        refused=refused,
        faults=refused.faults,
        once=refused.typed.get("once") or new_once(),
        hold=_hold_line(case),
        proposals=open_proposals(case.entries),
        why_kept=why_kept(case, today),
        exports=exports,
        offers=_offers(case),
        days=DOWNLOAD_DAYS,
        limits={"reason": REASON_CHARS},
        done=DONE.get(request.args.get("done", "")),
    )
    return make_response(page, refused.status)


def _hold_line(case: CaseFile) -> OpenedEntry | None:
    """Return the line of the history by which the case is held, if it is."""
    placed = [each for each in case.entries if each.text("step") == HOLD_STEP]
    return placed[-1] if placed and case.keeping.held_on is not None else None


def _own_exports(case: CaseFile) -> list[ApprovedExport]:
    """Return the approved exports that this reviewer proposed or approved."""
    found = approved_exports(case.entries, the_office().clock.today())
    return [each for each in found if reviewer().sign_in_name in each.people]


def _offers(case: CaseFile) -> frozenset[str]:
    """Return the forms of the page, by name."""
    waiting = {each.deed.text("step") for each in open_proposals(case.entries)}
    is_held = case.keeping.held_on is not None
    fits = {
        "hold": (Action.HOLD, not is_held),
        "release": (Action.HOLD, is_held and END_HOLD_STEP not in waiting),
        "dispose": (
            Action.DISPOSE,
            not why_kept(case, the_office().clock.today()) and DISPOSE_STEP not in waiting,
        ),
        "export": (Action.EXPORT, True),
    }
    return frozenset(form for form, (action, fit) in fits.items() if fit and action in case.rights)
