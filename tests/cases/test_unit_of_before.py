"""A unit that ends on a day: it gets nothing from then on, and what it had is not lost."""

from dataclasses import replace
from datetime import timedelta

import pytest
from werkzeug.datastructures import MultiDict

from cases.case_file import open_case
from cases.errors import BarredUnitError, InvalidReportError
from cases.queue import Wanted, list_cases
from cases.referral import referable_units
from intake.forms import parse_report
from tests.support.casework import UNIT, new_case, opened, pass_on
from tests.support.office import MONDAY, TestOffice

ENDS = "phong-vhxh"


def end_on_monday(office: TestOffice) -> None:
    units = [
        replace(unit, until=MONDAY) if unit.code == ENDS else unit
        for unit in office.office.pack.units
    ]
    office.follow(units=tuple(units))


@pytest.fixture
def passed(office: TestOffice) -> str:
    """Return a case of the unit that ends on Monday, on the day after."""
    end_on_monday(office)
    ref = new_case(office)
    pass_on(office, ref, ENDS, keeps=False)
    office.clock.go_to(MONDAY + timedelta(days=1))
    return ref


def test_what_it_had_is_read_there_and_can_be_passed_on(office: TestOffice, passed: str) -> None:
    there = office.reviewers[ENDS]
    [row] = list_cases(office.office, there, Wanted()).rows
    case = open_case(office.office, there, row.ref)
    assert (case.ref, case.unit) == (passed, ENDS)
    assert UNIT in referable_units(office.office, case)

    pass_on(office, passed, UNIT, keeps=False, unit=ENDS)
    assert opened(office, passed).unit == UNIT


def test_nothing_is_passed_to_it_any_more(office: TestOffice, passed: str) -> None:
    assert passed
    ref = new_case(office)
    case = opened(office, ref)
    assert ENDS not in referable_units(office.office, case)
    with pytest.raises(BarredUnitError):
        pass_on(office, ref, ENDS, keeps=False)


def test_nobody_of_it_is_named_in_a_form_of_later(office: TestOffice, passed: str) -> None:
    assert passed
    form = MultiDict({"statement": "Chuyện.", "accused": ENDS})
    with pytest.raises(InvalidReportError):
        parse_report(form, office.office.todays_pack)
    office.clock.go_to(MONDAY)
    assert parse_report(form, office.office.todays_pack).accused == {ENDS}


def test_a_report_of_before_that_names_it_still_keeps_it_out(office: TestOffice) -> None:
    named = new_case(office, accused=frozenset({ENDS}))
    end_on_monday(office)
    office.clock.go_to(MONDAY + timedelta(days=1))
    case = opened(office, named)
    assert ENDS in case.report.accused
    assert ENDS not in referable_units(office.office, case)
    assert "phong-kinh-te" in referable_units(office.office, case)
