"""A live instance's public side opens by itself once nothing is missing, and not before."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from cases.going_live import LIVE, list_missing, open_public_side
from cases.public_side import is_open
from cases.records import MembershipRecord, UnitKeyRecord
from cases.tryout import TRY_OUT, mark_instance
from policy.rows import DEFAULT_RECEIVER, Office
from tests.support.office import TestOffice, open_office
from tests.support.recovery import add_keys, compare


@pytest.fixture
def office(tmp_path: Path, database_url: str) -> Iterator[TestOffice]:
    """Yield an office that lacks nothing."""
    opened = open_office(tmp_path, database_url=database_url)
    appointed(opened)
    add_keys(opened)
    for unit, reviewer in opened.reviewers.items():
        compare(opened, reviewer, unit)
    yield opened
    opened.office.database.close()


def appointed(office: TestOffice, *, confirmed: bool = True) -> None:
    offices = office.office.pack.offices
    office.follow(offices=tuple(_said(row, confirmed=confirmed) for row in offices))


def _said(row: Office, *, confirmed: bool) -> Office:
    return replace(row, confirmed=confirmed) if row.code == DEFAULT_RECEIVER else row


def missing(office: TestOffice) -> str:
    return "\n".join(finding.what for finding in list_missing(office.office))


def test_it_opens_as_soon_as_nothing_is_missing_and_stays_open(office: TestOffice) -> None:
    mark_instance(office.office, LIVE)
    appointed(office, confirmed=False)
    open_public_side(office.office)
    assert "nobody confirmed the document that appoints van-phong" in missing(office)
    assert not is_open(office.office)

    appointed(office)
    assert missing(office) == ""
    open_public_side(office.office)
    assert is_open(office.office)

    # A unit that came later lacks a key: what others receive is not turned away for it.
    appointed(office, confirmed=False)
    open_public_side(office.office)
    assert is_open(office.office)


def test_each_thing_that_is_missing_is_named_and_keeps_it_shut(office: TestOffice) -> None:
    mark_instance(office.office, LIVE)
    with office.office.database.writing() as session:
        session.execute(delete(UnitKeyRecord).where(UnitKeyRecord.unit == "thanh-tra-tp"))
        gone = update(MembershipRecord).where(MembershipRecord.unit == "ubnd-tp")
        session.execute(gone.values(left_on=office.clock.today()))

    said = missing(office)
    open_public_side(office.office)

    assert "unit thanh-tra-tp has no recipient" in said
    assert "unit ubnd-tp has nobody who can open its cases" in said
    assert not is_open(office.office)


def test_recovery_keys_that_a_unit_did_not_compare_keep_it_shut(
    tmp_path: Path, database_url: str
) -> None:
    office = open_office(tmp_path, database_url=database_url)
    mark_instance(office.office, LIVE)
    appointed(office)
    assert "recovery keys are missing: 1, 2, 3" in missing(office)
    add_keys(office)

    open_public_side(office.office)

    assert "nobody compared the recovery keys" in missing(office)
    assert not is_open(office.office)
    office.office.database.close()


def test_a_try_out_has_nothing_to_open(office: TestOffice) -> None:
    mark_instance(office.office, TRY_OUT)
    open_public_side(office.office)
    assert not is_open(office.office)
