"""Getting keys: by a link once, by a member only, by a passphrase always."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from cases.enrolment import Enrolment, Place, enrol, find_place, invite
from cases.errors import (
    EnrolmentError,
    NotPermittedError,
    RoleNotBuiltError,
    SignInError,
)
from cases.members import admit, list_members
from cases.queue import Wanted, list_cases
from cases.records import EnrolmentRecord, MembershipRecord, UnitKeyRecord
from cases.signing_in import SignInDesk
from crypto.errors import OpenError
from crypto.keys import Identity
from tests.support.office import TestOffice, open_office

SECRET = b"s" * 32
PASSPHRASE = "bốn từ dài khó đoán"
UNIT = "van-phong"


@pytest.fixture
def empty(tmp_path: Path, database_url: str) -> Iterator[TestOffice]:
    opened = open_office(tmp_path, database_url=database_url, staffed=False)
    yield opened
    opened.office.database.close()


def join(office: TestOffice, name: str, unit: str = UNIT) -> bool:
    token = invite(office.office, Place(unit, "handler"))
    return enrol(office.office, Enrolment(token, name, PASSPHRASE), SECRET)


def test_the_first_member_opens_cases_with_the_passphrase_alone(empty: TestOffice) -> None:
    assert join(empty, "Người Một")

    signed_in = SignInDesk(empty.office, SECRET).sign_in(" người một ", PASSPHRASE)
    empty.file("Sau khi có người.")

    assert len(list_cases(empty.office, signed_in, Wanted()).rows) == 1


def test_a_later_member_holds_no_key_until_a_member_admits_them(empty: TestOffice) -> None:
    join(empty, "một")
    empty.file("trước khi người hai vào")
    assert not join(empty, "hai")
    desk = SignInDesk(empty.office, SECRET)
    assert desk.sign_in("hai", PASSPHRASE).units == frozenset()

    first = desk.sign_in("một", PASSPHRASE)
    waiting = next(m for m in list_members(empty.office, first.units) if not m.is_admitted)
    admit(empty.office, first, waiting.reviewer_id, UNIT)

    second = desk.sign_in("hai", PASSPHRASE)
    assert second.units == {UNIT}
    assert len(list_cases(empty.office, second, Wanted()).rows) == 1


def test_somebody_outside_the_unit_admits_nobody(empty: TestOffice) -> None:
    join(empty, "một")
    join(empty, "hai")
    join(empty, "khác", "chu-tich")
    desk = SignInDesk(empty.office, SECRET)
    outsider = desk.sign_in("khác", PASSPHRASE)
    waiting = next(m for m in list_members(empty.office, frozenset({UNIT})) if not m.is_admitted)

    with pytest.raises(NotPermittedError):
        admit(empty.office, outsider, waiting.reviewer_id, UNIT)
    with pytest.raises(NotPermittedError):
        admit(empty.office, desk.sign_in("hai", PASSPHRASE), waiting.reviewer_id, UNIT)


def test_a_link_works_once_and_for_an_hour(empty: TestOffice) -> None:
    used = invite(empty.office, Place(UNIT, "handler"))
    enrol(empty.office, Enrolment(used, "một", PASSPHRASE), SECRET)
    late = invite(empty.office, Place(UNIT, "handler"))
    empty.clock.pass_seconds(60 * 60)

    for token in (used, late, "bịa ra"):
        with pytest.raises(EnrolmentError):
            find_place(empty.office, token)
        with pytest.raises(EnrolmentError):
            enrol(empty.office, Enrolment(token, "hai", PASSPHRASE), SECRET)


@pytest.mark.parametrize("role", ["overseer", "protection", "chief"])
def test_nobody_is_invited_into_a_unit_under_a_role_that_must_not_read(
    empty: TestOffice, role: str
) -> None:
    with pytest.raises(RoleNotBuiltError):
        invite(empty.office, Place(UNIT, role))

    with empty.office.database.reading() as session:
        assert session.scalars(select(EnrolmentRecord)).all() == []


def test_an_overseer_whose_link_was_made_before_is_not_admitted(empty: TestOffice) -> None:
    join(empty, "một")
    join(empty, "hai")
    with empty.office.database.writing() as session:
        waits = MembershipRecord.admitted_on.is_(None)
        session.execute(update(MembershipRecord).where(waits).values(role="overseer"))
    signed_in = SignInDesk(empty.office, SECRET).sign_in("một", PASSPHRASE)
    (waiting,) = [m for m in list_members(empty.office, frozenset({UNIT})) if not m.is_admitted]

    with pytest.raises(NotPermittedError):
        admit(empty.office, signed_in, waiting.reviewer_id, UNIT)


def test_a_name_that_is_taken_uses_no_link_up(empty: TestOffice) -> None:
    join(empty, "một")
    token = invite(empty.office, Place("chu-tich", "handler"))

    with pytest.raises(EnrolmentError):
        enrol(empty.office, Enrolment(token, "MỘT", PASSPHRASE), SECRET)

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
        SignInDesk(empty.office, secret).sign_in(name, passphrase)

    assert str(refusal.value) == ""


def test_an_exchanged_unit_recipient_is_noticed_at_sign_in(empty: TestOffice) -> None:
    join(empty, "một")
    with empty.office.database.writing() as session:
        key = session.get_one(UnitKeyRecord, (UNIT, 1))
        key.recipient = Identity.generate().recipient.raw

    with pytest.raises(OpenError):
        SignInDesk(empty.office, SECRET).sign_in("một", PASSPHRASE)
