"""Reports and matters are counted apart, and no number tells of a case that is to stay unknown."""

from datetime import date, timedelta

import pytest

from cases.counts import Counted, count_year
from cases.links import RELATED, Link, Unlink, link, unlink
from cases.names import DUPLICATE
from cases.queue import Wanted, list_cases
from cases.reviewers import SignedIn
from tests.support.casework import (
    UNIT,
    move_into_unit,
    new_case,
    opened,
    pass_on,
    triage,
)
from tests.support.office import MONDAY, TestOffice

YEAR = MONDAY.year
OTHER = "phong-kinh-te"


def tie(office: TestOffice, ref: str, other: str, kind: str = DUPLICATE) -> None:
    wanted = Link(other=other[:8], kind=kind, reason="x", version=opened(office, ref).version)
    link(office.office, office.reviewers[UNIT], ref, wanted)


def counted(office: TestOffice, unit: str = UNIT, year: int = YEAR) -> dict[str, tuple[int, int]]:
    return numbers(office, office.reviewers[unit], year)


def numbers(office: TestOffice, reviewer: SignedIn, year: int = YEAR) -> dict[str, tuple[int, int]]:
    counts = count_year(office.office, reviewer, year)
    return {row.track: (row.reports, row.matters) for row in counts.rows}


def test_several_reports_of_one_matter_are_so_many_reports_and_one_matter(
    office: TestOffice,
) -> None:
    first, second, third, alone = (new_case(office) for _ in range(4))
    tie(office, second, first)
    tie(office, third, first)
    tie(office, alone, first, RELATED)
    assert counted(office) == {"B": (4, 2)}

    version = opened(office, third).version
    undone = Unlink(other=first, reason="nhầm", version=version)
    unlink(office.office, office.reviewers[UNIT], third, undone)
    assert counted(office) == {"B": (4, 3)}


def test_each_track_has_its_own_line_and_all_of_them_a_sum(office: TestOffice) -> None:
    new_case(office)
    triage(office, new_case(office), track="D")
    counts = count_year(office.office, office.reviewers[UNIT], YEAR)
    assert counts.rows == (Counted("B", 1, 1), Counted("D", 1, 1))
    assert (counts.reports, counts.matters) == (2, 2)


def test_a_year_has_what_came_in_then(office: TestOffice) -> None:
    new_case(office)
    office.clock.go_to(date(YEAR + 1, 1, 4))
    new_case(office)
    assert counted(office) == counted(office, year=YEAR + 1) == {"B": (1, 1)}
    assert counted(office, year=YEAR + 2) == {}


def test_only_the_unit_that_is_responsible_counts_a_case(office: TestOffice) -> None:
    passed, _ = new_case(office), new_case(office)
    pass_on(office, passed, OTHER)
    assert counted(office) == counted(office, OTHER) == {"B": (1, 1)}
    assert counted(office, "chu-tich") == {}


def test_a_duplicate_counts_as_a_matter_where_the_other_case_is_not_to_be_known(
    office: TestOffice,
) -> None:
    hidden = new_case(office, accused=frozenset({OTHER}))
    ref = new_case(office)
    tie(office, ref, hidden)
    pass_on(office, ref, OTHER)
    # One report and no matter would tell them that there is another case.
    assert counted(office, OTHER) == {"B": (1, 1)}


def test_counting_is_no_opening(office: TestOffice) -> None:
    first, second = new_case(office), new_case(office)
    tie(office, second, first)
    pass_on(office, second, OTHER)
    pass_on(office, first, OTHER)
    assert counted(office, OTHER) == {"B": (2, 1)}
    page = list_cases(office.office, office.reviewers[OTHER], Wanted())
    assert [row.is_new for row in page.rows] == [True, True]


@pytest.fixture
def named(office: TestOffice) -> SignedIn:
    elsewhere = office.reviewers["chu-tich"]
    office.add_to_roster("ttpvhcc", "Lò Thị Mẫu", reviewer=elsewhere)
    new_case(office)
    new_case(office, "Bà Lò Thị Mẫu đòi tiền.")
    office.clock.go_to(MONDAY + timedelta(days=3))
    joined = move_into_unit(office, elsewhere)
    office.clock.go_to(MONDAY + timedelta(days=4))
    new_case(office)
    new_case(office, "Bà Lò Thị Mẫu lại đòi tiền.")
    return joined


def test_who_is_named_counts_what_they_can_open(office: TestOffice, named: SignedIn) -> None:
    assert counted(office) == {"B": (4, 4)}
    assert numbers(office, named) == {"B": (2, 2)}
    assert count_year(office.office, named, YEAR).after is None


def test_duplicates_of_before_are_known_by_who_could_be_named(
    office: TestOffice, named: SignedIn
) -> None:
    last = new_case(office)
    page = list_cases(office.office, named, Wanted())
    oldest = page.rows[-1].ref
    tie(office, last, oldest)
    assert numbers(office, named) == {"B": (3, 2)}


def test_too_many_cases_of_before_are_left_out_and_that_is_said(
    office: TestOffice, named: SignedIn
) -> None:
    counts = count_year(office.office, named, YEAR, most_opened=1)
    assert counts.rows == (Counted("B", 1, 1),)
    assert counts.after == MONDAY + timedelta(days=3)
