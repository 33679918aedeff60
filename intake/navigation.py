"""The pages that every page of the public door leads to."""

from typing import Final

from flask_babel import lazy_gettext

from web.appbase import NavLink

NAVIGATION: Final = (
    NavLink("/report", lazy_gettext("Gửi thông tin")),
    NavLink("/case", lazy_gettext("Theo dõi bằng mã")),
    NavLink("/protection", lazy_gettext("Bạn được bảo vệ thế nào")),
    NavLink("/reception", lazy_gettext("Gặp trực tiếp")),
)
