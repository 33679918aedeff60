"""The page on which somebody may say who they are, sealed so that the desk cannot read it."""

from http import HTTPStatus

from flask import Response, make_response, render_template
from flask_babel import gettext

from cases.errors import IdentityClosedError, InvalidReportError, StoreUnavailableError
from cases.identity import open_box
from intake.door import door, language
from intake.forms import MISSING, TOO_LONG
from intake.identity_form import IDENTITY_CHARS
from intake.protection_forms import Words, shown_again
from intake.protection_page import PROTECTION_REFUSALS, field_words, form_secret, refusal_words
from intake.receipts import kept_receipt
from intake.words import SEND, Fault, Refusal
from web.compression import forbid_compression
from web.languages import show_number


def identity_page(
    status: HTTPStatus = HTTPStatus.OK,
    typed: Words | None = None,
    faults: tuple[Fault, ...] = (),
) -> Response:
    """Return the box with what was typed, or where it is closed how to come in person."""
    office = door().office
    pack, key, is_known = office.todays_pack, None, True
    try:
        key = open_box(office)
    except StoreUnavailableError:
        # What was typed comes back all the same.
        is_known = False
    forbid_compression()
    page = render_template(
        "intake/identity.html",
        is_open=key is not None or not is_known,
        fingerprint=key.fingerprint if key else "",
        purposes=[(row.code, row.plain(language())) for row in pack.identity_purposes],
        permits=pack.identity_permits,
        rows=[row for row in pack.reception if row.in_force(office.clock.today())],
        speech=language(),
        typed=shown_again(typed) if typed is not None else Words(),
        needs_receipt=kept_receipt() is None,
        once=form_secret(typed),
        faults=faults,
        most=IDENTITY_CHARS,
    )
    return make_response(page, status)


def identity_refusal(error: Exception) -> Refusal:
    """Return why the form comes back: the status, and words by place."""
    if isinstance(error, IdentityClosedError):
        words = gettext(
            "Chưa gửi: ô này đã đóng. Lời bạn viết chỉ còn trên trang này, không lưu ở đâu cả."
        )
        return Refusal(HTTPStatus.CONFLICT, ((SEND, words),))
    if isinstance(error, InvalidReportError):
        faults = tuple((field, _words_for(field, rule)) for field, rule in error.faults)
        return Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, faults)
    return refusal_words(error)


def _words_for(field: str, rule: str) -> str:
    if rule == TOO_LONG:
        return gettext("Đoạn này dài quá %(most)s ký tự.", most=show_number(IDENTITY_CHARS))
    missing = {
        "purpose": gettext("Xin chọn bạn cho biết để làm gì."),
        "words": gettext("Xin viết tên bạn và cách liên lạc, hoặc rời trang này."),
    }
    return missing[field] if rule == MISSING else field_words(field, rule)


IDENTITY_REFUSALS = (IdentityClosedError, *PROTECTION_REFUSALS)
