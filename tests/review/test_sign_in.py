"""Signing in: nothing is told about names, guesses are slowed, sessions end and are gone."""

import time

import pytest
from sqlalchemy import func, select, update

from cases.records import DeskSessionRecord, ReviewerRecord, UnitKeyRecord
from crypto.keys import Identity
from tests.support.accounts import PASSPHRASE
from tests.support.desk import RECEIVER, RunningDesk

# web/sessions.py, DESK_IDLE_SECONDS
IDLE_SECONDS = 15 * 60


def rows(desk: RunningDesk) -> int:
    with desk.test_office.office.database.reading() as session:
        return session.scalar(select(func.count()).select_from(DeskSessionRecord)) or 0


def test_the_right_passphrase_leads_to_the_queue(desk: RunningDesk) -> None:
    desk.enrol(RECEIVER, "lan.anh")
    answer = desk.browser().sign_in("Lan.Anh ")
    assert (answer.status_code, answer.location) == (303, "/cases")


def test_a_wrong_passphrase_and_an_unknown_name_get_the_same_page(desk: RunningDesk) -> None:
    desk.enrol(RECEIVER, "lan.anh")
    known = desk.browser().sign_in("lan.anh", "wrong")
    unknown = desk.browser().sign_in("lan.ánh", "wrong")
    shared = known.text.replace("lan.anh", "").partition("csrf_token")
    other = unknown.text.replace("lan.ánh", "").partition("csrf_token")
    assert known.status_code == unknown.status_code == 401
    assert shared[0] == other[0]
    assert shared[2].partition('">')[2] == other[2].partition('">')[2]


@pytest.mark.usefixtures("true_argon2id")
def test_an_unknown_name_costs_as_much_work_as_a_known_one(desk: RunningDesk) -> None:
    desk.enrol(RECEIVER, "lan.anh")
    spent = {}
    for name in ("lan.anh", "nobody"):
        browser = desk.browser()
        browser.token("/sign-in")
        start = time.process_time()
        browser.sign_in(name, "wrong")
        spent[name] = time.process_time() - start
    # Argon2id of 64 MiB outweighs everything else; without it the ratio is above 10.
    assert 1 / 3 < spent["nobody"] / spent["lan.anh"] < 3


def test_each_failure_makes_the_next_try_wait_longer_and_never_locks(desk: RunningDesk) -> None:
    desk.enrol(RECEIVER, "lan.anh")
    for _ in range(6):
        assert desk.browser().sign_in("lan.anh", "wrong").status_code == 401
    assert desk.pauses == [0.5, 1.0, 2.0, 4.0, 8.0]
    assert desk.browser().sign_in("lan.anh").status_code == 303
    assert max(desk.pauses) == 8.0


def test_a_name_that_does_not_exist_is_slowed_like_one_that_does(desk: RunningDesk) -> None:
    for _ in range(4):
        desk.browser().sign_in("nobody", "wrong")
    assert desk.pauses == [0.5, 1.0, 2.0]


def test_the_right_passphrase_ends_the_slowness(desk: RunningDesk) -> None:
    desk.enrol(RECEIVER, "lan.anh")
    desk.browser().sign_in("lan.anh", "wrong")
    desk.browser().sign_in("lan.anh")
    desk.pauses.clear()
    desk.browser().sign_in("lan.anh")
    assert desk.pauses == []


def test_a_passphrase_is_never_shown_back(desk: RunningDesk) -> None:
    answer = desk.browser().sign_in("lan.anh", "con-voi-con-bi-mat")
    assert "con-voi-con-bi-mat" not in answer.text


def test_signing_in_moves_to_a_new_cookie(desk: RunningDesk) -> None:
    desk.enrol(RECEIVER, "lan.anh")
    browser = desk.browser()
    browser.token("/sign-in")
    before = browser.client.get_cookie("liemchinh-desk")
    browser.sign_in("lan.anh")
    after = browser.client.get_cookie("liemchinh-desk")
    assert before is not None
    assert after is not None
    assert before.value != after.value


def test_signing_out_destroys_the_row_and_the_old_cookie_opens_nothing(desk: RunningDesk) -> None:
    browser = desk.signed_in()
    cookie = browser.client.get_cookie("liemchinh-desk")
    assert rows(desk) == 1
    assert cookie is not None
    assert browser.post("/sign-out", {}).location == "/sign-in"
    assert rows(desk) == 0
    browser.client.set_cookie("liemchinh-desk", cookie.value)
    assert browser.get("/cases").location == "/sign-in"


def test_a_session_is_over_after_fifteen_idle_minutes(desk: RunningDesk) -> None:
    browser = desk.signed_in()
    desk.test_office.clock.pass_seconds(IDLE_SECONDS - 1)
    assert browser.get("/cases").status_code == 200
    desk.test_office.clock.pass_seconds(IDLE_SECONDS)
    assert browser.get("/cases").location == "/sign-in"


def test_somebody_who_left_the_office_is_out_at_once(desk: RunningDesk) -> None:
    browser = desk.signed_in()
    with desk.test_office.office.database.writing() as session:
        day = desk.test_office.clock.today()
        session.execute(update(ReviewerRecord).values(left_on=day))
    assert browser.get("/cases").location == "/sign-in"


def test_an_exchanged_unit_key_is_said_and_nobody_is_signed_in(desk: RunningDesk) -> None:
    desk.enrol(RECEIVER, "lan.anh")
    with desk.test_office.office.database.writing() as session:
        session.execute(
            update(UnitKeyRecord)
            .where(UnitKeyRecord.unit == RECEIVER)
            .values(recipient=Identity.generate().recipient.raw)
        )
    browser = desk.browser()
    answer = browser.sign_in("lan.anh")
    assert answer.status_code == 403
    assert "bị tráo" in answer.text
    assert browser.get("/cases").location == "/sign-in"


def test_words_sent_after_the_session_ended_come_back(desk: RunningDesk) -> None:
    ref_browser = desk.signed_in()
    desk.test_office.file()
    [ref] = desk.refs(ref_browser)
    token = ref_browser.token()
    desk.test_office.clock.pass_seconds(IDLE_SECONDS)
    answer = ref_browser.client.post(
        f"/cases/{ref}/messages",
        data={"csrf_token": token, "text": "dòng một\r\ndòng <hai>", "once": "00" * 32},
    )
    assert answer.status_code == 401
    assert "dòng một\ndòng &lt;hai&gt;" in answer.text.replace("\r\n", "\n")


@pytest.mark.parametrize("field", ["name", "passphrase", "code"])
def test_a_huge_field_is_refused_as_a_wrong_one(desk: RunningDesk, field: str) -> None:
    form = {"name": "lan.anh", "passphrase": PASSPHRASE, "code": "0", field: "e\u0301" * 200_000}
    start = time.process_time()
    assert desk.browser().post("/sign-in", form, "/sign-in").status_code == 401
    assert time.process_time() - start < 5
