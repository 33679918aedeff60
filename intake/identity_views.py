"""Saying who one is, with the receipt: nobody is asked, and the desk cannot read it."""

from http import HTTPStatus

from flask import Blueprint, Response, redirect, request
from flask_wtf.csrf import CSRFError
from werkzeug.wrappers import Response as AnyResponse

from cases.identity import give_identity, need_open_box
from intake.door import door
from intake.identity_form import parse_identity
from intake.identity_page import IDENTITY_REFUSALS, identity_page, identity_refusal
from intake.receipts import kept_receipt, receipt_of_form
from intake.thread_page import sign_in_page
from web.limits import spend
from web.multipart import BadTextError

identity_pages = Blueprint("identity", __name__)


@identity_pages.get("/case/identity")
def show_box() -> Response:
    """Show the box, or how to come in person; or ask for a receipt."""
    return sign_in_page() if kept_receipt() is None else identity_page()


@identity_pages.post("/case/identity")
def give() -> AnyResponse:
    """Take who somebody is, sealed to the key off the network."""
    receipt, office = receipt_of_form(door()), door().office
    need_open_box(office)
    given = parse_identity(request.form, office.todays_pack, receipt)
    spend("message")
    give_identity(office, receipt, given)
    return redirect("/case#latest", HTTPStatus.SEE_OTHER)


def give_back(error: Exception) -> Response:
    """Show the form again with everything that was typed, and say what is wrong."""
    refusal = identity_refusal(error)
    return identity_page(refusal.status, request.form, refusal.faults)


for _refused in (*IDENTITY_REFUSALS, CSRFError, BadTextError):
    identity_pages.register_error_handler(_refused, give_back)
