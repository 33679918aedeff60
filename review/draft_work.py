"""Words that are kept instead of sent: the same form, with another button."""

from typing import Final

from flask import g, redirect
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from cases.desk_drafts import DraftKind, Keeping, forget_draft, keep_draft
from cases.errors import DraftChangedError
from review.desk import reviewer, the_office
from review.forms import VERSION_DIGITS, RefusedFormError, parse_text

KEEP: Final = "keep"
DISCARD: Final = "discard"
STALE_STATUS: Final = 409

CHANGED: Final = lazy_gettext(
    "Bạn đã lưu nháp khác ở đây từ khi mở trang này: bản đó hiện dưới ô. Điều vừa viết còn trong ô;"
    " lưu lần nữa thì thay bản kia"
)


def work_on_draft(ref: str, kind: DraftKind, field: str) -> ResponseReturnValue | None:
    """Keep or discard the words of a form, if its button says so.

    Raises:
        RefusedFormError: they are too long, or others were kept since the page was shown.
    """
    pressed = g.form.get("do", "")
    if pressed == DISCARD:
        sent_draft(ref, kind)
    elif pressed == KEEP:
        _keep(ref, kind, field)
    else:
        return None
    return redirect(f"/cases/{ref}?done=draft-{pressed}#{field}", 303)


def sent_draft(ref: str, kind: DraftKind) -> None:
    """Forget the draft that a form was shown with."""
    forget_draft(the_office(), reviewer(), ref, kind, g.form.get("draft", ""))


def _keep(ref: str, kind: DraftKind, field: str) -> None:
    seen = g.form.get("seen", "")
    is_number = seen.isascii() and seen.isdecimal() and len(seen) <= VERSION_DIGITS
    text = parse_text(g.form, field, may_be_empty=True)
    keeping = Keeping(text, int(seen) if is_number else 0, g.form.get("draft", ""))
    try:
        keep_draft(the_office(), reviewer(), ref, kind, keeping)
    except DraftChangedError:
        raise RefusedFormError(((field, CHANGED),), STALE_STATUS) from None
