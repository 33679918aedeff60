"""A case: read, answered, noted, moved on, passed on. Every form that is refused comes back."""

from typing import Final

from flask import Blueprint, Response, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from cases.case_file import open_case_file
from cases.casework import answer, decide, note
from cases.compartments import was_added
from cases.errors import (
    BarredUnitError,
    CaseNotFoundError,
    NotPermittedError,
    StaleCaseError,
    StorageError,
    UncertainStoreError,
    UnstaffedUnitError,
)
from cases.referral import refer
from cases.threads import Message
from crypto.errors import OpenError
from policy.errors import IllegalTransitionError
from policy.states import CaseStep
from review.case_page import case_page, refused_case_page
from review.desk import reviewer, the_office
from review.downloads import download_answer
from review.forms import (
    REPEATED,
    Faults,
    RefusedFormError,
    form_tag,
    parse_decision,
    parse_referral,
    parse_text,
)
from review.refusals import PAGES
from review.uploads import claimed_files, files_not_kept, read_form, upload_request
from web.attachments import BadTokenError, UploadOutcome
from web.errors import ErrorPage, error_answer
from web.multipart import BodyTooLargeError, MalformedBodyError

bp = Blueprint("case", __name__)

# Which form of the page each view takes, and the field that its refusal leads to.
FORMS: Final = {
    "case.answer_reporter": ("answer", "answer-text"),
    "case.add_note": ("note", "note-text"),
    "case.take_step": ("step", "step"),
    "case.pass_on": ("referral", "unit"),
}
AFTER: Final = {
    "case.answer_reporter": "/cases/{ref}?done=answer#thread",
    "case.add_note": "/cases/{ref}?done=note#notes",
    "case.take_step": "/cases/{ref}?done=step",
    "case.pass_on": "/cases?done=referral",
}
# What a form says: with other words it is another form, although its tag is the same.
SAID: Final = ("text", "step", "unit", "reason", "keeps")
TAKES_FILES: Final = frozenset({"case.answer_reporter"})

STALE_TOKEN: Final = lazy_gettext("Trang đã mở quá lâu. Xin xem lại rồi gửi lần nữa")
TOO_LARGE: Final = lazy_gettext("Nội dung gửi lên quá lớn")
UNREADABLE: Final = lazy_gettext("Trang web không đọc được nội dung gửi lên")
FILES_REFUSED: Final = lazy_gettext("Có tệp không nhận được, nên chưa gửi gì")
BARRED: Final = lazy_gettext(
    "Tin này nêu đơn vị đó hoặc người đứng đầu của họ: không được chuyển đến"
)
UNSTAFFED: Final = lazy_gettext("Đơn vị đó chưa có ai mở được hồ sơ này")
STORE_AWAY: Final = lazy_gettext(
    "Kho lưu trữ tạm thời không dùng được. Xin chờ ít phút rồi gửi lại"
)
STORE_LOST: Final = lazy_gettext(
    "Chưa rõ đã ghi được hay chưa: kho lưu trữ mất liên lạc đúng lúc đang ghi. Xin xem lại hồ sơ"
    " rồi hãy gửi lại"
)


@bp.before_request
def read_checked_form() -> None:
    """Read the form of every POST to a case, after its token was checked.

    Raises:
        RefusedFormError: the form, a file of it or its token cannot be taken.
    """
    if request.method != "POST":
        return
    endpoint = request.endpoint or ""
    place = FORMS[endpoint][1]
    try:
        g.form = read_form(takes_files=endpoint in TAKES_FILES)
    except BadTokenError:
        raise RefusedFormError(((place, STALE_TOKEN),), 400) from None
    except BodyTooLargeError:
        raise RefusedFormError(((place, TOO_LARGE),), 413) from None
    except MalformedBodyError:
        raise RefusedFormError(((place, UNREADABLE),), 400) from None
    refused = files_not_kept()
    if refused:
        is_ours = any(upload.outcome is UploadOutcome.FAILED for upload in refused)
        raise RefusedFormError((("attachments", FILES_REFUSED),), 503 if is_ours else 413)
    if any(len(g.form.getlist(name)) > 1 for name in SAID):
        raise RefusedFormError(((place, REPEATED),))


@bp.get("/cases/<ref>")
def show(ref: str) -> Response:
    """Show a case."""
    return case_page(ref)


