"""Filing for somebody who came, called or wrote without a name, with a receipt of its own."""

from typing import Final

from flask import Blueprint, Response, g, make_response, render_template, request
from flask_babel import lazy_gettext

from cases.errors import AlreadyFiledError, DifferentReportError
from cases.filing import Filed, file_report
from policy.errors import NoRouteError
from policy.rights import Action
from review.case_forms import UNREAD
from review.desk import reviewer, the_office
from review.forms import Faults, RefusedFormError, new_once, typed_again
from review.heard_form import SOURCES, parse_heard
from review.law_words import grouped_choices
from review.rights import needs
from review.uploads import read_form
from web.qr_picture import qr_png_uri

bp = Blueprint("heard", __name__)

NOBODY: Final = lazy_gettext(
    "Thông tin này nói tới tất cả các nơi có thể nhận, nên không còn nơi nào nhận được"
)
FILED_BEFORE: Final = lazy_gettext(
    "Biểu mẫu này đã được gửi, và mã theo dõi chỉ hiện trong 15 phút. Xin mở lại trang để ghi thông"
    " tin khác"
)


@bp.get("/heard")
@needs(Action.ENTER_HEARD)
def show() -> Response:
    """Show the form."""
    return _page((), 200)


@bp.post("/heard")
@needs(Action.ENTER_HEARD)
def enter() -> Response:
    """File what was heard, and show the receipt for whoever brought it, once."""
    try:
        form = read_form(takes_files=False)
        heard = parse_heard(form, the_office().todays_pack, reviewer().sign_in_name)
        return _receipt(file_report(the_office(), heard))
    except tuple(UNREAD) as error:
        words, status = UNREAD[type(error)]
        return _page((("text", words),), status)
    except RefusedFormError as error:
        return _page(error.faults, error.status)
    except NoRouteError:
        return _page((("accused", NOBODY),), 422)
    except (AlreadyFiledError, DifferentReportError):
        return _page((("text", FILED_BEFORE),), 409)


def _receipt(filed: Filed) -> Response:
    code = filed.receipt.grouped()
    g.allows_data_images = True
    return make_response(render_template("review/heard_filed.html", code=code, qr=qr_png_uri(code)))


def _page(faults: Faults, status: int) -> Response:
    page = render_template(
        "review/heard.html",
        faults=faults,
        typed=typed_again(),
        chosen=request.form.getlist("accused"),
        once=request.form.get("once") or new_once(),
        sources=SOURCES,
        fields=the_office().todays_pack.fields,
        groups=grouped_choices(),
    )
    return make_response(page, status)
