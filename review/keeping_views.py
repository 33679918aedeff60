"""How long a case is kept: held, held no longer, disposed of, carried out whole."""

from typing import Final

from flask import Blueprint, Response, g
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from cases.case_export import propose_export, take_export
from cases.disposal import propose_disposal
from cases.holds import place_hold, propose_end_of_hold
from cases.step_errors import DisposalRefusedError, ExportOverError, HoldRefusedError
from policy.rights import Action
from review.case_forms import CaseForm, CaseForms
from review.desk import reviewer, the_office
from review.downloads import download_answer
from review.keeping_forms import parse_change, parse_export, parse_taken_export
from review.keeping_page import keeping_page
from review.keeping_words import WHY_KEPT
from review.rights import needs

bp = Blueprint("keeping", __name__)

FORMS: Final = CaseForms(
    bp,
    {
        "keeping.hold": CaseForm(
            "hold", "hold-reason", "/cases/{ref}/keeping?done=hold", ("reason",)
        ),
        "keeping.release": CaseForm(
            "release", "release-reason", "/cases/{ref}?done=proposed#proposals", ("reason",)
        ),
        "keeping.dispose": CaseForm(
            "dispose", "dispose-reason", "/cases/{ref}?done=proposed#proposals", ("reason",)
        ),
        "keeping.export": CaseForm(
            "export",
            "recipient",
            "/cases/{ref}?done=proposed#proposals",
            ("recipient", "reason"),
        ),
        "keeping.take": CaseForm("take", "take", "/cases/{ref}/keeping", ("proposal",)),
    },
    keeping_page,
    {
        HoldRefusedError: (
            "hold-reason",
            lazy_gettext("Hồ sơ đã được giữ theo yêu cầu rồi, hoặc không còn được giữ"),
        ),
        DisposalRefusedError: {why: ("dispose-reason", words) for why, words in WHY_KEPT.items()},
        ExportOverError: (
            "take",
            lazy_gettext("Bản xuất này chưa được duyệt hoặc đã quá ngày: hãy đề nghị lại"),
        ),
    },
)


@bp.get("/cases/<ref>/keeping")
@needs(Action.READ)
def show(ref: str) -> Response:
    """Show how long a case is kept."""
    return keeping_page(ref)


@bp.post("/cases/<ref>/hold")
@needs(Action.HOLD)
def hold(ref: str) -> ResponseReturnValue:
    """Hold a case."""
    change = parse_change(g.form, "hold-reason", FORMS.tag(ref))
    place_hold(the_office(), reviewer(), ref, change)
    return FORMS.done(ref)


@bp.post("/cases/<ref>/hold/end")
@needs(Action.HOLD)
def release(ref: str) -> ResponseReturnValue:
    """Propose that a case is held no longer."""
    change = parse_change(g.form, "release-reason", FORMS.tag(ref))
    propose_end_of_hold(the_office(), reviewer(), ref, change)
    return FORMS.done(ref)


@bp.post("/cases/<ref>/disposal")
@needs(Action.DISPOSE)
def dispose(ref: str) -> ResponseReturnValue:
    """Propose that a case is disposed of."""
    change = parse_change(g.form, "dispose-reason", FORMS.tag(ref))
    propose_disposal(the_office(), reviewer(), ref, change)
    return FORMS.done(ref)


@bp.post("/cases/<ref>/exports")
@needs(Action.EXPORT)
def export(ref: str) -> ResponseReturnValue:
    """Propose that a whole case is sealed to somebody outside."""
    propose_export(the_office(), reviewer(), ref, parse_export(g.form, FORMS.tag(ref)))
    return FORMS.done(ref)


@bp.post("/cases/<ref>/exports/take")
@needs(Action.EXPORT)
def take(ref: str) -> Response:
    """Let one of the two save a whole case, sealed."""
    taking = parse_taken_export(g.form, FORMS.tag(ref))
    return download_answer(take_export(the_office(), reviewer(), ref, taking))
