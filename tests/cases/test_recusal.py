"""Recusal: whoever has an interest loses the case and its traces, and the others go on."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select, update

from cases.access import open_compartments
from cases.case_file import open_case
from cases.casework import answer, note
from cases.enrolment import Place, join_unit
from cases.errors import CaseNotFoundError, NotPermittedError, SoleReaderError, StaleCaseError
from cases.filing import Filed
from cases.members import admit
from cases.protection_register import list_protected
from cases.protection_requests import ProtectionRequest, ask_for_protection
from cases.queue import Wanted, list_cases
from cases.records import ListingRecord, MembershipRecord, SealRecord
from cases.recusal import Recusal, recuse
from cases.referral import referable_units
from cases.reviewers import SignedIn
from cases.threads import Message, read_thread, reply
from tests.support.casework import UNIT, listed, opened, pass_on
from tests.support.office import HANDLER, TestOffice


@pytest.fixture
def filed(office: TestOffice) -> Filed:
    return office.file("Chuyện của người nhà.")


@pytest.fixture
def other(office: TestOffice) -> SignedIn:
    """Return a second member of the unit."""
    return office.add_reviewer(UNIT)


@pytest.fixture
def ref(office: TestOffice, filed: Filed, other: SignedIn) -> str:
    assert other.units == {UNIT}
    assert filed.receiver == UNIT
    return listed(office)[0]


def recused(office: TestOffice, ref: str, by: SignedIn, who: SignedIn) -> None:
    version = open_case(office.office, by, ref).version
    recusal = Recusal(reviewer_id=who.reviewer_id, reason="người nhà", version=version)
    recuse(office.office, by, ref, recusal)


def cases_of(office: TestOffice, who: SignedIn) -> list[str]:
    return [row.ref for row in list_cases(office.office, who, Wanted()).rows]


def test_who_recuses_themselves_finds_no_trace_of_the_case(office: TestOffice, ref: str) -> None:
    first = office.reviewers[UNIT]
    recused(office, ref, first, first)

    assert cases_of(office, first) == []
    with pytest.raises(CaseNotFoundError):
        open_case(office.office, first, ref)
    with pytest.raises(CaseNotFoundError):
        note(office.office, first, ref, Message("vẫn ghi"))
    with office.office.database.reading() as session:
        assert open_compartments(session, first, ref) == {}
        holders = set(session.scalars(select(SealRecord.holder)))
    assert f"unit:{UNIT}" not in holders
    assert f"reviewer:{first.reviewer_id}" not in holders


def test_the_others_and_the_reporter_go_on(
    office: TestOffice, filed: Filed, ref: str, other: SignedIn
) -> None:
    reply(office.office, filed.receipt, Message("trước"))
    recused(office, ref, office.reviewers[UNIT], office.reviewers[UNIT])
    reply(office.office, filed.receipt, Message("sau"))
    answer(office.office, other, ref, Message("trả lời"))

    case = open_case(office.office, other, ref)
    assert case.report.statement == "Chuyện của người nhà."
    assert {"trước", "sau", "trả lời"} <= {entry.text() for entry in case.entries}
    assert cases_of(office, other) == [ref]
    told = [entry.text() for entry in read_thread(office.office, filed.receipt).messages]
    assert told == ["trước", "sau", "trả lời"]
    steps = [entry for entry in case.entries if entry.text("step") == "recuse"]
    assert [entry.text("reason") for entry in steps] == ["người nhà"]


def test_what_comes_after_is_sealed_to_an_epoch_they_never_held(
    office: TestOffice, filed: Filed, ref: str, other: SignedIn
) -> None:
    first = office.reviewers[UNIT]
    with office.office.database.reading() as session:
        before = open_compartments(session, first, ref)
    recused(office, ref, first, first)
    reply(office.office, filed.receipt, Message("sau"))

    with office.office.database.reading() as session:
        after = open_compartments(session, other, ref)
    assert set(before) < set(after)
    newest = max(each.epoch for each in after.values())
    assert newest > max(each.epoch for each in before.values())


def test_a_head_takes_a_case_from_a_member_and_a_colleague_does_not(
    office: TestOffice, ref: str, other: SignedIn
) -> None:
    first = office.reviewers[UNIT]
    with pytest.raises(NotPermittedError):
        recused(office, ref, first, other)
    head = replace(first, roles={UNIT: frozenset({"head"})})
    recused(office, ref, head, other)

    assert cases_of(office, other) == []
    assert cases_of(office, first) == [ref]


def test_a_head_of_another_unit_takes_no_case_from_a_member(
    office: TestOffice, ref: str, other: SignedIn
) -> None:
    pass_on(office, ref, "phong-kinh-te", keeps=True)
    stranger = office.reviewers["phong-kinh-te"]
    head = replace(stranger, roles={"phong-kinh-te": frozenset({"head"})})

    with pytest.raises(NotPermittedError):
        recused(office, ref, head, other)


def test_the_only_reader_passes_the_case_on_instead(office: TestOffice) -> None:
    office.file("Chuyện một mình.")
    [ref] = listed(office)
    first = office.reviewers[UNIT]

    with pytest.raises(SoleReaderError):
        recused(office, ref, first, first)
    assert opened(office, ref).report.statement == "Chuyện một mình."


def test_one_after_the_other_may_go_until_one_is_left(
    office: TestOffice, ref: str, other: SignedIn
) -> None:
    third, first = office.add_reviewer(UNIT), office.reviewers[UNIT]
    recused(office, ref, first, first)
    recused(office, ref, other, other)

    assert [cases_of(office, who) for who in (first, other, third)] == [[], [], [ref]]
    with pytest.raises(SoleReaderError):
        recused(office, ref, third, third)


def test_who_was_recused_does_not_get_it_back_by_another_unit(
    office: TestOffice, ref: str, other: SignedIn
) -> None:
    first, unit = office.reviewers[UNIT], "phong-vhxh"
    moved = admitted(office, first, unit)
    recused(office, ref, first, first)
    office.reviewers[UNIT] = other
    assert unit in referable_units(office.office, opened(office, ref))
    pass_on(office, ref, unit)

    assert cases_of(office, moved) == []
    with pytest.raises(CaseNotFoundError):
        open_case(office.office, moved, ref)
    assert cases_of(office, office.reviewers[unit]) == [ref]


def test_who_comes_to_another_unit_of_the_case_later_sees_neither_it_nor_its_protection(
    office: TestOffice, filed: Filed, ref: str, other: SignedIn
) -> None:
    first, unit = office.reviewers[UNIT], "phong-vhxh"
    asked = ProtectionRequest(("safety",), ("self",), is_urgent=True, text="Bị dọa đánh.")
    ask_for_protection(office.office, filed.receipt, asked)
    pass_on(office, ref, unit, keeps=True)
    recused(office, ref, first, first)
    come = admitted(office, first, unit)

    with pytest.raises(CaseNotFoundError):
        open_case(office.office, come, ref)
    assert list_protected(office.office, come, page=1).rows == ()
    [row] = list_protected(office.office, other, page=1).rows
    assert row.ref == ref


def admitted(office: TestOffice, who: SignedIn, unit: str) -> SignedIn:
    """Return a reviewer who now belongs to one more unit."""
    with office.office.database.writing() as session:
        day, recipient = office.clock.today(), who.identity.recipient
        join_unit(session, Place(unit, HANDLER), who.reviewer_id, recipient, day)
    admit(office.office, office.reviewers[unit], who.reviewer_id, unit)
    return replace(who, roles={**who.roles, unit: HANDLER})


def test_who_waits_to_be_admitted_reads_none_of_it_later(
    office: TestOffice, ref: str, other: SignedIn
) -> None:
    first = office.reviewers[UNIT]
    recused(office, ref, first, first)
    newcomer = office.add_reviewer(UNIT)

    assert cases_of(office, newcomer) == []
    assert cases_of(office, other) == [ref]


def test_the_superior_who_waits_keeps_its_turn(office: TestOffice, ref: str) -> None:
    first = office.reviewers[UNIT]
    with office.office.database.reading() as session:
        query = select(ListingRecord.holder, ListingRecord.listed_from)
        before = {holder: day for holder, day in session.execute(query)}
    recused(office, ref, first, first)

    with office.office.database.reading() as session:
        after = {holder: day for holder, day in session.execute(query)}
    superiors = {holder for holder in before if holder != f"unit:{UNIT}"}
    assert superiors
    assert all(holder in after for holder in superiors)


def test_a_page_that_is_behind_recuses_nobody(office: TestOffice, ref: str) -> None:
    first = office.reviewers[UNIT]
    recusal = Recusal(reviewer_id=first.reviewer_id, reason="", version=0)

    with pytest.raises(StaleCaseError):
        recuse(office.office, first, ref, recusal)
    assert cases_of(office, first) == [ref]


def test_somebody_who_is_nobody_here_is_refused(
    office: TestOffice, ref: str, other: SignedIn
) -> None:
    first = office.reviewers[UNIT]
    with office.office.database.writing() as session:
        session.execute(
            update(MembershipRecord)
            .where(MembershipRecord.reviewer_id == other.reviewer_id)
            .values(left_on=office.clock.today())
        )
    head = replace(first, roles={UNIT: frozenset({"head"})})

    with pytest.raises(NotPermittedError):
        recused(office, ref, head, other)
    with office.office.database.reading() as session:
        kept = session.scalar(select(func.count()).where(SealRecord.holder == f"unit:{UNIT}"))
    assert kept
