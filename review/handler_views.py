"""Who handles a case: taken with a declaration of no interest, or given by a head."""

from typing import Final

from flask import Blueprint, g
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from cases.handlers import give_case, take_case
from cases.step_errors import HandlerRefusedError
from policy.rights import Action
from review.case_forms import CaseForm, CaseForms
from review.case_page import case_page
from review.desk import reviewer, the_office
from review.forms import parse_giving, parse_taking
from review.rights import needs

bp = Blueprint("handler", __name__)

NOT_DECLARED: Final = lazy_gettext(
    "Chưa cam kết thì chưa nhận được hồ sơ. Có lợi ích liên quan thì chọn “Thôi xử lý” ở dưới"
)
TAKEN: Final = lazy_gettext("Hồ sơ đã có người nhận hoặc được giao: chỉ người đứng đầu giao lại")
NO_MEMBER: Final = lazy_gettext("Người này không nhận được hồ sơ này")

FORMS: Final = CaseForms(
    bp,
    {
        "handler.take": CaseForm(
            "take", "declares-yes", "/cases/{ref}?done=taken#handler", ("declares",)
        ),
        "handler.give": CaseForm(
            "give", "member", "/cases/{ref}?done=given#handler", ("member", "reason")
        ),
    },
    case_page,
    {
        HandlerRefusedError: {
            "declares": ("declares-yes", NOT_DECLARED),
            "taken": ("declares-yes", TAKEN),
            "member": ("member", NO_MEMBER),
        },
    },
)


@bp.post("/cases/<ref>/handler")
@needs(Action.TAKE)
def take(ref: str) -> ResponseReturnValue:
    """Let the reviewer declare that they have no interest, and handle the case."""
    take_case(the_office(), reviewer(), ref, parse_taking(g.form, FORMS.tag(ref)))
    return FORMS.done(ref)


@bp.post("/cases/<ref>/assignment")
@needs(Action.GIVE)
def give(ref: str) -> ResponseReturnValue:
    """Give the case to somebody, who has to declare first."""
    give_case(the_office(), reviewer(), ref, parse_giving(g.form, FORMS.tag(ref)))
    return FORMS.done(ref)
