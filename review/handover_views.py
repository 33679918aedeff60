"""Handing a case over redacted, and asking for the original of what came redacted."""

from typing import Final

from flask import Blueprint, Response, g, redirect
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from cases.case_file import open_case
from cases.errors import BarredUnitError, UnstaffedUnitError
from cases.handover import check_marks, hand_over
from cases.originals import answer_original, ask_for_original
from cases.step_errors import HandoverRefusedError, OriginalRefusedError, SamePersonError
from policy.rights import Action
from review.case_forms import CaseForm, CaseForms, Refused
from review.case_page import case_page
from review.case_views import BARRED, SAME_PERSON, UNSTAFFED
from review.desk import reviewer, the_office
from review.forms import typed_again
from review.handover_forms import SEND, parse_answer, parse_ask, parse_handover, parse_marks
from review.handover_page import handover_page
from review.rights import needs

bp = Blueprint("handover", __name__)
originals = Blueprint("originals", __name__)

MARKS_STRANGE: Final = lazy_gettext("Có chỗ đánh dấu không thuộc hồ sơ này. Xin đánh dấu lại")

FORMS: Final = CaseForms(
    bp,
    {
        "handover.send": CaseForm(
            "handover",
            "words",
            "/cases/{ref}?done=handover",
            ("words", "unit", "reason", "shown", "action"),
            ("hide", "files"),
        )
    },
    handover_page,
    {
        BarredUnitError: ("unit", BARRED),
        UnstaffedUnitError: ("unit", UNSTAFFED),
        HandoverRefusedError: {
            "nothing": (
                "words",
                lazy_gettext(
                    "Chưa che gì. Nếu thật sự không có gì để lộ ai gửi thì chuyển cả hồ sơ, ở"
                    " trang hồ sơ"
                ),
            ),
            "marks": ("words", MARKS_STRANGE),
            "words": (
                "words",
                lazy_gettext(
                    "Có dòng không thấy ở đâu trong hồ sơ: xin chép đúng như trong lời gửi"
                ),
            ),
            "reason": ("reason", lazy_gettext("Lý do có chữ mà bạn vừa che. Xin viết cách khác")),
            "shown": (
                "preview",
                lazy_gettext(
                    "Bản sẽ giao không còn như bản bạn đã xem. Xin xem lại bản dưới đây rồi hãy"
                    " giao"
                ),
            ),
            "proposals": (
                "unit",
                lazy_gettext("Còn đề nghị chờ người thứ hai: hãy duyệt hoặc rút lại trước"),
            ),
        },
    },
)
ORIGINALS: Final = CaseForms(
    originals,
    {
        "originals.ask": CaseForm(
            "ask-original", "ask-reason", "/cases/{ref}?done=asked#original", ("reason",)
        ),
        "originals.settle": CaseForm(
            "original",
            "original",
            "/cases/{ref}?done=original#original",
            ("request", "original", "reason"),
        ),
    },
    case_page,
    {
        SamePersonError: ("original", SAME_PERSON),
        OriginalRefusedError: {
            "held": ("ask-reason", lazy_gettext("Bạn đang đọc được bản gốc")),
            "waits": ("ask-reason", lazy_gettext("Bạn đã đề nghị rồi, đang chờ trả lời")),
        },
    },
)


@bp.get("/cases/<ref>/handover")
@needs(Action.READ)
def show(ref: str) -> Response:
    """Show what can be hidden before the case is handed over."""
    return handover_page(ref)


@bp.post("/cases/<ref>/handover")
@needs(Action.REFER)
def send(ref: str) -> ResponseReturnValue:
    """Show the copy that the marks give or, where that was looked at, hand it over."""
    typed = typed_again()
    marks = parse_marks(typed)
    if typed.get("action") != SEND:
        check_marks(open_case(the_office(), reviewer(), ref, is_own=True), marks)
        return handover_page(ref, Refused("handover", typed))
    units = [unit.code for unit in the_office().todays_pack.receiving_units()]
    handover = parse_handover(g.form, marks, units, FORMS.tag(ref))
    hand_over(the_office(), reviewer(), ref, handover)
    return FORMS.done(ref)


@originals.post("/cases/<ref>/original")
@needs(Action.ASK_ORIGINAL)
def ask(ref: str) -> ResponseReturnValue:
    """Ask for the original of a case that came redacted."""
    ask_for_original(the_office(), reviewer(), ref, parse_ask(g.form, ORIGINALS.tag(ref)))
    return ORIGINALS.done(ref)


@originals.post("/cases/<ref>/original/answer")
@needs(Action.GIVE_ORIGINAL)
def settle(ref: str) -> ResponseReturnValue:
    """Give the original to who asked for it, or refuse it."""
    answer = parse_answer(g.form, ORIGINALS.tag(ref))
    answer_original(the_office(), reviewer(), ref, answer)
    done = "original-given" if answer.gives else "original-refused"
    return redirect(f"/cases/{ref}?done={done}#original", 303)
