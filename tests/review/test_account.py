"""A reviewer's own account: a new passphrase opens the same keys, and the old one nothing."""

from tests.support.accounts import PASSPHRASE
from tests.support.desk import RECEIVER, RunningDesk

NEW = "bến cũ trăng lên nghe sóng vỗ"


def change(desk: RunningDesk, **changes: str) -> int:
    """Change the passphrase of a member named lan.anh, and return the answer's status."""
    browser = desk.browser()
    browser.sign_in("lan.anh")
    form = {"present": PASSPHRASE, "passphrase": NEW, "again": NEW, **changes}
    return browser.post("/account/passphrase", form).status_code


def test_a_new_passphrase_opens_what_the_old_one_did(desk: RunningDesk) -> None:
    desk.enrol(RECEIVER, "lan.anh")
    desk.test_office.file()
    assert change(desk) == 303
    assert desk.browser().sign_in("lan.anh").status_code == 401
    browser = desk.browser()
    assert browser.sign_in("lan.anh", NEW).status_code == 303
    [ref] = desk.refs(browser)
    assert browser.get(f"/cases/{ref}").status_code == 200


def test_a_new_passphrase_ends_every_other_session_and_not_ones_own(desk: RunningDesk) -> None:
    desk.enrol(RECEIVER, "lan.anh")
    elsewhere, own = desk.browser(), desk.browser()
    elsewhere.sign_in("lan.anh")
    own.sign_in("lan.anh")
    assert elsewhere.get("/cases").status_code == 200

    own.post("/account/passphrase", {"present": PASSPHRASE, "passphrase": NEW, "again": NEW})

    assert elsewhere.get("/cases").status_code == 303
    assert own.get("/cases").status_code == 200


def test_a_desk_left_open_is_not_taken_over(desk: RunningDesk) -> None:
    desk.enrol(RECEIVER, "lan.anh")
    assert change(desk, present="something else entirely") == 422
    assert desk.browser().sign_in("lan.anh").status_code == 303


def test_a_weak_or_mistyped_new_passphrase_changes_nothing(desk: RunningDesk) -> None:
    desk.enrol(RECEIVER, "lan.anh")
    assert change(desk, passphrase="matkhau123", again="matkhau123") == 422
    assert change(desk, again="something else entirely") == 422
    assert desk.browser().sign_in("lan.anh").status_code == 303


def test_the_account_page_shows_name_fingerprint_and_place(desk: RunningDesk) -> None:
    desk.enrol(RECEIVER, "lan.anh")
    browser = desk.browser()
    browser.sign_in("lan.anh")
    page = browser.get("/account").text
    fingerprint = desk.identity_of("lan.anh").identity.recipient.fingerprint()
    assert "lan.anh" in page
    assert fingerprint in page
    assert desk.test_office.office.pack.unit_name(RECEIVER, "vi") in page


def test_every_page_speaks_english_at_a_click(desk: RunningDesk) -> None:
    browser = desk.signed_in()
    desk.test_office.file()
    [ref] = desk.refs(browser)
    for path, words in (
        ("/cases", "Cases that you can open"),
        (f"/cases/{ref}", "What the reporter wrote"),
        ("/units", "Your units"),
        ("/account", "Change the passphrase"),
    ):
        page = browser.get(f"{path}?lang=en").text
        assert words in page
        assert '<html lang="en">' in page
