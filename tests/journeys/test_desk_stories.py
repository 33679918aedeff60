"""What takes two people or two units, clicked through in a browser without scripts at two widths.

Nobody signs in anew for a story: each one-time code counts only once.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus

import pytest
from playwright.sync_api import Browser, Page, expect

from crypto.keys import Identity
from crypto.opening import open_sealed
from tests.support.browser import File
from tests.support.chromium import DESKTOP, PHONE, running_chromium, window
from tests.support.identity import opened_boxes
from tests.support.instance import Instance
from tests.support.people import Reviewer, receipt_of, reporter_at, reviewer_of
from tests.support.pictures import look

pytestmark = [pytest.mark.browser, pytest.mark.slow]

UNIT, TAKER, PAYER = "van-phong", "phong-kinh-te", "phong-vhxh"
REASON, NEED = "Theo quy định.", "Phải đối chiếu chữ viết."
GIVEN_NAME = "Tỏa Sáng"
NAME, AS_TYPED = f"Lê Thị {GIVEN_NAME}", "toa sang"
TRADE = "Tôi bán cá trước cổng trụ sở."
HIDDEN, MOVED = "▇▇▇", "[đoạn đã chuyển đi]"
APPROVE, WAITS = "Duyệt, có hiệu lực ngay", "Chờ bạn duyệt"
KEEPING = "Thời hạn lưu giữ, giữ theo yêu cầu"
LEVEL, VOUCHER = "city-certificate", "PC 12, ngày 3/11"
# Everything that the desk shows of a case.
PARTS = ("", "/law", "/keeping", "/protection", "/reward", "/identity", "/handover")


@dataclass(frozen=True)
class Desk:
    """An instance, and the windows through which people look at it."""

    browser: Browser
    instance: Instance
    second: Reviewer
    width: int

    @property
    def first(self) -> Reviewer:
        """Return the first reviewer of the unit that reports come to."""
        return reviewer_of(self.instance, UNIT)

    @contextmanager
    def open_for(self, person: Reviewer, path: str = "/cases") -> Iterator[Page]:
        """Give somebody who is signed in a window, showing a page of the desk."""
        cookies = [{"name": n, "value": v, "url": person.origin} for n, v in person.cookies.items()]
        with window(self.browser, self.width) as page:
            page.context.add_cookies(cookies)  # type: ignore[arg-type]  # these three are enough
            page.goto(person.origin + path)
            yield page

    def look(self, page: Page, name: str) -> None:
        look(page, f"story-{name}-{self.width}")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_chromium() as running:
        yield running


@pytest.fixture(scope="module")
def second(instance: Instance) -> Reviewer:
    """Return another member of the unit, signed in once."""
    person = Reviewer(instance.desk)
    assert person.sign_in(*instance.reviewers[f"{UNIT}-2"]).status == HTTPStatus.OK
    return person


@pytest.fixture(params=[DESKTOP, PHONE])
def desk(
    browser: Browser, instance: Instance, second: Reviewer, request: pytest.FixtureRequest
) -> Desk:
    return Desk(browser, instance, second, request.param)


def filed(desk: Desk, words: str, *files: File) -> tuple[str, str]:
    """Report, and return the path of the case and its receipt."""
    mark = secrets.token_hex(4)
    receipt = receipt_of(reporter_at(desk.instance).report(f"{words} Việc số {mark}.", files))
    return desk.first.case_saying(mark), receipt


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def saved(page: Page, name: str) -> bytes:
    with page.expect_download() as started:
        press(page, name)
    return started.value.path().read_bytes()


def give_reason(page: Page, label: str, button: str, reason: str = REASON) -> None:
    """Write why in a form, and send it."""
    form = page.locator("form", has=page.get_by_role("button", name=button, exact=True))
    form.get_by_label(label).fill(reason)
    form.get_by_role("button", name=button, exact=True).click()


def approve(desk: Desk, person: Reviewer, case: str, name: str) -> None:
    """Approve what the list and the case say waits for a second person."""
    with desk.open_for(person) as page:
        page.get_by_role("region", name="Đang chờ bạn").get_by_role("link", name=WAITS).click()
        page.locator(f"main a[href='{case}']").click()
        page.get_by_role("link", name="Chờ duyệt").click()
        desk.look(page, name)
        give_reason(page, "Lý do của bạn", APPROVE)
        expect(page.get_by_role("button", name=APPROVE)).to_have_count(0)
        desk.look(page, f"{name}-approved")


def is_redacted(text: str) -> bool:
    """Return whether something was hidden, and what was to be."""
    return HIDDEN in text and TRADE not in text and GIVEN_NAME not in text


def hide_and_hand_over(desk: Desk, case: str) -> None:
    """Mark what would identify the reporter, read what would be given, and give it."""
    with desk.open_for(desk.first, case) as page:
        page.get_by_role("link", name="che rồi chuyển").click()
        desk.look(page, "handover")
        press(page, "Xem bản sẽ giao")
        expect(page.locator("#faults")).to_be_visible()
        desk.look(page, "handover-unmarked")
        page.get_by_label("Chữ cần che").fill(AS_TYPED)
        page.get_by_label(TRADE).check()
        press(page, "Xem bản sẽ giao")
        desk.look(page, "handover-preview")
        assert is_redacted(page.locator("#preview").inner_text())
        page.get_by_label("Đơn vị nhận").select_option(TAKER)
        page.get_by_label("Lý do chuyển").fill("Việc của phòng.")
        press(page, "Giao bản đã xem")
        expect(page.get_by_text("Đơn vị khác đang chịu trách nhiệm.")).to_be_visible()
        desk.look(page, "handover-done")


def test_another_unit_reads_a_redacted_case_and_one_of_it_the_original(desk: Desk) -> None:
    case, _ = filed(desk, f"Họ đòi tiền. {TRADE} Tôi là {NAME}.", File(f"{NAME}.jpg", b"anh"))
    hide_and_hand_over(desk, case)
    taker = reviewer_of(desk.instance, TAKER)
    with desk.open_for(taker, case) as page, desk.open_for(desk.first, case) as keeper:
        assert is_redacted(page.content())
        desk.look(page, "redacted")
        page.get_by_role("link", name="Cần bản gốc?").click()
        give_reason(page, "Vì sao cần bản gốc", "Gửi đề nghị", NEED)
        expect(page.get_by_role("status")).to_be_visible()
        assert is_redacted(page.content())
        desk.look(page, "original-asked")
        keeper.goto(desk.instance.desk + case)
        keeper.get_by_role("link", name="Bản gốc", exact=True).click()
        expect(keeper.get_by_text(NEED).first).to_be_visible()
        desk.look(keeper, "original-waits")
        press(keeper, "Cho xem")
        desk.look(keeper, "original-given")
        page.goto(desk.instance.desk + case)
        expect(page.get_by_text(TRADE)).to_be_visible()
        desk.look(page, "original-read")


def hold_and_propose_to_end(desk: Desk, case: str) -> None:
    """Hold a case, propose to end that, and be offered no approval of one's own."""
    with desk.open_for(desk.first, case) as page:
        page.get_by_role("link", name=KEEPING).click()
        desk.look(page, "keeping")
        give_reason(page, "Ai yêu cầu, văn bản nào", "Giữ hồ sơ", "Tòa án, công văn 5/TA.")
        desk.look(page, "keeping-held")
        give_reason(page, "Vì sao thôi giữ", "Đề nghị thôi giữ", "Tòa án đã xong.")
        expect(page.get_by_text("Đang giữ theo yêu cầu")).to_be_visible()
        expect(page.get_by_role("button", name=APPROVE)).to_have_count(0)
        expect(page.get_by_role("button", name="Rút lại")).to_be_visible()
        desk.look(page, "keeping-own-proposal")


