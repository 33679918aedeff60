"""Somebody who is afraid, in a real browser without scripts, on a telephone and at the desk."""

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.accounts import unused_code
from tests.support.chromium import DESKTOP, PHONE, running_chromium, window
from tests.support.instance import Instance

pytestmark = pytest.mark.browser

FEAR = "Tối qua có hai người đứng trước cửa, bảo tôi rút lời."
PICTURES = os.environ.get("LIEMCHINH_JOURNEY_PICTURES", "")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_chromium() as running:
        yield running


def picture(page: Page, name: str) -> None:
    """Keep a picture of the whole page where somebody wants to look at the journey."""
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


def ask(page: Page, instance: Instance, words: str) -> None:
    """File a report and ask for protection with its receipt."""
    page.goto(f"{instance.public}/report")
    page.get_by_label("Chuyện gì đã xảy ra?").fill(words)
    page.get_by_role("button", name="Gửi", exact=True).click()
    code = page.locator("#receipt").inner_text()
    page.goto(f"{instance.public}/case")
    page.get_by_label("Mã theo dõi").fill(code)
    page.get_by_role("button", name="Xem tình trạng").click()
    picture(page, "case-phone")
    page.get_by_role("main").get_by_role("link", name="Đề nghị bảo vệ").click()
    picture(page, "ask-phone")
    page.get_by_role("button", name="Gửi đề nghị bảo vệ").click()
    expect(page.locator("#faults")).to_be_visible()
    picture(page, "ask-refused-phone")
    page.get_by_label("Giữ kín").check()
    page.get_by_label("Tính mạng").check()
    page.get_by_label("Vì sao").fill(FEAR)
    page.get_by_label("Khẩn cấp").check()
    page.get_by_role("button", name="Gửi đề nghị bảo vệ").click()
    expect(page.get_by_text("Đã nhận đề nghị bảo vệ")).to_be_visible()
    expect(page.get_by_text(FEAR)).to_have_count(0)


def decide(page: Page, instance: Instance) -> None:
    """Find the request by its alarm, and grant the secrecy."""
    name, passphrase, key = instance.reviewer_of("van-phong")
    page.goto(f"{instance.desk}/sign-in")
    page.get_by_label("Tên đăng nhập").fill(name)
    page.get_by_label("Cụm mật khẩu").fill(passphrase)
    page.get_by_label("Mã một lần").fill(unused_code(key))
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page.get_by_text("Có đề nghị bảo vệ phải quyết định hôm nay")).to_be_visible()
    page.get_by_role("main").get_by_role("link", name="Sổ theo dõi bảo vệ").click()
    page.get_by_role("rowheader").get_by_role("link").click()
    expect(page.get_by_text(FEAR)).to_be_visible()
    picture(page, "protection-desk")
    form = page.locator("form[action$='/protection/decisions']")
    form.get_by_label("Bí mật thông tin cá nhân").check()
    form.get_by_label("Ai quyết định").select_option("resolver")
    form.get_by_label("Quyết định", exact=True).select_option("granted")
    form.get_by_label("Số, ngày văn bản").fill("4/QĐ-UBND")
    form.get_by_label("Nói với người gửi").fill("Chúng tôi giữ kín mọi điều.")
    form.get_by_label("Căn cứ").fill("Có người đe dọa.")
    form.get_by_role("button", name="Ghi quyết định").click()
    expect(page.get_by_text("Đã ghi quyết định về bảo vệ")).to_be_visible()


def take_measure(page: Page, instance: Instance) -> None:
    """Record a measure of what was granted, and look at the register."""
    form = page.locator("form[action$='/protection/measures']")
    form.get_by_label("Biện pháp").select_option("safe-meeting")
    form.get_by_label("Căn cứ").fill("Theo quyết định.")
    form.get_by_role("button", name="Ghi biện pháp").click()
    expect(page.get_by_text("Đã ghi biện pháp bảo vệ")).to_be_visible()
    picture(page, "protection-granted-desk")
    page.goto(f"{instance.desk}/protection")
    expect(page.get_by_text("đang bảo vệ")).to_be_visible()
    picture(page, "register-desk")
    page.set_viewport_size({"width": PHONE, "height": 800})
    picture(page, "register-phone")
    page.get_by_role("rowheader").get_by_role("link").first.click()
    picture(page, "protection-granted-phone")


def test_who_is_afraid_is_heard_the_same_day_and_reads_what_was_decided(
    browser: Browser, instance: Instance
) -> None:
    with window(browser) as reporter, window(browser, DESKTOP) as reviewer:
        ask(reporter, instance, f"Chuyện của người đang sợ {secrets.token_hex(4)}.")
        decide(reviewer, instance)
        take_measure(reviewer, instance)
        reporter.goto(f"{instance.public}/case")
        expect(reporter.get_by_text("Đã quyết định bảo vệ: Bí mật")).to_be_visible()
        expect(reporter.get_by_text("Chúng tôi giữ kín mọi điều.")).to_be_visible()
        expect(reporter.get_by_text("Có người đe dọa.")).to_have_count(0)
        picture(reporter, "told-phone")
