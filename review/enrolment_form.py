"""What somebody who follows an enrolment link chooses, parsed or refused by field."""

from collections.abc import Mapping
from typing import Final

from flask_babel import lazy_gettext

from cases.enrolment import Enrolment, Place, fold_sign_in_name
from cases.members import Member, list_members
from cases.office import Office
from review.app_keys import code_faults, waiting_key
from review.forms import Faults, RefusedFormError
from review.passphrases import passphrase_faults

NAME_CHARS: Final = range(3, 65)

NAME_LENGTH: Final = lazy_gettext("Tên đăng nhập cần từ 3 đến 64 ký tự")
NAME_SIGNS: Final = lazy_gettext("Tên đăng nhập chỉ gồm chữ, số, dấu chấm, gạch và khoảng trắng")
NAME_TAKEN: Final = lazy_gettext("Tên này không dùng được. Xin chọn tên khác")


def parse_enrolment(form: Mapping[str, str], token: str, place: Place) -> Enrolment:
    """Return what was chosen.

    Raises:
        RefusedFormError: the name, the passphrase or the code cannot be taken.
    """
    name, passphrase = form.get("name", ""), form.get("passphrase", "")
    faults = (
        *_name_faults(name),
        *passphrase_faults(form, (name, place.unit)),
        *code_faults(form.get("code", "")),
    )
    if faults:
        raise RefusedFormError(faults)
    return Enrolment(token, name, passphrase, waiting_key())


def taken_name() -> RefusedFormError:
    """Return the refusal of a name that somebody else has."""
    return RefusedFormError((("name", NAME_TAKEN),))


def enrolled_member(office: Office, place: Place, sign_in_name: str) -> Member:
    """Return the line of a unit's page that somebody who just enrolled has there."""
    folded = fold_sign_in_name(sign_in_name)
    members = list_members(office, frozenset({place.unit}))
    return next(member for member in members if member.sign_in_name == folded)


def _name_faults(name: str) -> Faults:
    folded = fold_sign_in_name(name)
    if len(folded) not in NAME_CHARS:
        return (("name", NAME_LENGTH),)
    if not all(sign.isalnum() or sign in ".-_ " for sign in folded):
        return (("name", NAME_SIGNS),)
    return ()
