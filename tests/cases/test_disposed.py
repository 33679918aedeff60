"""What is left of a case that was disposed of goes on counting, for whom it counted before."""

from datetime import date

import pytest
from sqlalchemy import select

from cases.counts import count_year
from cases.disposal_list import DueCase, cases_due
from cases.disposed import stub_of
from cases.errors import CaseNotFoundError
from cases.holds import place_hold
from cases.links import Link, Unlink, link, unlink
from cases.names import DUPLICATE, unit_holder
from cases.queue import Wanted, list_cases
from cases.records import ListingRecord
from cases.reviewers import SignedIn
from cases.step_errors import LinkRefusedError
from crypto.receipts import Receipt
from policy.states import CaseState
from tests.support.casework import UNIT, listed, move_into_unit, new_case, opened
from tests.support.keeping import (
    change,
    closed_case,
    dispose,
    filed_case,
    grow_old,
    make_head,
    old_case,
)
from tests.support.office import TestOffice

OTHER = "cong-an-tp"


@pytest.fixture
def head(office: TestOffice) -> SignedIn:
    return make_head(office)


@pytest.fixture
def old(office: TestOffice, head: SignedIn) -> tuple[str, Receipt]:
    return old_case(office)


def test_figures_lists_and_the_stub_go_on_counting_it(
    office: TestOffice, old: tuple[str, Receipt], head: SignedIn
) -> None:
    ref, _ = old
    today, serial = office.clock.today(), opened(office, ref).serial
    before = count_year(office.office, head, 2026)

    dispose(office, ref, head)

    assert count_year(office.office, head, 2026) == before
    closed = list_cases(office.office, head, Wanted(state=CaseState.CLOSED)).rows
    assert [(row.ref, row.disposed_on) for row in closed] == [(ref, today)]
    stub = stub_of(office.office, head, ref)
    assert (stub.serial, stub.unit, stub.disposed_on) == (serial, UNIT, today)
    assert stub.received_on == stub.closed_on == date(2026, 11, 23)


def test_a_link_to_a_case_that_is_gone_is_still_counted_and_can_be_undone_and_no_new_one_is_made(
    office: TestOffice, old: tuple[str, Receipt], head: SignedIn
) -> None:
    ref, _ = old
    newer, third = new_case(office, "Lại chuyện cũ."), new_case(office)
    made = Link(other=ref, kind=DUPLICATE, reason="một việc", version=opened(office, newer).version)
    link(office.office, head, newer, made)
    closed_case(office, newer)
    # The older one has a line more; nobody proposed anything meanwhile.
    dispose(office, ref, head)
    year = office.clock.today().year
    [before] = count_year(office.office, head, year).rows

    assert (before.reports, before.matters) == (2, 1)
    again = Link(other=ref, kind=DUPLICATE, reason="nữa", version=opened(office, third).version)
    with pytest.raises(LinkRefusedError, match="unknown"):
        link(office.office, head, third, again)
    undone = Unlink(other=ref, reason="nhầm", version=opened(office, newer).version)
    unlink(office.office, head, newer, undone)
    assert opened(office, newer).is_matter


def test_a_repeated_case_that_is_gone_is_no_matter_of_its_own_for_who_may_know_both(
    office: TestOffice, old: tuple[str, Receipt], head: SignedIn
) -> None:
    older = new_case(office)
    ref, _ = old
    made = Link(other=older, kind=DUPLICATE, reason="một việc", version=opened(office, ref).version)
    link(office.office, head, ref, made)
    before = count_year(office.office, head, 2026)

    dispose(office, ref, head)

    assert count_year(office.office, head, 2026) == before
    assert [(row.reports, row.matters) for row in before.rows] == [(1, 0)]


def test_the_operators_list_names_what_is_due_and_what_is_held_and_nothing_else(
    office: TestOffice, old: tuple[str, Receipt], head: SignedIn
) -> None:
    ref, _ = old
    serial = opened(office, ref).serial
    held = closed_case(office, new_case(office))
    open_one = new_case(office)
    place_hold(office.office, head, held, change(office, held))
    assert cases_due(office.office) == (DueCase(UNIT, serial, is_held=False),)
    grow_old(office)
    assert {(each.serial, each.is_held) for each in cases_due(office.office)} == {
        (serial, False),
        (opened(office, held).serial, True),
    }

    dispose(office, ref, head)

    assert [each.is_held for each in cases_due(office.office)] == [True]
    assert opened(office, open_one).state is not CaseState.CLOSED


def test_whoever_a_case_kept_out_never_counts_what_is_left_of_it(
    office: TestOffice, head: SignedIn
) -> None:
    accused = office.reviewers[OTHER]
    office.add_to_roster(OTHER, "Đặng Văn Nghiêm Trang", reviewer=accused)
    ref, _ = filed_case(office, "Ông Đặng Văn Nghiêm Trang đòi tiền.")
    closed_case(office, ref)
    moved = move_into_unit(office, accused)
    assert count_year(office.office, moved, 2026).reports == 0
    grow_old(office)

    dispose(office, ref, head)

    assert count_year(office.office, moved, 2026).reports == 0
    assert list_cases(office.office, moved, Wanted(state=CaseState.CLOSED)).rows == ()
    with pytest.raises(CaseNotFoundError):
        stub_of(office.office, moved, ref)
    assert count_year(office.office, head, 2026).reports == 1
    with office.office.database.reading() as session:
        holders = set(session.scalars(select(ListingRecord.holder)))
    assert unit_holder(UNIT) not in holders
    assert listed(office) == []