def test_a_hold_ends_when_a_second_person_approves(desk: Desk) -> None:
    case, _ = filed(desk, "Thu phí chợ hai lần.")
    hold_and_propose_to_end(desk, case)
    approve(desk, desk.second, case, "release")
    with desk.open_for(desk.first, f"{case}/keeping") as page:
        expect(page.get_by_role("button", name="Giữ hồ sơ", exact=True)).to_be_visible()
        desk.look(page, "keeping-released")


def test_a_case_is_carried_out_when_a_second_person_approves(desk: Desk) -> None:
    case, _ = filed(desk, "Cấp đất sai hạn mức.", File("bản đồ.jpg", b"anh"))
    court = Identity.generate()
    with desk.open_for(desk.first, f"{case}/keeping") as page:
        page.get_by_label("Khóa công khai của nơi nhận").fill(court.recipient.encoded())
        give_reason(page, "Xuất cho ai", "Đề nghị xuất", "Cơ quan điều tra, công văn 7.")
        desk.look(page, "export-proposed")
        expect(page.get_by_role("button", name="Tải bản niêm")).to_have_count(0)
    approve(desk, desk.second, case, "export")
    with desk.open_for(desk.first, f"{case}/keeping") as page:
        desk.look(page, "export-ready")
        sealed = saved(page, "Tải bản niêm")
    assert b"about.json" in open_sealed(sealed, court)


