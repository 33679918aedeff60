"""Units and their members: who can open what, who comes, who leaves, who is what."""

from flask import Blueprint, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from cases.errors import CombinedRolesError, LastMemberError, SoleReaderError, UnknownRoleError
from cases.leaving import let_go
from cases.members import admit, list_members, list_unit_keys
from cases.recovery_lines import list_recoveries
from cases.recovery_sealing import compare_recovery, recovery_of_units, seen_as
from cases.role_changes import list_role_changes, propose_roles, settle_roles
from cases.step_errors import SamePersonError
from cases.unit_epochs import count_unsealed, seal_anew
from policy.rights import Action, Role
from review.desk import reviewer, the_office
from review.done_words import DONE
from review.forms import parse_reason, parse_role_verdict, typed_again
from review.rights import needs

bp = Blueprint("units", __name__)

NOT_SURE = lazy_gettext("Hãy đánh dấu vào ô nếu đúng là muốn vậy")
NOBODY_LEFT = lazy_gettext(
    "Sau đó không còn ai mở được hồ sơ của đơn vị. Hãy nhận thêm người hoặc chuyển hồ sơ trước"
)
ROLES_WRONG = lazy_gettext("Chưa chọn vai nào, hoặc một người không được giữ các vai này cùng lúc")
SAME_PERSON = lazy_gettext("Người duyệt phải là người khác với người đề nghị và người được đổi vai")
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
    admit(the_office(), reviewer(), reviewer_id, unit, request.form.get("person", ""))
    return redirect("/units?done=admitted", 303)


@bp.post("/units/<unit>/members/<reviewer_id>/leave")
@needs(Action.SEE_UNITS)
def end_membership(unit: str, reviewer_id: str) -> ResponseReturnValue:
    """End somebody's place in a unit: one's own, or another's as its head."""
    if request.form.get("sure") != "yes":
        return make_response(_page(((f"leave-{reviewer_id}", NOT_SURE),)), 422)
    try:
        let_go(the_office(), reviewer(), unit, reviewer_id)
    except (LastMemberError, SoleReaderError):
        return make_response(_page(((f"leave-{reviewer_id}", NOBODY_LEFT),)), 422)
    return redirect("/units?done=left", 303)


@bp.post("/units/<unit>/members/<reviewer_id>/roles")
@needs(Action.PROPOSE_ROLES)
def propose_other_roles(unit: str, reviewer_id: str) -> ResponseReturnValue:
    """Propose other roles for a member, which another person settles."""
    place = f"roles-{reviewer_id}"
    roles = frozenset(request.form.getlist("roles"))
    reason, faults = parse_reason(request.form, place)
    if faults:
        return make_response(_page(faults), 422)
    try:
        propose_roles(the_office(), reviewer(), (unit, reviewer_id), roles, reason)
    except (UnknownRoleError, CombinedRolesError):
        return make_response(_page(((place, ROLES_WRONG),)), 422)
    return redirect("/units?done=roles-proposed", 303)


@bp.post("/units/<unit>/roles")
@needs(Action.SETTLE_ROLES)
def settle_other_roles(unit: str) -> ResponseReturnValue:
    """Approve or refuse other roles for a member."""
    verdict, place, faults = parse_role_verdict(request.form)
    if faults:
        return make_response(_page(faults), 422)
    try:
        settle_roles(the_office(), reviewer(), unit, verdict)
    except SamePersonError:
        return make_response(_page(((place, SAME_PERSON),)), 422)
    except LastMemberError:
        return make_response(_page(((place, NOBODY_LEFT),)), 422)
    return redirect("/units?done=settled", 303)


@bp.post("/units/<unit>/seals")
@needs(Action.ADMIT)
def seal_old_cases(unit: str) -> ResponseReturnValue:
    """Seal some of the unit's old cases to its present key."""
    seal_anew(the_office(), reviewer(), unit)
    return redirect("/units?done=sealed", 303)


@bp.post("/units/<unit>/recovery")
@needs(Action.ADMIT)
def compare_recovery_keys(unit: str) -> ResponseReturnValue:
    """Seal the unit's key to recovery, after its keys were compared with those who hold them."""
    if request.form.get("compared") != "yes":
        return make_response(_page(((f"recovery-{unit}", KEYS_NOT_COMPARED),)), 422)
    compare_recovery(the_office(), reviewer(), unit, request.form.get("seen", ""))
    return redirect("/units?done=recovery", 303)


def _page(faults: tuple[tuple[str, LazyString], ...] = ()) -> str:
    units = frozenset(reviewer().roles)
    return render_template(
        "review/units.html",
        keys=list_unit_keys(the_office(), units),
        members=list_members(the_office(), units),
        changes=list_role_changes(the_office(), units),
        unsealed=count_unsealed(the_office(), reviewer().units),
        own=reviewer(),
        roles=list(Role),
        typed=typed_again() if faults else {},
        recovery=recovery_of_units(the_office(), reviewer()),
        recoveries=list_recoveries(the_office(), reviewer()),
        seen_as=seen_as,
        faults=faults,
        done=DONE.get(request.args.get("done", "")),
    )
