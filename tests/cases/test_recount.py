"""A calendar that changes: days are counted again, and every change is a line of the history."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select, update

from cases.case_file import open_case
from cases.jobs import recount_days
from cases.office import Office
from cases.queue import Wanted, list_cases
from cases.records import CaseRecord, CompartmentRecord
from policy.deadlines import calendar_for
from policy.rows import CalendarDay
from tests.support.casework import UNIT, triage
from tests.support.office import CAT_HAI, MONDAY, TestOffice

# A Thursday in the first working days after the report.
OFF = date(2026, 11, 26)


def with_a_day_off(office: Office, version: str = "another") -> Office:
    day = CalendarDay(
        code=OFF.isoformat(),
        day=OFF,
        worked=False,
        name_vi="Nghỉ bão",
        name_en="Storm",
        basis="Công điện",
        since=OFF,
        confirmed=True,
    )
    pack = replace(CAT_HAI, version=version, calendar=(*CAT_HAI.calendar, day))
    return replace(office, pack=pack, calendar=calendar_for(pack))


def due_days(office: TestOffice) -> dict[str, date | None]:
    with office.office.database.reading() as session:
        return {row.ref: row.due_on for row in session.scalars(select(CaseRecord))}


def lines(office: TestOffice, ref: str) -> list[tuple[str, str, str]]:
    case = open_case(office.office, office.reviewers[UNIT], ref)
    return [
        (entry.text("rule"), entry.text("from"), entry.text("to"))
        for entry in case.entries
        if entry.text("step") == "recount"
    ]


@pytest.fixture
def ref(office: TestOffice) -> str:
    office.file("Chuyện đã xảy ra.")
    [row] = list_cases(office.office, office.reviewers[UNIT], Wanted()).rows
    return row.ref


def test_the_same_calendar_changes_nothing(office: TestOffice, ref: str) -> None:
    for _ in range(2):
        recount_days(office.office)
    assert due_days(office) == {ref: date(2026, 11, 27)}
    assert lines(office, ref) == []


def test_a_case_that_nobody_touched_is_counted_again_and_says_so(
    office: TestOffice, ref: str
) -> None:
    recount_days(office.office)
    recount_days(with_a_day_off(office.office))

    assert due_days(office) == {ref: date(2026, 11, 30)}
    assert lines(office, ref) == [("D19", "2026-11-27", "2026-11-30")]
    [row] = list_cases(office.office, office.reviewers[UNIT], Wanted(sort="due")).rows
    assert row.due_on == date(2026, 11, 30)


def test_each_running_clock_is_counted_again_and_what_is_over_stays(
    office: TestOffice, ref: str
) -> None:
    triage(office, ref)
    recount_days(office.office)
    before = open_case(office.office, office.reviewers[UNIT], ref).clocks

    recount_days(with_a_day_off(office.office))

    after = open_case(office.office, office.reviewers[UNIT], ref).clocks
    assert lines(office, ref) == [("D20", "2026-12-03", "2026-12-04")]
    assert [clock for clock in before if not clock.is_running] == [
        clock for clock in after if not clock.is_running
    ]
    assert due_days(office) == {ref: date(2026, 12, 4)}


def test_a_change_is_told_once(office: TestOffice, ref: str) -> None:
    changed = with_a_day_off(office.office)
    for _ in range(3):
        recount_days(changed)
    assert len(lines(office, ref)) == 1


def test_a_damaged_case_holds_no_other_back_and_all_are_tried_again(
    office: TestOffice, ref: str
) -> None:
    office.file("Chuyện khác.")
    [damaged] = set(due_days(office)) - {ref}
    with office.office.database.writing() as session:
        theirs = CompartmentRecord.case_ref == damaged
        session.execute(update(CompartmentRecord).where(theirs).values(recipient=b"bad"))
        session.execute(update(CaseRecord).where(CaseRecord.ref == damaged).values(due_on=MONDAY))
    changed = with_a_day_off(office.office)

    for _ in range(2):
        recount_days(changed)

    assert due_days(office)[ref] == date(2026, 11, 30)
