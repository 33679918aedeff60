"""A case: read, answered, noted, moved on, passed on. Every form that is refused comes back."""

from typing import Final

from flask import Blueprint, Response, g
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from cases.case_file import open_case_file
from cases.casework import answer, decide, note
from cases.errors import BarredUnitError, NeedsTwoError, StepNotReadyError, UnstaffedUnitError
from cases.referral import refer
from cases.threads import Message
from policy.rights import Action
from policy.states import CaseStep
from review.case_forms import CaseForm, CaseForms
from review.case_page import case_page
from review.desk import reviewer, the_office
from review.downloads import download_answer
from review.forms import parse_decision, parse_referral, parse_text
from review.rights import needs
from review.uploads import claimed_files, upload_request

bp = Blueprint("case", __name__)

BARRED: Final = lazy_gettext(
    "Tin này nêu đơn vị đó hoặc người đứng đầu của họ: không được chuyển đến"
)
UNSTAFFED: Final = lazy_gettext("Đơn vị đó chưa có ai mở được hồ sơ này")
NOT_READY: Final = lazy_gettext(
    "Bước này cần ghi căn cứ trước, ở trang Xử lý theo luật: chưa có việc nào trong các việc đó"
)
NEEDS_TWO: Final = lazy_gettext(
    "Bước này cần hai người cùng quyết định. Hệ thống chưa có bước duyệt thứ hai, nên chưa ghi"
    " được ở đây"
)

FORMS: Final = CaseForms(
    bp,
    {
        "case.answer_reporter": CaseForm(
            "answer", "answer-text", "/cases/{ref}?done=answer#thread", ("text",), takes_files=True
        ),
        "case.add_note": CaseForm("note", "note-text", "/cases/{ref}?done=note#notes", ("text",)),
        "case.take_step": CaseForm("step", "step", "/cases/{ref}?done=step", ("step", "reason")),
        "case.pass_on": CaseForm(
            "referral", "unit", "/cases?done=referral", ("unit", "reason", "keeps")
        ),
    },
    case_page,
    {
        BarredUnitError: ("unit", BARRED),
        UnstaffedUnitError: ("unit", UNSTAFFED),
        StepNotReadyError: ("step", NOT_READY),
        NeedsTwoError: ("step", NEEDS_TWO),
    },
)


@bp.get("/cases/<ref>")
@needs(Action.READ)
def show(ref: str) -> Response:
    """Show a case."""
    return case_page(ref)


@bp.get("/cases/<ref>/files/<path:object_key>")
@needs(Action.READ)
def download(ref: str, object_key: str) -> Response:
    """Let the reviewer save an attachment."""
    return download_answer(open_case_file(the_office(), reviewer(), ref, object_key))


@bp.post("/cases/<ref>/messages")
@needs(Action.ANSWER)
def answer_reporter(ref: str) -> ResponseReturnValue:
    """Ask or answer the reporter."""
    text = parse_text(g.form, "answer-text", may_be_empty=bool(upload_request().uploads))
    message = _message(ref, text)
    answer(the_office(), reviewer(), ref, message)
    return FORMS.done(ref)


@bp.post("/cases/<ref>/notes")
@needs(Action.NOTE)
def add_note(ref: str) -> ResponseReturnValue:
    """Add an internal note."""
    text = parse_text(g.form, "note-text")
    note(the_office(), reviewer(), ref, _message(ref, text))
    return FORMS.done(ref)


@bp.post("/cases/<ref>/steps")
@needs(Action.ASSESS)
def take_step(ref: str) -> ResponseReturnValue:
    """Move the case along its states."""
    steps = [step for step in CaseStep if step is not CaseStep.REFER]
    decide(the_office(), reviewer(), ref, parse_decision(g.form, steps, FORMS.tag(ref)))
    return FORMS.done(ref)


@bp.post("/cases/<ref>/referral")
@needs(Action.REFER)
def pass_on(ref: str) -> ResponseReturnValue:
    """Pass the case to another unit."""
    units = [unit.code for unit in the_office().todays_pack.receiving_units()]
    referral = parse_referral(g.form, units, FORMS.tag(ref))
    refer(the_office(), reviewer(), ref, referral)
    return FORMS.done(ref)


def _message(ref: str, text: str) -> Message:
    uploads = claimed_files()
    return Message(text, uploads, FORMS.tag(ref, *(upload.sha256 for upload in uploads)))
