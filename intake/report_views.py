"""Sending information: the form, who would receive it, the receipt."""

from functools import partial

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from cases.destinations import find_told_destination
from intake.door import Door, door, start_another_form
from intake.receipt_page import confirm_page, receipt_page
from intake.received import Received, receive
from intake.report_form import ReportForm, renew_kept, sent_form
from intake.report_page import another_page, fresh_page, preview_page, refused_page
from intake.sending import read_report, send
from intake.words import FORM_REFUSALS

report_pages = Blueprint("report", __name__)


@report_pages.get("/report")
def show_form() -> Response:
    """Show an empty form."""
    return fresh_page(door())


@report_pages.post("/report")
def send_form() -> Response:
    """Take a form: send it, show who would receive it, or give it back with what is wrong."""
    bound = door()
    received = receive(bound, partial(renew_kept, bound))
    form = sent_form(bound, received)
    try:
        return _answer(bound, received, form)
    except FORM_REFUSALS as error:
        return refused_page(bound, form, error)


def _answer(bound: Door, received: Received, form: ReportForm) -> Response:
    received.require_readable()
    action = form.words.get("action")
    if action == "another":
        return another_page(bound, form)
    report = read_report(bound, form)
    if action == "preview":
        destination = find_told_destination(bound.office, report, form.file_names)
        return preview_page(bound, form, destination)
    return receipt_page(bound, send(bound, form, report))


@report_pages.post("/report/confirm")
def confirm_receipt() -> Response:
    """Compare the code that the reporter typed with the one on the page before."""
    return confirm_page(request.form.get("shown", ""), request.form.get("receipt", ""))


@report_pages.post("/report/another")
def start_another() -> AnyResponse:
    """Forget the form that was sent, so that the next one is another report."""
    start_another_form()
    return redirect("/report", 303)
