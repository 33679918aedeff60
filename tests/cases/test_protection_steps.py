"""What the office does about a request for protection, and what the reporter is told of it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cases.errors import NotPermittedError, StaleCaseError
from cases.filing import Filed
from cases.names import EntryKind
from cases.protection import ProtectionOutcome, ProtectionStanding, Request, protection_of
from cases.protection_requests import ProtectionRequest, ask_for_protection
from cases.protection_steps import (
    EndedProtection,
    HeardRequest,
    ProtectionDecision,
    TakenMeasure,
    decide_protection,
    end_protection,
    record_request,
    take_measure,
)
from cases.queue import Wanted, list_cases
from cases.step_errors import ProtectionRefusedError
from cases.threads import read_thread
from policy.clock import ClockStatus
from tests.support.casework import UNIT, opened, pass_on, statuses
from tests.support.office import MONDAY, TestOffice

ASKED = ProtectionRequest(("secrecy", "safety"), ("self",), is_urgent=False, text="Bị dọa đánh.")


@pytest.fixture
def filed(office: TestOffice) -> Filed:
    return office.file("Chuyện đất đai.")


@pytest.fixture
def ref(office: TestOffice, filed: Filed) -> str:
    ask_for_protection(office.office, filed.receipt, ASKED)
    [row] = list_cases(office.office, office.reviewers[UNIT], Wanted()).rows
    return row.ref


def request_of(office: TestOffice, ref: str) -> Request:
    return protection_of(opened(office, ref).entries).requests[0]


def decision(office: TestOffice, ref: str, **changes: object) -> ProtectionDecision:
    """Return the decision to keep everything secret, unless told otherwise."""
    case = opened(office, ref)
    found = ProtectionDecision(
        request=protection_of(case.entries).requests[0].id,
        kinds=("secrecy",),
        decider="resolver",
        outcome=ProtectionOutcome.GRANTED,
        day=office.clock.today(),
        document="4/QĐ",
        words="",
        reason="có căn cứ",
        version=case.version,
    )
    return replace(found, **changes)  # type: ignore[arg-type]  # by name


def decide(office: TestOffice, ref: str, **changes: object) -> Request:
    found = decision(office, ref, **changes)
    decide_protection(office.office, office.reviewers[UNIT], ref, found)
    return request_of(office, ref)


def standings(request: Request) -> dict[str, ProtectionStanding]:
    return {each.kind: each.standing for each in request.standings}


def events(office: TestOffice, filed: Filed) -> list[dict[str, object]]:
    return [
        dict(entry.values)
        for entry in read_thread(office.office, filed.receipt).messages
        if entry.text("event") == "protection"
    ]


def test_each_kind_of_a_request_stands_by_itself(office: TestOffice, ref: str) -> None:
    decide(office, ref)
    police = {"kinds": ("safety",), "decider": "police"}
    passed = decide(office, ref, **police, outcome=ProtectionOutcome.PASSED, document="")
    assert standings(passed) == {
        "secrecy": ProtectionStanding.GRANTED,
        "safety": ProtectionStanding.PASSED,
    }
    assert passed.is_open
    refused = decide(
        office, ref, **police, outcome=ProtectionOutcome.REFUSED, words="Chưa thấy căn cứ."
    )
    assert standings(refused) == {
        "secrecy": ProtectionStanding.GRANTED,
        "safety": ProtectionStanding.REFUSED,
    }
    assert not refused.is_open


def test_the_clock_runs_on_until_every_kind_was_decided_on(office: TestOffice, ref: str) -> None:
    decide(office, ref)
    today = office.clock.today()
    assert statuses(opened(office, ref), today)["D18"] is ClockStatus.RUNNING
    police = {"kinds": ("safety",), "decider": "police"}
    decide(office, ref, **police, outcome=ProtectionOutcome.PASSED, document="")
    after = statuses(opened(office, ref), today)
    assert (after["D18"], after["D17"]) == (ClockStatus.MET, ClockStatus.RUNNING)
    decide(office, ref, **police)
    assert statuses(opened(office, ref), today)["D17"] is ClockStatus.MET


def test_the_reporter_is_told_what_was_decided_and_no_reason_that_is_internal(
    office: TestOffice, filed: Filed, ref: str
) -> None:
    decide(
        office,
        ref,
        outcome=ProtectionOutcome.REFUSED,
        words="Không thấy ai đe dọa.",
        reason="nội bộ",
    )
    [told] = events(office, filed)
    assert told == {
        "event": "protection",
        "outcome": "refused",
        "kinds": ["secrecy"],
        "words": "Không thấy ai đe dọa.",
    }


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"request": "x"}, "request"),
        ({"kinds": ()}, "kinds"),
        ({"kinds": ("job",)}, "kinds"),
        ({"decider": "police"}, "decider"),
        ({"decider": "x"}, "decider"),
        ({"kinds": ("secrecy", "safety")}, "decider"),
        ({"outcome": ProtectionOutcome.PASSED}, "outcome"),
        ({"document": " "}, "document"),
        ({"outcome": ProtectionOutcome.REFUSED, "words": ""}, "words"),
        ({"day": MONDAY + timedelta(days=1)}, "day"),
        ({"day": MONDAY - timedelta(days=1)}, "day"),
    ],
)
def test_a_decision_that_cannot_be_is_refused_and_changes_nothing(
    office: TestOffice, ref: str, changes: dict[str, object], why: str
) -> None:
    before = opened(office, ref).version
    with pytest.raises(ProtectionRefusedError) as refused:
        decide(office, ref, **changes)
    assert refused.value.why == f"decision-{why}"
    assert opened(office, ref).version == before


def test_measures_have_days_and_need_a_grant_of_their_kind(office: TestOffice, ref: str) -> None:
    today, signed_in = office.clock.today(), office.reviewers[UNIT]
    case = opened(office, ref)
    taken = TakenMeasure(
        request=request_of(office, ref).id,
        measure="safe-meeting",
        first_day=today,
        last_day=today + timedelta(days=90),
        document="5/QĐ",
        reason="gặp ngoài trụ sở",
        version=case.version,
    )
    with pytest.raises(ProtectionRefusedError, match="measure"):
        take_measure(office.office, signed_in, ref, taken)
    decide(office, ref)
    taken = replace(taken, version=opened(office, ref).version)
    for wrong, why in (
        (replace(taken, measure="guarded"), "measure"),
        (replace(taken, first_day=today - timedelta(days=9)), "from"),
        (replace(taken, last_day=today - timedelta(days=1)), "until"),
    ):
        with pytest.raises(ProtectionRefusedError, match=why):
            take_measure(office.office, signed_in, ref, wrong)
    take_measure(office.office, signed_in, ref, taken)
    [measure] = request_of(office, ref).measures
    assert (measure.code, measure.first_day, measure.last_day, measure.document) == (
        "safe-meeting", today, today + timedelta(days=90), "5/QĐ",
    )  # fmt: skip


def test_protection_ends_on_a_ground_and_the_reporter_is_told(
    office: TestOffice, filed: Filed, ref: str
) -> None:
    decide(office, ref)
    ended = EndedProtection(
        request=request_of(office, ref).id,
        kinds=("secrecy",),
        ground="basis-gone",
        day=office.clock.today(),
        document="",
        words="Nếu lại có chuyện, hãy viết ngay.",
        reason="đã yên",
        version=opened(office, ref).version,
    )
    with pytest.raises(ProtectionRefusedError, match="kinds"):
        wrong = replace(ended, kinds=("safety",))
        end_protection(office.office, office.reviewers[UNIT], ref, wrong)
    with pytest.raises(ProtectionRefusedError, match="ground"):
        wrong = replace(ended, ground="x")
        end_protection(office.office, office.reviewers[UNIT], ref, wrong)
    end_protection(office.office, office.reviewers[UNIT], ref, ended)
    assert standings(request_of(office, ref))["secrecy"] is ProtectionStanding.ENDED
    assert events(office, filed)[-1]["ground"] == "basis-gone"
    assert "đã yên" not in str(events(office, filed))


def test_a_request_that_was_heard_is_sealed_like_one_that_was_written(
    office: TestOffice, filed: Filed, ref: str
) -> None:
    office.clock.go_to(MONDAY + timedelta(days=3))
    asked = ProtectionRequest(("safety",), ("spouse",), is_urgent=True, text="Gọi điện lúc sáng.")
    heard = HeardRequest(
        request=asked,
        channel="telephone",
        day=MONDAY + timedelta(days=2),
        reason="trực điện thoại",
        version=opened(office, ref).version,
    )
    for wrong, why in (
        (replace(heard, channel="dream"), "channel"),
        (replace(heard, day=MONDAY - timedelta(days=1)), "day"),
        (replace(heard, request=replace(asked, kinds=())), "kinds"),
        (replace(heard, request=replace(asked, persons=("friend",))), "persons"),
    ):
        with pytest.raises(ProtectionRefusedError, match=why):
            record_request(office.office, office.reviewers[UNIT], ref, wrong)
    record_request(office.office, office.reviewers[UNIT], ref, heard)
    request = request_of(office, ref)
    assert (request.channel, request.day, request.is_urgent) == ("telephone", heard.day, True)
    clocks = statuses(opened(office, ref), office.clock.today())
    assert clocks["D18-urgent"] is ClockStatus.OVERDUE
    thread = read_thread(office.office, filed.receipt).messages
    assert asked.text not in str([entry.values for entry in thread])
    assert [e.kind for e in opened(office, ref).entries].count(EntryKind.PROTECTION) == 2


def test_whoever_is_not_responsible_or_saw_another_version_decides_nothing(
    office: TestOffice, ref: str
) -> None:
    late = decision(office, ref)
    decide(office, ref)
    with pytest.raises(StaleCaseError):
        decide_protection(office.office, office.reviewers[UNIT], ref, late)
    pass_on(office, ref, "phong-vhxh")
    with pytest.raises(NotPermittedError):
        decide(office, ref)
