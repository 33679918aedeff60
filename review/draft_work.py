"""Words that are kept instead of sent: the same form, with another button."""

from contextlib import suppress
from typing import Final

from flask import g, redirect
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from cases.desk_drafts import DraftKind, DraftWords, forget_draft, keep_draft
from cases.errors import DraftChangedError, StorageError
from crypto.errors import OpenError
from review.desk import reviewer, the_office
from review.forms import VERSION_DIGITS, RefusedFormError, parse_text
from review.uploads import upload_request

KEEP: Final = "keep"
DISCARD: Final = "discard"
WORDS_ONLY: Final = "draft-words"
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
    done = f"draft-{pressed}"
    if pressed == DISCARD:
        _forget(ref, kind)
    elif pressed == KEEP:
        _keep(ref, kind, field)
        if upload_request().uploads:
            done = WORDS_ONLY
    else:
        return None
    return redirect(f"/cases/{ref}?done={done}#{field}", 303)


def sent_draft(ref: str, kind: DraftKind) -> None:
    """Forget the draft that a sent form was shown with, now that the case has its words.

    What cannot be forgotten now stays sealed until its days are over (``cases.desk_draft_expiry``).
    """
    with suppress(StorageError, OpenError):
        _forget(ref, kind)


def _forget(ref: str, kind: DraftKind) -> None:
    forget_draft(the_office(), reviewer(), ref, kind, g.form.get("draft", ""))


def _keep(ref: str, kind: DraftKind, field: str) -> None:
    seen = g.form.get("seen", "")
    is_number = seen.isascii() and seen.isdecimal() and len(seen) <= VERSION_DIGITS
    text = parse_text(g.form, field, may_be_empty=True)
    words = DraftWords(text, int(seen) if is_number else 0, g.form.get("draft", ""))
    try:
        keep_draft(the_office(), reviewer(), ref, kind, words)
    except DraftChangedError:
        raise RefusedFormError(((field, CHANGED),), STALE_STATUS) from None
