"""A case: read, answered, noted, moved on, passed on. Every form that is refused comes back."""

from typing import Final

from flask import Blueprint, Response, g, redirect
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from cases.approvals import settle
from cases.case_file import open_case_file
from cases.casework import answer, decide, note
from cases.desk_drafts import DraftKind
from cases.errors import BarredUnitError, SoleReaderError, UnstaffedUnitError
from cases.recusal import recuse
from cases.referral import refer
from cases.step_errors import (
    DisposalRefusedError,
    HoldRefusedError,
    MarkRefusedError,
    NoHeadError,
    OutcomeRefusedError,
    RewardRefusedError,
    SamePersonError,
    StepNotReadyError,
)
from cases.threads import Message
from policy.rights import Action
from policy.states import CaseStep
from review.case_forms import CaseForm, CaseForms
from review.case_page import case_page
from review.desk import reviewer, the_office
from review.downloads import download_answer
from review.draft_work import sent_draft, work_on_draft
from review.forms import parse_decision, parse_recusal, parse_referral, parse_settling, parse_text
from review.keeping_words import WHY_KEPT
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
SAME_PERSON: Final = lazy_gettext(
    "Người duyệt phải là người khác với người đề nghị, không phải tài khoản khác của cùng một"
    " người. Bạn chỉ rút lại được đề nghị này"
)
NO_LONGER: Final = lazy_gettext("Hồ sơ đã khác lúc đề nghị, nên việc này không làm được nữa")
SOLE_READER: Final = lazy_gettext(
    "Không còn ai khác của đơn vị mở được hồ sơ này. Hãy chuyển hồ sơ sang đơn vị khác trước"
)
NO_HEAD: Final = lazy_gettext("Một trong hai người phải là người đứng đầu của đơn vị")

FORMS: Final = CaseForms(
    bp,
    {
        "case.answer_reporter": CaseForm(
            "answer", "answer-text", "/cases/{ref}?done=answer#thread", ("text",), takes_files=True
        ),
        "case.add_note": CaseForm("note", "note-text", "/cases/{ref}?done=note#notes", ("text",)),
        "case.take_step": CaseForm("step", "step", "/cases/{ref}?done=step", ("step", "reason")),
        "case.pass_on": CaseForm(
            "referral", "unit", "/cases?done=referral", ("unit", "reason", "keeps", "clean")
        ),
        "case.recuse_somebody": CaseForm(
            "recusal", "recused", "/cases?done=recused", ("recused", "reason")
        ),
        "case.settle_proposal": CaseForm(
            "verdict", "verdict", "/cases/{ref}?done=settled", ("proposal", "verdict", "reason")
        ),
    },
    case_page,
    {
        BarredUnitError: ("unit", BARRED),
        UnstaffedUnitError: ("unit", UNSTAFFED),
        StepNotReadyError: ("step", NOT_READY),
        SoleReaderError: ("recused", SOLE_READER),
        SamePersonError: ("verdict", SAME_PERSON),
        NoHeadError: ("verdict", NO_HEAD),
        MarkRefusedError: ("verdict", NO_LONGER),
        OutcomeRefusedError: ("verdict", NO_LONGER),
        RewardRefusedError: ("verdict", NO_LONGER),
        HoldRefusedError: ("verdict", NO_LONGER),
        DisposalRefusedError: {why: ("verdict", words) for why, words in WHY_KEPT.items()},
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
    if drafted := work_on_draft(ref, DraftKind.ANSWER, "answer-text"):
        return drafted
    text = parse_text(g.form, "answer-text", may_be_empty=bool(upload_request().uploads))
    answer(the_office(), reviewer(), ref, _message(ref, text))
    sent_draft(ref, DraftKind.ANSWER)
    return FORMS.done(ref)


@bp.post("/cases/<ref>/notes")
@needs(Action.NOTE)
def add_note(ref: str) -> ResponseReturnValue:
    """Add an internal note."""
    if drafted := work_on_draft(ref, DraftKind.NOTE, "note-text"):
        return drafted
    text = parse_text(g.form, "note-text")
    note(the_office(), reviewer(), ref, _message(ref, text))
    sent_draft(ref, DraftKind.NOTE)
    return FORMS.done(ref)


@bp.post("/cases/<ref>/steps")
@needs(Action.ASSESS)
def take_step(ref: str) -> ResponseReturnValue:
    """Move the case along its states."""
    steps = [step for step in CaseStep if step is not CaseStep.REFER]
    decision = parse_decision(g.form, steps, FORMS.tag(ref))
    is_done = decide(the_office(), reviewer(), ref, decision)
    return FORMS.done(ref) if is_done else FORMS.proposed(ref)


@bp.post("/cases/<ref>/proposals")
@needs(Action.APPROVE)
def settle_proposal(ref: str) -> ResponseReturnValue:
    """Approve or refuse what another person proposed."""
    settling = parse_settling(g.form, FORMS.tag(ref))
    settle(the_office(), reviewer(), ref, settling)
    done = "approved" if settling.approves else "not-approved"
    return redirect(f"/cases/{ref}?done={done}", 303)


@bp.post("/cases/<ref>/recusal")
@needs(Action.RECUSE)
def recuse_somebody(ref: str) -> ResponseReturnValue:
    """Take the case from somebody who has an interest in it."""
    recuse(the_office(), reviewer(), ref, parse_recusal(g.form, reviewer(), FORMS.tag(ref)))
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
