"""The pages by which a reporter asks for protection, and answers whether anything happened."""

from dataclasses import dataclass
from http import HTTPStatus

from flask import Response, make_response, render_template
from flask_babel import gettext
from flask_wtf.csrf import CSRFError

from cases.errors import InvalidReportError, StoreUnavailableError
from cases.feedback import FEEDBACK_ANSWERS, is_asked_for_feedback
from cases.protection_requests import AFRAID, ANSWERS, HAPPENED, NO
from cases.retaliation import follow_up_of
from cases.threads import Thread
from crypto.receipts import Receipt
from intake.door import Door, door, language
from intake.form_secrets import new_draft, read_secret, written
from intake.forms import MISSING, REPEATED, TOO_LONG
from intake.protection_forms import WORDS_CHARS, Words, shown_again
from intake.receipts import RECEIPT_REFUSALS, SignedOutError, kept_receipt
from intake.received import Unreadable, UnreadableFormError
from intake.thread_refusals import thread_refusal
from intake.words import (
    SEND,
    UNREADABLE_WORDS,
    Fault,
    Refusal,
    receipt_refusal,
    refusal_of,
)
from policy.states import CaseState
from web.compression import forbid_compression
from web.languages import show_number
from web.multipart import BadTextError, BodyTooLargeError, MalformedBodyError

Choices = list[tuple[str, str]]


@dataclass(frozen=True)
class Questions:
    """What the page behind a receipt asks its reporter, beside what they want to say."""

    follow_up: Choices
    feedback: Choices


def questions_of(bound: Door, receipt: Receipt, thread: Thread) -> Questions:
    """Return the questions that are due: each with its answers, or none."""
    office = bound.office
    rows, today = office.todays_pack.follow_ups, office.clock.today()
    is_due = follow_up_of(rows, thread.received_on, thread.messages, today) is not None
    is_over = thread.state is CaseState.CLOSED and is_asked_for_feedback(office, receipt)
    return Questions(
        follow_up_choices() if is_due else [],
        feedback_choices() if is_over else [],
    )


def follow_up_choices() -> Choices:
    """Return the answers to whether anything happened."""
    words = {
        NO: gettext("Không có gì"),
        AFRAID: gettext("Tôi đang sợ, hoặc thấy có gì đó không ổn"),
        HAPPENED: gettext("Đã có chuyện xảy ra với tôi hoặc người thân"),
    }
    return [(answer, words[answer]) for answer in ANSWERS]


def feedback_choices() -> Choices:
    """Return the answers to both questions about a closed case."""
    words = {"yes": gettext("Có"), "partly": gettext("Một phần"), "no": gettext("Không")}
    return [(answer, words[answer]) for answer in FEEDBACK_ANSWERS]


def request_page(
    status: HTTPStatus = HTTPStatus.OK,
    typed: Words | None = None,
    faults: tuple[Fault, ...] = (),
) -> Response:
    """Return the form by which protection is asked for, with what was typed."""
    pack = door().office.todays_pack
    forbid_compression()
    page = render_template(
        "intake/ask_protection.html",
        kinds=[(row.code, row.plain(language())) for row in pack.protection_kinds],
        persons=[(row.code, row.plain(language())) for row in pack.protected_persons],
        **_shown(typed, faults),
    )
    return make_response(page, status)


def follow_up_page(status: HTTPStatus, typed: Words, faults: tuple[Fault, ...]) -> Response:
    """Return the question whether anything happened, with an answer that was not taken."""
    forbid_compression()
    page = render_template(
        "intake/follow_up.html", answers=follow_up_choices(), **_shown(typed, faults)
    )
    return make_response(page, status)


def feedback_page(status: HTTPStatus, typed: Words, faults: tuple[Fault, ...]) -> Response:
    """Return the two questions about a closed case, with answers that were not taken."""
    forbid_compression()
    page = render_template(
        "intake/feedback.html", answers=feedback_choices(), **_shown(typed, faults)
    )
    return make_response(page, status)


def form_secret(typed: Words | None) -> str:
    """Return the secret that keeps a double click single: the form's own, or a fresh one."""
    sent = typed.get("once", "") if typed else ""
    return sent if read_secret(sent) else written(new_draft().secret)


def _shown(typed: Words | None, faults: tuple[Fault, ...]) -> dict[str, object]:
    return {
        "typed": shown_again(typed) if typed is not None else Words(),
        "is_first": typed is None,
        "needs_receipt": kept_receipt() is None,
        "once": form_secret(typed),
        "faults": faults,
        "most": WORDS_CHARS,
    }


def refusal_words(error: Exception) -> Refusal:
    """Return why a form of these pages comes back: the status, and words by place."""
    if isinstance(error, InvalidReportError):
        faults = tuple((field, field_words(field, rule)) for field, rule in error.faults)
        return Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, faults)
    if (refusal := thread_refusal(error)) is not None:
        return refusal
    if isinstance(error, CSRFError):
        words = str(UNREADABLE_WORDS[Unreadable.TOKEN])
        return Refusal(HTTPStatus.BAD_REQUEST, ((SEND, words),))
    if isinstance(error, BodyTooLargeError | MalformedBodyError):
        return refusal_of(UnreadableFormError(_WHY_UNREAD[type(error)]))
    if isinstance(error, BadTextError):
        words = gettext("Có ký tự không đọc được; chỗ đó hiện dấu hỏi. Xin gõ lại chỗ ấy.")
        return Refusal(HTTPStatus.BAD_REQUEST, ((SEND, words),))
    return _store_refusal(error)


def _store_refusal(error: Exception) -> Refusal:
    if isinstance(error, StoreUnavailableError):
        words = gettext(
            "Chưa gửi được: kho lưu trữ tạm thời không dùng được. Lời bạn viết vẫn còn dưới đây;"
            " xin chờ ít phút rồi gửi lại. Nguy hiểm gấp thì gọi Công an: 113."
        )
        return Refusal(HTTPStatus.SERVICE_UNAVAILABLE, ((SEND, words),))
    return receipt_refusal(error)


def field_words(field: str, rule: str) -> str:
    """Return what is wrong with a field of these forms."""
    missing = {
        "kinds": gettext("Xin chọn ít nhất một điều cần bảo vệ."),
        "persons": gettext("Xin chọn bảo vệ cho ai."),
        "words": gettext("Xin viết vài chữ: ai, đã làm gì hoặc dọa gì, khi nào."),
    }
    if rule == MISSING:
        return missing.get(field, gettext("Xin chọn một câu trả lời."))
    if rule == TOO_LONG:
        return gettext("Đoạn này dài quá %(most)s ký tự.", most=show_number(WORDS_CHARS))
    if rule == REPEATED:
        return gettext("Ô này được gửi lên nhiều lần. Xin kiểm tra lại.")
    return gettext("Lựa chọn này không có trong danh sách. Xin chọn lại.")


_WHY_UNREAD = {
    BodyTooLargeError: Unreadable.TOO_LARGE,
    MalformedBodyError: Unreadable.MALFORMED,
}
PROTECTION_REFUSALS = (
    BodyTooLargeError,
    MalformedBodyError,
    InvalidReportError,
    SignedOutError,
    StoreUnavailableError,
    *RECEIPT_REFUSALS,
)