def find_true(desk: Desk, case: str) -> None:
    """Bring a new case to the outcome that what was reported is so."""
    with desk.open_for(desk.first, f"{case}/law") as page:
        triage = page.locator("#triage")
        triage.get_by_label("không rõ người gửi").check()
        for clear in triage.get_by_label("Có", exact=True).all():
            clear.check()
        give_reason(page, "Vì sao", "Ghi phân loại")
        desk.look(page, "triaged")
        for step in ("accept", "verify", "conclude"):
            page.goto(desk.instance.desk + case)
            page.locator(f"#step-{step}").check()
            give_reason(page, "Lý do", "Ghi bước này")
        desk.look(page, "concluded")
        page.goto(f"{desk.instance.desk}{case}/law")
        page.get_by_label("Đúng", exact=True).check()
        give_reason(page, "Căn cứ của kết quả", "Ghi kết quả")
        desk.look(page, "found-true")


def reward(desk: Desk, case: str) -> None:
    """Propose a reward; let another record the decision, which takes a second person."""
    with desk.open_for(desk.first, case) as page:
        page.get_by_role("link", name="Đề nghị khen thưởng").click()
        desk.look(page, "reward-none")
        page.get_by_label("Mức khen thưởng").select_option(LEVEL)
        give_reason(page, "Căn cứ", "Ghi đề nghị khen thưởng")
        desk.look(page, "reward-proposed")
    with desk.open_for(desk.second, f"{case}/reward") as page:
        page.get_by_label("Khen thưởng", exact=True).check()
        page.get_by_label("Số, ngày văn bản").fill("7/QĐ-UBND")
        give_reason(page, "Căn cứ", "Ghi quyết định")
        desk.look(page, "reward-decided")
    approve(desk, desk.first, case, "reward")


def claim(desk: Desk, receipt: str) -> tuple[str, str]:
    """Return the code that the reporter takes behind the receipt, and what they were promised."""
    with window(desk.browser, desk.width) as page:
        page.goto(f"{desk.instance.public}/case")
        page.get_by_label("Mã theo dõi").fill(receipt)
        press(page, "Xem tình trạng")
        desk.look(page, "reward-told")
        page.get_by_role("link", name="Nhận thưởng").click()
        desk.look(page, "reward-ways")
        amount = page.get_by_text("Số tiền").inner_text().rstrip(".")
        page.get_by_label("Tôi mang mã nhận thưởng tới").check()
        press(page, "Lấy mã nhận thưởng")
        desk.look(page, "reward-code")
        return page.locator("#claim").inner_text(), amount


def test_who_reported_rightly_is_paid_for_a_code_in_another_unit(desk: Desk) -> None:
    case, receipt = filed(desk, "Thu tiền không có biên lai.")
    find_true(desk, case)
    reward(desk, case)
    code, amount = claim(desk, receipt)
    with desk.open_for(reviewer_of(desk.instance, PAYER), "/rewards") as page:
        desk.look(page, "rewards")
        page.get_by_role("textbox", name="Mã nhận thưởng").fill(code.lower().replace("-", " "))
        press(page, "Kiểm tra mã")
        expect(page.get_by_text(amount)).to_be_visible()
        desk.look(page, "rewards-checked")
        page.get_by_label("Số, ngày chứng từ").fill(VOUCHER)
        press(page, "Ghi là đã chi")
        desk.look(page, "rewards-paid")
    with desk.open_for(desk.first, f"{case}/reward") as page:
        expect(page.get_by_text(VOUCHER)).to_be_visible()
        desk.look(page, "reward-paid")


def test_a_name_that_was_moved_is_read_by_the_officer_alone(desk: Desk) -> None:
    officer = Identity.generate()
    read_out = ("--fingerprint", officer.recipient.fingerprint())
    desk.instance.command("identity-key", "add", officer.recipient.encoded(), *read_out)
    case, _ = filed(desk, f"Tôi là {NAME}, xin giữ kín.", File(f"{NAME}.jpg", b"anh"))
    desk.first.note(case, f"{NAME} ở gần đây.")
    with desk.open_for(desk.first, case) as page:
        page.get_by_role("link", name="Danh tính").click()
        desk.look(page, "identity")
        page.get_by_label("Ở đâu").select_option(label="Mọi chỗ trong hồ sơ có đoạn này")
        page.get_by_label("Đoạn cần chuyển").fill(NAME)
        press(page, "Niêm đoạn này và viết lại")
        desk.look(page, "identity-moved")
        carried = saved(page, "Tải các tệp niêm kín")
        for part in PARTS:
            page.goto(desk.instance.desk + case + part)
            assert NAME not in page.content()
            desk.look(page, f"identity-after{part.replace('/', '-')}")
        page.goto(desk.instance.desk + case)
        expect(page.locator("#report")).to_contain_text(MOVED)
    assert any(NAME in each for each in opened_boxes(carried, officer))
