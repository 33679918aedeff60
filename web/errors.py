"""Error pages: one table from class to status and page, one edge for what nobody foresaw."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from flask import Flask, Response, make_response, render_template
from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from cases.errors import StorageError, UncertainStoreError
from web.limits import TooManyRequestsError
from web.logs import log_error

RETRY_SECONDS: Final = 60


@dataclass(frozen=True)
class ErrorPage:
    """What a refusal looks like: a status and a page.

    The page is given ``error``, the exception itself, and ``words`` of its status.
    """

    status: HTTPStatus
    template: str = "shared/error.html"
    words: "ErrorWords | None" = None


@dataclass(frozen=True)
class ErrorWords:
    """What an error page says: what happened, and what was and was not kept."""

    title: LazyString
    text: LazyString


UNCERTAIN: Final = ErrorWords(
    lazy_gettext("Chưa rõ lần này đã được ghi nhận hay chưa"),
    lazy_gettext(
        "Kho lưu trữ mất liên lạc đúng lúc đang ghi. Xin chờ ít phút, bấm nút quay lại của trình"
        " duyệt rồi gửi lại: gửi hai lần cùng một biểu mẫu không tạo ra hai tin."
    ),
)


_UNREADABLE: Final = ErrorWords(
    lazy_gettext("Trang web không đọc được yêu cầu này"),
    lazy_gettext("Không có gì được gửi hay lưu lại. Xin mở lại trang và thử một lần nữa."),
)
_BROKEN: Final = ErrorWords(
    lazy_gettext("Trang web gặp lỗi"),
    lazy_gettext(
        "Lỗi ở phía chúng tôi. Nếu bạn vừa gửi thông tin mà chưa thấy mã theo dõi, xin coi như"
        " chưa gửi: bấm nút quay lại của trình duyệt rồi gửi lại. Gửi hai lần cùng một biểu mẫu"
        " không tạo ra hai tin."
    ),
)
WORDS: Final[Mapping[int, ErrorWords]] = {
    HTTPStatus.BAD_REQUEST: _UNREADABLE,
    HTTPStatus.FORBIDDEN: ErrorWords(
        lazy_gettext("Bạn không được làm việc này ở đây"),
        lazy_gettext("Không có gì thay đổi."),
    ),
    HTTPStatus.NOT_FOUND: ErrorWords(
        lazy_gettext("Không có trang này"),
        lazy_gettext("Địa chỉ có thể đã gõ nhầm. Không có gì được gửi hay lưu lại."),
    ),
    HTTPStatus.METHOD_NOT_ALLOWED: ErrorWords(
        lazy_gettext("Trang này không nhận cách gửi đó"),
        lazy_gettext("Không có gì được gửi hay lưu lại."),
    ),
    HTTPStatus.CONFLICT: ErrorWords(
        lazy_gettext("Có người vừa thay đổi trước bạn"),
        lazy_gettext("Việc bạn vừa làm chưa được ghi. Xin mở lại trang để xem điều mới."),
    ),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ErrorWords(
        lazy_gettext("Nội dung gửi lên quá lớn"),
        lazy_gettext("Không có gì được gửi hay lưu lại. Xin bớt tệp, hoặc gửi làm nhiều lần."),
    ),
    HTTPStatus.TOO_MANY_REQUESTS: ErrorWords(
        lazy_gettext("Lúc này có quá nhiều lượt gửi"),
        lazy_gettext(
            "Lần này chưa được ghi nhận. Không ai bị khóa: xin chờ ít phút, bấm nút quay lại của"
            " trình duyệt rồi gửi lại."
        ),
    ),
    HTTPStatus.INTERNAL_SERVER_ERROR: _BROKEN,
    HTTPStatus.SERVICE_UNAVAILABLE: ErrorWords(
        lazy_gettext("Kho lưu trữ tạm thời không dùng được"),
        lazy_gettext(
            "Lần này chưa được ghi nhận và không có gì được lưu lại. Xin chờ ít phút, bấm nút"
            " quay lại của trình duyệt rồi gửi lại."
        ),
    ),
}
SHARED_PAGES: Final[Mapping[type[Exception], ErrorPage]] = {
    StorageError: ErrorPage(HTTPStatus.SERVICE_UNAVAILABLE),
    UncertainStoreError: ErrorPage(HTTPStatus.SERVICE_UNAVAILABLE, words=UNCERTAIN),
    TooManyRequestsError: ErrorPage(HTTPStatus.TOO_MANY_REQUESTS),
    CSRFError: ErrorPage(HTTPStatus.BAD_REQUEST, "shared/stale_form.html"),
}


def register_errors(app: Flask, table: Mapping[type[Exception], ErrorPage]) -> None:
    """Let the app answer each refusal of the table with its page, and the unforeseen with 500."""
    pages = {**SHARED_PAGES, **table}

    def refuse(error: Exception) -> Response:
        page = next(pages[kind] for kind in type(error).__mro__ if kind in pages)
        if page.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            log_error("refused", error)
        return error_answer(error, page)

    for kind in pages:
        app.register_error_handler(kind, refuse)
    app.register_error_handler(HTTPException, _answer_http)
    app.register_error_handler(Exception, _answer_unforeseen)


def error_answer(error: Exception, page: ErrorPage) -> Response:
    """Return a page's answer with its status, and when to come back where that is known."""
    words = page.words or WORDS.get(page.status, _UNREADABLE)
    answer = make_response(render_template(page.template, error=error, words=words), page.status)
    if isinstance(error, TooManyRequestsError):
        answer.headers["Retry-After"] = str(error.retry_after)
    elif page.status == HTTPStatus.SERVICE_UNAVAILABLE:
        answer.headers["Retry-After"] = str(RETRY_SECONDS)
    return answer


def _answer_http(error: HTTPException) -> Response | HTTPException:
    if error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return error
    if isinstance(getattr(error, "original_exception", None), StorageError):
        # The store failed while the visit was written back, after the view had answered.
        return error_answer(error, ErrorPage(HTTPStatus.SERVICE_UNAVAILABLE))
    answer = error_answer(error, ErrorPage(HTTPStatus(error.code)))
    # Allow (405) and the like; the page's own type and length stand.
    for name, value in error.get_headers():
        if name.lower() not in {"content-type", "content-length"}:
            answer.headers[name] = value
    return answer


def _answer_unforeseen(error: Exception) -> Response:
    log_error("unforeseen", error)
    return error_answer(error, ErrorPage(HTTPStatus.INTERNAL_SERVER_ERROR))
