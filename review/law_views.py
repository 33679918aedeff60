"""The law of a case: classified, taken note of, given more time, concluded, split, linked."""

from typing import Final

from flask import Blueprint, Response, g
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from cases.case_file import open_case
from cases.links import link, unlink
from cases.outcomes import record_outcome
from cases.parts import split
from cases.step_errors import (
    LinkRefusedError,
    MarkRefusedError,
    OutcomeRefusedError,
    TrackRefusedError,
)
from cases.triage import classify, extend, take_note
from policy.errors import ExtensionRefusedError, NoRouteError
from policy.rights import Action
from review.case_forms import CaseForm, CaseForms
from review.desk import reviewer, the_office
from review.law_forms import (
    DETAILS,
    DOCUMENT_MISSING,
    MONEY_AND_LAND,
    PEOPLE,
    parse_classification,
    parse_extending,
    parse_marking,
    parse_outcome,
    parse_part,
)
from review.law_page import law_page
from review.link_forms import parse_link, parse_unlink
from review.rights import needs

bp = Blueprint("law", __name__)

# One for all: which of these it is could tell of a case that is not theirs to know.
CANNOT_LINK: Final = lazy_gettext(
    "Không nối được: không có hồ sơ đó trong danh sách của bạn, đó là chính hồ sơ này, hoặc có"
    " người đọc được hồ sơ này mà không được biết hồ sơ kia"
)

FORMS: Final = CaseForms(
    bp,
    {
        "law.triage": CaseForm(
            "triage",
            "track",
            "/cases/{ref}/law?done=triage",
            ("track", "who", "evidence", "verifiable", "decision", "decision_number", "reason"),
            ("marks",),
        ),
        "law.mark": CaseForm(
            "mark",
            "mark",
            "/cases/{ref}/law?done=mark",
            ("mark", "day", "document", "people", "reason"),
        ),
        "law.more_time": CaseForm(
            "extension",
            "rule",
            "/cases/{ref}/law?done=extension",
            ("rule", "document", "reason"),
            ("grounds",),
        ),
        "law.outcome": CaseForm(
            "outcome",
            "finding",
            "/cases/{ref}/law?done=outcome",
            ("finding", *MONEY_AND_LAND, *PEOPLE, *DETAILS, "reason"),
            ("measures",),
        ),
        "law.link_cases": CaseForm(
            "link", "other", "/cases/{ref}/law?done=link", ("other", "kind", "reason")
        ),
        "law.unlink_cases": CaseForm(
            "unlink", "linked", "/cases/{ref}/law?done=unlink", ("linked", "reason")
        ),
        "law.split_case": CaseForm(
            "part",
            "part-text",
            "/cases/{ref}/law?done=part",
            ("text", "accused_other", "reason"),
            ("accused", "files"),
        ),
    },
    law_page,
    {
        TrackRefusedError: (
            "track",
            lazy_gettext(
                "Không chọn được cách xử lý này: đơn có tên chỉ để trên giấy, hoặc hồ sơ đã"
                " có kết luận"
            ),
        ),
        MarkRefusedError: {
            "state": (
                "mark",
                lazy_gettext("Việc này không thuộc cách xử lý hoặc trạng thái hiện nay của hồ sơ"),
            ),
            "day": (
                "day",
                lazy_gettext(
                    "Ngày phải từ ngày nhận đến hôm nay, và không trước khi việc liên quan bắt đầu"
                    " hoặc đủ ngày"
                ),
            ),
            "document": ("mark-document", DOCUMENT_MISSING),
            "people": (
                "mark-people",
                lazy_gettext("Chưa đủ người được giao: tổ xác minh có ít nhất hai người"),
            ),
        },
        ExtensionRefusedError: {
            "none": ("rule", lazy_gettext("Hạn này không còn lần gia hạn nào")),
            "grounds": (
                "grounds",
                lazy_gettext("Chưa chọn đủ tiêu chí phức tạp cho lần gia hạn này"),
            ),
            "decision": ("extension-document", DOCUMENT_MISSING),
            "over": ("rule", lazy_gettext("Hạn đã qua, không gia hạn được nữa")),
        },
        OutcomeRefusedError: (
            "finding",
            lazy_gettext("Chưa có kết luận, nên chưa ghi kết quả được"),
        ),
        LinkRefusedError: {
            **dict.fromkeys(("unknown", "same", "reader"), ("other", CANNOT_LINK)),
            "unlinked": (
                "linked",
                lazy_gettext("Hồ sơ này không còn nối với hồ sơ đó"),
            ),
            "duplicate": (
                "other",
                lazy_gettext("Hồ sơ kia đã là hồ sơ trùng: xin nối với hồ sơ gốc của nó"),
            ),
        },
        NoRouteError: (
            "accused",
            lazy_gettext(
                "Phần này nói tới tất cả các nơi có thể nhận, nên không còn nơi nào nhận được"
            ),
        ),
    },
)


