"""What the reporter says of their own danger: sealed on arrival, and it starts its clock."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from cases.case_file import CaseFile
from cases.errors import FollowUpOverError, UnknownReceiptError
from cases.filing import Filed
from cases.jobs import run_due, start_clocks
from cases.names import EntryKind
from cases.office import Office
from cases.protection import protection_of
from cases.protection_records import HappeningRecord
from cases.protection_requests import (
    AFRAID,
    ANSWERS,
    HAPPENED,
    NO,
    FollowUpAnswer,
    ProtectionRequest,
    answer_follow_up,
    ask_for_protection,
)
from cases.queue import Wanted, list_cases
from cases.records import CaseRecord, CompartmentRecord, EntryRecord, SealRecord
from cases.retaliation import follow_up_of
from cases.threads import read_thread
from crypto.receipts import Receipt
from policy.states import CaseStep
from tests.support.casework import UNIT, opened, pass_on, step, triage
from tests.support.office import MONDAY, TestOffice, public_side

ASKED = ProtectionRequest(
    ("safety", "job"), ("self", "child"), is_urgent=False, text="Có người rình trước nhà."
)
URGENT = ProtectionRequest(("safety",), ("self",), is_urgent=True, text="Họ đang ở ngoài cửa.")


@pytest.fixture
def public(office: TestOffice) -> Iterator[Office]:
    opened_side = public_side(office.office)
    yield opened_side
    opened_side.database.close()


@pytest.fixture
def filed(office: TestOffice) -> Filed:
    return office.file("Chuyện đất đai.")


@pytest.fixture
def ref(office: TestOffice, filed: Filed) -> str:
    [row] = list_cases(office.office, office.reviewers[UNIT], Wanted()).rows
    return row.ref


@dataclass
class Asked:
    """A case with both of its sides."""

    office: TestOffice
    public: Office
    receipt: Receipt
    ref: str


@pytest.fixture
def sides(office: TestOffice, public: Office, filed: Filed, ref: str) -> Asked:
    return Asked(office, public, filed.receipt, ref)


def asked_words(case: CaseFile) -> list[str]:
    return [request.text for request in protection_of(case.entries).requests]


def due_follow_up(office: TestOffice, receipt: Receipt) -> str | None:
    thread = read_thread(office.office, receipt)
    rows = office.office.todays_pack.follow_ups
    row = follow_up_of(rows, thread.received_on, thread.messages, office.clock.today())
    return row.code if row else None


def test_a_request_is_read_at_the_desk_and_by_no_receipt(
    office: TestOffice, public: Office, filed: Filed, ref: str
) -> None:
    ask_for_protection(public, filed.receipt, ASKED)

    [request] = protection_of(opened(office, ref).entries).requests
    assert (request.kinds, request.persons) == (ASKED.kinds, ASKED.persons)
    assert (request.text, request.is_urgent, request.is_open) == (ASKED.text, False, True)
    [line] = read_thread(public, filed.receipt).messages
    assert (line.kind, line.values) == (EntryKind.EVENT, {"event": "protection-asked"})


def test_every_later_request_goes_into_the_same_compartment(
    office: TestOffice, public: Office, filed: Filed, ref: str
) -> None:
    ask_for_protection(public, filed.receipt, ASKED)
    ask_for_protection(public, filed.receipt, URGENT)
    assert asked_words(opened(office, ref)) == [URGENT.text, ASKED.text]
    with office.office.database.reading() as session:
        kind = EntryRecord.kind == EntryKind.PROTECTION
        assert len(set(session.scalars(select(EntryRecord.compartment_id).where(kind)))) == 1


def test_the_same_form_twice_asks_once(
    office: TestOffice, public: Office, filed: Filed, ref: str
) -> None:
    form = replace(ASKED, form_tag=b"form")
    for _ in range(2):
        ask_for_protection(public, filed.receipt, form)
    assert asked_words(opened(office, ref)) == [ASKED.text]
    assert len(read_thread(public, filed.receipt).messages) == 1


def test_nobody_asks_for_a_case_that_they_have_no_receipt_of(
    office: TestOffice, public: Office, ref: str
) -> None:
    with pytest.raises(UnknownReceiptError):
        ask_for_protection(public, Receipt.generate(), ASKED)
    assert asked_words(opened(office, ref)) == []


@pytest.mark.parametrize(
    ("asked", "rule", "due"),
    [(URGENT, "D18-urgent", MONDAY), (ASKED, "D18", MONDAY + timedelta(days=2))],
)
def test_a_request_stands_in_the_queue_by_its_day(
    sides: Asked, asked: ProtectionRequest, rule: str, due: date
) -> None:
    ask_for_protection(sides.public, sides.receipt, asked)
    run_due(sides.office.office)
    reviewer = sides.office.reviewers[UNIT]
    [row] = list_cases(sides.office.office, reviewer, Wanted()).rows
    assert (row.due_rule, row.due_on) == (rule, due)
    assert read_thread(sides.public, sides.receipt).told_on == due


def test_clocks_count_a_request_before_any_job_ran_and_only_once(
    office: TestOffice, public: Office, filed: Filed, ref: str
) -> None:
    ask_for_protection(public, filed.receipt, URGENT)
    assert "D18-urgent" in {clock.rule for clock in opened(office, ref).clocks}
    triage(office, ref)
    start_clocks(office.office)
    runs = [clock for clock in opened(office, ref).clocks if clock.rule == "D18-urgent"]
    assert [(clock.number, clock.started_on, clock.ended_on) for clock in runs] == [
        (1, MONDAY, None)
    ]
    with office.office.database.reading() as session:
        assert session.scalars(select(HappeningRecord)).all() == []


def test_who_gets_the_case_later_reads_what_was_asked_and_who_lost_it_nothing_new(
    office: TestOffice, public: Office, filed: Filed, ref: str
) -> None:
    ask_for_protection(public, filed.receipt, ASKED)
    pass_on(office, ref, "phong-vhxh", keeps=False)
    ask_for_protection(public, filed.receipt, URGENT)
    assert asked_words(opened(office, ref, "phong-vhxh")) == [URGENT.text, ASKED.text]
    with office.office.database.reading() as session:
        kind = EntryRecord.kind == EntryKind.PROTECTION
        assert len(set(session.scalars(select(EntryRecord.compartment_id).where(kind)))) == 2


def test_a_member_whom_the_report_names_gets_no_seal_of_what_is_asked(
    office: TestOffice, public: Office
) -> None:
    named = office.add_reviewer(UNIT)
    office.add_to_roster(UNIT, "Nguyễn Văn Tèo", reviewer=named)
    filed = office.file("Nguyễn Văn Tèo vòi tiền.")
    ask_for_protection(public, filed.receipt, ASKED)
    [row] = list_cases(office.office, office.reviewers[UNIT], Wanted()).rows
    assert asked_words(opened(office, row.ref)) == [ASKED.text]
    assert list_cases(office.office, named, Wanted()).rows == ()
    holders = _holders_of_protection(office)
    assert f"reviewer:{named.reviewer_id}" not in holders
    assert f"unit:{UNIT}" not in holders


def _holders_of_protection(office: TestOffice) -> set[str]:
    with office.office.database.reading() as session:
        query = (
            select(SealRecord.holder)
            .join(CompartmentRecord, CompartmentRecord.id == SealRecord.compartment_id)
            .where(CompartmentRecord.kind == "protection")
        )
        return set(session.scalars(query))


@pytest.mark.parametrize(
    ("days", "due"),
    [(29, None), (30, "first"), (89, "first"), (90, "second"), (180, "third"), (400, "third")],
)
def test_the_reporter_is_asked_on_the_days_of_the_pack(
    office: TestOffice, filed: Filed, days: int, due: str | None
) -> None:
    office.clock.go_to(MONDAY + timedelta(days=days))
    assert due_follow_up(office, filed.receipt) == due


def test_one_answer_is_enough_for_all_that_was_missed(
    office: TestOffice, public: Office, filed: Filed
) -> None:
    office.clock.go_to(MONDAY + timedelta(days=95))
    answer_follow_up(public, filed.receipt, FollowUpAnswer(NO, ""))
    assert due_follow_up(office, filed.receipt) is None
    with pytest.raises(FollowUpOverError):
        answer_follow_up(public, filed.receipt, FollowUpAnswer(NO, ""))
    office.clock.go_to(MONDAY + timedelta(days=180))
    assert due_follow_up(office, filed.receipt) == "third"


def test_a_request_lets_the_days_count_anew(
    office: TestOffice, public: Office, filed: Filed
) -> None:
    office.clock.go_to(MONDAY + timedelta(days=100))
    ask_for_protection(public, filed.receipt, ASKED)
    assert due_follow_up(office, filed.receipt) is None
    office.clock.go_to(MONDAY + timedelta(days=130))
    assert due_follow_up(office, filed.receipt) == "first"


@pytest.mark.parametrize(
    ("answer", "rule"), [(NO, None), (AFRAID, "D18"), (HAPPENED, "D18-urgent")]
)
def test_an_answer_is_read_at_the_desk_and_raises_what_it_must(
    sides: Asked, answer: str, rule: str | None
) -> None:
    sides.office.clock.go_to(MONDAY + timedelta(days=30))
    answer_follow_up(sides.public, sides.receipt, FollowUpAnswer(answer, "Lời kể."))
    case = opened(sides.office, sides.ref)
    said = protection_of(case.entries)
    assert [(each.answer, each.text) for each in said.answers] == [(answer, "Lời kể.")]
    assert [each.is_urgent for each in said.requests] == ([answer == HAPPENED] if rule else [])
    running = {clock.rule for clock in case.clocks if clock.is_running}
    assert running & {"D18", "D18-urgent"} == ({rule} if rule else set())


@pytest.mark.parametrize("answer", ANSWERS)
def test_a_second_click_answers_once(sides: Asked, answer: str) -> None:
    sides.office.clock.go_to(MONDAY + timedelta(days=30))
    for _ in range(2):
        answer_follow_up(sides.public, sides.receipt, FollowUpAnswer(answer, "x", b"form"))
    assert len(protection_of(opened(sides.office, sides.ref).entries).answers) == 1


def test_whoever_is_closed_is_asked_and_heard_too(
    office: TestOffice, public: Office, filed: Filed, ref: str
) -> None:
    triage(office, ref)
    step(office, ref, CaseStep.ACCEPT, CaseStep.VERIFY, CaseStep.CONCLUDE, CaseStep.CLOSE)
    office.clock.go_to(MONDAY + timedelta(days=90))
    answer_follow_up(public, filed.receipt, FollowUpAnswer(HAPPENED, "Bị đuổi việc."))
    start_clocks(office.office)
    with office.office.database.reading() as session:
        case = session.get(CaseRecord, ref)
        assert case is not None
        running = {each.rule for each in opened(office, ref).clocks if each.is_running}
    assert "D18-urgent" in running


def test_thief_of_the_database_finds_no_kind_person_or_word(
    office: TestOffice, public: Office, filed: Filed
) -> None:
    ask_for_protection(public, filed.receipt, ASKED)
    with office.office.database.reading() as session:
        rows = [str(vars(each)) for each in session.scalars(select(HappeningRecord))]
        rows += [f"{e.kind} {e.author}" for e in session.scalars(select(EntryRecord))]
    assert not [row for row in rows for word in ("safety", "child", "rình") if word in row]