@bp.get("/cases/<ref>/files/<path:object_key>")
def download(ref: str, object_key: str) -> Response:
    """Let the reviewer save an attachment."""
    return download_answer(open_case_file(the_office(), reviewer(), ref, object_key))


@bp.post("/cases/<ref>/messages")
def answer_reporter(ref: str) -> ResponseReturnValue:
    """Ask or answer the reporter."""
    text = parse_text(g.form, "answer-text", may_be_empty=bool(upload_request().uploads))
    message = _message(ref, text)
    answer(the_office(), reviewer(), ref, message)
    return _done(ref)


@bp.post("/cases/<ref>/notes")
def add_note(ref: str) -> ResponseReturnValue:
    """Add an internal note."""
    text = parse_text(g.form, "note-text")
    note(the_office(), reviewer(), ref, _message(ref, text))
    return _done(ref)


@bp.post("/cases/<ref>/steps")
def take_step(ref: str) -> ResponseReturnValue:
    """Move the case along its states."""
    steps = [step for step in CaseStep if step is not CaseStep.REFER]
    decide(the_office(), reviewer(), ref, parse_decision(g.form, steps, _tag(ref)))
    return _done(ref)


@bp.post("/cases/<ref>/referral")
def pass_on(ref: str) -> ResponseReturnValue:
    """Pass the case to another unit."""
    units = [unit.code for unit in the_office().pack.receiving_units()]
    referral = parse_referral(g.form, units, _tag(ref))
    refer(the_office(), reviewer(), ref, referral)
    return _done(ref)


@bp.errorhandler(RefusedFormError)
def show_refused(error: RefusedFormError) -> Response:
    """Show the case again with the form that was refused."""
    return _again(error.faults, error.status)


@bp.errorhandler(BarredUnitError)
def show_barred(_: BarredUnitError) -> Response:
    """Show the case again: that unit must not have it."""
    return _again((("unit", BARRED),), 422)


@bp.errorhandler(UnstaffedUnitError)
def show_unstaffed(_: UnstaffedUnitError) -> Response:
    """Show the case again: that unit could not open it."""
    return _again((("unit", UNSTAFFED),), 422)


@bp.errorhandler(StaleCaseError)
@bp.errorhandler(IllegalTransitionError)
def show_changed(_: Exception) -> ResponseReturnValue:
    """Show the case as it is now: somebody changed it meanwhile, or this was a second click."""
    return _after_second_click() or _again((), 409)


@bp.errorhandler(CaseNotFoundError)
@bp.errorhandler(NotPermittedError)
def show_gone(error: Exception) -> ResponseReturnValue:
    """Say no more than that there is nothing, unless the first click of this form passed it on."""
    return _after_second_click() or error_answer(error, PAGES[type(error)])


def _after_second_click() -> ResponseReturnValue | None:
    if request.method != "POST":
        return None
    ref = (request.view_args or {})["ref"]
    if not was_added(the_office().database, _tag(ref)):
        return None
    return _done(ref)


def _done(ref: str) -> ResponseReturnValue:
    return redirect(AFTER[request.endpoint or ""].format(ref=ref), 303)


@bp.errorhandler(StorageError)
def show_unkept(error: StorageError) -> Response:
    """Show the case again, if it can be read: nothing was kept, or it is not known."""
    if request.method != "POST" or g.get("signed_in") is None:
        return error_answer(error, _page_of(error))
    place = FORMS[request.endpoint or ""][1]
    words = STORE_LOST if isinstance(error, UncertainStoreError) else STORE_AWAY
    return _again(((place, words),), 503)


def _message(ref: str, text: str) -> Message:
    uploads = claimed_files()
    return Message(text, uploads, _tag(ref, *(upload.sha256 for upload in uploads)))


def _tag(ref: str, *digests: bytes) -> bytes | None:
    words = (ref, request.endpoint or "", *(g.form.get(name, "") for name in SAID))
    return form_tag(g.form, *(word.encode("utf-8", "replace") for word in words), *digests)


def _again(faults: Faults, status: int) -> Response:
    ref = (request.view_args or {})["ref"]
    form = FORMS[request.endpoint or ""][0]
    try:
        return refused_case_page(ref, form, faults, status)
    except (CaseNotFoundError, NotPermittedError, OpenError, StorageError) as error:
        return error_answer(error, _page_of(error))


def _page_of(error: Exception) -> ErrorPage:
    return next(PAGES[kind] for kind in type(error).__mro__ if kind in PAGES)
