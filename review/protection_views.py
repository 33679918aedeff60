"""Protection at the desk: a case's requests and what is done about them, and the register."""

from typing import Final

from flask import Blueprint, Response, g
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from cases.officers import give_protection
from cases.protection_steps import (
    decide_protection,
    end_protection,
    record_request,
    take_measure,
)
from cases.step_errors import ProtectionRefusedError
from policy.rights import Action
from review.case_forms import CaseForm, CaseForms
from review.desk import reviewer, the_office
from review.law_forms import DOCUMENT_MISSING
from review.protection_forms import (
    CHANNEL_MISSING,
    GROUND_MISSING,
    KINDS_MISSING,
    PERSONS_MISSING,
    parse_end,
    parse_heard_request,
    parse_measure,
    parse_protection,
)
from review.protection_page import protection_page, register_page
from review.rights import needs

bp = Blueprint("protection", __name__)

DAY: Final = lazy_gettext("Ngày phải từ ngày có đề nghị đến hôm nay")
UNKNOWN_REQUEST: Final = lazy_gettext("Không có đề nghị đó trong hồ sơ này")

FORMS: Final = CaseForms(
    bp,
    {
        "protection.record": CaseForm(
            "heard",
            "heard-text",
            "/cases/{ref}/protection?done=heard",
            ("channel", "day", "text", "urgent", "reason"),
            ("heard-kinds", "heard-persons"),
        ),
        "protection.decide": CaseForm(
            "decision",
            "decision-request",
            "/cases/{ref}/protection?done=protection",
            ("request", "decider", "outcome", "day", "document", "words", "reason"),
            ("decision-kinds",),
        ),
        "protection.measure": CaseForm(
            "measure",
            "measure",
            "/cases/{ref}/protection?done=shield",
            ("request", "measure", "from", "until", "document", "reason"),
        ),
        "protection.end": CaseForm(
            "end",
            "end-request",
            "/cases/{ref}/protection?done=protection-end",
            ("request", "ground", "day", "document", "words", "reason"),
            ("end-kinds",),
        ),
    },
    protection_page,
    {
        ProtectionRefusedError: {
            "heard-kinds": ("heard-kinds", KINDS_MISSING),
            "heard-persons": ("heard-persons", PERSONS_MISSING),
            "heard-channel": ("heard-channel", CHANNEL_MISSING),
            "heard-day": (
                "heard-day",
                lazy_gettext("Ngày phải từ ngày nhận hồ sơ đến hôm nay"),
            ),
            "decision-request": ("decision-request", UNKNOWN_REQUEST),
            "decision-kinds": (
                "decision-kinds",
                lazy_gettext("Đề nghị này không nói tới loại bảo vệ đó"),
            ),
            "decision-decider": (
                "decision-decider",
                lazy_gettext(
                    "Nơi này không có thẩm quyền với các loại đã chọn. Mỗi nơi quyết định thì ghi"
                    " một lần riêng"
                ),
            ),
            "decision-outcome": (
                "decision-outcome",
                lazy_gettext("Chỉ đề nghị nơi khác khi nơi khác quyết định"),
            ),
            "decision-day": ("decision-day", DAY),
            "decision-document": ("decision-document", DOCUMENT_MISSING),
            "decision-words": (
                "decision-words",
                lazy_gettext("Từ chối thì phải nêu lý do cho người gửi"),
            ),
            "measure-request": ("measure-request", UNKNOWN_REQUEST),
            "measure": (
                "measure",
                lazy_gettext("Chưa có quyết định bảo vệ cho loại của biện pháp này"),
            ),
            "measure-from": (
                "measure-from",
                lazy_gettext("Ngày bắt đầu không được trước ngày có đề nghị"),
            ),
            "measure-until": (
                "measure-until",
                lazy_gettext("Ngày kết thúc không được trước ngày bắt đầu"),
            ),
            "end-request": ("end-request", UNKNOWN_REQUEST),
            "end-kinds": ("end-kinds", lazy_gettext("Loại này đang không được bảo vệ")),
            "end-ground": ("end-ground", GROUND_MISSING),
            "end-day": ("end-day", DAY),
        },
    },
)


@bp.get("/protection")
@needs(Action.SEE_REGISTER)
def register() -> Response:
    """Show the requests of every case whose protection is the reviewer's to know."""
    return register_page()


@bp.get("/cases/<ref>/protection")
@needs(Action.SEE_PROTECTION)
def show(ref: str) -> Response:
    """Show what was asked for and done to protect somebody."""
    return protection_page(ref)


@bp.post("/cases/<ref>/protection/requests")
@needs(Action.PROTECT)
def record(ref: str) -> ResponseReturnValue:
    """Record a request that came in person, by telephone or on paper."""
    heard = parse_heard_request(g.form, the_office().todays_pack, FORMS.tag(ref))
    record_request(the_office(), reviewer(), ref, heard)
    give_protection(the_office(), reviewer())
    return FORMS.done(ref)


@bp.post("/cases/<ref>/protection/decisions")
@needs(Action.PROTECT)
def decide(ref: str) -> ResponseReturnValue:
    """Record what was decided on a request."""
    decision = parse_protection(g.form, the_office().todays_pack, FORMS.tag(ref))
    decide_protection(the_office(), reviewer(), ref, decision)
    return FORMS.done(ref)


@bp.post("/cases/<ref>/protection/measures")
@needs(Action.PROTECT)
def measure(ref: str) -> ResponseReturnValue:
    """Record a measure with its days."""
    taken = parse_measure(g.form, the_office().todays_pack, FORMS.tag(ref))
    take_measure(the_office(), reviewer(), ref, taken)
    return FORMS.done(ref)


@bp.post("/cases/<ref>/protection/end")
@needs(Action.PROTECT)
def end(ref: str) -> ResponseReturnValue:
    """Record that protection ended."""
    ended = parse_end(g.form, the_office().todays_pack, FORMS.tag(ref))
    end_protection(the_office(), reviewer(), ref, ended)
    return FORMS.done(ref)
