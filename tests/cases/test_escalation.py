"""An office cannot bury a report by not reading it."""

import pytest
from sqlalchemy import select, update

from cases.case_file import open_case
from cases.casework import Decision, decide
from cases.errors import CaseNotFoundError, EscalationClosedError
from cases.filing import Filed
from cases.jobs import escalate_unopened
from cases.names import CompartmentKind
from cases.queue import Wanted, list_cases
from cases.records import CaseRecord, CompartmentRecord, SealRecord
from cases.recovery_records import RecoveryRecord
from cases.threads import escalate, read_thread
from crypto.errors import KeyFormatError
from crypto.keys import Identity
from policy.states import CaseStep
from tests.support.office import TestOffice


def listed(office: TestOffice, unit: str) -> list[str]:
    return [row.ref for row in list_cases(office.office, office.reviewers[unit], Wanted()).rows]


def the_case(office: TestOffice) -> CaseRecord:
    with office.office.database.reading() as session:
        return session.scalars(select(CaseRecord)).one()


@pytest.fixture
def filed(office: TestOffice) -> Filed:
    return office.file("Chưa ai mở.")


def test_a_damaged_case_holds_no_other_back(office: TestOffice, filed: Filed) -> None:
    sound, goes_up_on = the_case(office).ref, the_case(office).escalates_on
    damaged = [office.file(f"Chuyện {number}.") for number in range(2)]
    assert goes_up_on is not None
    with office.office.database.writing() as session:
        others = CompartmentRecord.case_ref != sound
        session.execute(update(CompartmentRecord).where(others).values(recipient=b"bad"))
    office.clock.go_to(goes_up_on)

    with pytest.raises(KeyFormatError):
        escalate_unopened(office.office)

    with office.office.database.reading() as session:
        units = {row.ref: row.unit for row in session.scalars(select(CaseRecord))}
    assert units.pop(sound) == "chu-tich"
    assert list(units.values()) == [filed.receiver] * len(damaged)


def test_before_its_day_the_superior_sees_nothing(office: TestOffice, filed: Filed) -> None:
    case = the_case(office)
    assert case.escalates_on is not None
    office.clock.go_to(case.escalates_on.replace(day=case.escalates_on.day - 1))
    escalate_unopened(office.office)

    assert listed(office, "chu-tich") == []
    with pytest.raises(CaseNotFoundError):
        open_case(office.office, office.reviewers["chu-tich"], case.ref)
    assert filed.receiver == "van-phong"


def test_a_case_that_nobody_opened_goes_up_on_its_day(office: TestOffice, filed: Filed) -> None:
    case = the_case(office)
    assert case.escalates_on is not None
    office.clock.go_to(case.escalates_on)

    assert listed(office, "chu-tich") == [case.ref]
    escalate_unopened(office.office)

    assert the_case(office).unit == "chu-tich"
    opened = open_case(office.office, office.reviewers["chu-tich"], case.ref)
    assert opened.report.statement == "Chưa ai mở."
    assert opened.is_responsible
    events = [
        message.values.get("event")
        for message in read_thread(office.office, filed.receipt).messages
    ]
    assert events == ["escalated"]


def test_a_case_that_was_opened_does_not_go_up_by_itself(office: TestOffice, filed: Filed) -> None:
    case = the_case(office)
    open_case(office.office, office.reviewers["van-phong"], case.ref)
    assert case.escalates_on is not None
    office.clock.go_to(case.escalates_on)
    escalate_unopened(office.office)

    assert listed(office, "chu-tich") == []
    assert read_thread(office.office, filed.receipt).opened_on is not None


def test_the_reporter_sends_it_up_also_after_it_was_opened(
    office: TestOffice, filed: Filed
) -> None:
    ref = the_case(office).ref
    open_case(office.office, office.reviewers["van-phong"], ref)

    escalate(office.office, filed.receipt)

    assert listed(office, "chu-tich") == [ref]
    assert listed(office, "van-phong") == [ref]
    assert not open_case(office.office, office.reviewers["van-phong"], ref).is_responsible


def test_a_case_goes_up_once(office: TestOffice, filed: Filed) -> None:
    escalate(office.office, filed.receipt)

    assert not read_thread(office.office, filed.receipt).may_escalate
    with pytest.raises(EscalationClosedError):
        escalate(office.office, filed.receipt)


def test_a_concluded_case_does_not_go_up(office: TestOffice, filed: Filed) -> None:
    reviewer, ref = office.reviewers["van-phong"], the_case(office).ref
    for step in (CaseStep.ASSESS, CaseStep.ACCEPT, CaseStep.VERIFY, CaseStep.CONCLUDE):
        version = open_case(office.office, reviewer, ref).version
        decide(office.office, reviewer, ref, Decision(step, "lý do", version))

    with pytest.raises(EscalationClosedError):
        escalate(office.office, filed.receipt)


def file_with_only(office: TestOffice, *units: str, statement: str) -> Filed:
    """File a report that no other units may have."""
    others = {unit.code for unit in office.office.pack.receiving_units()} - {*units}
    return office.file(statement, not_to=frozenset(others))


def test_a_case_whose_superiors_are_all_named_stays_and_the_desk_is_told(
    office: TestOffice,
) -> None:
    office.add_to_roster("chu-tich", "Đinh Thị Thí Dụ", reviewer=office.reviewers["chu-tich"])
    filed = file_with_only(office, "van-phong", "chu-tich", statement="Đinh Thị Thí Dụ đòi tiền.")
    (ref,) = listed(office, "van-phong")

    escalate(office.office, filed.receipt)

    case = open_case(office.office, office.reviewers["van-phong"], ref)
    assert case.is_responsible
    assert not case.went_up
    assert listed(office, "chu-tich") == []
    assert not read_thread(office.office, filed.receipt).may_escalate


def test_a_case_that_names_everybody_whom_it_could_go_to_waits_for_recovery_alone(
    office: TestOffice,
) -> None:
    with office.office.database.writing() as session:
        for number in (1, 2):
            recipient = Identity.generate().recipient.raw
            session.add(RecoveryRecord(number=number, recipient=recipient))
    office.add_to_roster("chu-tich", "Đinh Thị Thí Dụ", reviewer=office.reviewers["chu-tich"])

    file_with_only(office, "chu-tich", statement="Đinh Thị Thí Dụ đòi tiền.")

    with office.office.database.reading() as session:
        report = select(CompartmentRecord.id).where(
            CompartmentRecord.kind == CompartmentKind.REPORT
        )
        holders = session.scalars(
            select(SealRecord.holder).where(SealRecord.compartment_id.in_(report))
        ).all()
    assert holders == ["recovery:1+2"]
    assert [unit for unit in office.reviewers if listed(office, unit)] == []
