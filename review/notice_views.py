"""A reviewer's own address for notice by e-mail: shown to nobody else."""

from collections.abc import Mapping
from typing import Final

from flask import Blueprint, abort, g, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from cases.addresses import (
    ADDRESS_CHARS,
    ask_for_code,
    confirm_address,
    forget_address,
    own_address,
)
from cases.errors import AddressRefusedError, CodeRefusedError, StorageError
from cases.notice_checks import Trouble, trouble_of
from policy.rights import Action
from review.desk import desk, reviewer, the_office
from review.forms import Faults, RefusedFormError, typed_again
from review.rights import needs

bp = Blueprint("notice", __name__)

_FIELDS: Final = ("address", "letter_code")

REFUSED: Final[Mapping[str, LazyString]] = {
    "address": lazy_gettext("Đây không phải là một địa chỉ e-mail, chẳng hạn ten@vidu.vn"),
    "often": lazy_gettext("Hôm nay đã gửi mã nhiều lần. Xin thử lại ngày mai"),
}
NOT_THE_CODE: Final = lazy_gettext("Mã không đúng, hoặc đã hết hạn. Có thể yêu cầu mã khác")
DONE: Final[Mapping[str, LazyString]] = {
    "asked": lazy_gettext("Đang gửi mã tới địa chỉ bạn gõ. Thư thường tới trong vài phút."),
    "confirmed": lazy_gettext("Đã xác nhận. Từ bây giờ thư báo gửi tới địa chỉ này."),
    "removed": lazy_gettext("Đã bỏ địa chỉ. Bạn không nhận thư báo nữa."),
}


@bp.before_request
def refuse_where_no_mail_is_sent() -> None:
    """Have no such pages where the instance sends no mail."""
    if not sends_mail():
        abort(404)


@bp.get("/account/notice")
@needs(Action.OWN_ACCOUNT)
def show() -> str:
    """Show the reviewer's own address, and what waits to be confirmed."""
    return _page(())


@bp.post("/account/notice")
@needs(Action.OWN_ACCOUNT)
def ask() -> ResponseReturnValue:
    """Send a code to an address."""
    try:
        ask_for_code(the_office(), reviewer().reviewer_id, _typed("address"))
    except AddressRefusedError as error:
        raise RefusedFormError((("address", REFUSED[error.why]),)) from None
    return redirect("/account/notice?done=asked", 303)


@bp.post("/account/notice/confirm")
@needs(Action.OWN_ACCOUNT)
def confirm() -> ResponseReturnValue:
    """Use an address whose code the reviewer knows."""
    try:
        confirm_address(the_office(), reviewer().reviewer_id, _typed("letter_code"))
    except CodeRefusedError:
        raise RefusedFormError((("letter_code", NOT_THE_CODE),)) from None
    return redirect("/account/notice?done=confirmed", 303)


@bp.post("/account/notice/remove")
@needs(Action.OWN_ACCOUNT)
def remove() -> ResponseReturnValue:
    """Forget the reviewer's address."""
    forget_address(the_office(), reviewer().reviewer_id)
    return redirect("/account/notice?done=removed", 303)


@bp.errorhandler(RefusedFormError)
def show_refused(error: RefusedFormError) -> ResponseReturnValue:
    """Show the form again with what is wrong and what was typed."""
    return make_response(_page(error.faults), error.status)


def look_for_trouble() -> None:
    """Find out for a page whether notice fails; a page that is itself a failure asks nothing."""
    if request.method == "GET" and g.get("signed_in") and sends_mail():
        hour = desk().settings.notice_hour
        try:
            g.notice_trouble = trouble_of(the_office(), reviewer().reviewer_id, hour)
        except StorageError:
            return


def notice_trouble() -> Trouble | None:
    """Return why this page's reviewer must not wait for notice, if they must not."""
    found: Trouble | None = g.get("notice_trouble")
    return found


def sends_mail() -> bool:
    """Return whether reviewers of this instance can have notice."""
    return desk().settings.sends_mail


def _typed(name: str) -> str:
    return request.form.get(name, "").strip()[: ADDRESS_CHARS + 1]


def _page(faults: Faults) -> str:
    fields = {field for field, _ in faults}
    return render_template(
        "review/notice.html",
        own=own_address(the_office(), reviewer().reviewer_id),
        hour=desk().settings.notice_hour,
        faults=faults,
        typed={name: typed_again().get(name, "") if name in fields else "" for name in _FIELDS},
        done=DONE.get(request.args.get("done", "")),
    )
