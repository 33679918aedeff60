"""What the office finds of a case in law, and what its clocks make of it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from cases.casework import answer
from cases.errors import NotPermittedError, StaleCaseError
from cases.filing import Filed
from cases.law_records import ClockRecord
from cases.names import EntryKind
from cases.queue import Wanted, list_cases
from cases.records import CaseRecord
from cases.step_errors import MarkRefusedError, TrackRefusedError
from cases.threads import Message, read_thread
from cases.triage import (
    Extending,
    classify,
    extend,
)
from policy.clock import ClockStatus
from policy.errors import ExtensionRefusedError
from policy.states import CaseState, CaseStep
from tests.support.casework import (
    ALL_YES,
    CLASSIFICATION,
    UNIT,
    note,
    opened,
    pass_on,
    statuses,
    step,
    triage,
)
from tests.support.office import MONDAY, TestOffice


@pytest.fixture
def filed(office: TestOffice) -> Filed:
    return office.file("Chuyện đất đai.")


@pytest.fixture
def ref(office: TestOffice, filed: Filed) -> str:
    assert filed.receiver == UNIT
    [row] = list_cases(office.office, office.reviewers[UNIT], Wanted()).rows
    return row.ref


def test_a_case_that_nobody_touched_has_the_clocks_of_its_receipt_and_none_are_kept(
    office: TestOffice, ref: str
) -> None:
    case = opened(office, ref)
    assert {clock.rule for clock in case.clocks} == {"D19", "D22-update", "D22-result", "D23"}
    assert (case.due_rule, case.due_on) == ("D19", date(2026, 11, 27))
    with office.office.database.reading() as session:
        assert session.scalars(select(ClockRecord)).all() == []


def test_triage_reads_the_case_and_starts_the_days_of_the_decision(
    office: TestOffice, filed: Filed, ref: str
) -> None:
    case = triage(office, ref)

    assert case.state is CaseState.ASSESSING
    assert statuses(case, MONDAY)["D19"] is ClockStatus.MET
    assert (case.due_rule, case.due_on) == ("D20", date(2026, 12, 3))
    line = [entry for entry in case.entries if entry.text("step") == "classify"][-1]
    assert line.values["tests"] == ALL_YES
    thread = read_thread(office.office, filed.receipt)
    assert [entry.text("to") for entry in thread.messages] == ["assessing"]
    assert (thread.told_rule, thread.told_on) == ("D20", date(2026, 12, 3))


def test_a_sign_of_crime_runs_beside_the_track_and_is_due_the_same_day(
    office: TestOffice, ref: str
) -> None:
    case = triage(office, ref, marks=("crime-found",))
    assert (case.track, case.side_tracks) == ("B", frozenset({"E"}))
    assert (case.due_rule, case.due_on) == ("D15", MONDAY)

    office.clock.go_to(MONDAY + timedelta(days=2))
    assert statuses(opened(office, ref), office.clock.today())["D15"] is ClockStatus.OVERDUE

    case = note(office, ref, "crime-sent")
    assert statuses(case, office.clock.today())["D15"] is ClockStatus.LATE
    assert case.due_rule == "D20"


def test_a_case_that_is_a_crime_report_alone_is_due_the_same_day_too(
    office: TestOffice, ref: str
) -> None:
    case = triage(office, ref, track="E")
    assert (case.track, case.side_tracks) == ("E", frozenset())
    assert case.due_rule == "D15"
    # What only anonymous information needs, nobody needs any more.
    assert statuses(case, MONDAY)["D22-result"] is ClockStatus.LAPSED


def test_on_another_track_its_days_count_from_the_receipt(office: TestOffice, ref: str) -> None:
    office.clock.go_to(MONDAY + timedelta(days=2))
    case = triage(office, ref, track="D")
    clock = next(clock for clock in case.clocks if clock.rule == "D13")
    assert (clock.started_on, clock.due_on) == (MONDAY, date(2026, 12, 8))


def test_a_named_denunciation_stays_on_paper(office: TestOffice, ref: str) -> None:
    with pytest.raises(TrackRefusedError):
        triage(office, ref, track="A")
    with pytest.raises(TrackRefusedError):
        triage(office, ref, track="Z")
    assert opened(office, ref).track == "B"


def test_what_is_concluded_is_not_classified_anew(office: TestOffice, ref: str) -> None:
    triage(office, ref)
    step(office, ref, CaseStep.ACCEPT, CaseStep.VERIFY, CaseStep.CONCLUDE)
    with pytest.raises(TrackRefusedError):
        triage(office, ref)


def test_triage_on_an_old_page_is_refused(office: TestOffice, ref: str) -> None:
    version = opened(office, ref).version
    triage(office, ref)
    with pytest.raises(StaleCaseError):
        classify(
            office.office, office.reviewers[UNIT], ref, replace(CLASSIFICATION, version=version)
        )


def test_only_the_responsible_unit_says_what_the_law_makes_of_a_case(
    office: TestOffice, ref: str
) -> None:
    pass_on(office, ref, "phong-kinh-te")
    with pytest.raises(NotPermittedError):
        triage(office, ref)
    with pytest.raises(NotPermittedError):
        note(office, ref, "danger-found")


@pytest.mark.parametrize(
    ("mark", "changes", "why"),
    [
        ("nothing", {}, "state"),
        ("informed-parties", {}, "state"),  # on track A only
        ("team-named", {}, "state"),  # while it is verified only
        ("danger-found", {"day": MONDAY + timedelta(days=1)}, "day"),
        ("danger-found", {"day": MONDAY - timedelta(days=1)}, "day"),
        ("crime-sent", {"document": ""}, "document"),
    ],
)
def test_what_cannot_have_happened_is_refused(
    office: TestOffice, ref: str, mark: str, changes: dict[str, object], why: str
) -> None:
    with pytest.raises(MarkRefusedError) as refused:
        note(office, ref, mark, **changes)
    assert refused.value.why == why


def test_a_team_has_two_people_at_least(office: TestOffice, ref: str) -> None:
    triage(office, ref)
    step(office, ref, CaseStep.ACCEPT, CaseStep.VERIFY)
    for people in ("", "Người một", "Người một\r\n \r\n Người một "):
        with pytest.raises(MarkRefusedError) as refused:
            note(office, ref, "team-named", people=people)
        assert refused.value.why == "people"
    case = note(office, ref, "team-named", people="Người một\r\nNgười hai")
    assert case.entries[-1].text("people") == "Người một\r\nNgười hai"


def test_something_that_happened_days_ago_counts_from_its_day(office: TestOffice, ref: str) -> None:
    office.clock.go_to(date(2026, 12, 10))
    case = note(office, ref, "police-asked", day=date(2026, 12, 7))
    clock = next(clock for clock in case.clocks if clock.rule == "D17")
    assert (clock.started_on, clock.due_on) == (date(2026, 12, 7), date(2026, 12, 10))


def test_the_next_news_to_the_reporter_counts_from_the_last(
    office: TestOffice, filed: Filed, ref: str
) -> None:
    office.clock.go_to(date(2026, 12, 1))
    answer(office.office, office.reviewers[UNIT], ref, Message("Chúng tôi đang xem."))
    runs = [clock for clock in opened(office, ref).clocks if clock.rule == "D22-update"]
    assert [(clock.number, clock.due_on, clock.ended_on) for clock in runs] == [
        (1, date(2026, 12, 23), date(2026, 12, 1)),
        (2, date(2026, 12, 31), None),
    ]
    assert filed.receiver == UNIT


def test_after_the_conclusion_nobody_waits_for_news_and_an_answer_starts_nothing(
    office: TestOffice, ref: str
) -> None:
    triage(office, ref)
    case = step(office, ref, CaseStep.ACCEPT, CaseStep.VERIFY, CaseStep.CONCLUDE)
    assert (case.due_on, case.told_on) == (None, None)
    answer(office.office, office.reviewers[UNIT], ref, Message("Đã có kết luận."))
    assert opened(office, ref).due_on is None


def test_more_time_is_given_as_often_as_the_law_allows(office: TestOffice, ref: str) -> None:
    triage(office, ref, track="C")
    now = opened(office, ref)
    more = Extending(
        rule="D14", grounds=("places",), document="", reason="nhiều nơi", version=now.version
    )
    extend(office.office, office.reviewers[UNIT], ref, more)

    case = opened(office, ref)
    clock = next(clock for clock in case.clocks if clock.rule == "D14")
    assert (clock.extensions, clock.due_on) == (1, date(2026, 12, 23))
    line = [entry for entry in case.entries if entry.text("step") == "extend"][-1]
    assert (line.text("from"), line.text("to")) == ("2026-12-08", "2026-12-23")
    with pytest.raises(ExtensionRefusedError) as refused:
        extend(
            office.office,
            office.reviewers[UNIT],
            ref,
            replace(more, version=case.version),
        )
    assert refused.value.why == "none"


@pytest.mark.parametrize(
    ("grounds", "day", "why"), [((), MONDAY, "grounds"), (("places",), date(2026, 12, 9), "over")]
)
def test_more_time_is_refused_without_grounds_or_too_late(
    office: TestOffice, ref: str, grounds: tuple[str, ...], day: date, why: str
) -> None:
    triage(office, ref, track="C")
    office.clock.go_to(day)
    more = Extending(
        rule="D14",
        grounds=grounds,
        document="",
        reason="",
        version=opened(office, ref).version,
    )
    with pytest.raises(ExtensionRefusedError) as refused:
        extend(office.office, office.reviewers[UNIT], ref, more)
    assert refused.value.why == why


def test_the_list_shows_what_runs_out_first(office: TestOffice, ref: str) -> None:
    triage(office, ref, marks=("danger-found",))
    office.clock.go_to(MONDAY + timedelta(days=1))
    [row] = list_cases(office.office, office.reviewers[UNIT], Wanted(only="overdue")).rows
    assert (row.ref, row.due_on) == (ref, MONDAY)
    with office.office.database.reading() as session:
        assert session.get_one(CaseRecord, ref).due_rule == "D16"


def test_what_was_found_is_read_by_nobody_without_a_key_of_the_case(
    office: TestOffice, ref: str
) -> None:
    case = triage(office, ref)
    words = CLASSIFICATION.reason.encode()
    assert [entry for entry in case.entries if entry.kind is EntryKind.STEP]
    for file in office.folder.rglob("*"):
        if file.is_file():
            assert words not in file.read_bytes()


def test_what_is_no_law_any_more_cannot_happen_to_a_case(office: TestOffice, ref: str) -> None:
    triage(office, ref)
    pack = office.office.pack
    yesterday = MONDAY - timedelta(days=1)
    marks = [replace(mark, until=yesterday) for mark in pack.marks if mark.code == "forwarded"]
    office.office = replace(office.office, pack=replace(pack, marks=tuple(marks)))
    with pytest.raises(MarkRefusedError):
        note(office, ref, "forwarded")
