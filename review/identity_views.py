"""Who a reporter is, at the desk: sealed boxes to carry away, and passages to seal off."""

from typing import Final

from flask import Blueprint, Response, g
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from cases.identity_carrying import carry_boxes
from cases.passages import PASSAGE_CHARS, Moving, move_passage
from cases.step_errors import NothingToCarryError, PassageRefusedError
from policy.rights import Action
from review.case_forms import CaseForm, CaseForms
from review.desk import reviewer, the_office
from review.forms import RefusedFormError, parse_version, typed_chars
from review.identity_page import identity_page
from review.rights import needs
from web.texts import content_disposition

bp = Blueprint("identity", __name__)

# Enough of a case's reference to tell the files on a stick apart.
NAME_CHARS: Final = 8

FORMS: Final = CaseForms(
    bp,
    {
        "identity.move": CaseForm(
            "passage", "passage", "/cases/{ref}/identity?done=passage", ("place", "passage")
        ),
        "identity.carry": CaseForm("carry", "carry", "/cases/{ref}/identity", ()),
    },
    identity_page,
    {
        NothingToCarryError: ("carry", lazy_gettext("Hồ sơ này không có tệp niêm kín nào")),
        PassageRefusedError: {
            "key": (
                "passage",
                lazy_gettext("Chưa có khóa ngoài mạng để niêm đoạn này, nên chưa chuyển gì"),
            ),
            "place": ("place", lazy_gettext("Chưa chọn chỗ có đoạn này trong danh sách")),
            "passage": (
                "passage",
                lazy_gettext(
                    "Không thấy đúng đoạn này ở đó. Hãy chép nguyên từ hồ sơ, ít nhất hai chữ cái"
                ),
            ),
        },
    },
)
TOO_LONG: Final = lazy_gettext("Đoạn này dài quá. Hãy chuyển từng đoạn một")


@bp.get("/cases/<ref>/identity")
@needs(Action.READ)
def show(ref: str) -> Response:
    """Show which boxes there are, and the form by which a passage is moved."""
    return identity_page(ref)


@bp.post("/cases/<ref>/identity/passages")
@needs(Action.MOVE_PASSAGE)
def move(ref: str) -> ResponseReturnValue:
    """Move a passage that tells who somebody is."""
    passage = g.form.get("passage", "")
    if typed_chars(passage) > PASSAGE_CHARS:
        raise RefusedFormError((("passage", TOO_LONG),))
    moving = Moving(
        passage=passage,
        place=g.form.get("place", ""),
        version=parse_version(g.form),
        form_tag=FORMS.tag(ref),
    )
    move_passage(the_office(), reviewer(), ref, moving)
    return FORMS.done(ref)


@bp.post("/cases/<ref>/identity/boxes")
@needs(Action.CARRY_IDENTITY)
def carry(ref: str) -> ResponseReturnValue:
    """Hand out the boxes as they are, to be carried to the machine off the network."""
    content = carry_boxes(the_office(), reviewer(), ref, FORMS.tag(ref))
    answer = Response(content, content_type="application/x-tar")
    answer.headers["Content-Disposition"] = content_disposition(f"niem-{ref[:NAME_CHARS]}.tar")
    return answer
