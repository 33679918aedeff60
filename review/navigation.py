"""The pages of the desk that somebody's roles open, in the order of the navigation."""

from flask import g
from flask_babel import lazy_gettext

from cases.reviewers import SignedIn
from policy.rights import Action, any_may
from web.appbase import NavLink

PAGES = {
    NavLink("/cases", lazy_gettext("Hồ sơ")): Action.OWN_LIST,
    NavLink("/protection", lazy_gettext("Bảo vệ")): Action.SEE_REGISTER,
    NavLink("/rewards", lazy_gettext("Khen thưởng")): Action.SEE_REWARDS,
    NavLink("/heard", lazy_gettext("Nhận hộ")): Action.ENTER_HEARD,
    NavLink("/paper", lazy_gettext("Sổ đơn giấy")): Action.ENTER_PAPER,
    NavLink("/counts", lazy_gettext("Số liệu")): Action.COUNT,
    NavLink("/units", lazy_gettext("Đơn vị")): Action.SEE_UNITS,
    NavLink("/account", lazy_gettext("Tài khoản")): Action.OWN_ACCOUNT,
}


def own_pages() -> list[NavLink]:
    """Return the links that a signed-in reviewer's navigation has; none before they sign in."""
    found: SignedIn | None = g.get("signed_in")
    if found is None:
        return []
    roles = found.every_role
    return [link for link, action in PAGES.items() if any_may(roles, action)]
