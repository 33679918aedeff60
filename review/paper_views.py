"""The register of paper at the desk: one form, one line."""

from typing import Final

from flask import Blueprint, Response, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from cases.paper import enter_paper
from policy.errors import NoRouteError
from policy.rights import Action
from review.desk import reviewer, the_office
from review.done_words import DONE
from review.forms import Faults, RefusedFormError, form_tag, new_once, typed_again
from review.law_words import grouped_choices
from review.paper_form import PAPER_FIELDS, parse_paper
from review.rights import needs

bp = Blueprint("paper", __name__)

NOBODY: Final = lazy_gettext(
    "Đơn này nói tới tất cả các nơi có thể nhận, nên không còn nơi nào nhận được"
)


@bp.get("/paper")
@needs(Action.ENTER_PAPER)
def show() -> Response:
    """Show the form."""
    return _page((), 200)


@bp.post("/paper")
@needs(Action.ENTER_PAPER)
def enter() -> ResponseReturnValue:
    """Enter a paper in the register."""
    form = request.form
    try:
        words = (*(form.get(name, "") for name in PAPER_FIELDS), *sorted(form.getlist("accused")))
        line = parse_paper(
            form, the_office().todays_pack, the_office().clock.today(), form_tag(form, words)
        )
        enter_paper(the_office(), reviewer(), line)
    except RefusedFormError as error:
        return _page(error.faults, error.status)
    except NoRouteError:
        return _page((("accused", NOBODY),), 422)
    return redirect("/paper?done=paper", 303)


def _page(faults: Faults, status: int) -> Response:
    office = the_office()
    page = render_template(
        "review/paper.html",
        faults=faults,
        typed=typed_again(),
        chosen=request.form.getlist("accused"),
        once=request.form.get("once") or new_once(),
        done=DONE.get(request.args.get("done", "")),
        fields=office.todays_pack.fields,
        groups=grouped_choices(),
        today=office.clock.today(),
    )
    return make_response(page, status)
