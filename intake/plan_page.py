"""What the page of the plan calls the other pages of this door."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from intake.navigation import NAVIGATION

PAGES: Final[Mapping[str, LazyString]] = {
    **{link.href: link.words for link in NAVIGATION},
    "/": lazy_gettext("Trang đầu"),
    "/plan": lazy_gettext("Trang này"),
    "/exit/about": lazy_gettext("Nút thoát nhanh"),
}


def page_words(address: str) -> str:
    """Return what a page is called; the address itself where it has no name here."""
    return str(PAGES.get(urlsplit(address).path, address))
