"""What refuses whatever is sent from behind a receipt, whichever form it was."""

from http import HTTPStatus

from flask_babel import gettext

from cases.errors import UncertainStoreError
from intake.receipts import SignedOutError
from intake.words import RECEIPT, SEND, Refusal
from web.limits import TooManyRequestsError


def thread_refusal(error: Exception) -> Refusal | None:
    """Return why something was not sent, or may not have been; none where the form knows better."""
    if isinstance(error, SignedOutError):
        words = gettext(
            "Chưa gửi: để bảo vệ bạn, trang tự đóng sau 20 phút không dùng. Lời bạn viết vẫn còn"
            " dưới đây; gõ lại mã theo dõi rồi gửi."
        )
        return Refusal(HTTPStatus.FORBIDDEN, ((RECEIPT, words),))
    if isinstance(error, TooManyRequestsError):
        words = gettext("Chưa gửi: lúc này có quá nhiều lượt gửi. Xin chờ ít phút rồi gửi lại.")
        return Refusal(HTTPStatus.TOO_MANY_REQUESTS, ((SEND, words),))
    if isinstance(error, UncertainStoreError):
        words = gettext(
            "Chưa rõ đã gửi được hay chưa: kho lưu trữ mất liên lạc đúng lúc đang ghi. Lời bạn viết"
            " vẫn còn dưới đây. Xin chờ ít phút rồi gửi lại: không bao giờ thành hai lần."
        )
        return Refusal(HTTPStatus.SERVICE_UNAVAILABLE, ((SEND, words),))
    return None
