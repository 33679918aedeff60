"""A passkey in a real browser, with the authenticator that Chromium has for tests."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, expect

from tests.support.accounts import unused_code
from tests.support.chromium import DESKTOP, running_chromium, window
from tests.support.instance import Instance

pytestmark = pytest.mark.browser

# No other journey signs in for it.
UNIT = "cong-an-dk"
# Chrome DevTools Protocol, WebAuthn.addVirtualAuthenticator: a device with a PIN or a finger.
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@contextmanager
def desk_window() -> Iterator[tuple[Page, list[str]]]:
    """Yield a window with scripts and a device, and what its console complains of."""
    with running_chromium() as browser, window(browser, DESKTOP, has_scripts=True) as page:
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.extend([said.text] * (said.type == "error")))
        session = page.context.new_cdp_session(page)
        session.send("WebAuthn.enable")
        session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
        yield page, complaints


def test_a_reviewer_adds_a_passkey_and_signs_in_by_it(instance: Instance) -> None:
    name, passphrase, key = instance.reviewer_of(UNIT)
    with desk_window() as (page, complaints):
        page.goto(f"{instance.desk}/sign-in")
        page.get_by_label("Tên đăng nhập").fill(name)
        page.get_by_label("Cụm mật khẩu").fill(passphrase)
        page.get_by_label("Mã một lần").fill(unused_code(key))
        page.get_by_role("button", name="Đăng nhập", exact=True).click()
        page.get_by_role("link", name="Tài khoản").click()
        page.get_by_role("link", name="Khóa truy cập").click()
        page.get_by_label("Tên để nhận ra khóa").fill("Máy ở phòng")
        page.get_by_label("Cụm mật khẩu hiện nay").fill(passphrase)
        page.get_by_label("Mã của ứng dụng đang dùng").fill(unused_code(key))
        page.get_by_role("button", name="Tiếp tục").click()
        page.get_by_role("button", name="Tạo khóa trên thiết bị").click()
        expect(page.get_by_text("Đã thêm khóa truy cập")).to_be_visible()
        expect(page.get_by_text("Máy ở phòng")).to_be_visible()
        page.get_by_role("button", name="Đăng xuất").click()

        page.get_by_label("Tên đăng nhập").fill(name)
        page.get_by_label("Cụm mật khẩu").fill("không phải cụm này")
        page.get_by_role("button", name="Đăng nhập bằng khóa truy cập").click()
        expect(page.get_by_role("heading", name="Chưa đăng nhập được")).to_be_visible()
        page.get_by_label("Cụm mật khẩu").fill(passphrase)
        page.get_by_role("button", name="Đăng nhập bằng khóa truy cập").click()
        expect(page.get_by_role("heading", level=1, name="Hồ sơ bạn mở được")).to_be_visible()
    assert [each for each in complaints if "401" not in each] == []


def test_a_browser_that_is_asked_in_vain_says_so_and_keeps_what_was_typed(
    instance: Instance,
) -> None:
    with desk_window() as (page, _):
        page.goto(f"{instance.desk}/sign-in")
        page.get_by_label("Tên đăng nhập").fill("lan.anh")
        page.get_by_label("Cụm mật khẩu").fill("một cụm nào đó")
        expect(page.get_by_role("alert")).to_have_count(0)
        page.get_by_role("button", name="Đăng nhập bằng khóa truy cập").click()
        expect(page.get_by_role("alert")).to_be_visible()
        expect(page.get_by_label("Tên đăng nhập")).to_have_value("lan.anh")
        expect(page.get_by_label("Mã một lần")).to_be_enabled()
