"""The unit's page shows the recovery keys, and seals to them once a member compared them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from cases.records import UnitKeySealRecord
from cases.recovery_records import RecoveryLineRecord
from tests.support.desk import RECEIVER, RunningDesk, open_desk
from tests.support.html import read_document
from tests.support.recovery import (
    PAPERS,
    REASON,
    add_keys,
    compare,
    joined,
    recover,
    unit_seals,
)

PATH = f"/units/{RECEIVER}/recovery"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[RunningDesk]:
    opened = open_desk(tmp_path)
    yield opened
    opened.test_office.office.database.close()


def seen_on(page: str) -> str:
    """Return which keys the form of a page says were compared."""
    return next(form.value("seen") for form in read_document(page).forms if form.action == PATH)


def test_an_office_without_recovery_keys_is_asked_nothing(desk: RunningDesk) -> None:
    add_keys(desk.test_office, 1)
    assert "Khóa khôi phục" not in desk.signed_in().get("/units").text


def test_a_member_compares_and_the_units_key_is_sealed_to_each_pair(desk: RunningDesk) -> None:
    add_keys(desk.test_office)
    member = desk.signed_in()
    page = member.get("/units").text
    assert all(paper.recipient.fingerprint() in page for paper in PAPERS.values())

    assert member.post(PATH, {"seen": seen_on(page)}).status_code == 422
    assert unit_seals(desk.test_office, RECEIVER) == {}
    assert member.post(PATH, {"seen": seen_on(page), "compared": "yes"}).status_code == 303

    assert len(unit_seals(desk.test_office, RECEIVER)) == 3
    assert "Đã so với người giữ" in member.get("/units").text


def test_keys_that_changed_under_the_page_are_not_taken_for_compared(desk: RunningDesk) -> None:
    add_keys(desk.test_office, 1, 2)
    member = desk.signed_in()
    page = member.get("/units").text
    add_keys(desk.test_office, 3)

    answer = member.post(PATH, {"seen": seen_on(page), "compared": "yes"})

    assert answer.status_code == 403
    assert unit_seals(desk.test_office, RECEIVER) == {}


def test_a_key_that_changes_afterwards_is_said_on_the_page(desk: RunningDesk) -> None:
    add_keys(desk.test_office, 1, 2)
    member = desk.signed_in()
    page = member.get("/units").text
    member.post(PATH, {"seen": seen_on(page), "compared": "yes"})
    add_keys(desk.test_office, 3)

    assert "không còn là những khóa đã so" in member.get("/units").text


def test_whoever_signs_in_later_seals_what_is_missing(desk: RunningDesk) -> None:
    add_keys(desk.test_office)
    member = desk.signed_in()
    page = member.get("/units").text
    member.post(PATH, {"seen": seen_on(page), "compared": "yes"})
    forget_seals(desk)

    desk.signed_in()

    assert len(unit_seals(desk.test_office, RECEIVER)) == 3


def forget_seals(desk: RunningDesk) -> None:
    """Lose the seals, as a new epoch has none that was made while recovery was away."""
    with desk.test_office.office.database.writing() as session:
        session.execute(
            delete(UnitKeySealRecord).where(UnitKeySealRecord.holder.startswith("recovery:"))
        )


def test_nobody_compares_for_a_unit_that_is_not_theirs(desk: RunningDesk) -> None:
    add_keys(desk.test_office)
    page = desk.signed_in().get("/units").text
    other = desk.signed_in("chu-tich")

    assert other.post(PATH, {"seen": seen_on(page), "compared": "yes"}).status_code == 403
    assert unit_seals(desk.test_office, RECEIVER) == {}


def test_the_page_says_who_let_whom_in_and_why(desk: RunningDesk) -> None:
    office = desk.test_office
    add_keys(office)
    compare(office, office.reviewers[RECEIVER], RECEIVER)
    newcomer = joined(office, RECEIVER)
    recover(office, RECEIVER, newcomer, office.reviewers[RECEIVER])

    page = desk.signed_in().get("/units").text

    assert "người mới được nhận ngày 23/11/2026, do hai người giữ khóa số 1, 3." in page
    assert office.reviewers[RECEIVER].sign_in_name in page
    assert REASON in page


def test_a_line_that_no_holder_made_is_said_on_the_page(desk: RunningDesk) -> None:
    office = desk.test_office
    add_keys(office)
    compare(office, office.reviewers[RECEIVER], RECEIVER)
    recover(office, RECEIVER, joined(office, RECEIVER))
    with office.office.database.writing() as session:
        session.execute(update(RecoveryLineRecord).values(sealed=b"mine"))

    page = desk.signed_in().get("/units").text

    assert "không do người giữ khóa làm ra" in page
    assert REASON not in page
