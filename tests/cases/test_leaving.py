"""Leaving: access ends at once, the unit goes on with another key, and old cases follow it."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from cases.access import open_compartments
from cases.case_file import open_case
from cases.errors import LastMemberError, NotPermittedError, SignInError
from cases.leaving import let_go
from cases.members import admit, list_members, list_unit_keys
from cases.queue import Wanted, list_cases
from cases.records import SealRecord, UnitKeySealRecord
from cases.reviewers import SignedIn, open_unit_identities
from cases.signing_in import SignInDesk
from cases.unit_epochs import count_unsealed, seal_anew
from crypto.errors import OpenError
from tests.support.casework import UNIT, new_case
from tests.support.office import SERVER_SECRET, TestOffice

HEAD = {UNIT: frozenset({"head"})}


@pytest.fixture
def head(office: TestOffice) -> SignedIn:
    office.reviewers[UNIT] = replace(office.reviewers[UNIT], roles=HEAD)
    return office.reviewers[UNIT]


@pytest.fixture
def leaver(office: TestOffice, head: SignedIn) -> SignedIn:
    assert head.roles == HEAD
    return office.add_reviewer(UNIT)


def epochs(office: TestOffice) -> set[int]:
    with office.office.database.reading() as session:
        seals = select(SealRecord.holder_epoch).where(SealRecord.holder == f"unit:{UNIT}")
        return set(session.scalars(seals))


def test_who_left_opens_nothing_of_before_and_nothing_of_after(
    office: TestOffice, head: SignedIn, leaver: SignedIn
) -> None:
    before = new_case(office)
    with office.office.database.reading() as session:
        assert open_compartments(session, leaver, before)
    let_go(office.office, head, UNIT, leaver.reviewer_id)
    after = new_case(office)

    with office.office.database.reading() as session:
        assert open_unit_identities(session, leaver, UNIT) == {}
        for ref in (before, after):
            with pytest.raises((KeyError, OpenError)):
                open_compartments(session, leaver, ref)
        kept = session.scalars(select(UnitKeySealRecord.holder)).all()
    assert f"reviewer:{leaver.reviewer_id}" not in kept
    desk = SignInDesk(office.office, SERVER_SECRET)
    with pytest.raises(SignInError):
        desk.resume(leaver.reviewer_id, leaver.identity.seed)
    assert leaver.reviewer_id not in {
        each.reviewer_id for each in list_members(office.office, frozenset({UNIT}))
    }


def test_who_stayed_reads_what_came_before_and_after(
    office: TestOffice, head: SignedIn, leaver: SignedIn
) -> None:
    third = office.add_reviewer(UNIT)
    before = new_case(office)
    let_go(office.office, head, UNIT, leaver.reviewer_id)
    after = new_case(office)

    for reader in (head, third):
        refs = {row.ref for row in list_cases(office.office, reader, Wanted()).rows}
        assert refs == {before, after}
        for ref in refs:
            assert open_case(office.office, reader, ref).report.statement == "Chuyện đã xảy ra."
    [key] = list_unit_keys(office.office, frozenset({UNIT}))
    assert key.epoch == 2


def test_old_cases_follow_in_members_sessions_and_go_on_where_they_stopped(
    office: TestOffice, head: SignedIn, leaver: SignedIn
) -> None:
    refs = [new_case(office, f"Chuyện {number}.") for number in range(3)]
    let_go(office.office, head, UNIT, leaver.reviewer_id)
    seals = count_unsealed(office.office, frozenset({UNIT}))[UNIT]
    assert seals == 2 * len(refs)

    assert seal_anew(office.office, head, UNIT, most=2) == seals - 2
    assert epochs(office) == {1, 2}
    third = office.add_reviewer(UNIT)
    assert seal_anew(office.office, third, UNIT) == 0

    assert epochs(office) == {2}
    assert count_unsealed(office.office, frozenset({UNIT})) == {}
    for number, ref in enumerate(refs):
        assert open_case(office.office, head, ref).report.statement == f"Chuyện {number}."


def test_an_altered_seal_is_left_for_whoever_opens_its_case(
    office: TestOffice, head: SignedIn, leaver: SignedIn
) -> None:
    ref = new_case(office)
    let_go(office.office, head, UNIT, leaver.reviewer_id)
    with office.office.database.writing() as session:
        row = session.scalars(
            select(SealRecord).where(SealRecord.holder == f"unit:{UNIT}").limit(1)
        ).one()
        row.sealed = row.sealed[:-1] + bytes([row.sealed[-1] ^ 1])

    assert seal_anew(office.office, head, UNIT) == 1
    with pytest.raises(OpenError):
        open_case(office.office, head, ref)


def test_somebody_may_go_by_themselves_and_a_colleague_sends_nobody_away(
    office: TestOffice, head: SignedIn, leaver: SignedIn
) -> None:
    third = office.add_reviewer(UNIT)
    with pytest.raises(NotPermittedError):
        let_go(office.office, third, UNIT, leaver.reviewer_id)
    let_go(office.office, leaver, UNIT, leaver.reviewer_id)

    with pytest.raises(NotPermittedError):
        let_go(office.office, head, UNIT, leaver.reviewer_id)


def test_the_last_member_stays(office: TestOffice, head: SignedIn) -> None:
    ref = new_case(office)
    with pytest.raises(LastMemberError):
        let_go(office.office, head, UNIT, head.reviewer_id)
    assert open_case(office.office, head, ref).ref == ref


def test_who_comes_later_reads_what_every_epoch_holds(
    office: TestOffice, head: SignedIn, leaver: SignedIn
) -> None:
    before = new_case(office)
    let_go(office.office, head, UNIT, leaver.reviewer_id)
    newcomer = office.add_reviewer(UNIT)

    assert open_case(office.office, newcomer, before).ref == before


def test_whom_a_member_waits_for_is_admitted_with_the_other_account_named(
    office: TestOffice, head: SignedIn
) -> None:
    second = office.add_reviewer(UNIT)
    with pytest.raises(NotPermittedError):
        admit(office.office, head, second.reviewer_id, UNIT, "nobody")
