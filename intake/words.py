"""What the public door says when something is wrong, by field and rule."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString
from flask_wtf.csrf import CSRFError

from cases.errors import (
    AlreadyFiledError,
    DifferentReportError,
    DisposedReceiptError,
    InvalidReportError,
    StoreUnavailableError,
    UncertainStoreError,
    UnknownReceiptError,
)
from crypto.errors import OpenError
from crypto.receipts import SYMBOLS, MistypedReceiptError
from intake import forms
from intake.received import LossRule, LostFile, Unreadable, UnreadableFormError
from intake.report_form import FilesNotKeptError
from policy.errors import NoRouteError
from web.languages import show_date, show_number
from web.limits import TooManyRequestsError
from web.multipart import BadTextError
from web.texts import visible

# The places of the form that an error summary can lead to.
FILES: Final = "attachments"
SEND: Final = "send"
MESSAGE: Final = "message"
RECEIPT: Final = "receipt-code"

Fault = tuple[str, str]


@dataclass(frozen=True)
class Refusal:
    """Why a form comes back: the status, and (place, words) pairs in the order of the form."""

    status: HTTPStatus
    faults: tuple[Fault, ...]


_MISSING: Final = lazy_gettext("Xin kể chuyện đã xảy ra. Đây là ô duy nhất phải điền.")
_LISTED: Final = lazy_gettext("Lựa chọn này không có trong danh sách. Xin chọn lại.")
_REPEATED: Final = lazy_gettext("Ô này được gửi lên nhiều lần. Xin kiểm tra lại.")
_NOT_TEXT: Final = lazy_gettext(
    "Có ký tự không đọc được; chỗ đó hiện dấu hỏi trong ô. Xin gõ lại chỗ ấy."
)

_UNKNOWN: Final = lazy_gettext(
    "Mã này viết đúng cách nhưng không có tin nào ứng với nó. Xin so lại với mã bạn đã chép. Mã mất"
    " thì không lấy lại được: bạn có thể gửi tin mới và nhắc tới tin trước."
)
_AWAY: Final = lazy_gettext(
    "Chưa mở được: kho lưu trữ tạm thời không dùng được. Mã của bạn vẫn còn trong ô; tin đã gửi"
    " không bị ảnh hưởng. Xin chờ ít phút rồi bấm lại."
)
_WAIT: Final = lazy_gettext("Có quá nhiều mã sai liền nhau. Xin chờ một phút rồi thử lại.")
NOT_SENT_UP: Final = lazy_gettext(
    "Chưa chuyển lên cấp trên: để bảo vệ bạn, trang tự đóng sau 20 phút không dùng. Xin gõ lại mã"
    " theo dõi, xem tình trạng rồi bấm chuyển lần nữa."
)

UNREADABLE_WORDS: Final[Mapping[Unreadable, LazyString]] = {
    Unreadable.TOKEN: lazy_gettext(
        "Chưa gửi: trang này mở từ một lượt truy cập trước. Mọi chữ bạn viết vẫn còn ở dưới;"
        " xin xem lại rồi bấm gửi lần nữa."
    ),
    Unreadable.TOO_LARGE: lazy_gettext(
        "Chưa gửi: nội dung gửi lên lớn hơn mức nhận được. Chữ đã tới nơi vẫn còn ở dưới; xin bớt"
        " tệp hoặc chia làm nhiều lần."
    ),
    Unreadable.MALFORMED: lazy_gettext(
        "Chưa gửi: nội dung tới nơi bị hỏng giữa đường. Phần đọc được vẫn còn ở dưới; xin xem lại"
        " rồi gửi lần nữa."
    ),
}

LOSS_WORDS: Final[Mapping[LossRule, LazyString]] = {
    LossRule.TOO_LARGE: lazy_gettext("tệp lớn hơn mức cho một tệp"),
    LossRule.OVER_TOTAL: lazy_gettext("các tệp cộng lại lớn hơn mức cho một lần gửi"),
    LossRule.TOO_MANY: lazy_gettext("quá số tệp cho một lần gửi"),
    LossRule.FAILED: lazy_gettext("kho lưu trữ đang trục trặc"),
    LossRule.NO_ROOM: lazy_gettext("kho tạm đang đầy; xin chờ ít phút"),
    LossRule.GONE: lazy_gettext("đã quá một giờ, hoặc tệp đã đi cùng lần gửi trước"),
    LossRule.NOT_RECEIVED: lazy_gettext("chưa nhận được; xin chọn lại tệp"),
    LossRule.NOT_SENT: lazy_gettext("đã tới nơi nhưng chưa gửi; xin chọn lại khi gửi"),
}

# The refusals of a form: the reporter gets it back with everything in it.
FORM_REFUSALS: Final = (
    UnreadableFormError,
    InvalidReportError,
    FilesNotKeptError,
    TooManyRequestsError,
    NoRouteError,
    DifferentReportError,
    AlreadyFiledError,
    StoreUnavailableError,
    OpenError,
)


@dataclass(frozen=True)
class FlatRefusal:
    """The refusal of a whole form."""

    status: HTTPStatus
    words: LazyString
    place: str = SEND


FLAT_REFUSALS: Final[Mapping[type[Exception], FlatRefusal]] = {
    TooManyRequestsError: FlatRefusal(
        HTTPStatus.TOO_MANY_REQUESTS,
        lazy_gettext(
            "Chưa gửi: lúc này có quá nhiều lượt gửi. Không ai bị khóa; xin chờ ít phút rồi bấm"
            " gửi lần nữa. Chữ và tệp vẫn còn ở đây."
        ),
    ),
    NoRouteError: FlatRefusal(
        HTTPStatus.CONFLICT,
        lazy_gettext(
            "Chưa gửi: bạn đã loại hết những nơi có thể nhận. Xin bỏ bớt lựa chọn ở phần ai không"
            " được xem."
        ),
        "not_to",
    ),
    DifferentReportError: FlatRefusal(
        HTTPStatus.CONFLICT,
        lazy_gettext(
            "Chưa gửi: biểu mẫu này đã gửi một lần với nội dung khác. Nếu đây là tin mới, bấm"
            " “Gửi tin khác” ở cuối trang, xem lại rồi gửi."
        ),
    ),
    AlreadyFiledError: FlatRefusal(
        HTTPStatus.CONFLICT,
        lazy_gettext(
            "Biểu mẫu này đã gửi rồi, đúng một lần; mã theo dõi không hiện lại nữa. Nếu muốn gửi"
            " thêm một tin, bấm “Gửi tin khác” ở cuối trang. Nếu mất mã, cứ gửi tin mới và nhắc"
            " tới tin trước: người xử lý sẽ nối hai tin lại."
        ),
    ),
    UncertainStoreError: FlatRefusal(
        HTTPStatus.SERVICE_UNAVAILABLE,
        lazy_gettext(
            "Chưa rõ đã gửi được hay chưa: kho lưu trữ mất liên lạc đúng lúc đang ghi. Chữ và tệp"
            " vẫn còn ở dưới. Xin chờ ít phút rồi bấm gửi lần nữa: nếu đã gửi được, trang sẽ hiện"
            " mã theo dõi; không bao giờ thành hai tin."
        ),
    ),
    StoreUnavailableError: FlatRefusal(
        HTTPStatus.SERVICE_UNAVAILABLE,
        lazy_gettext(
            "Chưa gửi được lần này: kho lưu trữ tạm thời không dùng được. Chữ bạn viết vẫn còn"
            " trên trang này; tệp nào không giữ được sẽ có tên ở dưới. Xin chờ ít phút rồi bấm gửi"
            " lần nữa: gửi lại không bao giờ thành hai tin."
        ),
    ),
    OpenError: FlatRefusal(
        HTTPStatus.SERVICE_UNAVAILABLE,
        lazy_gettext(
            "Chưa gửi: các tệp đã giữ không mở lại được. Xin bỏ tệp cũ, chọn lại rồi gửi lần nữa."
        ),
        FILES,
    ),
}


def refusal_of(error: Exception) -> Refusal:
    """Return how a form's refusal is said, and its status."""
    if isinstance(error, InvalidReportError):
        faults = tuple((field, field_words(field, rule)) for field, rule in error.faults)
        return Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, faults)
    if isinstance(error, UnreadableFormError):
        return _unreadable_refusal(error)
    if isinstance(error, FilesNotKeptError):
        return Refusal(error.status, ())
    flat = next(FLAT_REFUSALS[kind] for kind in type(error).__mro__ if kind in FLAT_REFUSALS)
    return Refusal(flat.status, ((flat.place, str(flat.words)),))


