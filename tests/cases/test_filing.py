"""Filing: one report, one receipt, sealed to those who may have it and to nobody else."""

import secrets
import threading
from importlib import import_module

import pytest
from sqlalchemy import func, select

from cases.case_file import open_case
from cases.destinations import find_destination, find_told_destination
from cases.errors import AlreadyFiledError, CaseNotFoundError, DifferentReportError
from cases.filing import Filed, Filing, file_report
from cases.names import unit_holder
from cases.new_cases import NewCase, rows_of, seal_case
from cases.once import Once
from cases.queue import Wanted, list_cases
from cases.records import CaseRecord, ListingRecord, OnceRecord, ReceiptRecord, SealRecord
from cases.reports import Report
from cases.threads import check_receipt, read_thread
from tests.support.office import TestOffice


def refs(office: TestOffice, unit: str) -> set[str]:
    """Return what stands in the list of a unit's reviewer."""
    page = list_cases(office.office, office.reviewers[unit], Wanted())
    return {row.ref for row in page.rows}


def count(office: TestOffice, table: type) -> int:
    with office.office.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_the_receiving_unit_reads_exactly_what_was_typed(office: TestOffice) -> None:
    typed = "Dòng một\r\n  Dòng hai\x00 \u202e e\u0302 😀 <b>"
    upload = office.upload("đơn.pdf", b"%PDF" * 50_000)
    report = Report(typed, where="Bến Bính", urgent=True, accused=frozenset({"ttpvhcc"}))
    filed = office.send(report, (upload,))

    (ref,) = refs(office, filed.receiver)
    case = open_case(office.office, office.reviewers[filed.receiver], ref)

    assert case.report == report
    assert [item.file_name for item in case.filed.attachments] == ["đơn.pdf"]
    assert case.urgent


def test_a_report_that_names_nobody_goes_to_the_default_receiver(office: TestOffice) -> None:
    assert office.file().receiver == office.office.pack.default_receiver


def test_the_receipt_opens_the_thread_and_not_the_report(office: TestOffice) -> None:
    filed = office.file("điều bí mật")

    thread = read_thread(office.office, filed.receipt)

    assert thread.messages == ()
    with office.office.database.reading() as session:
        kinds = session.scalars(
            select(SealRecord.holder).where(SealRecord.holder == "receipt")
        ).all()
    assert len(kinds) == 1


@pytest.mark.parametrize(
    "words",
    [
        {"accused_head": frozenset({"van-phong"})},
        {"accused": frozenset({"van-phong"})},
        {"not_to": frozenset({"van-phong"})},
    ],
)
def test_a_unit_that_is_named_neither_receives_nor_lists_the_case(
    office: TestOffice, words: dict[str, frozenset[str]]
) -> None:
    filed = office.file("Chuyện ở văn phòng.", **words)

    assert filed.receiver == "chu-tich"
    assert refs(office, "van-phong") == set()
    assert len(refs(office, "chu-tich")) == 1


def test_a_heads_name_without_accents_in_the_text_sends_the_case_up(office: TestOffice) -> None:
    office.add_to_roster("van-phong", "Trần Thị Ví Dụ", is_head=True)

    filed = office.file("Ba tran thi  VI DU nhan tien cua toi.")

    assert filed.receiver == "chu-tich"
    assert refs(office, "van-phong") == set()


def test_a_case_of_another_unit_cannot_be_opened_by_guessing_its_address(
    office: TestOffice,
) -> None:
    office.file(accused=frozenset({"van-phong"}))
    (ref,) = refs(office, "chu-tich")

    with pytest.raises(CaseNotFoundError):
        open_case(office.office, office.reviewers["van-phong"], ref)


def test_a_member_named_in_the_text_is_kept_out_while_the_others_read(office: TestOffice) -> None:
    named = office.add_reviewer("van-phong")
    office.add_to_roster("van-phong", "Phạm Văn Làm Mẫu", reviewer=named)

    filed = office.file("Ông Phạm Văn Làm Mẫu đòi tiền.")

    assert filed.receiver == "van-phong"
    (ref,) = refs(office, "van-phong")
    assert open_case(office.office, office.reviewers["van-phong"], ref).report.statement
    assert list_cases(office.office, named, Wanted()).rows == ()
    with pytest.raises(CaseNotFoundError):
        open_case(office.office, named, ref)
    with office.office.database.reading() as session:
        holders = set(session.scalars(select(SealRecord.holder)))
    assert unit_holder("van-phong") not in holders


def test_a_unit_whose_only_member_is_named_counts_as_empty(office: TestOffice) -> None:
    office.add_to_roster("van-phong", "Lý Văn Minh Họa", reviewer=office.reviewers["van-phong"])

    assert office.file("Lý Văn Minh Họa đòi tiền.").receiver == "chu-tich"


