"""Who somebody is, in words: that it was given or moved, carried away; never what it says."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from flask_babel import gettext

from cases.identity_boxes import BOX, CARRY_STEP, MOVE_STEP, PURPOSE, SealedBox
from cases.names import EntryKind
from cases.opened import OpenedEntry
from review.desk import the_office
from review.words import legal_name
from web.languages import show_number


def identity_message(entry: OpenedEntry) -> str:
    """Return what the thread says of an identity or a moved passage; nothing for another line."""
    if entry.text("event") == MOVE_STEP:
        return gettext("Một đoạn có thể cho biết người gửi là ai đã được chuyển khỏi hồ sơ")
    if entry.kind is not EntryKind.MESSAGE or BOX not in entry.values:
        return ""
    return gettext(
        "Người gửi đã cho biết họ là ai (%(purpose)s). Ở đây không đọc được: xem trang Danh tính",
        purpose=_purpose(entry.text(PURPOSE)),
    )


def box_words(box: SealedBox) -> str:
    """Return what a box is, and nothing of what is in it."""
    if box.is_given:
        purpose = _purpose(box.purpose)
        return gettext("Người gửi cho biết họ là ai, để: %(purpose)s", purpose=purpose)
    return gettext("Đoạn do %(who)s chuyển đi", who=box.by)


def _purpose(code: str) -> str:
    return legal_name(the_office().pack.identity_purposes, code)


def _move_line(entry: OpenedEntry) -> str:
    return gettext(
        "Chuyển đi đoạn có thể cho biết người gửi là ai (số chỗ: %(count)s)", count=_count(entry)
    )


def _carry_line(entry: OpenedEntry) -> str:
    return gettext("Tải tệp niêm kín để mang đi (số tệp: %(count)s)", count=_count(entry))


def _count(entry: OpenedEntry) -> str:
    value = entry.values.get("count")
    return show_number(value) if isinstance(value, int) else "?"


IDENTITY_LINES: Final[Mapping[str, Callable[[OpenedEntry], str]]] = {
    MOVE_STEP: _move_line,
    CARRY_STEP: _carry_line,
}


def identity_words_for_templates() -> dict[str, Callable[..., Any]]:
    """Return the functions by which templates put this into words."""
    return {"identity_message": identity_message, "box_words": box_words}