def _unreadable_refusal(error: UnreadableFormError) -> Refusal:
    if error.reason is Unreadable.BAD_TEXT:
        faults = tuple((field, str(_NOT_TEXT)) for field in error.fields)
        return Refusal(HTTPStatus.BAD_REQUEST, faults)
    is_large = error.reason is Unreadable.TOO_LARGE
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE if is_large else HTTPStatus.BAD_REQUEST
    return Refusal(status, ((SEND, str(UNREADABLE_WORDS[error.reason])),))


def field_words(field: str, rule: str) -> str:
    """Return what is wrong with a field."""
    if rule == forms.MISSING:
        return str(_MISSING)
    if rule == forms.TOO_LONG:
        most = forms.STATEMENT_CHARS if field == "statement" else forms.OTHER_CHARS
        return gettext(
            "Đoạn này dài quá %(most)s ký tự. Xin rút ngắn, hoặc gửi kèm thành tệp.",
            most=show_number(most),
        )
    return str(_REPEATED if rule == forms.REPEATED else _LISTED)


def loss_faults(lost: tuple[LostFile, ...]) -> tuple[Fault, ...]:
    """Return one fault for each file that is not with its form."""
    return tuple((FILES, loss_words(file)) for file in lost)


def loss_words(file: LostFile) -> str:
    """Return why a file is not with its form."""
    return gettext(
        "Tệp “%(name)s” không được giữ: %(reason)s.",
        name=visible(file.file_name),
        reason=LOSS_WORDS[file.rule],
    )


