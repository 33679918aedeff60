"""Both factors once more, for what a desk that was left open must not do."""

from typing import Final

from flask import request
from flask_babel import lazy_gettext

from cases.errors import SignInError
from cases.signing_in import Credentials
from review.desk import desk, reviewer
from review.forms import RefusedFormError
from review.passkey_ceremonies import given_passkey
from review.passphrases import MOST_CHARS

PRESENT: Final = ("present", "present_code")
NOT_BOTH: Final = lazy_gettext(
    "Cụm mật khẩu hoặc bước thứ hai không đúng; mỗi mã chỉ dùng được một lần"
)


def check_present() -> None:
    """Return when this form brings the reviewer's passphrase and a second factor of theirs.

    Raises:
        RefusedFormError: one of them is wrong.
    """
    name = reviewer().sign_in_name
    desk().brake.wait(name)
    passphrase, code = (request.form.get(field, "")[: MOST_CHARS + 1] for field in PRESENT)
    try:
        desk().sign_in_desk.sign_in(Credentials(name, passphrase, code, given_passkey()))
    except SignInError:
        raise RefusedFormError((("present", NOT_BOTH),)) from None
    desk().brake.passed(name)
