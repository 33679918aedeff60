"""Enrolling by a link: a name, a passphrase, an app, keys of one's own."""

from flask import Blueprint, make_response, render_template, request
from flask.typing import ResponseReturnValue

from cases.enrolment import enrol, find_place
from cases.errors import EnrolmentError
from review.app_keys import forget_key, show_key
from review.desk import desk, the_office
from review.enrolment_form import enrolled_member, parse_enrolment, taken_name
from review.forms import Faults, RefusedFormError

bp = Blueprint("enrolment", __name__)


@bp.get("/enrol/<token>")
def show(token: str) -> str:
    """Ask for a name and a passphrase, and show an app its key."""
    return _page(token, ())


@bp.post("/enrol/<token>")
def accept(token: str) -> str:
    """Make the reviewer's keys, and say whether a member must admit them first."""
    place = find_place(the_office(), token)
    chosen = parse_enrolment(request.form, token, place)
    try:
        enrolled = enrol(the_office(), chosen, desk().server_secret)
    except EnrolmentError:
        # A link that still leads somewhere was not the reason.
        find_place(the_office(), token)
        raise taken_name() from None
    forget_key()
    member = enrolled_member(the_office(), place, chosen.sign_in_name)
    codes = enrolled.spare_codes
    return render_template("review/enrolled.html", member=member, spare_codes=codes)


@bp.errorhandler(RefusedFormError)
def show_refused(error: RefusedFormError) -> ResponseReturnValue:
    """Show the form again with what is wrong; a passphrase is never shown back."""
    return make_response(_page((request.view_args or {})["token"], error.faults), error.status)


def _page(token: str, faults: Faults) -> str:
    place, name = find_place(the_office(), token), request.form.get("name", "")
    return render_template(
        "review/enrol.html", place=place, faults=faults, typed_name=name, key=show_key()
    )
