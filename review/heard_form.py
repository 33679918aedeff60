"""The form for what the office heard from somebody who gives no name, and files for them."""

from collections.abc import Mapping
from typing import Final

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString
from werkzeug.datastructures import MultiDict

from cases.filing import Filing
from cases.once import Once
from cases.reports import Report
from policy.pack import Pack
from review.advice import YES
from review.forms import (
    ONCE_BYTES,
    REPEATED,
    TEXT_CHARS,
    TEXT_MISSING,
    TEXT_TOO_LONG,
    RefusedFormError,
    typed_chars,
)
from review.law_forms import UNKNOWN_CHOICE, FaultList, accused_of

HEARD_FIELDS: Final = ("source", "text", "field", "urgent", "once")
SOURCES: Final[Mapping[str, LazyString]] = {
    "in-person": lazy_gettext("Đến gặp trực tiếp"),
    "telephone": lazy_gettext("Gọi điện thoại"),
    "box": lazy_gettext("Giấy không tên trong hòm thư"),
    "front": lazy_gettext("Mặt trận Tổ quốc chuyển đến"),
    "press": lazy_gettext("Báo chí nêu hoặc chuyển đến"),
    "agency": lazy_gettext("Cơ quan, tổ chức khác chuyển đến"),
}

SOURCE_MISSING: Final = lazy_gettext("Chưa chọn thông tin đến bằng cách nào")
FORM_TOO_OLD: Final = lazy_gettext("Trang này hỏng hoặc quá cũ. Xin mở lại trang rồi gửi")


def source_words(source: str) -> str:
    """Return in words how the office heard of something."""
    return str(SOURCES.get(source, source))


def parse_heard(form: MultiDict[str, str], pack: Pack, by: str) -> Filing:
    """Return what is to be filed; ``by`` is who heard it.

    Raises:
        RefusedFormError: no words, no source, or something that was not offered.
    """
    faults: FaultList = []
    if any(len(form.getlist(name)) > 1 for name in HEARD_FIELDS):
        raise RefusedFormError((("text", REPEATED),))
    source, text, field = (form.get(name, "") for name in ("source", "text", "field"))
    if source not in SOURCES:
        faults.append(("source", SOURCE_MISSING))
    if not text.strip():
        faults.append(("text", TEXT_MISSING))
    if typed_chars(text) > TEXT_CHARS:
        faults.append(("text", TEXT_TOO_LONG))
    if field and field not in {row.code for row in pack.fields}:
        faults.append(("field", UNKNOWN_CHOICE))
    staff, heads = accused_of(form, pack, faults)
    once = _once_of(form, faults)
    if faults or once is None:
        raise RefusedFormError(tuple(faults))
    report = Report(
        text, field=field, accused=staff, accused_head=heads, urgent=form.get("urgent") == YES
    )
    more = {"source": source, "heard_by": by}
    return Filing(report, (), once, more=more, events=pack.heard_from(source))


def _once_of(form: MultiDict[str, str], faults: FaultList) -> Once | None:
    try:
        secret = bytes.fromhex(form.get("once", ""))
    except ValueError:
        secret = b""
    if len(secret) != ONCE_BYTES:
        faults.append(("text", FORM_TOO_OLD))
        return None
    return Once(secret)
