"""Changing somebody's roles takes two, and neither of them is the one whose roles they are."""

from dataclasses import replace

import pytest

from cases.errors import CombinedRolesError, NotPermittedError, StaleCaseError, UnknownRoleError
from cases.members import Member, list_members, list_unit_keys
from cases.reviewers import SignedIn, open_unit_identities
from cases.role_changes import (
    RoleVerdict,
    list_role_changes,
    propose_roles,
    settle_roles,
)
from cases.step_errors import SamePersonError
from tests.support.casework import UNIT
from tests.support.office import TestOffice


@pytest.fixture
def people(office: TestOffice) -> tuple[SignedIn, SignedIn, SignedIn]:
    """Return a head, a colleague who settles, and the one whose roles change."""
    head = replace(office.reviewers[UNIT], roles={UNIT: frozenset({"head"})})
    return head, office.add_reviewer(UNIT), office.add_reviewer(UNIT)


def proposed(office: TestOffice, by: SignedIn, whose: SignedIn, *roles: str) -> str:
    place = (UNIT, whose.reviewer_id)
    propose_roles(office.office, by, place, frozenset(roles), "đổi việc")
    return list_role_changes(office.office, frozenset({UNIT}))[-1].id


def verdict(change: str, *, approves: bool = True) -> RoleVerdict:
    return RoleVerdict(change, approves, "đồng ý")


def member(office: TestOffice, who: SignedIn) -> Member:
    members = list_members(office.office, frozenset({UNIT}))
    return next(each for each in members if each.reviewer_id == who.reviewer_id)


def test_roles_change_when_a_second_person_approves(
    office: TestOffice, people: tuple[SignedIn, SignedIn, SignedIn]
) -> None:
    head, second, third = people
    change = proposed(office, head, third, "intake", "head")
    assert member(office, third).roles == ("handler",)

    settle_roles(office.office, second, UNIT, verdict(change))

    assert set(member(office, third).roles) == {"intake", "head"}
    assert member(office, third).is_admitted
    assert list_role_changes(office.office, frozenset({UNIT})) == ()
    with pytest.raises(StaleCaseError):
        settle_roles(office.office, second, UNIT, verdict(change))


def test_neither_the_proposer_nor_the_one_it_is_about_approves(
    office: TestOffice, people: tuple[SignedIn, SignedIn, SignedIn]
) -> None:
    head, second, third = people
    change = proposed(office, head, third, "head")

    for who in (head, third):
        with pytest.raises(SamePersonError):
            settle_roles(office.office, who, UNIT, verdict(change))
    settle_roles(office.office, second, UNIT, verdict(change, approves=False))
    assert member(office, third).roles == ("handler",)


def test_a_handler_proposes_nothing_and_an_outsider_settles_nothing(
    office: TestOffice, people: tuple[SignedIn, SignedIn, SignedIn]
) -> None:
    head, second, third = people
    with pytest.raises(NotPermittedError):
        proposed(office, second, third, "head")
    change = proposed(office, head, third, "head")
    with pytest.raises(NotPermittedError):
        settle_roles(office.office, office.reviewers["phong-vhxh"], UNIT, verdict(change))


def test_roles_that_nobody_may_have_are_refused(
    office: TestOffice, people: tuple[SignedIn, SignedIn, SignedIn]
) -> None:
    head, _, third = people
    with pytest.raises(CombinedRolesError):
        proposed(office, head, third, "administrator", "handler")
    for none in ((), ("chief",)):
        with pytest.raises(UnknownRoleError):
            proposed(office, head, third, *none)


def test_who_is_to_read_no_more_loses_the_units_keys_and_must_be_admitted_to_read_again(
    office: TestOffice, people: tuple[SignedIn, SignedIn, SignedIn]
) -> None:
    head, second, third = people
    settle_roles(office.office, second, UNIT, verdict(proposed(office, head, third, "overseer")))

    with office.office.database.reading() as session:
        assert open_unit_identities(session, third, UNIT) == {}
    [key] = list_unit_keys(office.office, frozenset({UNIT}))
    assert key.epoch == 2
    assert member(office, third).is_admitted
    settle_roles(office.office, second, UNIT, verdict(proposed(office, head, third, "handler")))
    assert not member(office, third).is_admitted
