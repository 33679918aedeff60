"""A unit whose key is on paper: what is carried there, what comes back, and what is refused."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from cases.compartments import NewCompartment, seal_rows, store_compartments, store_seals
from cases.courier_export import begin_export
from cases.courier_file import Answer, CarriedCase, read_answer
from cases.courier_import import take_in
from cases.courier_records import CourierExportRecord
from cases.enrolment import Place, invite
from cases.errors import CourierError, OfflineUnitError
from cases.jobs import escalate_unopened
from cases.names import CompartmentKind
from cases.offline_keys import register_offline_key
from cases.oversight import figures_by_unit
from cases.queue import Wanted, list_cases
from cases.records import CaseRecord
from cases.reports import Report
from cases.staff import resolve_holders
from cases.threads import Message, read_thread, reply
from crypto.keys import Identity
from crypto.receipts import Receipt
from crypto.signatures import SigningKey
from tests.support.courier import (
    BODY,
    OTHER_BODY,
    OTHER_PAPER,
    PAPER,
    answered,
    exported,
    open_office_with_papers,
    opened,
    written,
)
from tests.support.office import HANDLER, TestOffice

STATEMENT, FILE = "Chủ tịch nhận tiền san lấp.", b"bien nhan " * 9000


@pytest.fixture
def office(tmp_path: Path, database_url: str) -> Iterator[TestOffice]:
    made = open_office_with_papers(tmp_path, database_url)
    yield made
    made.office.database.close()


@pytest.fixture
def receipt(office: TestOffice) -> Receipt:
    """Return the receipt of a report, with a file, that nobody in the đặc khu may have."""
    upload = office.upload("../../biên nhận.txt", FILE)
    filed = office.send(Report(STATEMENT, bypass=True), (upload,))
    assert filed.receiver == BODY
    return filed.receipt


def record(office: TestOffice) -> CaseRecord:
    with office.office.database.reading() as session:
        return session.scalars(select(CaseRecord)).one()


def texts_of(office: TestOffice, receipt: Receipt) -> list[tuple[str, str]]:
    messages = read_thread(office.office, receipt).messages
    return [(each.author, each.text()) for each in messages if each.text()]


def test_a_report_goes_to_a_paper_and_its_answer_to_the_receipt(
    office: TestOffice, receipt: Receipt
) -> None:
    content = exported(office)

    [case], files = opened(content)
    assert case.entries[0].values["report"]["statement"] == STATEMENT  # type: ignore[index]  # a report's own JSON
    assert files == {"../../biên nhận.txt": FILE}
    for clear in (STATEMENT.encode(), FILE[:40], case.carried.ref.encode(), BODY.encode()):
        assert clear not in content
    assert take_in(office.office, answered(content, "Đã nhận, sẽ thanh tra.")) == BODY
    assert texts_of(office, receipt) == [(BODY, "Đã nhận, sẽ thanh tra.")]


def test_exporting_counts_as_opening_and_stands_in_the_history(
    office: TestOffice, receipt: Receipt
) -> None:
    exported(office)

    assert record(office).opened_on == office.clock.today()
    office.clock.go_to(office.clock.today() + timedelta(days=90))
    escalate_unopened(office.office)
    assert record(office).unit == BODY
    [case], _ = opened(exported(office, again=True))
    assert [each.text("step") for each in case.entries if each.kind == "step"] == ["carry"]
    assert read_thread(office.office, receipt).opened_on is not None


def test_an_export_gives_what_is_new_and_a_crash_before_the_note_loses_nothing(
    office: TestOffice, receipt: Receipt
) -> None:
    before = written(office, begin_export(office.office, BODY))
    assert record(office).opened_on is None
    assert [len(case.entries) for case in opened(exported(office))[0]] == [1]
    assert [len(case.entries) for case in opened(before)[0]] == [1]
    assert begin_export(office.office, BODY) is None

    reply(office.office, receipt, Message("Còn một biên nhận nữa."))
    [case], files = opened(exported(office))

    assert [each.text() for each in case.entries] == ["Còn một biên nhận nữa."]
    assert files == {}
    [whole], files = opened(exported(office, again=True))
    assert len(whole.entries) == 4
    assert len(files) == 1


def test_what_may_go_up_to_a_paper_is_in_no_export_before_it_did(office: TestOffice) -> None:
    office.file("Chuyện của văn phòng.", accused=frozenset({"van-phong"}))
    case = record(office)
    assert (case.unit, case.escalates_to) == ("chu-tich", BODY)
    assert begin_export(office.office, BODY) is None

    assert case.escalates_on is not None
    office.clock.go_to(case.escalates_on)
    escalate_unopened(office.office)

    [gone_up], _ = opened(exported(office))
    assert gone_up.carried.answers
    assert gone_up.entries[0].values["report"]["statement"] == "Chuyện của văn phòng."  # type: ignore[index]  # a report's own JSON


def test_a_body_outside_is_in_no_list_or_count_of_the_office(
    office: TestOffice, receipt: Receipt
) -> None:
    exported(office)

    for unit, reviewer in office.reviewers.items():
        assert not list_cases(office.office, reviewer, Wanted()).rows, unit
    assert figures_by_unit(office.office, office.clock.today().year) == ()
    assert texts_of(office, receipt) == []


def test_another_paper_opens_nothing_and_an_altered_file_is_refused(
    office: TestOffice, receipt: Receipt
) -> None:
    content = exported(office)
    with pytest.raises(CourierError):
        opened(content, OTHER_PAPER)
    for altered in (
        content[:-1],
        content[:-40_000],
        content[:-9] + bytes([content[-9] ^ 1]) + content[-8:],
        content + b"x",
        b"",
    ):
        with pytest.raises(CourierError):
            opened(altered)
    assert texts_of(office, receipt) == []


@pytest.mark.parametrize("ref", ["../../../../tmp/x", "A" * 26, "\ud800" * 26, 7, ""])
def test_a_case_of_a_forged_export_names_no_folder_elsewhere(
    office: TestOffice, receipt: Receipt, ref: object
) -> None:
    found = json.loads(_first_case(office).encoded())
    with pytest.raises(CourierError):
        CarriedCase.parse(json.dumps({**found, "ref": ref}).encode())
    answer = json.loads(answered(exported(office), "Thật.").written())
    with pytest.raises(CourierError):
        read_answer(json.dumps({**answer, "case": ref}).encode())


def _first_case(office: TestOffice) -> CarriedCase:
    export = begin_export(office.office, BODY)
    assert export is not None
    return export.cases[0]


def _resigned(answer: Answer) -> Answer:
    forged = SigningKey(bytes(32))
    return replace(answer, signature=forged.sign(answer.signed_text()))


FORGED: dict[str, Callable[[Answer], Answer]] = {
    "another text": lambda answer: replace(answer, sealed=answer.sealed[:-1] + b"\0"),
    "another case": lambda answer: replace(answer, case="a" * 26),
    "another id": lambda answer: replace(answer, id="b" * 26),
    "another export": lambda answer: replace(answer, mark="c" * 26),
    "no signature": lambda answer: replace(answer, signature=b""),
    "another signer": _resigned,
    "no age file": lambda answer: replace(answer, sealed=b"Trong suot"),
    "not padded": lambda answer: replace(answer, sealed=answer.sealed + bytes(100)),
    "too long": lambda answer: replace(answer, sealed=answer.sealed + bytes(300_000)),
}


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED)
def test_a_forged_answer_is_refused(
    office: TestOffice, receipt: Receipt, forge: Callable[[Answer], Answer]
) -> None:
    answer = answered(exported(office), "Thật.")

    with pytest.raises(CourierError):
        take_in(office.office, forge(answer))

    assert texts_of(office, receipt) == []
    take_in(office.office, answer)
    assert texts_of(office, receipt) == [(BODY, "Thật.")]


def test_an_answer_is_taken_in_once(office: TestOffice, receipt: Receipt) -> None:
    answer = answered(exported(office), "Một lần.")
    take_in(office.office, answer)

    with pytest.raises(CourierError, match="already"):
        take_in(office.office, answer)

    assert texts_of(office, receipt) == [(BODY, "Một lần.")]
    assert begin_export(office.office, BODY) is None


def test_a_unit_answers_no_case_of_another(office: TestOffice, receipt: Receipt) -> None:
    key = SigningKey(bytes(32))
    with office.office.database.writing() as session:
        session.add(
            CourierExportRecord(
                mark="c" * 26,
                unit=OTHER_BODY,
                epoch=1,
                verifies=key.public,
                exported_on=office.clock.today(),
            )
        )
    answer = replace(answered(exported(office), "Của người khác."), mark="c" * 26)
    answer = replace(answer, signature=key.sign(answer.signed_text()))

    with pytest.raises(CourierError, match=f"not for {OTHER_BODY}"):
        take_in(office.office, answer)
    assert texts_of(office, receipt) == []


def test_a_unit_that_the_case_left_answers_no_more(office: TestOffice, receipt: Receipt) -> None:
    answer = answered(exported(office), "Đã chuyển đi.")
    with office.office.database.writing() as session:
        session.get_one(CaseRecord, answer.case).unit = OTHER_BODY

    with pytest.raises(CourierError, match=f"not for {BODY}"):
        take_in(office.office, answer)
    assert texts_of(office, receipt) == []


def test_an_answer_to_an_epoch_of_before_is_refused(office: TestOffice, receipt: Receipt) -> None:
    answer = answered(exported(office), "Muộn.")
    with office.office.database.writing() as session:
        new = NewCompartment(answer.case, CompartmentKind.THREAD, 2)
        store_compartments(session, (new,))
        holders = resolve_holders(session, [f"unit:{BODY}"])
        store_seals(session, seal_rows(new.id, new.identity, holders))

    with pytest.raises(CourierError, match="moved on"):
        take_in(office.office, answer)
    assert texts_of(office, receipt) == []


def test_a_paper_that_was_replaced_answers_no_more_and_opens_what_it_had(
    office: TestOffice, receipt: Receipt
) -> None:
    answer = answered(exported(office), "Từ tờ giấy cũ.")
    new_paper = Identity.from_seed(bytes([9]) * 32)
    assert register_offline_key(office.office, BODY, new_paper.recipient) == 2

    with pytest.raises(CourierError, match="another key"):
        take_in(office.office, answer)
    reply(office.office, receipt, Message("Thêm."))
    [case], _ = opened(exported(office, again=True), new_paper)
    assert not [each for each in case.entries if each.kind == "report"]
    assert case.damaged


@pytest.mark.parametrize(
    ("unit", "paper"),
    [("van-phong", PAPER), (BODY, PAPER), ("truong-hoc", PAPER), ("nowhere", PAPER)],
)
def test_a_paper_is_for_a_unit_that_has_no_key_at_the_desk(
    office: TestOffice, unit: str, paper: Identity
) -> None:
    with pytest.raises(CourierError):
        register_offline_key(office.office, unit, paper.recipient)


def test_nobody_is_invited_where_nobody_could_give_them_the_key(office: TestOffice) -> None:
    with pytest.raises(OfflineUnitError):
        invite(office.office, Place(BODY, HANDLER))
    with pytest.raises(CourierError):
        begin_export(office.office, "van-phong")
