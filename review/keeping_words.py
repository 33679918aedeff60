"""How long a case is kept, in words: lines of its history, and what stands in the way of an end."""

from collections.abc import Callable, Mapping
from typing import Final

from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString

from cases.case_export import EXPORT_STEP, EXPORTED_STEP
from cases.disposal import DISPOSE_STEP
from cases.holds import END_HOLD_STEP, HOLD_STEP
from cases.opened import OpenedEntry
from crypto.errors import KeyFormatError
from crypto.keys import Recipient

WHY_KEPT: Final[Mapping[str, LazyString]] = {
    "open": lazy_gettext("Hồ sơ chưa khép"),
    "held": lazy_gettext("Hồ sơ đang được giữ theo yêu cầu: phải thôi giữ trước"),
    "young": lazy_gettext("Chưa hết thời hạn lưu giữ"),
    "kept": lazy_gettext("Hồ sơ này được lưu giữ không thời hạn"),
    "waits": lazy_gettext("Còn đề nghị khác chờ người thứ hai duyệt"),
    "unanswered": lazy_gettext("Người gửi vừa viết và chưa được trả lời"),
    "protected": lazy_gettext("Còn đề nghị bảo vệ chưa quyết định hoặc đang bảo vệ"),
    "rewarded": lazy_gettext("Còn khen thưởng chưa quyết định hoặc chưa chi"),
}


def why_kept_words(why: str) -> str:
    """Return what stands in the way of disposal, in words."""
    return str(WHY_KEPT[why])


def _hold_line(_: OpenedEntry) -> str:
    return gettext("Giữ hồ sơ theo yêu cầu: không được hủy")


def _end_hold_line(_: OpenedEntry) -> str:
    return gettext("Thôi giữ hồ sơ theo yêu cầu")


def _dispose_line(_: OpenedEntry) -> str:
    return gettext("Hủy hồ sơ: xóa hẳn mọi nội dung và tệp, chỉ còn số liệu")


def _export_line(entry: OpenedEntry) -> str:
    try:
        fingerprint = Recipient.parse(entry.text("recipient")).fingerprint()
    except KeyFormatError:
        # Whoever can write to the store can seal any line; it is shown, and opens nothing.
        fingerprint = "?"
    return gettext("Xuất trọn hồ sơ, niêm cho khóa %(fingerprint)s", fingerprint=fingerprint)


def _exported_line(_: OpenedEntry) -> str:
    return gettext("Tải bản xuất trọn hồ sơ")


KEEPING_LINES: Final[Mapping[str, Callable[[OpenedEntry], str]]] = {
    HOLD_STEP: _hold_line,
    END_HOLD_STEP: _end_hold_line,
    DISPOSE_STEP: _dispose_line,
    EXPORT_STEP: _export_line,
    EXPORTED_STEP: _exported_line,
}