@bp.get("/cases/<ref>/law")
@needs(Action.READ)
def show(ref: str) -> Response:
    """Show what the law says of a case."""
    return law_page(ref)


@bp.post("/cases/<ref>/triage")
@needs(Action.CLASSIFY)
def triage(ref: str) -> ResponseReturnValue:
    """Record the track of a case and the three tests."""
    found = parse_classification(g.form, the_office().todays_pack, FORMS.tag(ref))
    classify(the_office(), reviewer(), ref, found)
    return FORMS.done(ref)


@bp.post("/cases/<ref>/marks")
@needs(Action.MARK)
def mark(ref: str) -> ResponseReturnValue:
    """Record something that happened beside the steps."""
    marking = parse_marking(g.form, the_office().todays_pack.marks, FORMS.tag(ref))
    is_done = take_note(the_office(), reviewer(), ref, marking)
    return FORMS.done(ref) if is_done else FORMS.proposed(ref)


@bp.post("/cases/<ref>/extensions")
@needs(Action.EXTEND)
def more_time(ref: str) -> ResponseReturnValue:
    """Give a deadline more time."""
    more = parse_extending(g.form, the_office().todays_pack, FORMS.tag(ref))
    extend(the_office(), reviewer(), ref, more)
    return FORMS.done(ref)


@bp.post("/cases/<ref>/outcome")
@needs(Action.RECORD_OUTCOME)
def outcome(ref: str) -> ResponseReturnValue:
    """Record what came of a case."""
    found = parse_outcome(g.form, the_office().todays_pack, FORMS.tag(ref))
    is_done = record_outcome(the_office(), reviewer(), ref, found)
    return FORMS.done(ref) if is_done else FORMS.proposed(ref)


@bp.post("/cases/<ref>/links")
@needs(Action.LINK)
def link_cases(ref: str) -> ResponseReturnValue:
    """Link a case to an older one."""
    link(the_office(), reviewer(), ref, parse_link(g.form, FORMS.tag(ref)))
    return FORMS.done(ref)


@bp.post("/cases/<ref>/links/undo")
@needs(Action.LINK)
def unlink_cases(ref: str) -> ResponseReturnValue:
    """Undo a link of a case to an older one."""
    unlink(the_office(), reviewer(), ref, parse_unlink(g.form, FORMS.tag(ref)))
    return FORMS.done(ref)


@bp.post("/cases/<ref>/parts")
@needs(Action.SPLIT)
def split_case(ref: str) -> ResponseReturnValue:
    """Make a case of a part of this one."""
    case = open_case(the_office(), reviewer(), ref)
    files = [file.object_key for file in case.filed.attachments]
    part = parse_part(g.form, the_office().todays_pack, files, FORMS.tag(ref))
    split(the_office(), reviewer(), ref, part)
    return FORMS.done(ref)
