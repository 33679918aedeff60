"""The pictures of the README show the pages as they are: ``make screenshots`` takes them."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.support.browser import File
from tests.support.chromium import PHONE, running_chromium
from tests.support.instance import ROOT, Instance
from tests.support.people import receipt_of, reporter_at, reviewer_of

pytestmark = pytest.mark.browser

PICTURES = ROOT / "docs" / "images"
NAMES = ("report-phone.png", "desk-case.png")
IS_WANTED = bool(os.environ.get("LIEMCHINH_SCREENSHOTS"))
LARGEST_BYTES = 150_000
PNG = b"\x89PNG\r\n\x1a\n"
STATEMENT = (
    "Tôi nộp hồ sơ tách thửa đã hai tháng. Mỗi lần hỏi, cán bộ đều bảo thiếu giấy khác nhau, lần"
    " cuối gợi ý bồi dưỡng năm triệu đồng thì sẽ có ngay."
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_chromium() as running:
        yield running


def window_of(browser: Browser, width: int, height: int) -> Page:
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": width, "height": height}, locale="vi-VN"
    )
    return context.new_page()


def take(page: Page, folder: Path, name: str) -> None:
    picture = page.screenshot(path=folder / name)
    assert len(picture) < LARGEST_BYTES


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return where pictures go: the repository's own place only when they are wanted."""
    if not IS_WANTED:
        return tmp_path
    PICTURES.mkdir(parents=True, exist_ok=True)
    return PICTURES


def test_a_screenshot_of_the_report_page_on_a_phone(
    instance: Instance, browser: Browser, folder: Path
) -> None:
    page = window_of(browser, PHONE, 720)
    page.goto(f"{instance.public}/report")
    take(page, folder, "report-phone.png")


def test_a_screenshot_of_a_case_at_the_desk(
    instance: Instance, browser: Browser, folder: Path
) -> None:
    photo = File("giấy hẹn.jpg", bytes(180_000))
    receipt_of(reporter_at(instance).report(STATEMENT, [photo], where="Một cửa", field="dat-dai"))
    office = reviewer_of(instance, "van-phong")
    case = office.case_saying(STATEMENT)
    page = window_of(browser, 1000, 760)
    cookies = [{"name": n, "value": v, "url": instance.desk} for n, v in office.cookies.items()]
    page.context.add_cookies(cookies)  # type: ignore[arg-type]  # name, value and url are enough
    page.goto(instance.desk + case)
    take(page, folder, "desk-case.png")


@pytest.mark.parametrize("name", NAMES)
def test_a_screenshot_is_there_and_small(name: str) -> None:
    picture = (PICTURES / name).read_bytes()
    assert picture.startswith(PNG)
    assert len(picture) < LARGEST_BYTES
