"""The same way in a real browser without scripts, on a screen as small as a telephone's."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from tests.support.accounts import unused_code
from tests.support.chromium import DESKTOP, running_chromium, window
from tests.support.instance import Instance

pytestmark = pytest.mark.browser

STATEMENT = "Cán bộ một cửa gợi ý bồi dưỡng năm triệu thì hồ sơ mới xong."
# No other journey chooses this field.
FIELD = "thu-tuc"
QUESTION = "Giấy hẹn ghi ngày nào?"
REPLY = "Giấy hẹn ghi ngày hai mươi tháng mười."
FILES: list[FilePayload] = [
    {"name": "giấy hẹn.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8" + bytes(300_000)},
    {"name": "tin nhắn.txt", "mimeType": "text/plain", "buffer": "Anh cứ lo cho em nhé.".encode()},
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_chromium() as running:
        yield running


def sign_in(page: Page, instance: Instance, unit: str) -> None:
    name, passphrase, key = instance.reviewer_of(unit)
    page.goto(f"{instance.desk}/sign-in")
    page.get_by_label("Tên đăng nhập").fill(name)
    page.get_by_label("Cụm mật khẩu").fill(passphrase)
    page.get_by_label("Mã một lần").fill(unused_code(key))
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page.get_by_role("heading", level=1, name="Hồ sơ bạn mở được")).to_be_visible()


def open_case(page: Page) -> None:
    """Open the case that only this journey can have filed, by the field that it chose."""
    page.get_by_label("Lĩnh vực").select_option(FIELD)
    page.get_by_role("button", name="Lọc").click()
    page.get_by_role("rowheader").get_by_role("link").click()
    expect(page.get_by_role("heading", name="Nội dung người gửi viết")).to_be_visible()


def file_report(page: Page, instance: Instance) -> str:
    page.goto(instance.public)
    page.get_by_role("main").get_by_role("link", name="Gửi thông tin").first.click()
    page.get_by_label("Chuyện gì đã xảy ra?").fill(STATEMENT)
    page.get_by_label("Chuyện thuộc việc gì?").select_option(FIELD)
    page.get_by_label("Tệp gửi kèm").set_input_files(FILES)
    page.get_by_role("button", name="Xem ai sẽ nhận").click()
    expect(page.locator("#receiver")).to_be_visible()
    expect(page.get_by_label("Chuyện gì đã xảy ra?")).to_have_value(STATEMENT)
    page.get_by_role("button", name="Gửi", exact=True).click()
    code = page.locator("#receipt").inner_text()
    page.get_by_label("Mã bạn đã chép").fill(code.lower().replace("-", " "))
    page.get_by_role("button", name="So mã").click()
    expect(page.get_by_role("heading", level=1, name="Đúng mã")).to_be_visible()
    return code


def refer(page: Page, tmp_path: Path) -> None:
    expect(page.get_by_text(STATEMENT)).to_be_visible()
    for file in FILES:
        with page.expect_download() as started:
            page.get_by_role("link", name=file["name"]).click()
        assert started.value.suggested_filename == file["name"]
        started.value.save_as(tmp_path / "saved")
        assert (tmp_path / "saved").read_bytes() == file["buffer"]
    page.get_by_label("Đơn vị nhận").select_option(label="Phòng Văn hóa - Xã hội")
    page.get_by_label("Lý do chuyển").fill("Việc của phòng.")
    page.get_by_label("Thôi quyền xem").check()
    page.get_by_label("không có gì cho biết ai gửi").check()
    page.get_by_role("button", name="Chuyển hồ sơ").click()
    expect(page.get_by_text(STATEMENT)).to_have_count(0)


def test_a_report_goes_its_whole_way_in_a_browser_without_scripts(
    instance: Instance, browser: Browser, tmp_path: Path
) -> None:
    with window(browser) as page:
        code = file_report(page, instance)
    with window(browser, DESKTOP) as page:
        sign_in(page, instance, "van-phong")
        open_case(page)
        refer(page, tmp_path)
    with window(browser, DESKTOP) as page:
        sign_in(page, instance, "phong-vhxh")
        open_case(page)
        page.get_by_label("Điều bạn viết cho người gửi").fill(QUESTION)
        page.get_by_role("button", name="Gửi cho người gửi thông tin").click()
        expect(page.get_by_text(QUESTION)).to_be_visible()
    with window(browser) as page:
        page.goto(f"{instance.public}/case")
        page.get_by_label("Mã theo dõi").fill(code)
        page.get_by_role("button", name="Xem tình trạng").click()
        expect(page.get_by_text(QUESTION)).to_be_visible()
        expect(page.get_by_text(STATEMENT)).to_have_count(0)
        page.get_by_label("Trả lời, hỏi thêm").fill(REPLY)
        page.get_by_role("button", name="Gửi", exact=True).click()
        expect(page.get_by_text(REPLY)).to_be_visible()
    with window(browser, DESKTOP) as page:
        sign_in(page, instance, "phong-vhxh")
        open_case(page)
        expect(page.get_by_text(REPLY)).to_be_visible()


def test_back_and_reload_after_filing_show_the_same_receipt(
    instance: Instance, browser: Browser
) -> None:
    with window(browser) as page:
        page.goto(f"{instance.public}/report")
        page.get_by_label("Chuyện gì đã xảy ra?").fill("Bấm quay lại rồi gửi lần nữa.")
        page.get_by_role("button", name="Gửi", exact=True).click()
        code = page.locator("#receipt").inner_text()
        page.reload()
        expect(page.locator("#receipt")).to_have_text(code)
        page.go_back()
        page.get_by_label("Chuyện gì đã xảy ra?").fill("Bấm quay lại rồi gửi lần nữa.")
        page.get_by_role("button", name="Gửi", exact=True).click()
        expect(page.locator("#receipt")).to_have_text(code)


def test_leaving_quickly_ends_the_visit_and_forgets_the_receipt(
    instance: Instance, browser: Browser
) -> None:
    with window(browser) as page:
        page.goto(f"{instance.public}/report")
        page.get_by_label("Chuyện gì đã xảy ra?").fill("Rồi có người bước vào.")
        page.get_by_role("button", name="Gửi", exact=True).click()
        code = page.locator("#receipt").inner_text()
        page.goto(f"{instance.public}/case")
        page.get_by_label("Mã theo dõi").fill(code)
        page.get_by_role("button", name="Xem tình trạng").click()
        expect(page.get_by_role("heading", level=1, name="Tình trạng và trao đổi")).to_be_visible()
        # The neutral site is another one, which a test must not call: it gets an empty page here.
        page.context.route(lambda url: not url.startswith(instance.public), lambda it: it.fulfill())
        page.get_by_role("link", name="Thoát nhanh").click()
        assert not page.url.startswith(instance.public)
        page.goto(f"{instance.public}/case")
        expect(page.get_by_label("Mã theo dõi")).to_be_visible()
        assert code not in page.content()
