"""The queue: everything a reviewer may open, once, in order, and nothing else."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event, insert

from cases.case_file import open_case
from cases.casework import Decision, decide
from cases.listings import listing_row
from cases.names import unit_holder
from cases.paper import PaperLine, enter_paper
from cases.queue import PAGE_CASES, QueueRow, Wanted, list_cases
from cases.records import CaseRecord, ListingRecord
from policy.states import CaseState, CaseStep
from tests.support.casework import note
from tests.support.office import MONDAY, TestOffice

UNIT = "van-phong"


def rows(office: TestOffice, wanted: Wanted | None = None, unit: str = UNIT) -> list[QueueRow]:
    return list(list_cases(office.office, office.reviewers[unit], wanted or Wanted()).rows)


def close(office: TestOffice, ref: str) -> None:
    reviewer = office.reviewers[UNIT]
    for step in (CaseStep.ASSESS, CaseStep.DECLINE, CaseStep.CLOSE):
        version = open_case(office.office, reviewer, ref).version
        decide(office.office, reviewer, ref, Decision(step, "lý do", version))


@pytest.mark.parametrize("sort", ["received", "due"])
def test_paging_shows_every_case_once(office: TestOffice, sort: str) -> None:
    wanted_total = 2 * PAGE_CASES + 3
    for number in range(wanted_total):
        office.clock.go_to(MONDAY + timedelta(days=number // 20))
        office.file(f"số {number}")
    seen: list[QueueRow] = []
    after = None
    while True:
        wanted = Wanted(sort="due" if sort == "due" else "received", after=after)
        page = list_cases(office.office, office.reviewers[UNIT], wanted)
        seen += page.rows
        if page.following is None:
            break
        after = page.following

    days = [row.due_on if sort == "due" else row.received_on for row in seen]
    assert len({row.ref for row in seen}) == len(seen) == wanted_total
    assert days == sorted(days, key=lambda day: day or MONDAY, reverse=sort == "received")


def test_serial_numbers_run_per_unit_and_year_without_gap(office: TestOffice) -> None:
    for _ in range(3):
        office.file()
    office.file(accused=frozenset({UNIT}))

    assert {row.serial for row in rows(office)} == {"1/2026", "2/2026", "3/2026"}
    assert {row.serial for row in rows(office, unit="chu-tich")} == {"1/2026"}


def test_a_number_that_was_given_stays(office: TestOffice) -> None:
    office.file()
    (before,) = rows(office)
    office.file()

    after = {row.ref: row.serial for row in rows(office)}

    assert after[before.ref] == before.serial == "1/2026"


def test_filters_leave_only_what_they_say(office: TestOffice) -> None:
    office.file(urgent=True)
    office.file(field=office.office.pack.fields[0].code)
    office.file()
    opened = rows(office)[0].ref
    open_case(office.office, office.reviewers[UNIT], opened)

    assert [row.urgent for row in rows(office, Wanted(only="urgent"))] == [True]
    assert len(rows(office, Wanted(field=office.office.pack.fields[0].code))) == 1
    assert opened not in {row.ref for row in rows(office, Wanted(only="new"))}
    assert rows(office, Wanted(only="overdue")) == []
    office.clock.go_to(MONDAY + timedelta(days=30))
    assert len(rows(office, Wanted(only="overdue"))) == 3


def test_a_closed_case_leaves_the_queue_and_is_found_by_its_state(office: TestOffice) -> None:
    office.file()
    ref = rows(office)[0].ref
    close(office, ref)

    assert rows(office) == []
    assert [row.ref for row in rows(office, Wanted(state=CaseState.CLOSED))] == [ref]


def test_what_is_late_on_a_closed_case_is_found_among_what_is_late(office: TestOffice) -> None:
    for number in ("1", "2"):
        enter_paper(
            office.office, office.reviewers[UNIT], PaperLine(number=number, received_on=MONDAY)
        )
    told, untold = (row.ref for row in rows(office))
    for ref in (told, untold):
        close(office, ref)
    note(office, told, "decline-told")
    office.file()
    assert rows(office, Wanted(only="overdue")) == []

    office.clock.go_to(MONDAY + timedelta(days=30))

    late = {row.ref: row.state for row in rows(office, Wanted(only="overdue"))}
    [open_ref] = {row.ref for row in rows(office)}
    assert late == {open_ref: CaseState.RECEIVED, untold: CaseState.CLOSED}
    by_day = [row.due_on for row in rows(office, Wanted(only="overdue", sort="due"))]
    assert by_day == sorted(by_day, key=str)
    closed = Wanted(only="overdue", state=CaseState.CLOSED)
    assert [row.ref for row in rows(office, closed)] == [untold]
    received = Wanted(only="overdue", state=CaseState.RECEIVED)
    assert [row.ref for row in rows(office, received)] == [open_ref]


def test_a_waiting_member_sees_nothing(office: TestOffice) -> None:
    office.file()
    member = office.add_reviewer(UNIT)
    waiting = type(member)(member.reviewer_id, member.sign_in_name, member.identity, {})

    assert list_cases(office.office, waiting, Wanted()).rows == ()


def test_a_new_member_lists_the_cases_of_before(office: TestOffice) -> None:
    office.file()
    member = office.add_reviewer(UNIT)

    (row,) = list_cases(office.office, member, Wanted()).rows
    assert open_case(office.office, member, row.ref).report.statement


def test_a_case_that_somebody_is_kept_out_of_leaves_no_gap_in_their_register(
    office: TestOffice,
) -> None:
    named = office.add_reviewer(UNIT)
    office.add_to_roster(UNIT, "Phạm Văn Làm Mẫu", reviewer=named)
    office.file("một")
    office.file("Phạm Văn Làm Mẫu đòi tiền.")
    rows(office)
    office.file("hai")

    assert {row.serial for row in rows(office)} >= {"1/2026", "2/2026"}
    shown = list_cases(office.office, named, Wanted()).rows
    assert {row.serial for row in shown} == {"1/2026", "2/2026"}


def test_a_step_moves_the_next_due_day_on(office: TestOffice) -> None:
    office.file()
    (before,) = rows(office)
    reviewer = office.reviewers[UNIT]
    for step in (CaseStep.ASSESS, CaseStep.ACCEPT):
        version = open_case(office.office, reviewer, before.ref).version
        decide(office.office, reviewer, before.ref, Decision(step, "đủ ba điều kiện", version))

    (after,) = rows(office)
    assert before.due_on is not None
    assert after.due_on is not None
    assert after.due_on > before.due_on


def fill(office: TestOffice, count: int) -> None:
    """Put so many numbered cases into the unit's list, as fast as rows can be added."""
    holder = unit_holder(UNIT)
    cases = [
        {
            "ref": f"{number:026d}",
            "received_on": MONDAY,
            "unit": UNIT,
            "state": CaseState.RECEIVED,
            "track": "B",
            "side_tracks": "",
            "urgent": False,
            "due_on": MONDAY + timedelta(days=number % 40),
            "due_rule": "D19",
            "is_paper": False,
            "is_matter": True,
            "version": 1,
        }
        for number in range(count)
    ]
    listings = [{**listing_row(case, holder, MONDAY), "is_numbered": True} for case in cases]
    with office.office.database.writing() as session:
        session.execute(insert(CaseRecord), cases)
        session.execute(insert(ListingRecord), listings)


@contextmanager
def counted(office: TestOffice) -> Iterator[list[str]]:
    """Yield the questions that the database is asked."""
    asked: list[str] = []

    def take_note(*words: object) -> None:
        asked.append(str(words[2]))

    engine = office.office.database.engine
    event.listen(engine, "before_cursor_execute", take_note)
    yield asked
    event.remove(engine, "before_cursor_execute", take_note)


def test_ten_thousand_cases_with_their_next_due_days_are_asked_for_in_one_question(
    office: TestOffice,
) -> None:
    fill(office, 10_000)
    rows(office, Wanted(sort="due"))

    with counted(office) as asked:
        found = rows(office, Wanted(sort="due"))

    questions = [words for words in asked if words.startswith("SELECT") and "cases" in words]
    assert len(questions) == 1
    assert len(found) == PAGE_CASES
    assert {row.due_on for row in found} == {MONDAY}
    # Beside it only whether anything waits for its number, and whether the reviewer could be named.
    assert len([words for words in asked if words.startswith("SELECT")]) <= 4