def test_a_preview_never_tells_that_a_reviewer_is_kept_out(office: TestOffice) -> None:
    named = office.add_reviewer("van-phong")
    office.add_to_roster("van-phong", "Phạm Văn Làm Mẫu", reviewer=named)

    plain = find_told_destination(office.office, Report("Có người đòi tiền."))
    naming = find_told_destination(office.office, Report("Ông Phạm Văn Làm Mẫu đòi tiền."))

    assert naming.kept_out == frozenset({named.reviewer_id})
    shown = [reason.text_vi for reason in naming.told.public_reasons()]
    assert shown == [reason.text_vi for reason in plain.told.public_reasons()]
    assert naming.told.receiver == plain.told.receiver
    assert naming.routing.receiver == plain.routing.receiver


def test_the_same_form_sent_again_shows_the_same_receipt_and_files_nothing(
    office: TestOffice,
) -> None:
    filing = Filing(Report("Một lần."), (), Once(secrets.token_bytes(32)))

    first = file_report(office.office, filing)
    again = file_report(office.office, filing)

    assert first.receipt == again.receipt
    assert count(office, CaseRecord) == 1


def test_a_double_click_files_one_report_however_close_the_two_are(office: TestOffice) -> None:
    filing = Filing(Report("Hai lần bấm."), (), Once(secrets.token_bytes(32)))
    start = threading.Barrier(4)
    filed: list[Filed] = []

    def click() -> None:
        start.wait()
        filed.append(file_report(office.office, filing))

    clicks = [threading.Thread(target=click) for _ in range(4)]
    for each in clicks:
        each.start()
    for each in clicks:
        each.join()

    assert len({each.receipt.code for each in filed}) == 1
    assert count(office, CaseRecord) == 1


def test_a_form_that_comes_again_with_other_words_is_not_sent(office: TestOffice) -> None:
    once = Once(secrets.token_bytes(32))
    file_report(office.office, Filing(Report("Lời đầu."), (), once))

    with pytest.raises(DifferentReportError):
        file_report(office.office, Filing(Report("Lời khác."), (), once))

    assert count(office, CaseRecord) == 1


def test_a_form_that_comes_again_with_another_file_is_not_sent(office: TestOffice) -> None:
    once = Once(secrets.token_bytes(32))
    file_report(office.office, Filing(Report("Lời."), (office.upload(content=b"a"),), once))

    with pytest.raises(DifferentReportError):
        file_report(office.office, Filing(Report("Lời."), (office.upload(content=b"b"),), once))


def test_a_receipt_is_shown_again_for_a_quarter_of_an_hour_only(office: TestOffice) -> None:
    filing = Filing(Report("Một lần."), (), Once(secrets.token_bytes(32)))
    file_report(office.office, filing)

    office.clock.pass_seconds(15 * 60 + 1)

    with pytest.raises(AlreadyFiledError):
        file_report(office.office, filing)


def test_a_receipt_that_was_used_is_not_shown_again(office: TestOffice) -> None:
    filing = Filing(Report("Một lần."), (), Once(secrets.token_bytes(32)))
    filed = file_report(office.office, filing)

    check_receipt(office.office, filed.receipt)

    with pytest.raises(AlreadyFiledError):
        file_report(office.office, filing)


def test_storage_keeps_neither_the_receipt_nor_the_forms_secret(office: TestOffice) -> None:
    once = Once(secrets.token_bytes(32))
    filed = file_report(office.office, Filing(Report("Lời."), (), once))
    with office.office.database.reading() as session:
        kept = session.scalars(select(OnceRecord)).one()
        receipt = session.scalars(select(ReceiptRecord)).one()

    code = filed.receipt.code.encode()
    columns = (kept.tag, kept.digest, kept.sealed_receipt or b"", receipt.lookup_tag)
    assert all(once.secret not in column and code not in column for column in columns)


def test_only_the_receiver_its_superior_and_the_receipt_hold_seals(office: TestOffice) -> None:
    office.file()
    with office.office.database.reading() as session:
        holders = set(session.scalars(select(SealRecord.holder)))
        listed = {row.holder: row.listed_from for row in session.scalars(select(ListingRecord))}

    assert holders == {"unit:van-phong", "unit:chu-tich", "receipt"}
    assert listed["unit:van-phong"] == office.clock.today()
    waits_until = listed["unit:chu-tich"]
    assert waits_until is not None
    assert waits_until > office.clock.today()


def test_every_table_of_a_new_case_is_one_that_postgresql_adds_in_one_trip(
    office: TestOffice,
) -> None:
    migration = import_module("cases.migrations.versions.0005_a_report_in_one_trip")
    report = Report("Chuyện đã xảy ra.")
    new = NewCase(report, (), office.clock.today())
    case = seal_case(office.office, new, find_destination(office.office, report))

    tables = [table.__tablename__ for table in rows_of(case)]

    # The form's own row comes first; what is not among these would be left out without a word.
    assert ("once", *tables) == migration.TABLES
