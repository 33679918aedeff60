"""Asking for protection with the receipt alone, and answering what the page behind it asks."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Final

from flask import Blueprint, Response, redirect, request
from flask_wtf.csrf import CSRFError
from werkzeug.wrappers import Response as AnyResponse

from cases.errors import FeedbackOverError, FollowUpOverError
from cases.feedback import give_feedback
from cases.protection_requests import answer_follow_up, ask_for_protection
from intake.door import door
from intake.protection_forms import (
    Words,
    parse_feedback,
    parse_follow_up,
    parse_request,
)
from intake.protection_page import (
    PROTECTION_REFUSALS,
    feedback_page,
    follow_up_page,
    refusal_words,
    request_page,
)
from intake.receipts import kept_receipt, receipt_of_form
from intake.thread_page import sign_in_page
from intake.words import Fault
from web.limits import spend
from web.multipart import BadTextError

protection_pages = Blueprint("protect", __name__)

Again = Callable[[HTTPStatus, Words, tuple[Fault, ...]], Response]
PAGES: Final[Mapping[str, Again]] = {
    "protect.ask": request_page,
    "protect.answer": follow_up_page,
    "protect.rate": feedback_page,
}


@protection_pages.get("/case/protection")
def show_request() -> Response:
    """Show the form by which protection is asked for, or ask for a receipt."""
    return sign_in_page() if kept_receipt() is None else request_page()


@protection_pages.post("/case/protection")
def ask() -> AnyResponse:
    """Take a request for protection."""
    receipt, bound = receipt_of_form(door()), door()
    asked = parse_request(request.form, bound.office.todays_pack, receipt)
    spend("message")
    ask_for_protection(bound.office, receipt, asked)
    return redirect("/case#latest", HTTPStatus.SEE_OTHER)


@protection_pages.post("/case/follow-up")
def answer() -> AnyResponse:
    """Take the answer to whether anything happened."""
    receipt = receipt_of_form(door())
    found = parse_follow_up(request.form, receipt)
    spend("message")
    answer_follow_up(door().office, receipt, found)
    return redirect("/case#latest", HTTPStatus.SEE_OTHER)


@protection_pages.post("/case/feedback")
def rate() -> AnyResponse:
    """Count how the reporter found the handling of a closed case."""
    receipt = receipt_of_form(door())
    found = parse_feedback(request.form)
    spend("message")
    give_feedback(door().office, receipt, found)
    return redirect("/case", HTTPStatus.SEE_OTHER)


def give_back(error: Exception) -> Response:
    """Show the form again with everything that was typed, and say what is wrong."""
    refusal = refusal_words(error)
    return PAGES[request.endpoint or ""](refusal.status, request.form, refusal.faults)


for _refused in (*PROTECTION_REFUSALS, CSRFError, BadTextError):
    protection_pages.register_error_handler(_refused, give_back)


@protection_pages.errorhandler(FollowUpOverError)
@protection_pages.errorhandler(FeedbackOverError)
def show_case(_: FollowUpOverError | FeedbackOverError) -> AnyResponse:
    """Lead to the case: this was answered already, or is not asked any more."""
    return redirect("/case", HTTPStatus.SEE_OTHER)
