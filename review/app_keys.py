"""Giving somebody's app its key: shown as a picture and as text, until a code proves it is there.

The key waits in the browser's own session, sealed under its cookie, and nowhere else.
"""

from dataclasses import dataclass
from typing import Final

from flask import g
from flask_babel import lazy_gettext

from crypto.second_factor import TotpKey
from review.desk import the_office, visit
from review.forms import Faults
from web.qr_picture import qr_png_uri

KEPT_AS: Final = "new_totp_key"

CODE_WRONG: Final = lazy_gettext(
    "Mã chưa đúng. Hãy chờ mã kế tiếp hiện ra trong ứng dụng rồi gõ lại; nếu vẫn sai, kiểm tra giờ"
    " của điện thoại"
)


@dataclass(frozen=True, repr=False)
class ShownKey:
    """A key as the page shows it."""

    picture: str
    text: str


def waiting_key() -> TotpKey:
    """Return the key that this browser was shown, or a new one."""
    here = visit()
    raw = here.get(KEPT_AS)
    if raw is None:
        raw = TotpKey.generate().raw
        here[KEPT_AS] = raw
    return TotpKey(raw)


def show_key(sign_in_name: str = "") -> ShownKey:
    """Return the waiting key for the page, which may then hold a picture of its own."""
    key = waiting_key()
    g.allows_data_images = True
    return ShownKey(qr_png_uri(key.uri(sign_in_name)), key.shown())


def code_faults(typed: str) -> Faults:
    """Return what is wrong with the first code of the waiting key."""
    if waiting_key().step_of(typed, the_office().clock.now()) is None:
        return (("code", CODE_WRONG),)
    return ()


def forget_key() -> None:
    """Forget the waiting key: it is somebody's own now."""
    here = visit()
    if KEPT_AS in here:
        del here[KEPT_AS]
