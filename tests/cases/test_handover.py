"""Redaction before handover: the receiving unit's keys open the copy, never the original."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from cases.access import open_compartments
from cases.case_file import open_case, open_case_file
from cases.casework import answer
from cases.errors import BarredUnitError, CaseNotFoundError, NotPermittedError, StaleCaseError
from cases.filing import Filed
from cases.handover import Handover, hand_over, shown_as
from cases.hiding import HIDDEN
from cases.names import CompartmentKind, EntryKind
from cases.protection_requests import ProtectionRequest, ask_for_protection
from cases.queue import Wanted, list_cases
from cases.reading import open_entry
from cases.record_base import Record
from cases.records import EntryRecord
from cases.redaction import Marks, files_of, pieces_of
from cases.referral import Referral, refer
from cases.step_errors import HandoverRefusedError
from cases.threads import Message, escalate, read_thread, reply
from crypto.errors import OpenError
from tests.support.casework import listed, opened, pass_on
from tests.support.handover import (
    HOUSE,
    MARKS,
    NAME,
    NEW,
    OLD,
    SECOND,
    STATEMENT,
    TRADE,
    compartments,
    everything,
    filed_to_be_hidden,
    handed,
    has_anything_of_the_reporter,
    keys_of,
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


def test_no_seal_opens_the_original_to_the_receiving_unit_s_keys(
    office: TestOffice, filed: Filed, ref: str
) -> None:
    before = compartments(office)
    handed(office, ref)
    answer(office.office, office.reviewers[NEW], ref, Message("Xin chào."))

    held = seals_opened(office, office.reviewers[NEW])

    kinds = {compartments(office)[each] for each in held}
    assert kinds == {("redacted", 1), ("thread", 2), ("notes", 2)}
    assert held.isdisjoint(before)
    with office.office.database.reading() as session:
        rows = session.scalars(select(EntryRecord).where(EntryRecord.compartment_id.in_(before)))
        originals = list(rows)
        mine = open_compartments(session, office.reviewers[NEW], ref).values()
    assert {EntryKind.REPORT, EntryKind.MESSAGE, EntryKind.NOTE} <= {row.kind for row in originals}
    for row in originals:
        for identity in (
            *keys_of(office, office.reviewers[NEW]),
            *(each.identity for each in mine),
        ):
            with pytest.raises(OpenError):
                open_entry(row, identity)


def test_the_copy_has_nothing_that_was_marked_wherever_it_stood(
    office: TestOffice, filed: Filed, ref: str
) -> None:
    case = opened(office, ref)
    picture = files_of(case.entries)[0].object_key
    handed(office, ref, replace(MARKS, files=frozenset({picture})))

    case = opened(office, ref, NEW)

    assert not has_anything_of_the_reporter(everything(case))
    assert case.is_redacted
    assert case.report.statement == (
        f"Ông trưởng phòng đòi tiền. {HIDDEN} Tôi là {HIDDEN}, nhà {HIDDEN}."
    )
    assert [entry.text() for entry in case.entries if entry.kind is EntryKind.MESSAGE] == [
        f"Gọi {HIDDEN}, {HIDDEN}"
    ]
    assert not [entry for entry in case.entries if entry.kind is EntryKind.NOTE]
    [file] = case.filed.attachments
    assert file.file_name == "tep-01.jpg"
    download = open_case_file(office.office, office.reviewers[NEW], ref, file.object_key)
    assert b"".join(download.chunks) == b"anh"
    with pytest.raises(CaseNotFoundError):
        open_case_file(office.office, office.reviewers[NEW], ref, picture)


def test_who_hands_over_keeps_the_original_and_decides_no_more(
    office: TestOffice, filed: Filed, ref: str
) -> None:
    handed(office, ref)

    case = opened(office, ref, OLD)

    assert case.report.statement == STATEMENT
    assert not case.is_redacted
    assert not case.is_responsible
    [report] = [entry for entry in case.entries if entry.kind is EntryKind.REPORT]
    assert len(report.attachments) == 2
    with pytest.raises(NotPermittedError):
        answer(office.office, office.reviewers[OLD], ref, Message("không được"))


def test_the_receiving_unit_and_the_reporter_speak_with_each_other(
    office: TestOffice, filed: Filed, ref: str
) -> None:
    handed(office, ref)
    answer(office.office, office.reviewers[NEW], ref, Message("Xin cho biết ngày."))
    reply(office.office, filed.receipt, Message("Hôm thứ Hai."))
    ask_for_protection(
        office.office, filed.receipt, ProtectionRequest(("secrecy",), ("self",), False, "tôi sợ")
    )

    case = opened(office, ref, NEW)

    said = [entry.text() for entry in case.entries if entry.kind is EntryKind.MESSAGE]
    assert said[1:] == ["Xin cho biết ngày.", "Hôm thứ Hai."]
    assert [entry.text() for entry in case.entries if entry.kind is EntryKind.PROTECTION] == [
        "tôi sợ"
    ]
    shown = read_thread(office.office, filed.receipt).messages
    assert NAME.upper() not in shown[0].text()
    assert [entry.text() for entry in shown if entry.kind is EntryKind.MESSAGE][1:] == said[1:]


def test_clocks_and_the_way_up_go_on_as_with_a_plain_referral(
    office: TestOffice, filed: Filed, ref: str
) -> None:
    plain = office.file("Chuyện khác.")
    other = next(each for each in listed(office) if each != ref)
    assert plain.receiver == OLD
    pass_on(office, other, NEW)
    handed(office, ref)

    one, two = opened(office, ref, OLD), opened(office, other, OLD)
    assert (one.state, one.due_on, one.escalates_to, one.escalates_on) == (
        two.state, two.due_on, two.escalates_to, two.escalates_on,
    )  # fmt: skip
    assert {clock.rule for clock in one.clocks} == {clock.rule for clock in two.clocks}
    escalate(office.office, filed.receipt)
    superior = opened(office, ref, str(one.escalates_to))
    assert superior.is_responsible
    assert superior.report.statement


def test_a_receiver_that_held_the_case_for_its_way_up_only_gets_the_copy(
    office: TestOffice, filed: Filed, ref: str
) -> None:
    superior = opened(office, ref).escalates_to
    assert superior is not None
    held = seals_opened(office, office.reviewers[superior])
    assert {"report", "thread"} <= {compartments(office)[each][0] for each in held}
    handed(office, ref, to=superior)

    assert seals_opened(office, office.reviewers[superior]).isdisjoint(held)
    assert opened(office, ref, superior).is_redacted


def test_a_message_that_comes_between_preview_and_sending_is_not_handed_over_unread(
    office: TestOffice, filed: Filed, ref: str
) -> None:
    case = opened(office, ref)
    passing = Handover(
        unit=NEW, marks=MARKS, shown=shown_as(case, MARKS), reason="đúng", version=case.version
    )
    reply(office.office, filed.receipt, Message(f"Nhắc lại: {NAME}"))

    with pytest.raises(HandoverRefusedError):
        hand_over(office.office, office.reviewers[OLD], ref, passing)
    with pytest.raises(CaseNotFoundError):
        opened(office, ref, NEW)


def test_a_page_behind_the_case_is_stale_and_changes_nothing(office: TestOffice, ref: str) -> None:
    case = opened(office, ref)
    passing = Handover(
        unit=NEW, marks=MARKS, shown=shown_as(case, MARKS), reason="đúng", version=case.version - 1
    )
    with pytest.raises(StaleCaseError):
        hand_over(office.office, office.reviewers[OLD], ref, passing)
    assert listed(office, NEW) == []


@pytest.mark.parametrize(
    ("marks", "reason", "why"),
    [
        (Marks(), "đúng việc", "nothing"),
        (Marks(words=("Phạm Không Có",)), "đúng việc", "words"),
        (Marks(frozenset({(0, 99)})), "đúng việc", "marks"),
        (Marks(words=(NAME,), files=frozenset({"không có"})), "đúng việc", "marks"),
        (MARKS, "do le thi toa sang gửi", "reason"),
    ],
)
def test_what_cannot_be_hidden_or_gives_itself_away_is_refused(
    office: TestOffice, ref: str, marks: Marks, reason: str, why: str
) -> None:
    case = opened(office, ref)
    passing = Handover(
        unit=NEW, marks=marks, shown=shown_as(case, marks), reason=reason, version=case.version
    )
    with pytest.raises(HandoverRefusedError) as refused:
        hand_over(office.office, office.reviewers[OLD], ref, passing)
    assert refused.value.why == why


def test_a_unit_that_the_report_names_gets_no_copy_either(office: TestOffice) -> None:
    office.file(STATEMENT, accused=frozenset({NEW}))
    [ref] = listed(office)
    with pytest.raises(BarredUnitError):
        handed(office, ref)


def test_a_member_whom_the_report_names_gets_no_seal_of_the_copy_and_sees_no_case(
    office: TestOffice,
) -> None:
    named, colleague = office.add_reviewer(NEW), office.reviewers[NEW]
    office.add_to_roster(NEW, "Ngô Thị Tượng Trưng", reviewer=named)
    office.file(f"Ngô Thị Tượng Trưng đòi tiền. {TRADE}")
    [ref] = listed(office)
    handed(office, ref, SECOND)

    assert opened(office, ref, NEW).is_redacted
    assert seals_opened(office, named) == set()
    assert list_cases(office.office, named, Wanted()).rows == ()
    with pytest.raises(CaseNotFoundError):
        open_case(office.office, named, ref)
    assert colleague.reviewer_id != named.reviewer_id


def test_whoever_the_copy_keeps_out_and_comes_later_sees_nothing(
    office: TestOffice, filed: Filed, ref: str
) -> None:
    second = office.add_reviewer(NEW)
    office.add_to_roster(NEW, "Đỗ Văn Đến Sau", reviewer=second)
    office.file(f"Đỗ Văn Đến Sau đòi tiền. {TRADE}")
    late = next(each for each in listed(office) if each != ref)
    handed(office, late, SECOND)
    case = opened(office, late, NEW)
    assert second.reviewer_id in case.exclusions.people


def test_what_stands_in_clear_of_a_handover_is_the_kind_of_a_compartment(
    office: TestOffice, filed: Filed, ref: str
) -> None:
    handed(office, ref)
    with office.office.database.reading() as session:
        tables = [session.execute(select(table)) for table in Record.metadata.sorted_tables]
        cells = {cell for rows in tables for row in rows for cell in row}
    content = b"".join(cell if isinstance(cell, bytes) else f"{cell}\n".encode() for cell in cells)
    for word in (NAME, HOUSE, "bán cá", HIDDEN, "tep-01"):
        assert word.encode() not in content
    assert CompartmentKind.REDACTED.encode() in content


def test_a_referral_says_that_nothing_identifies(office: TestOffice, ref: str) -> None:
    version = opened(office, ref).version
    plain = Referral(NEW, "đúng việc", True, version, is_clean=True)
    refer(office.office, office.reviewers[OLD], ref, plain)
    [step] = [e for e in opened(office, ref, NEW).entries if e.text("step") == "refer"]
    assert step.values["clean"] is True
    assert len(pieces_of(opened(office, ref, NEW).entries)) == 3
