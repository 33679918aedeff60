"""The original of what was handed over redacted: asked for, given to one person, or refused."""

from dataclasses import replace

import pytest

from cases.case_file import open_case
from cases.errors import NotPermittedError
from cases.filing import Filed
from cases.handover import Handover, hand_over, shown_as
from cases.history import Change
from cases.names import EntryKind
from cases.originals import OriginalAnswer, answer_original, ask_for_original, open_requests
from cases.queue_counts import count_waiting
from cases.redaction import Marks
from cases.step_errors import HandoverRefusedError, OriginalRefusedError, SamePersonError
from crypto.errors import OpenError
from tests.support.casework import opened, pass_on
from tests.support.handover import (
    HOUSE,
    MARKS,
    NAME,
    NEW,
    OLD,
    STATEMENT,
    THIRD,
    asked,
    compartments,
    everything,
    filed_to_be_hidden,
    given,
    handed,
    has_anything_of_the_reporter,
    seals_opened,
    told_more,
)
from tests.support.office import TestOffice


@pytest.fixture
def filed(office: TestOffice) -> Filed:
    return filed_to_be_hidden(office)


@pytest.fixture
def ref(office: TestOffice, filed: Filed) -> str:
    return told_more(office, filed)


def test_a_plain_referral_by_who_reads_a_copy_passes_on_no_more_than_the_copy(
    office: TestOffice, filed: Filed, ref: str
) -> None:
    handed(office, ref)
    given(office, ref)
    assert opened(office, ref, NEW).report.statement == STATEMENT
    pass_on(office, ref, THIRD, keeps=False, unit=NEW)

    case = opened(office, ref, THIRD)

    assert not has_anything_of_the_reporter(everything(case))
    kinds = {compartments(office)[each] for each in seals_opened(office, office.reviewers[THIRD])}
    assert ("report", 1) not in kinds
    assert ("thread", 1) not in kinds
    # What was given on request ends with the case.
    assert seals_opened(office, office.reviewers[NEW]) == set()


def test_a_copy_that_was_not_looked_at_is_not_given(office: TestOffice, ref: str) -> None:
    case = opened(office, ref)
    seen = shown_as(case, Marks(words=(NAME, HOUSE, "bán cá")))
    passing = Handover(unit=NEW, marks=MARKS, shown=seen, reason="đúng", version=case.version)
    with pytest.raises(HandoverRefusedError) as refused:
        hand_over(office.office, office.reviewers[OLD], ref, passing)
    assert refused.value.why == "shown"


def test_the_original_is_given_to_the_one_person_who_asked_with_a_reason(
    office: TestOffice, filed: Filed, ref: str
) -> None:
    colleague = office.add_reviewer(NEW)
    handed(office, ref)
    given(office, ref)

    case = opened(office, ref, NEW)

    assert case.report.statement == STATEMENT
    assert not case.is_redacted
    messages = [entry.text() for entry in case.entries if entry.kind is EntryKind.MESSAGE]
    assert messages == [f"Gọi LE THI  toa sang, {HOUSE.upper()}"]
    assert not [entry for entry in case.entries if entry.kind is EntryKind.NOTE]
    assert open_case(office.office, colleague, ref).is_redacted
    steps = [(entry.text("step"), entry.text("reason")) for entry in case.entries]
    assert ("original-ask", "phải đối chiếu chữ viết") in steps
    assert ("original-give", "vì thế") in steps


def test_a_refusal_gives_no_seal_and_stays_in_history(
    office: TestOffice, filed: Filed, ref: str
) -> None:
    handed(office, ref)
    held = seals_opened(office, office.reviewers[NEW])
    given(office, ref, gives=False)

    assert seals_opened(office, office.reviewers[NEW]) == held
    for unit in (OLD, NEW):
        case = opened(office, ref, unit)
        assert [entry.text("reason") for entry in case.entries if "original" in entry.text("step")]
        assert open_requests(case.entries) == ()


def test_a_request_waits_for_who_holds_the_original_and_for_nobody_else(
    office: TestOffice, filed: Filed, ref: str
) -> None:
    handed(office, ref)
    asked(office, ref)

    waits = {unit: (count_waiting(office.office, who) or {}).get("approval")
             for unit, who in office.reviewers.items()}  # fmt: skip

    assert waits[OLD] == 1
    assert {count for unit, count in waits.items() if unit != OLD} == {None}


def test_who_asked_gives_nothing_to_themselves_and_asks_once(
    office: TestOffice, filed: Filed, ref: str
) -> None:
    handed(office, ref)
    request, who = asked(office, ref), office.reviewers[NEW]
    version = opened(office, ref, NEW).version
    said = OriginalAnswer(request=request, gives=True, reason="", version=version)
    with pytest.raises(NotPermittedError):
        answer_original(office.office, who, ref, said)
    both = replace(who, roles={OLD: frozenset({"handler"}), NEW: frozenset({"handler"})})
    with pytest.raises((SamePersonError, NotPermittedError, OpenError, KeyError)):
        answer_original(office.office, both, ref, said)
    with pytest.raises(OriginalRefusedError):
        ask_for_original(office.office, who, ref, Change(reason="nữa", version=version))


def test_who_holds_the_original_asks_for_nothing(
    office: TestOffice, filed: Filed, ref: str
) -> None:
    handed(office, ref)
    version = opened(office, ref, OLD).version
    with pytest.raises(OriginalRefusedError):
        ask_for_original(
            office.office, office.reviewers[OLD], ref, Change(reason="xem", version=version)
        )
