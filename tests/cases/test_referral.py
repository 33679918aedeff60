"""Referral: new seals, and nothing for those who lost the case."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from cases.access import open_compartments
from cases.case_file import open_case
from cases.casework import answer, note
from cases.errors import (
    BarredUnitError,
    CaseNotFoundError,
    NotPermittedError,
    StaleCaseError,
    UnstaffedUnitError,
)
from cases.filing import Filed
from cases.names import CompartmentKind, EntryKind
from cases.queue import Wanted, list_cases
from cases.reading import open_entry
from cases.records import CompartmentRecord, EntryRecord, SealRecord
from cases.referral import Referral, refer, referable_units
from cases.threads import Message, read_thread, reply
from crypto.errors import OpenError
from tests.support.casework import pass_on
from tests.support.office import TestOffice

OLD, NEW = "van-phong", "phong-kinh-te"


def listed(office: TestOffice, unit: str) -> list[str]:
    return [row.ref for row in list_cases(office.office, office.reviewers[unit], Wanted()).rows]


@pytest.fixture
def filed(office: TestOffice) -> Filed:
    return office.file("Chuyện đất đai.")


@pytest.fixture
def ref(office: TestOffice, filed: Filed) -> str:
    assert filed.receiver == OLD
    return listed(office, OLD)[0]


@pytest.mark.parametrize("keeps", [True, False])
def test_the_new_unit_reads_report_thread_and_notes(
    office: TestOffice, filed: Filed, ref: str, *, keeps: bool
) -> None:
    reply(office.office, filed.receipt, Message("nói thêm"))
    note(office.office, office.reviewers[OLD], ref, Message("ghi chú cũ"))
    pass_on(office, ref, NEW, keeps=keeps, unit=OLD)

    case = open_case(office.office, office.reviewers[NEW], ref)

    texts = {entry.text() for entry in case.entries}
    assert case.report.statement == "Chuyện đất đai."
    assert {"nói thêm", "ghi chú cũ"} <= texts
    assert case.is_responsible


def test_a_unit_that_loses_the_case_neither_lists_nor_opens_it(
    office: TestOffice, ref: str
) -> None:
    pass_on(office, ref, NEW, keeps=False, unit=OLD)

    assert listed(office, OLD) == []
    with pytest.raises(CaseNotFoundError):
        open_case(office.office, office.reviewers[OLD], ref)


def test_keys_that_a_member_of_the_old_unit_kept_open_nothing_that_came_after(
    office: TestOffice, filed: Filed, ref: str
) -> None:
    with office.office.database.reading() as session:
        kept = open_compartments(session, office.reviewers[OLD], ref)
    pass_on(office, ref, NEW, keeps=False, unit=OLD)
    reply(office.office, filed.receipt, Message("sau khi chuyển"))
    answer(office.office, office.reviewers[NEW], ref, Message("trả lời mới"))

    with office.office.database.reading() as session:
        later = session.scalars(select(EntryRecord).where(EntryRecord.kind == EntryKind.MESSAGE))
        rows = list(later)
    assert len(rows) == 2
    for row in rows:
        assert row.compartment_id not in kept
        for compartment in kept.values():
            with pytest.raises(OpenError):
                open_entry(row, compartment.identity)


def test_the_receipt_reads_across_epochs(office: TestOffice, filed: Filed, ref: str) -> None:
    reply(office.office, filed.receipt, Message("trước"))
    pass_on(office, ref, NEW, keeps=False, unit=OLD)
    answer(office.office, office.reviewers[NEW], ref, Message("sau"))

    messages = read_thread(office.office, filed.receipt).messages

    assert [entry.text() for entry in messages if entry.kind is EntryKind.MESSAGE] == [
        "trước",
        "sau",
    ]


def test_a_unit_that_keeps_access_reads_but_decides_no_more(office: TestOffice, ref: str) -> None:
    pass_on(office, ref, NEW, keeps=True, unit=OLD)

    case = open_case(office.office, office.reviewers[OLD], ref)

    assert case.steps == ()
    with pytest.raises(NotPermittedError):
        answer(office.office, office.reviewers[OLD], ref, Message("không được"))


def test_the_case_goes_up_anew_when_the_new_unit_does_not_open_it(
    office: TestOffice, ref: str
) -> None:
    pass_on(office, ref, NEW, keeps=True, unit=OLD)
    case = open_case(office.office, office.reviewers[OLD], ref)

    assert case.opened_on is None
    assert case.escalates_to == "chu-tich"
    assert case.escalates_on is not None


def test_a_unit_that_the_report_names_is_not_offered_and_is_refused(office: TestOffice) -> None:
    office.file(accused=frozenset({NEW}))
    (ref,) = listed(office, OLD)
    case = open_case(office.office, office.reviewers[OLD], ref)

    assert NEW not in referable_units(office.office, case)
    with pytest.raises(BarredUnitError):
        pass_on(office, ref, NEW, keeps=True, unit=OLD)


def test_a_unit_without_members_is_refused(office: TestOffice, ref: str) -> None:
    reviewer = office.reviewers[NEW]
    office.add_to_roster(NEW, "Ngô Thị Tượng Trưng", reviewer=reviewer)
    filed = office.file("Ngô Thị Tượng Trưng đòi tiền.")
    assert filed.receiver == OLD
    unread = next(each for each in listed(office, OLD) if each != ref)

    with pytest.raises(UnstaffedUnitError):
        pass_on(office, unread, NEW, keeps=True, unit=OLD)


def test_two_reviewers_cannot_pass_the_same_case_on_at_once(office: TestOffice, ref: str) -> None:
    reviewer = office.reviewers[OLD]
    version = open_case(office.office, reviewer, ref).version
    refer(office.office, reviewer, ref, Referral(NEW, "một", True, version))

    with pytest.raises((StaleCaseError, NotPermittedError)):
        refer(office.office, reviewer, ref, Referral("phong-vhxh", "hai", True, version))


def test_notes_are_never_sealed_to_the_receipt(office: TestOffice, filed: Filed, ref: str) -> None:
    note(office.office, office.reviewers[OLD], ref, Message("nội bộ"))
    pass_on(office, ref, NEW, keeps=False, unit=OLD)
    with office.office.database.reading() as session:
        kinds = session.scalars(
            select(CompartmentRecord.kind)
            .join(SealRecord, SealRecord.compartment_id == CompartmentRecord.id)
            .where(SealRecord.holder == "receipt")
        )
        assert set(kinds) == {CompartmentKind.THREAD}
    shown = [entry.text() for entry in read_thread(office.office, filed.receipt).messages]
    assert "nội bộ" not in shown


def test_an_entry_that_was_moved_to_another_case_is_refused(
    office: TestOffice, filed: Filed, ref: str
) -> None:
    reply(office.office, filed.receipt, Message("của vụ này"))
    with office.office.database.reading() as session:
        row = session.scalars(
            select(EntryRecord).where(EntryRecord.kind == EntryKind.MESSAGE)
        ).one()
        opened = open_compartments(session, office.reviewers[OLD], ref)[row.compartment_id]
        session.expunge(row)
    row.case_ref = "vụ khác"

    with pytest.raises(OpenError):
        open_entry(row, opened.identity)


def test_an_office_whose_reviewers_hold_no_keys_opens_nothing(office: TestOffice, ref: str) -> None:
    stranger = replace(
        office.reviewers["phong-vhxh"], roles={OLD: frozenset({"handler"})}, reviewer_id="nobody"
    )

    with pytest.raises((OpenError, KeyError)):
        open_case(office.office, stranger, ref)
