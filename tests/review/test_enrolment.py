"""Enrolling: one link, one person, one hour; a member admits, nobody else."""

import pytest

from cases.enrolment import ENROLMENT_SECONDS, Place, invite
from cases.errors import WeakPassphraseError
from cases.members import Member, list_members
from crypto.second_factor import SPARE_CODES, TotpKey
from review.passphrases import check_strength
from tests.support.accounts import PASSPHRASE
from tests.support.desk import RECEIVER, Browser, RunningDesk
from tests.support.office import HANDLER
from tests.support.people import KEY, SPARE


def link(desk: RunningDesk, unit: str = RECEIVER) -> str:
    return f"/enrol/{invite(desk.test_office.office, Place(unit, HANDLER))}"


def choose(browser: Browser, path: str, **changes: str) -> tuple[int, str]:
    form = {"name": "minh.hoa", "passphrase": PASSPHRASE, "again": PASSPHRASE}
    shown = KEY.search(browser.get(path).text)
    if shown:
        form["code"] = TotpKey.parse(shown[1]).code_at(browser.clock.now())
    answer = browser.post(path, {**form, **changes}, path)
    return answer.status_code, answer.text


def found(desk: RunningDesk, unit: str) -> Member:
    """Return how a unit's page has somebody who took an account by a link."""
    members = list_members(desk.test_office.office, frozenset({unit}))
    return next(member for member in members if member.sign_in_name == "minh.hoa")


def waiting_member(desk: RunningDesk, name: str = "minh.hoa") -> str:
    """Enrol somebody who waits, and return their id."""
    desk.enrol(RECEIVER, name, is_admitted=False)
    return desk.identity_of(name).reviewer_id


def test_a_later_member_is_told_to_wait_and_what_to_read_out(desk: RunningDesk) -> None:
    status, page = choose(desk.browser(), link(desk))
    assert status == 200
    assert found(desk, RECEIVER).fingerprint in page
    assert not found(desk, RECEIVER).is_admitted
    assert len(SPARE.findall(page)) == SPARE_CODES
    assert "Một thành viên của đơn vị phải nhận bạn" in page


def test_the_first_member_of_a_unit_can_open_cases_at_once(desk: RunningDesk) -> None:
    status, page = choose(desk.browser(), link(desk, "truong-hoc"))
    assert status == 200
    assert "Bạn là người đầu tiên của đơn vị" in page
    assert found(desk, "truong-hoc").is_admitted


def test_a_link_works_once(desk: RunningDesk) -> None:
    path = link(desk)
    assert choose(desk.browser(), path)[0] == 200
    assert desk.browser().get(path).status_code == 404
    assert choose(desk.browser(), path, name="khac")[0] in {400, 404}


def test_a_link_works_for_an_hour(desk: RunningDesk) -> None:
    path = link(desk)
    desk.test_office.clock.pass_seconds(ENROLMENT_SECONDS - 1)
    assert desk.browser().get(path).status_code == 200
    desk.test_office.clock.pass_seconds(1)
    assert desk.browser().get(path).status_code == 404


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"code": "000000"}, "code"),
        ({"code": ""}, "code"),
        ({"passphrase": "matkhau123", "again": "matkhau123"}, "passphrase"),
        ({"passphrase": "a" * 40, "again": "a" * 40}, "passphrase"),
        ({"passphrase": "é" * 129, "again": "é" * 129}, "passphrase"),
        ({"again": "something else entirely"}, "again"),
        ({"name": "ab"}, "name"),
        ({"name": "x" * 65}, "name"),
        ({"name": "lan\u202eanh"}, "name"),
    ],
)
def test_what_cannot_be_taken_is_named_and_the_link_stays(
    desk: RunningDesk, changes: dict[str, str], place: str
) -> None:
    path = link(desk)
    status, page = choose(desk.browser(), path, **changes)
    assert status == 422
    assert f'href="#{place}"' in page
    assert choose(desk.browser(), path)[0] == 200


@pytest.mark.parametrize(
    "passphrase",
    ["haiphong haiphong", "liemchinhcathai2026", "thanhtra thanhtra 1", "minh.hoa minh.hoa"],
)
def test_words_that_everybody_here_would_try_are_weak(passphrase: str) -> None:
    with pytest.raises(WeakPassphraseError):
        check_strength(passphrase, ("minh.hoa",))


def test_a_taken_name_is_refused_and_the_link_stays(desk: RunningDesk) -> None:
    desk.enrol(RECEIVER, "minh.hoa")
    path = link(desk)
    assert choose(desk.browser(), path)[0] == 422
    assert choose(desk.browser(), path, name="khac.ten")[0] == 200


def test_a_waiting_member_sees_no_case(desk: RunningDesk) -> None:
    member = desk.signed_in()
    desk.test_office.file()
    [ref] = desk.refs(member)
    waiting_member(desk)
    waiting = desk.browser()
    waiting.sign_in("minh.hoa")
    assert desk.refs(waiting) == []
    known, unknown = (waiting.get(f"/cases/{each}") for each in (ref, "a" * 26))
    assert known.status_code == unknown.status_code == 403
    assert known.text == unknown.text
    assert "đang chờ một thành viên nhận bạn" in waiting.get("/account").text


def test_a_member_admits_after_comparing_fingerprints(desk: RunningDesk) -> None:
    member = desk.signed_in()
    desk.test_office.file()
    reviewer_id = waiting_member(desk)
    path = f"/units/{RECEIVER}/members/{reviewer_id}"
    assert (
        desk.identity_of("minh.hoa").identity.recipient.fingerprint() in member.get("/units").text
    )
    assert member.post(path, {}).status_code == 422
    assert desk.identity_of("minh.hoa").units == frozenset()
    assert member.post(path, {"compared": "yes"}).status_code == 303
    admitted = desk.browser()
    admitted.sign_in("minh.hoa")
    [ref] = desk.refs(admitted)
    assert admitted.get(f"/cases/{ref}").status_code == 200


def test_a_member_of_another_unit_admits_nobody(desk: RunningDesk) -> None:
    reviewer_id = waiting_member(desk)
    stranger = desk.signed_in("chu-tich")
    path = f"/units/{RECEIVER}/members/{reviewer_id}"
    assert stranger.post(path, {"compared": "yes"}).status_code == 403
    assert desk.identity_of("minh.hoa").units == frozenset()


def test_a_waiting_member_cannot_admit_themselves(desk: RunningDesk) -> None:
    reviewer_id = waiting_member(desk)
    waiting = desk.browser()
    waiting.sign_in("minh.hoa")
    path = f"/units/{RECEIVER}/members/{reviewer_id}"
    assert waiting.post(path, {"compared": "yes"}).status_code == 403


def test_a_units_page_says_who_opens_its_cases(desk: RunningDesk) -> None:
    desk.enrol(RECEIVER, "lan.anh")
    page = desk.signed_in().get("/units").text
    assert "lan.anh" in page
    assert desk.identity_of("lan.anh").identity.recipient.fingerprint() in page
