"""A real Chromium without scripts, as Tor Browser has it at its Safest level."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, sync_playwright

from tests.support import needs

PHONE, DESKTOP = 360, 1280
HEIGHT = 800
# The sandbox needs rights that containers do not give; the pages are our own.
ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]


@contextmanager
def running_chromium() -> Iterator[Browser]:
    """Start a browser and end it; skip the test where there is none."""
    executable = needs.chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def window(browser: Browser, width: int = PHONE, *, has_scripts: bool = False) -> Iterator[Page]:
    """Return a fresh window with cookies of its own; without scripts, unless a test is of one."""
    context = browser.new_context(
        java_script_enabled=has_scripts,
        viewport={"width": width, "height": HEIGHT},
        locale="vi-VN",
        accept_downloads=True,
    )
    try:
        yield context.new_page()
    finally:
        context.close()
