"""What a receipt can do, and nothing else."""

import pytest

from cases.case_file import open_case, open_case_file
from cases.casework import Decision, answer, decide
from cases.errors import CaseNotFoundError, UnknownReceiptError
from cases.names import EntryKind
from cases.queue import Wanted, list_cases
from cases.reports import Report
from cases.threads import Message, check_receipt, open_thread_file, read_thread, reply
from crypto.receipts import Receipt
from policy.states import CaseState, CaseStep
from tests.support.office import TestOffice


def only_ref(office: TestOffice) -> str:
    return list_cases(office.office, office.reviewers["van-phong"], Wanted()).rows[0].ref


def test_an_unknown_receipt_opens_nothing(office: TestOffice) -> None:
    with pytest.raises(UnknownReceiptError):
        read_thread(office.office, Receipt.generate())


def test_a_guessed_receipt_waits_for_no_writer_and_holds_up_none(office: TestOffice) -> None:
    with office.office.database.writing(), pytest.raises(UnknownReceiptError):
        check_receipt(office.office, Receipt.generate())


def test_the_office_reads_what_the_reporter_adds_and_the_other_way_round(
    office: TestOffice,
) -> None:
    filed = office.file()
    reply(office.office, filed.receipt, Message("Tôi nhớ thêm.", (office.upload("ảnh 2.png"),)))
    ref = only_ref(office)
    reviewer = office.reviewers["van-phong"]
    answer(
        office.office, reviewer, ref, Message("Xin cho biết ngày.", (office.upload("mẫu.docx"),))
    )

    thread = read_thread(office.office, filed.receipt)
    case = open_case(office.office, reviewer, ref)

    assert [entry.text() for entry in thread.messages] == ["Tôi nhớ thêm.", "Xin cho biết ngày."]
    assert "Tôi nhớ thêm." in [entry.text() for entry in case.entries]


def test_what_the_reporter_was_shown_is_no_longer_new(office: TestOffice) -> None:
    filed = office.file()
    ref = only_ref(office)
    answer(office.office, office.reviewers["van-phong"], ref, Message("Đã nhận."))

    first = read_thread(office.office, filed.receipt)
    second = read_thread(office.office, filed.receipt)

    assert [entry.seen for entry in first.messages] == [False]
    assert [entry.seen for entry in second.messages] == [True]


def test_a_double_click_adds_one_message(office: TestOffice) -> None:
    filed = office.file()
    message = Message("một lần", form_tag=b"t" * 32)

    reply(office.office, filed.receipt, message)
    reply(office.office, filed.receipt, message)

    assert len(read_thread(office.office, filed.receipt).messages) == 1


def test_a_file_of_the_thread_comes_back_as_it_was_sent(office: TestOffice) -> None:
    filed = office.file()
    content = bytes(range(256)) * 1000
    upload = office.upload("ảnh.png", content)
    reply(office.office, filed.receipt, Message("kèm ảnh", (upload,)))

    download = open_thread_file(office.office, filed.receipt, upload.object_key)

    assert (download.file_name, download.length) == ("ảnh.png", len(content))
    assert b"".join(download.chunks) == content


def test_the_receipt_opens_no_file_of_the_report(office: TestOffice) -> None:
    upload = office.upload("chứng cứ.jpg")
    filed = office.send(Report("Có tệp kèm theo."), (upload,))

    with pytest.raises(CaseNotFoundError):
        open_thread_file(office.office, filed.receipt, upload.object_key)
    ref = only_ref(office)
    download = open_case_file(office.office, office.reviewers["van-phong"], ref, upload.object_key)
    assert b"".join(download.chunks) == b"content"


def test_a_file_of_one_case_is_not_reached_through_another(office: TestOffice) -> None:
    upload = office.upload("của vụ một")
    office.send(Report("Có tệp kèm theo."), (upload,))
    first = only_ref(office)
    office.file("vụ hai")
    rows = list_cases(office.office, office.reviewers["van-phong"], Wanted()).rows
    other = next(row.ref for row in rows if row.ref != first)

    with pytest.raises(CaseNotFoundError):
        open_case_file(office.office, office.reviewers["van-phong"], other, upload.object_key)


def test_the_reporter_sees_the_state_and_that_it_changed(office: TestOffice) -> None:
    filed = office.file()
    reviewer, ref = office.reviewers["van-phong"], only_ref(office)
    version = open_case(office.office, reviewer, ref).version
    decide(office.office, reviewer, ref, Decision(CaseStep.ASSESS, "xem ba điều kiện", version))

    thread = read_thread(office.office, filed.receipt)

    assert thread.state is CaseState.ASSESSING
    assert thread.opened_on == office.clock.today()
    (event,) = (entry for entry in thread.messages if entry.kind is EntryKind.EVENT)
    assert "xem ba điều kiện" not in str(event.values)
