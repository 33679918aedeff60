"""A page as somebody sees it: it fits its window, and a picture of it is kept where wanted.

``LIEMCHINH_JOURNEY_PICTURES=FOLDER`` keeps a picture of every page, for somebody to look at.
"""

import os
from pathlib import Path

from playwright.sync_api import Page

from tests.pages.audit import WIDE

PICTURES = os.environ.get("LIEMCHINH_JOURNEY_PICTURES", "")


def look(page: Page, name: str) -> None:
    """Assert that a page fits its window, and keep a picture where somebody wants one."""
    page.wait_for_load_state()
    shown, room = page.evaluate(WIDE)
    assert shown <= room, name
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)
