"""Units and their members: who can open what, and admitting who waits."""

from flask import Blueprint, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from cases.members import admit, list_members, list_unit_keys
from policy.rights import Action
from review.desk import reviewer, the_office
from review.rights import needs
from review.words import DONE

bp = Blueprint("units", __name__)

NOT_COMPARED = lazy_gettext("Hãy so dấu vân khóa với người đó rồi đánh dấu vào ô")


@bp.get("/units")
@needs(Action.SEE_UNITS)
def show() -> str:
    """Show the reviewer's units: their keys, their members, who waits."""
    return _page("")


@bp.post("/units/<unit>/members/<reviewer_id>")
@needs(Action.ADMIT)
def admit_member(unit: str, reviewer_id: str) -> ResponseReturnValue:
    """Give a waiting member the unit's keys, after their fingerprints were compared."""
    if request.form.get("compared") != "yes":
        return make_response(_page(reviewer_id), 422)
    admit(the_office(), reviewer(), reviewer_id, unit)
    return redirect("/units?done=admitted", 303)


def _page(not_compared: str) -> str:
    units = reviewer().units
    field = f"compared-{not_compared}"
    return render_template(
        "review/units.html",
        keys=list_unit_keys(the_office(), units),
        members=list_members(the_office(), units),
        faults=((field, NOT_COMPARED),) if not_compared else (),
        done=DONE.get(request.args.get("done", "")),
    )
