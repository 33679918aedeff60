"""A case's page about who its reporter is: which sealed boxes there are, and moving a passage."""

from flask import Response, make_response, render_template, request
from flask_babel import gettext

from cases.case_file import CaseFile, open_case
from cases.identity import open_box
from cases.identity_boxes import boxes_of
from cases.identity_keys import identity_key
from cases.names import REPORTER, EntryKind
from cases.opened import OpenedEntry
from cases.passages import EVERYWHERE, PASSAGE_CHARS
from review.case_forms import NOT_REFUSED, Refused
from review.desk import reviewer, the_office
from review.done_words import DONE
from review.forms import new_once
from web.languages import show_date

Place = tuple[str, str]


def identity_page(ref: str, refused: Refused = NOT_REFUSED) -> Response:
    """Return the page, with a form of it that was not taken.

    Raises:
        CaseNotFoundError: it is in none of the reviewer's lists.
        OpenError: something of it was altered.
    """
    office = the_office()
    case = open_case(office, reviewer(), ref)
    with office.database.reading() as session:
        key = identity_key(session)
    page = render_template(
        "review/identity.html",
        case=case,
        refused=refused,
        faults=refused.faults,
        once=refused.typed.get("once") or new_once(),
        boxes=boxes_of(case.entries),
        fingerprint=key.fingerprint if key else "",
        is_open=open_box(office) is not None,
        places=_places(case),
        most=PASSAGE_CHARS,
        done=DONE.get(request.args.get("done", "")),
    )
    return make_response(page, refused.status)


def _places(case: CaseFile) -> list[Place]:
    """Return where a passage can be looked for: everywhere, or in one text."""
    named = ((entry.id, _name_of(entry)) for entry in case.entries)
    everywhere = (EVERYWHERE, gettext("Mọi chỗ trong hồ sơ có đoạn này"))
    return [everywhere, *(place for place in named if place[1])]


def _name_of(entry: OpenedEntry) -> str:
    day = show_date(entry.day)
    if entry.kind is EntryKind.REPORT:
        return gettext("Nội dung người gửi viết")
    if entry.kind is EntryKind.PROTECTION:
        return gettext("Lời đề nghị bảo vệ, %(day)s", day=day)
    if entry.kind is EntryKind.NOTE:
        return gettext("Ghi chú của %(who)s, %(day)s", who=entry.text("by"), day=day)
    if entry.kind is not EntryKind.MESSAGE or not (entry.text() or entry.attachments):
        return ""
    if entry.author == REPORTER:
        return gettext("Lời nhắn của người gửi, %(day)s", day=day)
    return gettext("Lời nhắn của cơ quan, %(day)s", day=day)
