"""The form of the register of paper."""

from datetime import date, timedelta
from typing import Final

from flask_babel import lazy_gettext
from werkzeug.datastructures import MultiDict

from cases.paper import PaperLine
from policy.pack import Pack
from review.advice import YES
from review.forms import REPEATED, RefusedFormError
from review.law_forms import UNKNOWN_CHOICE, FaultList, accused_of, line, parse_day

PAPER_FIELDS: Final = ("number", "day", "field", "urgent")
PAPER_AGE: Final = timedelta(days=3653)

NUMBER_MISSING: Final = lazy_gettext("Chưa ghi số của đơn trong sổ giấy")
PAPER_DAY_WRONG: Final = lazy_gettext(
    "Ngày nhận phải có thật, không sau hôm nay và không quá 10 năm trước"
)


def parse_paper(form: MultiDict[str, str], pack: Pack, today: date, tag: bytes | None) -> PaperLine:
    """Return a line of the register of paper.

    Raises:
        RefusedFormError: no number, no day, or something that was not offered.
    """
    if any(len(form.getlist(name)) > 1 for name in PAPER_FIELDS):
        raise RefusedFormError((("number", REPEATED),))
    faults: FaultList = []
    number, field = line(form, "number", faults, "number"), form.get("field", "")
    if not number.strip():
        faults.append(("number", NUMBER_MISSING))
    day = parse_day(form.get("day", ""))
    if day is None or not today - PAPER_AGE <= day <= today:
        faults.append(("day", PAPER_DAY_WRONG))
    if field and field not in {row.code for row in pack.fields}:
        faults.append(("field", UNKNOWN_CHOICE))
    staff, heads = accused_of(form, pack, faults)
    if day is None or faults:
        raise RefusedFormError(tuple(faults))
    return PaperLine(
        number=number,
        received_on=day,
        field=field,
        accused=staff,
        accused_head=heads,
        urgent=form.get("urgent") == YES,
        form_tag=tag,
    )
