"""The second factor: nobody signs in with a passphrase alone, and each code counts once."""

import re

import pytest
from sqlalchemy import func, select, update

from cases.jobs import expire_sessions
from cases.records import ReviewerRecord
from cases.sign_in_records import SpareCodeRecord, SpentCodeRecord
from crypto.second_factor import SPARE_CODES, STEP_SECONDS, TotpKey
from tests.support.accounts import APP_KEY, PASSPHRASE
from tests.support.desk import RECEIVER, Browser, RunningDesk
from tests.support.people import KEY, SPARE


@pytest.fixture
def lan(desk: RunningDesk) -> Browser:
    """Return the browser of a member named lan.anh, who has not signed in yet."""
    desk.enrol(RECEIVER, "lan.anh")
    return desk.browser()


def code_now(desk: RunningDesk) -> str:
    return APP_KEY.code_at(desk.test_office.clock.now())


def moved(desk: RunningDesk, browser: Browser, **changes: str) -> tuple[int, list[str], TotpKey]:
    """Move a signed-in member to another app; return the status, the codes and the new key."""
    desk.test_office.clock.pass_seconds(STEP_SECONDS)
    shown = KEY.search(browser.get("/account/second-factor").text)
    assert shown
    key = TotpKey.parse(shown[1])
    now = browser.clock.now()
    form = {"present": PASSPHRASE, "present_code": code_now(desk), "code": key.code_at(now)}
    answer = browser.post("/account/second-factor", {**form, **changes})
    return answer.status_code, SPARE.findall(answer.text), key


@pytest.mark.parametrize("code", ["", "000000", "abc", "0" * 64])
def test_a_stolen_passphrase_alone_opens_nothing(lan: Browser, code: str) -> None:
    refused = lan.sign_in("lan.anh", code=code)

    assert refused.status_code == 401
    assert lan.get("/cases").location == "/sign-in"


def test_a_right_passphrase_with_a_wrong_code_gets_the_page_of_an_unknown_name(
    desk: RunningDesk, lan: Browser
) -> None:
    pages = [
        desk.browser().sign_in(name, passphrase, "000000").text.replace(name, "")
        for name, passphrase in (("lan.anh", PASSPHRASE), ("lan.anh", "sai"), ("ai.đó", "sai"))
    ]
    token = re.compile(r'name="csrf_token" value="[^"]+"')

    assert len({token.sub("", page) for page in pages}) == 1


def test_a_code_counts_once(desk: RunningDesk, lan: Browser) -> None:
    code = code_now(desk)

    assert lan.sign_in("lan.anh", code=code).status_code == 303
    assert desk.browser().sign_in("lan.anh", code=code).status_code == 401
    desk.test_office.clock.pass_seconds(STEP_SECONDS)
    assert desk.browser().sign_in("lan.anh", code=code).status_code == 401
    assert desk.browser().sign_in("lan.anh", code=code_now(desk)).status_code == 303


def test_a_code_that_somebody_used_is_another_persons_still(
    desk: RunningDesk, lan: Browser
) -> None:
    desk.enrol(RECEIVER, "minh.hoa")
    code = code_now(desk)

    assert lan.sign_in("lan.anh", code=code).status_code == 303
    assert desk.browser().sign_in("minh.hoa", code=code).status_code == 303


def test_a_code_is_forgotten_when_no_clock_takes_it_any_more(
    desk: RunningDesk, lan: Browser
) -> None:
    code = code_now(desk)
    lan.sign_in("lan.anh", code=code)
    desk.test_office.clock.pass_seconds(3 * STEP_SECONDS)
    expire_sessions(desk.test_office.office)

    with desk.test_office.office.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(SpentCodeRecord)) == 0
    assert desk.browser().sign_in("lan.anh", code=code).status_code == 401


def test_a_spare_code_opens_once(desk: RunningDesk, lan: Browser) -> None:
    lan.sign_in("lan.anh")
    status, codes, _ = moved(desk, lan)
    assert (status, len(codes)) == (200, SPARE_CODES)

    assert desk.browser().sign_in("lan.anh", code=codes[3].lower()).status_code == 303
    assert desk.browser().sign_in("lan.anh", code=codes[3]).status_code == 401
    assert f"{SPARE_CODES - 1} mã dự phòng" in lan.get("/account").text
    with desk.test_office.office.database.reading() as session:
        kept = session.scalars(select(SpareCodeRecord.tag)).all()
    assert not [code for code in codes if code.replace("-", "").encode() in b"".join(kept)]


def test_another_app_makes_the_old_one_and_the_old_spare_codes_useless(
    desk: RunningDesk, lan: Browser
) -> None:
    lan.sign_in("lan.anh")
    _, old_codes, old_key = moved(desk, lan)
    desk.test_office.clock.pass_seconds(STEP_SECONDS)
    now = desk.test_office.clock.now()
    status, _, key = moved(desk, lan, present_code=old_key.code_at(now + STEP_SECONDS))
    assert status == 200

    now = desk.test_office.clock.now() + STEP_SECONDS
    assert desk.browser().sign_in("lan.anh", code=old_codes[0]).status_code == 401
    assert desk.browser().sign_in("lan.anh", code=old_key.code_at(now)).status_code == 401
    assert desk.browser().sign_in("lan.anh", code=key.code_at(now)).status_code == 303


@pytest.mark.parametrize("wrong", ["present", "present_code", "code"])
def test_a_desk_left_open_gives_nobody_an_app(desk: RunningDesk, lan: Browser, wrong: str) -> None:
    lan.sign_in("lan.anh")

    status, codes, _ = moved(desk, lan, **{wrong: "000000"})

    assert (status, codes) == (422, [])
    assert desk.browser().sign_in("lan.anh").status_code == 303


def test_the_key_of_somebody_else_is_no_use_in_ones_own_row(
    desk: RunningDesk, lan: Browser
) -> None:
    desk.enrol(RECEIVER, "kẻ.gian")
    with desk.test_office.office.database.writing() as session:
        rows = session.scalars(select(ReviewerRecord).order_by(ReviewerRecord.sign_in_name)).all()
        own = next(row for row in rows if row.sign_in_name == "kẻ.gian")
        session.execute(
            update(ReviewerRecord)
            .where(ReviewerRecord.sign_in_name == "lan.anh")
            .values(totp=own.totp)
        )

    assert lan.sign_in("lan.anh").status_code == 401


def test_an_account_without_a_second_factor_opens_nothing(desk: RunningDesk, lan: Browser) -> None:
    with desk.test_office.office.database.writing() as session:
        session.execute(update(ReviewerRecord).values(totp=b""))

    assert lan.sign_in("lan.anh").status_code == 401
    assert lan.sign_in("lan.anh", code="").status_code == 401


def test_a_shown_key_is_kept_until_a_code_proves_it(desk: RunningDesk, lan: Browser) -> None:
    lan.sign_in("lan.anh")

    first, second = (KEY.search(lan.get("/account/second-factor").text) for _ in range(2))
    assert first
    assert second
    assert first[1] == second[1]
    moved(desk, lan)
    after = KEY.search(lan.get("/account/second-factor").text)
    assert after
    assert after[1] != first[1]