def receipt_refusal(error: Exception) -> Refusal:
    """Return how a typed receipt is refused: a slip is told from an unknown code."""
    if isinstance(error, MistypedReceiptError):
        return Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, ((RECEIPT, mistyped_words(error)),))
    if isinstance(error, StoreUnavailableError):
        return Refusal(HTTPStatus.SERVICE_UNAVAILABLE, ((RECEIPT, str(_AWAY)),))
    if isinstance(error, CSRFError):
        words = str(UNREADABLE_WORDS[Unreadable.TOKEN])
        return Refusal(HTTPStatus.BAD_REQUEST, ((RECEIPT, words),))
    if isinstance(error, BadTextError):
        return Refusal(HTTPStatus.BAD_REQUEST, ((RECEIPT, str(_NOT_TEXT)),))
    if isinstance(error, UnknownReceiptError):
        return _unknown(error)
    return Refusal(HTTPStatus.TOO_MANY_REQUESTS, ((RECEIPT, str(_WAIT)),))


def _unknown(error: UnknownReceiptError) -> Refusal:
    if isinstance(error, DisposedReceiptError):
        words = gettext(
            "Hồ sơ của mã này đã được hủy ngày %(day)s, vì hết thời hạn lưu giữ. Điều bạn viết"
            " không gửi vào đó được: xin gửi tin mới.",
            day=show_date(error.day),
        )
        return Refusal(HTTPStatus.GONE, ((RECEIPT, words),))
    return Refusal(HTTPStatus.NOT_FOUND, ((RECEIPT, str(_UNKNOWN)),))


def mistyped_words(error: MistypedReceiptError) -> str:
    """Return what is wrong with a typed receipt, and how many symbols were typed."""
    counted = gettext(
        "Bạn đã gõ %(typed)s ký tự; mã theo dõi có %(wanted)s ký tự (không kể dấu gạch).",
        typed=error.typed_symbols,
        wanted=SYMBOLS,
    )
    slips = {
        "length": gettext("Có lẽ thiếu hoặc thừa ký tự."),
        "symbol": gettext("Có ký tự không bao giờ nằm trong mã, như A, D, E, U, W, Y."),
        "check": gettext("Có ký tự gõ nhầm, hoặc hai ký tự đổi chỗ cho nhau."),
    }
    return f"{counted} {slips[error.reason]}"
