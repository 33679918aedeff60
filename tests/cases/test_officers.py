"""Protection officers: their keys open what a case says of protection, and nothing else of it."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from cases.access import open_compartments, open_protection
from cases.case_file import open_case
from cases.casework import note
from cases.enrolment import Place, join_unit
from cases.errors import CaseNotFoundError
from cases.filing import Filed
from cases.members import admit
from cases.names import CompartmentKind, protection_holder
from cases.officers import give_protection
from cases.protection import ProtectionStanding, protection_of
from cases.protection_register import list_protected
from cases.protection_requests import ask_for_protection
from cases.queue import Wanted, list_cases
from cases.records import (
    CompartmentRecord,
    EntryRecord,
    SealRecord,
    UnitKeySealRecord,
)
from cases.reviewers import SignedIn
from cases.threads import Message, read_thread
from crypto.errors import OpenError
from crypto.opening import open_sealed
from tests.support.casework import UNIT, listed, opened
from tests.support.office import OFFICER, TestOffice
from tests.support.officers import ASKED, asked, decide, file_of, knows_nothing, registered

NAME = "Phạm Văn Làm Mẫu"
ELSEWHERE = "phong-kinh-te"


@pytest.fixture
def officer(office: TestOffice) -> SignedIn:
    return office.add_reviewer(UNIT, OFFICER)


@pytest.fixture
def filed(office: TestOffice, officer: SignedIn) -> Filed:
    return office.file("Chuyện đất đai.")


@pytest.fixture
def ref(office: TestOffice, filed: Filed) -> str:
    ask_for_protection(office.office, filed.receipt, ASKED)
    [found] = listed(office)
    return found


def test_an_officer_s_key_opens_what_is_said_of_protection_and_no_other_seal(
    office: TestOffice, officer: SignedIn, ref: str
) -> None:
    note(office.office, office.reviewers[UNIT], ref, Message("ghi chú nội bộ"))
    decide(office, officer, ref)
    opens = set()
    with office.office.database.reading() as session:
        rows = session.execute(
            select(SealRecord, CompartmentRecord.kind).join(
                CompartmentRecord, CompartmentRecord.id == SealRecord.compartment_id
            )
        ).all()
        keys = session.scalars(select(UnitKeySealRecord.sealed)).all()
        mine = open_protection(session, officer, ref)
        assert open_compartments(session, officer, ref) == {}
    for sealed, kind in [
        *((seal.sealed, kind) for seal, kind in rows),
        *((k, "key") for k in keys),
    ]:
        try:
            open_sealed(sealed, officer.identity)
        except OpenError:
            continue
        opens.add(kind)
    assert {kind for _, kind in rows} == {"report", "thread", "notes", "protection"}
    assert opens == {"protection"}
    assert {each.kind for each in mine.values()} == {CompartmentKind.PROTECTION}
    assert list_cases(office.office, officer, Wanted()).rows == ()
    with pytest.raises(CaseNotFoundError):
        open_case(office.office, officer, ref)
    with pytest.raises(CaseNotFoundError):
        note(office.office, officer, ref, Message("không được"))


def test_a_seal_of_anything_else_would_open_nothing_for_an_officer(
    office: TestOffice, officer: SignedIn, ref: str
) -> None:
    own = protection_holder(officer.reviewer_id)
    thread = select(CompartmentRecord.id).where(CompartmentRecord.kind == "thread")
    with office.office.database.writing() as session:
        compartment = session.scalars(thread).one()
        sealed = session.scalars(select(SealRecord.sealed).where(SealRecord.holder == own)).first()
        session.add(
            SealRecord(compartment_id=compartment, holder=own, holder_epoch=1, sealed=sealed)
        )
    with office.office.database.reading() as session:
        assert compartment not in open_protection(session, officer, ref)


def test_an_officer_decides_and_the_unit_and_the_reporter_read_it(
    office: TestOffice, officer: SignedIn, filed: Filed, ref: str
) -> None:
    [row] = list_protected(office.office, officer, 1).rows
    assert row.protection is not None
    assert row.protection.requests[0].text == ASKED.text
    decide(office, officer, ref)

    [request] = protection_of(opened(office, ref).entries).requests
    assert [each.standing for each in request.standings] == [ProtectionStanding.GRANTED]
    [request] = protection_of(file_of(office, officer, ref).entries).requests
    assert [each.standing for each in request.standings] == [ProtectionStanding.GRANTED]
    told = read_thread(office.office, filed.receipt).messages
    assert "Đã giữ kín." in [entry.text("words") for entry in told]


def test_what_the_office_writes_is_never_sealed_to_the_epoch_of_the_public_door(
    office: TestOffice, officer: SignedIn, filed: Filed, ref: str
) -> None:
    decide(office, officer, ref)
    ask_for_protection(office.office, filed.receipt, ASKED)
    rows = (
        select(EntryRecord.author, CompartmentRecord.epoch)
        .join(CompartmentRecord, CompartmentRecord.id == EntryRecord.compartment_id)
        .where(CompartmentRecord.kind == CompartmentKind.PROTECTION)
        .order_by(EntryRecord.position)
    )
    with office.office.database.reading() as session:
        found = [tuple(row) for row in session.execute(rows)]
    assert found == [("reporter", 1), (UNIT, 2), ("reporter", 2)]
    assert len(protection_of(file_of(office, officer, ref).entries).requests) == 2


def test_an_officer_whom_the_report_names_is_given_nothing_by_anybody(
    office: TestOffice, officer: SignedIn
) -> None:
    office.add_to_roster(UNIT, NAME, reviewer=officer)
    other = office.add_reviewer(UNIT, OFFICER)
    ref = asked(office, f"{NAME} đòi tiền.")
    give_protection(office.office, office.reviewers[UNIT])

    assert knows_nothing(office, officer, ref)
    assert registered(office, other) == [ref]


def test_an_officer_who_came_later_is_given_by_a_reader_what_does_not_name_them(
    office: TestOffice,
) -> None:
    later = office.add_reviewer(ELSEWHERE)
    office.add_to_roster(ELSEWHERE, NAME, reviewer=later)
    names_them, other = asked(office, f"{NAME} đòi tiền."), asked(office, "Chuyện khác.")
    with office.office.database.writing() as session:
        place, day = Place(UNIT, OFFICER), office.clock.today()
        assert not join_unit(session, place, later.reviewer_id, later.identity.recipient, day)
    as_officer = replace(later, roles={UNIT: OFFICER})
    assert registered(office, as_officer) == []
    give_protection(office.office, office.reviewers[UNIT])
    assert registered(office, as_officer) == []

    admit(office.office, office.reviewers[UNIT], later.reviewer_id, UNIT)

    assert registered(office, as_officer) == [other]
    assert knows_nothing(office, as_officer, names_them)
