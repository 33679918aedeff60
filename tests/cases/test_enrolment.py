"""Getting keys: by a link once, by a member only, by a passphrase always."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from cases.enrolment import Enrolment, Place, enrol, find_place, invite
from cases.errors import (
    CombinedRolesError,
    EnrolmentError,
    NotPermittedError,
    SignInError,
    UnknownRoleError,
)
from cases.members import admit, list_members
from cases.queue import Wanted, list_cases
from cases.records import UnitKeyRecord, UnitKeySealRecord
from cases.sign_in_records import EnrolmentRecord
from cases.staff import load_staff
from crypto.errors import OpenError
from crypto.keys import Identity
from tests.support.accounts import APP_KEY, sign_in
from tests.support.office import HANDLER, TestOffice, open_office

SECRET = b"s" * 32
PASSPHRASE = "bốn từ dài khó đoán"
UNIT = "van-phong"


@pytest.fixture
def empty(tmp_path: Path, database_url: str) -> Iterator[TestOffice]:
    opened = open_office(tmp_path, database_url=database_url, staffed=False)
    yield opened
    opened.office.database.close()


def join(office: TestOffice, name: str, unit: str = UNIT) -> bool:
    token = invite(office.office, Place(unit, HANDLER))
    return enrol(office.office, Enrolment(token, name, PASSPHRASE, APP_KEY), SECRET).is_admitted


def test_the_first_member_opens_cases_with_the_passphrase_alone(empty: TestOffice) -> None:
    assert join(empty, "Người Một")

    signed_in = sign_in(empty, " người một ", PASSPHRASE, SECRET)
    empty.file("Sau khi có người.")

    assert len(list_cases(empty.office, signed_in, Wanted()).rows) == 1


def test_a_later_member_holds_no_key_until_a_member_admits_them(empty: TestOffice) -> None:
    join(empty, "một")
    empty.file("trước khi người hai vào")
    assert not join(empty, "hai")
    assert sign_in(empty, "hai", PASSPHRASE, SECRET).units == frozenset()

    first = sign_in(empty, "một", PASSPHRASE, SECRET)
    waiting = next(m for m in list_members(empty.office, first.units) if not m.is_admitted)
    admit(empty.office, first, waiting.reviewer_id, UNIT)

    second = sign_in(empty, "hai", PASSPHRASE, SECRET)
    assert second.units == {UNIT}
    assert len(list_cases(empty.office, second, Wanted()).rows) == 1


def test_somebody_outside_the_unit_admits_nobody(empty: TestOffice) -> None:
    join(empty, "một")
    join(empty, "hai")
    join(empty, "khác", "chu-tich")
    outsider = sign_in(empty, "khác", PASSPHRASE, SECRET)
    waiting = next(m for m in list_members(empty.office, frozenset({UNIT})) if not m.is_admitted)

    with pytest.raises(NotPermittedError):
        admit(empty.office, outsider, waiting.reviewer_id, UNIT)
    with pytest.raises(NotPermittedError):
        admit(empty.office, sign_in(empty, "hai", PASSPHRASE, SECRET), waiting.reviewer_id, UNIT)


def test_a_link_works_once_and_for_an_hour(empty: TestOffice) -> None:
    used = invite(empty.office, Place(UNIT, HANDLER))
    enrol(empty.office, Enrolment(used, "một", PASSPHRASE, APP_KEY), SECRET)
    late = invite(empty.office, Place(UNIT, HANDLER))
    empty.clock.pass_seconds(60 * 60)

    for token in (used, late, "bịa ra"):
        with pytest.raises(EnrolmentError):
            find_place(empty.office, token)
        with pytest.raises(EnrolmentError):
            enrol(empty.office, Enrolment(token, "hai", PASSPHRASE, APP_KEY), SECRET)


@pytest.mark.parametrize("roles", [{"chief"}, {"handler", "chief"}, set()])
def test_nobody_is_invited_under_a_role_that_is_not_there(
    empty: TestOffice, roles: set[str]
) -> None:
    with pytest.raises(UnknownRoleError):
        invite(empty.office, Place(UNIT, frozenset(roles)))

    with empty.office.database.reading() as session:
        assert session.scalars(select(EnrolmentRecord)).all() == []


@pytest.mark.parametrize("with_it", ["intake", "handler", "head"])
def test_nobody_keeps_the_server_and_reads_cases(empty: TestOffice, with_it: str) -> None:
    with pytest.raises(CombinedRolesError, match="administrator-reads-nothing"):
        invite(empty.office, Place(UNIT, frozenset({"administrator", with_it})))

    with empty.office.database.reading() as session:
        assert session.scalars(select(EnrolmentRecord)).all() == []


@pytest.mark.parametrize("role", ["overseer", "administrator"])
def test_who_reads_no_case_is_never_given_a_key(empty: TestOffice, role: str) -> None:
    token = invite(empty.office, Place(UNIT, frozenset({role})))
    chosen = Enrolment(token, "không đọc", PASSPHRASE, APP_KEY)
    assert enrol(empty.office, chosen, SECRET).is_admitted
    assert join(empty, "một"), "the unit had no member who reads, so this one made its keys"
    signed_in = sign_in(empty, "một", PASSPHRASE, SECRET)
    (watcher,) = [m for m in list_members(empty.office, frozenset({UNIT})) if m.roles == (role,)]

    assert watcher.is_admitted
    with pytest.raises(NotPermittedError):
        admit(empty.office, signed_in, watcher.reviewer_id, UNIT)
    with empty.office.database.reading() as session:
        holders = session.scalars(select(UnitKeySealRecord.holder)).all()
        staff = load_staff(session)
    assert holders == [f"reviewer:{signed_in.reviewer_id}"]
    assert list(staff.members[UNIT]) == [signed_in.reviewer_id]
    their_own = sign_in(empty, "không đọc", PASSPHRASE, SECRET)
    assert their_own.units == frozenset()
    assert their_own.every_role == {role}


def test_who_reads_no_case_admits_nobody(empty: TestOffice) -> None:
    join(empty, "một")
    join(empty, "hai")
    token = invite(empty.office, Place(UNIT, frozenset({"administrator"})))
    enrol(empty.office, Enrolment(token, "quản trị", PASSPHRASE, APP_KEY), SECRET)
    (waiting,) = [m for m in list_members(empty.office, frozenset({UNIT})) if not m.is_admitted]

    with pytest.raises(NotPermittedError):
        admit(
            empty.office,
            sign_in(empty, "quản trị", PASSPHRASE, SECRET),
            waiting.reviewer_id,
            UNIT,
        )


def test_a_name_that_is_taken_uses_no_link_up(empty: TestOffice) -> None:
    join(empty, "một")
    token = invite(empty.office, Place("chu-tich", HANDLER))

    with pytest.raises(EnrolmentError):
        enrol(empty.office, Enrolment(token, "MỘT", PASSPHRASE, APP_KEY), SECRET)

    assert find_place(empty.office, token).unit == "chu-tich"


@pytest.mark.parametrize(
    ("name", "passphrase", "secret"),
    [
        ("một", "sai", SECRET),
        ("không có", PASSPHRASE, SECRET),
        ("một", PASSPHRASE, b"x" * 32),
    ],
)
def test_wrong_name_wrong_passphrase_and_wrong_server_say_the_same(
    empty: TestOffice, name: str, passphrase: str, secret: bytes
) -> None:
    join(empty, "một")

    with pytest.raises(SignInError) as refusal:
        sign_in(empty, name, passphrase, secret)

    assert str(refusal.value) == ""


def test_an_exchanged_unit_recipient_is_noticed_at_sign_in(empty: TestOffice) -> None:
    join(empty, "một")
    with empty.office.database.writing() as session:
        key = session.get_one(UnitKeyRecord, (UNIT, 1))
        key.recipient = Identity.generate().recipient.raw

    with pytest.raises(OpenError):
        sign_in(empty, "một", PASSPHRASE, SECRET)
