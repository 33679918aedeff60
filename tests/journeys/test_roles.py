"""What each role meets after signing in, in a real browser, at the desk and on a telephone."""

import secrets
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect

from tests.support.chromium import DESKTOP, PHONE, running_chromium, window
from tests.support.instance import Instance
from tests.support.people import Reviewer, reporter_at, reviewer_of
from tests.support.pictures import look

pytestmark = pytest.mark.browser

UNIT = "van-phong"
PASSPHRASE = "một cụm đủ dài để không ai đoán"
STATEMENT = "Cán bộ tiếp dân đòi năm triệu đồng mới cho giấy hẹn."


READS_CASES = (
    "/cases",
    "/protection",
    "/rewards",
    "/heard",
    "/paper",
    "/counts",
    "/units",
    "/account",
)
MENUS = {
    "intake": READS_CASES,
    "handler": READS_CASES,
    "head": READS_CASES,
    "overseer": ("/cases", "/counts", "/units", "/account"),
    "administrator": ("/cases", "/units", "/account"),
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_chromium() as running:
        yield running


def joined(instance: Instance, role: str) -> Reviewer:
    """Return somebody who took an account by a link with one role, was admitted, and signed in."""
    link = instance.command("reviewer", "invite", UNIT, "--role", role)
    path = urlsplit(next(word for word in link.split() if "/enrol/" in word)).path
    name, person = f"{role}-{secrets.token_hex(3)}", Reviewer(instance.desk)
    key = person.enrol(path, name, PASSPHRASE)
    if MENUS[role] == READS_CASES:
        admit(reviewer_of(instance, UNIT))
    assert person.sign_in(name, PASSPHRASE, key).status == 200
    return person


def admit(member: Reviewer) -> None:
    """Admit everybody who waits."""
    page = member.get("/units")
    for form in page.document.forms:
        if "compared" in form.names:
            member.submit(page, page.path_of(form), {"compared": form.offered("compared")[0]})


@pytest.mark.parametrize("role", MENUS)
def test_each_role_is_led_to_what_is_theirs_and_to_nothing_else(
    browser: Browser, instance: Instance, role: str
) -> None:
    words = f"{STATEMENT} {secrets.token_hex(4)}"
    assert reporter_at(instance).report(words).status == 200
    person, reads = joined(instance, role), MENUS[role] == READS_CASES
    cookies = [{"name": n, "value": v, "url": instance.desk} for n, v in person.cookies.items()]
    for width in (DESKTOP, PHONE):
        with window(browser, width) as page:
            page.context.add_cookies(cookies)  # type: ignore[arg-type]  # these three are enough
            for path in MENUS[role]:
                page.goto(instance.desk + path)
                links = page.locator("nav[aria-label='Các trang'] a:not([lang])").all()
                assert tuple(link.get_attribute("href") for link in links) == MENUS[role]
                look(page, f"{role}-{path.strip('/')}-{width}")
            page.goto(f"{instance.desk}/cases")
            is_listed = page.locator("main a[href^='/cases/']").count() > 0
            assert is_listed == reads
            if reads:
                page.goto(instance.desk + person.case_saying(words))
                expect(page.get_by_text(words)).to_be_visible()
                look(page, f"{role}-case-{width}")
