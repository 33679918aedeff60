"""Legal hold: one person places it, two end it, and what is held is not disposed of."""

import pytest

from cases.case_file import open_case
from cases.disposal import propose_disposal
from cases.errors import CaseNotFoundError, NotPermittedError, StaleCaseError
from cases.holds import place_hold, propose_end_of_hold
from cases.reviewers import SignedIn
from cases.step_errors import DisposalRefusedError, HoldRefusedError, SamePersonError
from tests.support.casework import UNIT, new_case, opened, pass_on
from tests.support.keeping import approve, change, closed_case, grow_old, make_head
from tests.support.office import TestOffice

OTHER = "cong-an-tp"


@pytest.fixture
def head(office: TestOffice) -> SignedIn:
    return make_head(office)


def hold(office: TestOffice, ref: str) -> None:
    place_hold(office.office, office.reviewers[UNIT], ref, change(office, ref, "tòa yêu cầu"))


def test_one_person_holds_a_case_and_two_end_it_with_both_lines_in_the_history(
    office: TestOffice, head: SignedIn
) -> None:
    ref, day = new_case(office), office.clock.today()
    hold(office, ref)
    assert opened(office, ref).keeping.held_on == day
    propose_end_of_hold(office.office, office.reviewers[UNIT], ref, change(office, ref, "xong"))
    assert opened(office, ref).keeping.held_on == day

    approve(office, ref, head)

    case = opened(office, ref)
    assert case.keeping.held_on is None
    lines = [(each.text("step"), each.text("reason")) for each in case.entries if each.text("step")]
    assert lines[-4:] == [
        ("hold", "tòa yêu cầu"),
        ("propose", "xong"),
        ("approve", "đã xem"),
        ("end-hold", "xong"),
    ]


def test_nobody_ends_a_hold_alone_and_a_refusal_leaves_it(
    office: TestOffice, head: SignedIn
) -> None:
    ref = new_case(office)
    hold(office, ref)
    propose_end_of_hold(office.office, head, ref, change(office, ref))
    with pytest.raises(SamePersonError):
        approve(office, ref, head)
    approve(office, ref, office.reviewers[UNIT], approves=False)

    assert opened(office, ref).keeping.held_on is not None


def test_what_is_held_is_not_held_twice_and_what_is_not_cannot_be_let_go(
    office: TestOffice,
) -> None:
    ref = new_case(office)
    with pytest.raises(HoldRefusedError):
        propose_end_of_hold(office.office, office.reviewers[UNIT], ref, change(office, ref))
    hold(office, ref)
    with pytest.raises(HoldRefusedError):
        hold(office, ref)


def test_a_page_from_before_and_another_unit_hold_nothing(office: TestOffice) -> None:
    ref = new_case(office)
    stale = change(office, ref)
    hold(office, ref)
    with pytest.raises(StaleCaseError):
        propose_end_of_hold(office.office, office.reviewers[UNIT], ref, stale)
    with pytest.raises(CaseNotFoundError):
        place_hold(office.office, office.reviewers[OTHER], ref, stale)
    pass_on(office, ref, OTHER)
    assert open_case(office.office, office.reviewers[OTHER], ref).keeping.held_on is not None
    with pytest.raises(NotPermittedError):
        propose_end_of_hold(office.office, office.reviewers[UNIT], ref, change(office, ref))


def test_a_held_case_is_not_disposed_of_however_old_it_is(
    office: TestOffice, head: SignedIn
) -> None:
    ref = closed_case(office, new_case(office))
    grow_old(office)
    propose_disposal(office.office, head, ref, change(office, ref))
    hold(office, ref)
    with pytest.raises(DisposalRefusedError, match="held"):
        approve(office, ref, office.reviewers[UNIT])
    with pytest.raises(DisposalRefusedError, match="held"):
        propose_disposal(office.office, head, ref, change(office, ref))
