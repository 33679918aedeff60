"""Enrolling by a link: a name, a passphrase, keys of one's own."""

from flask import Blueprint, make_response, render_template, request
from flask.typing import ResponseReturnValue

from cases.enrolment import enrol, find_place
from cases.errors import EnrolmentError
from review.desk import desk, the_office
from review.enrolment_form import enrolled_member, parse_enrolment, taken_name
from review.forms import RefusedFormError

bp = Blueprint("enrolment", __name__)


@bp.get("/enrol/<token>")
def show(token: str) -> str:
    """Ask for a name and a passphrase."""
    place = find_place(the_office(), token)
    return render_template("review/enrol.html", place=place, faults=(), typed_name="")


@bp.post("/enrol/<token>")
def accept(token: str) -> str:
    """Make the reviewer's keys, and say whether a member must admit them first."""
    place = find_place(the_office(), token)
    chosen = parse_enrolment(request.form, token, place)
    try:
        is_first = enrol(the_office(), chosen, desk().server_secret)
    except EnrolmentError:
        # A link that still leads somewhere was not the reason.
        find_place(the_office(), token)
        raise taken_name() from None
    member = enrolled_member(the_office(), place, chosen.sign_in_name)
    return render_template("review/enrolled.html", member=member, is_first=is_first)


@bp.errorhandler(RefusedFormError)
def show_refused(error: RefusedFormError) -> ResponseReturnValue:
    """Show the form again with what is wrong; a passphrase is never shown back."""
    place = find_place(the_office(), (request.view_args or {})["token"])
    name = request.form.get("name", "")
    page = render_template("review/enrol.html", place=place, faults=error.faults, typed_name=name)
    return make_response(page, error.status)
