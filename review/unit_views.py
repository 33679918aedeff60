"""Units and their members: who can open what, and admitting who waits."""

from flask import Blueprint, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from cases.members import admit, list_members, list_unit_keys
from cases.recovery_lines import list_recoveries
from cases.recovery_sealing import compare_recovery, recovery_of_units, seen_as
from policy.rights import Action
from review.desk import reviewer, the_office
from review.rights import needs
from review.words import DONE

bp = Blueprint("units", __name__)

NOT_COMPARED = lazy_gettext("Hãy so dấu vân khóa với người đó rồi đánh dấu vào ô")
KEYS_NOT_COMPARED = lazy_gettext("Hãy so dấu vân khóa với từng người giữ rồi đánh dấu vào ô")


@bp.get("/units")
@needs(Action.SEE_UNITS)
def show() -> str:
    """Show the reviewer's units: their keys, their members, who waits."""
    return _page()


@bp.post("/units/<unit>/members/<reviewer_id>")
@needs(Action.ADMIT)
def admit_member(unit: str, reviewer_id: str) -> ResponseReturnValue:
    """Give a waiting member the unit's keys, after their fingerprints were compared."""
    if request.form.get("compared") != "yes":
        return make_response(_page(((f"compared-{reviewer_id}", NOT_COMPARED),)), 422)
    admit(the_office(), reviewer(), reviewer_id, unit)
    return redirect("/units?done=admitted", 303)


@bp.post("/units/<unit>/recovery")
@needs(Action.ADMIT)
def compare_recovery_keys(unit: str) -> ResponseReturnValue:
    """Seal the unit's key to recovery, after its keys were compared with those who hold them."""
    if request.form.get("compared") != "yes":
        return make_response(_page(((f"recovery-{unit}", KEYS_NOT_COMPARED),)), 422)
    compare_recovery(the_office(), reviewer(), unit, request.form.get("seen", ""))
    return redirect("/units?done=recovery", 303)


def _page(faults: tuple[tuple[str, LazyString], ...] = ()) -> str:
    units = reviewer().units
    return render_template(
        "review/units.html",
        keys=list_unit_keys(the_office(), units),
        members=list_members(the_office(), units),
        recovery=recovery_of_units(the_office(), reviewer()),
        recoveries=list_recoveries(the_office(), reviewer()),
        seen_as=seen_as,
        faults=faults,
        done=DONE.get(request.args.get("done", "")),
    )
