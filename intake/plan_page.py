"""What the page of the plan calls the other pages of this door."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

PAGES: Final[Mapping[str, LazyString]] = {
    "/": lazy_gettext("Trang đầu"),
    "/report": lazy_gettext("Gửi thông tin"),
    "/case": lazy_gettext("Theo dõi bằng mã"),
    "/protection": lazy_gettext("Bạn được bảo vệ thế nào"),
    "/reception": lazy_gettext("Gặp trực tiếp"),
    "/plan": lazy_gettext("Trang này"),
    "/exit/about": lazy_gettext("Nút thoát nhanh"),
}


def page_words(address: str) -> str:
    """Return what a page is called; the address itself where it has no name here."""
    return str(PAGES.get(urlsplit(address).path, address))
