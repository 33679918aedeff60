"""Following a case with its receipt: the thread, replies, files, sending it up, signing out."""

from http import HTTPStatus

from flask import Blueprint, Response, redirect, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.wrappers import Response as AnyResponse

from cases.errors import DisposedReceiptError, StoreUnavailableError, UnknownReceiptError
from cases.threads import escalate, open_thread_file
from intake.door import door, visit
from intake.receipts import (
    RECEIPT_REFUSALS,
    SignedOutError,
    enter,
    kept_receipt,
    require_receipt,
)
from intake.received import receive
from intake.replies import REPLY_REFUSALS, refused_reply, send_reply
from intake.thread_page import disposed_page, sign_in_page, thread_page
from intake.words import NOT_SENT_UP, RECEIPT, receipt_refusal
from web.errors import SHARED_PAGES, ErrorPage, error_answer
from web.multipart import BadTextError
from web.texts import content_disposition

case_pages = Blueprint("case", __name__)


@case_pages.get("/case")
def show_case() -> Response:
    """Show the thread of the visit's receipt, or ask for one."""
    receipt = kept_receipt()
    return sign_in_page() if receipt is None else thread_page(door(), receipt)


@case_pages.post("/case")
def open_case() -> AnyResponse:
    """Sign in with a receipt."""
    typed = request.form.get("receipt", "")
    try:
        enter(door(), typed)
    except DisposedReceiptError as error:
        return disposed_page(error)
    except (*RECEIPT_REFUSALS, StoreUnavailableError) as error:
        refusal = receipt_refusal(error)
        return sign_in_page(refusal.status, typed, refusal.faults)
    return redirect("/case", HTTPStatus.SEE_OTHER)


@case_pages.post("/case/messages")
def add_message() -> AnyResponse:
    """Add what the reporter says to the thread."""
    bound = door()
    # An upload may last longer than a visit may lie idle.
    visit().keep_alive()
    received = receive(bound, lambda _: visit().keep_alive())
    try:
        send_reply(bound, received)
    except REPLY_REFUSALS as error:
        return refused_reply(bound, received, error)
    return redirect("/case#latest", HTTPStatus.SEE_OTHER)


@case_pages.post("/case/escalate")
def send_up() -> AnyResponse:
    """Put the case into the superior's list; the thread says so."""
    escalate(door().office, require_receipt())
    return redirect("/case#latest", HTTPStatus.SEE_OTHER)


@case_pages.get("/case/files/<path:object_key>")
def download(object_key: str) -> Response:
    """Send a file of the thread, as bytes to save and never as a page to show."""
    file = open_thread_file(door().office, require_receipt(), object_key)
    headers = {
        "Content-Disposition": content_disposition(file.file_name),
        "Content-Length": str(file.length),
    }
    return Response(file.chunks, headers=headers, content_type="application/octet-stream")


@case_pages.post("/case/leave")
def leave() -> AnyResponse:
    """Sign out: the sealed session row goes now, the cookie with this answer."""
    visit().end()
    return redirect("/case/left", HTTPStatus.SEE_OTHER)


@case_pages.get("/case/left")
def show_left() -> str:
    """Say that this visit is over."""
    return render_template("intake/left.html")


@case_pages.errorhandler(CSRFError)
@case_pages.errorhandler(BadTextError)
def ask_once_more(error: CSRFError | BadTextError) -> Response:
    """Show the receipt's form with what was typed: its token or its text was not good."""
    if request.endpoint != "case.open_case":
        return error_answer(error, SHARED_PAGES.get(type(error), ErrorPage(HTTPStatus.BAD_REQUEST)))
    refusal = receipt_refusal(error)
    return sign_in_page(refusal.status, request.form.get("receipt", ""), refusal.faults)


@case_pages.errorhandler(SignedOutError)
def ask_again(_: SignedOutError) -> Response:
    """Ask for the receipt again, and say of a case that was to go up that it did not."""
    faults = ((RECEIPT, str(NOT_SENT_UP)),) if request.endpoint == "case.send_up" else ()
    return sign_in_page(HTTPStatus.FORBIDDEN, faults=faults)


@case_pages.errorhandler(DisposedReceiptError)
def forget_disposed(error: DisposedReceiptError) -> Response:
    """Say that the case behind the kept receipt was disposed of."""
    visit().end()
    return disposed_page(error)


@case_pages.errorhandler(UnknownReceiptError)
def forget(_: UnknownReceiptError) -> Response:
    """Ask for a receipt again where the case behind the kept one is no more."""
    visit().end()
    return sign_in_page(HTTPStatus.NOT_FOUND)
