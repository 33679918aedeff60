"""A reader says whom a case is about, and it leaves those units."""

from typing import Final

from flask import Blueprint, g
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString
from werkzeug.datastructures import MultiDict

from cases.barring import Barring, bar
from cases.errors import NobodyLeftError, SoleReaderError
from policy.pack import Pack
from policy.rights import Action
from review.case_forms import CaseForm, CaseForms
from review.case_page import case_page
from review.desk import reviewer, the_office
from review.forms import RefusedFormError, parse_reason, parse_version
from review.law_forms import FaultList, accused_of
from review.rights import needs
from review.words import unit_name

bp = Blueprint("bar", __name__)

NOBODY_NAMED: Final = lazy_gettext("Chưa chọn hồ sơ nói về ai")

HELD_THERE: Final = lazy_gettext(
    "Chưa ghi: có phần của hồ sơ chỉ nơi đó mở được, lấy khóa đi là mất hẳn. Hãy báo cho cấp trên"
    " của nơi đó"
)

FORMS: Final = CaseForms(
    bp,
    {
        "bar.bar_units": CaseForm(
            "bar", "accused", "/cases?done=barred", ("reason",), lists=("accused",)
        )
    },
    case_page,
    {SoleReaderError: ("accused", HELD_THERE)},
)


@bp.post("/cases/<ref>/bar")
@needs(Action.BAR)
def bar_units(ref: str) -> ResponseReturnValue:
    """Take the case from the units that it is about."""
    barring = _parse_barring(g.form, the_office().todays_pack, FORMS.tag(ref))
    try:
        bar(the_office(), reviewer(), ref, barring)
    except NobodyLeftError as error:
        raise RefusedFormError((("accused", _nobody_left(error.units)),)) from None
    return FORMS.done(ref)


def _parse_barring(form: MultiDict[str, str], pack: Pack, tag: bytes | None) -> Barring:
    faults: FaultList = []
    staff, heads = accused_of(form, pack, faults)
    if not faults and not staff | heads:
        faults.append(("accused", NOBODY_NAMED))
    reason, unreasoned = parse_reason(form, "bar-reason")
    if faults or unreasoned:
        raise RefusedFormError((*faults, *unreasoned))
    return Barring(
        accused=staff,
        accused_head=heads,
        reason=reason,
        version=parse_version(form),
        form_tag=tag,
    )


def _nobody_left(units: tuple[str, ...]) -> LazyString:
    if not units:
        return lazy_gettext(
            "Không còn đơn vị nào được nhận hồ sơ. Hãy báo cho cơ quan cấp trên bằng văn bản trước"
        )
    return lazy_gettext(
        "Không còn ai mở được hồ sơ. Được nhận nhưng chưa có ai mở được: %(units)s. Cần có người ở"
        " đó, rồi mới ghi được điều này",
        units="; ".join(map(unit_name, units)),
    )
