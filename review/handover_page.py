"""The page on which passages are marked, the copy is looked at, and then handed over."""

from dataclasses import dataclass
from typing import Final

from flask import Response, make_response, render_template
from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from cases.case_file import CaseFile, open_case
from cases.handover import check_marks, shown_as
from cases.names import REPORTER, EntryKind
from cases.redaction import Marks, Piece, files_of, given_names, pieces_of, redact
from cases.referral import referable_units
from cases.step_errors import HandoverRefusedError
from policy.states import CaseStep
from review.case_forms import NOT_REFUSED, Refused
from review.desk import reviewer, the_office
from review.forms import REASON_CHARS, RefusedFormError, new_once
from review.handover_forms import parse_marks
from review.words import author_words
from web.languages import show_date

REPORT_NAMES: Final[dict[str, LazyString]] = {
    "statement": lazy_gettext("Nội dung"),
    "accused_text": lazy_gettext("Ai, theo lời người gửi"),
    "when": lazy_gettext("Khi nào"),
    "where": lazy_gettext("Ở đâu"),
    "evidence": lazy_gettext("Bằng chứng"),
    "verifiable": lazy_gettext("Kiểm tra bằng cách nào"),
}
PROTECTION_NAME: Final = lazy_gettext("Đề nghị bảo vệ")


@dataclass(frozen=True, repr=False)
class Preview:
    """The copy as the other unit will read it, and what tells that this one was looked at."""

    texts: list[tuple[str, str]]
    files: list[str]
    shown: str


def handover_page(ref: str, refused: Refused = NOT_REFUSED) -> Response:
    """Return the page, with the copy that the marks of the form would give, if they can be taken.

    Raises:
        CaseNotFoundError: it is in none of the reviewer's lists.
        OpenError: something of it was altered.
    """
    office = the_office()
    case = open_case(office, reviewer(), ref, is_own=True)
    pieces, marks = pieces_of(case.entries), _marks(refused)
    may_refer = CaseStep.REFER in case.steps
    page = render_template(
        "review/handover.html",
        case=case,
        may_refer=may_refer,
        refused=refused,
        faults=refused.faults,
        once=refused.typed.get("once") or new_once(),
        pieces=[(name_of(piece), piece.sentences) for piece in pieces],
        files=files_of(case.entries),
        marks=marks,
        preview=_preview(case, pieces, marks) if may_refer else None,
        units=referable_units(office, case) if may_refer else (),
        limits={"reason": REASON_CHARS},
    )
    return make_response(page, refused.status)


def name_of(piece: Piece) -> str:
    """Return what a text is called: a part of the report, or who wrote it and when."""
    entry = piece.entry
    if entry.kind is EntryKind.REPORT:
        return str(REPORT_NAMES[piece.name])
    who = author_words(entry.author)
    if entry.kind is EntryKind.PROTECTION and entry.author == REPORTER:
        who = str(PROTECTION_NAME)
    return f"{who}, {show_date(entry.day)}"


def _marks(refused: Refused) -> Marks:
    try:
        return parse_marks(refused.typed)
    except RefusedFormError:
        return Marks()


def _preview(case: CaseFile, pieces: tuple[Piece, ...], marks: Marks) -> Preview | None:
    try:
        check_marks(case, marks)
    except HandoverRefusedError:
        return None
    texts = zip(map(name_of, pieces), redact(pieces, marks), strict=True)
    names = given_names(case.entries, marks).values()
    return Preview(list(texts), list(names), shown_as(case, marks))
