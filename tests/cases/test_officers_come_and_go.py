"""Who comes to be a protection officer and who no longer is, what they are given, and recovery."""

from dataclasses import replace

import pytest
from sqlalchemy import select, update

from cases.access import open_protection
from cases.case_file import open_case
from cases.errors import CaseNotFoundError, NotPermittedError
from cases.filing import Filed
from cases.leaving import end_place
from cases.members import admit
from cases.names import protection_holder
from cases.officers import give_protection
from cases.protection import protection_of
from cases.protection_file import open_protection_file
from cases.protection_register import list_protected
from cases.protection_requests import ask_for_protection
from cases.records import (
    EntryRecord,
    MembershipRecord,
    SealRecord,
    UnitKeySealRecord,
)
from cases.recusal import Recusal, recuse
from cases.reviewers import SignedIn
from cases.role_changes import RoleVerdict, list_role_changes, propose_roles, settle_roles
from crypto.errors import OpenError
from tests.support.casework import UNIT, listed, opened, pass_on
from tests.support.office import HANDLER, OFFICER, TestOffice
from tests.support.officers import ASKED, asked, decide, knows_nothing, registered
from tests.support.recovery import add_keys, compare, joined, recover, statements

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


def test_only_a_reading_member_admits_an_officer_who_gets_no_key_of_the_unit(
    office: TestOffice, officer: SignedIn
) -> None:
    waiting = joined(office, UNIT, "chờ")
    with pytest.raises(NotPermittedError):
        admit(office.office, officer, waiting.reviewer_id, UNIT)
    own = [f"{kind}:{officer.reviewer_id}" for kind in ("reviewer", "protection")]
    with office.office.database.reading() as session:
        keys = select(UnitKeySealRecord).where(UnitKeySealRecord.holder.in_(own))
        assert session.scalars(keys).all() == []
    assert officer.units == frozenset()


def test_an_officer_who_leaves_loses_what_they_had_and_what_comes_after(
    office: TestOffice, officer: SignedIn, filed: Filed, ref: str
) -> None:
    with office.office.database.reading() as session:
        kept = open_protection(session, officer, ref)
    end_place(office.office, UNIT, officer.reviewer_id)
    ask_for_protection(office.office, filed.receipt, ASKED)

    assert knows_nothing(office, officer, ref)
    with office.office.database.reading() as session:
        newest = session.scalars(
            select(EntryRecord.compartment_id).order_by(EntryRecord.position.desc())
        ).all()
    assert newest[1] not in kept
    assert len(protection_of(opened(office, ref).entries).requests) == 2
    assert knows_nothing(office, officer, asked(office, "Chuyện mới."))


def test_other_roles_give_and_take_what_officers_have(office: TestOffice, ref: str) -> None:
    head = replace(office.reviewers[UNIT], roles={UNIT: frozenset({"head"})})
    second, member = office.add_reviewer(UNIT), office.add_reviewer(UNIT)

    def become(roles: frozenset[str]) -> SignedIn:
        propose_roles(office.office, head, (UNIT, member.reviewer_id), roles, "đổi việc")
        [change] = list_role_changes(office.office, frozenset({UNIT}))
        verdict = RoleVerdict(change.id, approves=True, reason="đồng ý")
        settle_roles(office.office, second, UNIT, verdict)
        return replace(member, roles={UNIT: roles})

    officer = become(OFFICER)
    assert registered(office, officer) == [ref]
    with pytest.raises(CaseNotFoundError):
        open_case(office.office, officer, ref)
    assert knows_nothing(office, become(frozenset({"overseer"})), ref)
    become(OFFICER)
    with office.office.database.reading() as session:
        place = session.get_one(MembershipRecord, (member.reviewer_id, UNIT))
        assert place.admitted_on is None
    assert registered(office, officer) == []


def test_a_head_takes_a_case_from_an_officer_for_good(
    office: TestOffice, officer: SignedIn, filed: Filed, ref: str
) -> None:
    def recused_by(roles: frozenset[str]) -> None:
        who = replace(office.reviewers[UNIT], roles={UNIT: roles})
        version = opened(office, ref).version
        recusal = Recusal(reviewer_id=officer.reviewer_id, reason="người nhà", version=version)
        recuse(office.office, who, ref, recusal)

    with pytest.raises(NotPermittedError):
        recused_by(HANDLER)
    recused_by(frozenset({"head"}))
    ask_for_protection(office.office, filed.receipt, ASKED)
    give_protection(office.office, office.reviewers[UNIT])

    assert knows_nothing(office, officer, ref)
    assert len(protection_of(opened(office, ref).entries).requests) == 2


def test_a_case_that_is_passed_on_goes_to_the_officers_of_its_new_unit(
    office: TestOffice, officer: SignedIn, ref: str
) -> None:
    there = office.add_reviewer(ELSEWHERE, OFFICER)
    kept = asked(office, "Chuyện mà đơn vị cũ còn đọc.")
    pass_on(office, ref, ELSEWHERE, keeps=False)
    pass_on(office, kept, ELSEWHERE, keeps=True)

    assert set(registered(office, there)) == {ref, kept}
    decide(office, there, ref)
    assert knows_nothing(office, officer, ref)
    assert registered(office, officer) == [kept]
    with pytest.raises(NotPermittedError):
        decide(office, officer, kept)


def test_recovery_gives_a_new_reader_what_only_an_officer_and_recovery_hold(
    office: TestOffice, officer: SignedIn
) -> None:
    add_keys(office)
    first = office.reviewers[UNIT]
    compare(office, first, UNIT)
    for unit, reader in office.reviewers.items():
        office.add_to_roster(unit, NAME, reviewer=reader)
    receipt = office.file(f"{NAME} đòi tiền.").receipt
    ask_for_protection(office.office, receipt, ASKED)
    [ref] = registered(office, officer)
    newcomer = joined(office, UNIT)

    recover(office, UNIT, newcomer)

    assert statements(office, newcomer) == {f"{NAME} đòi tiền."}
    [request] = protection_of(open_case(office.office, newcomer, ref).entries).requests
    assert request.text == ASKED.text


def test_somebody_who_also_reads_needs_no_seal_of_an_officer(office: TestOffice) -> None:
    both = office.add_reviewer(UNIT, HANDLER | OFFICER)
    ref = asked(office, "Chuyện đất đai.")

    assert registered(office, both) == [ref]
    with office.office.database.reading() as session:
        own = SealRecord.holder == protection_holder(both.reviewer_id)
        assert session.scalars(select(SealRecord).where(own)).all() == []


def test_an_altered_seal_shows_that_something_was_altered(
    office: TestOffice, officer: SignedIn, ref: str
) -> None:
    own = SealRecord.holder == protection_holder(officer.reviewer_id)
    with office.office.database.writing() as session:
        session.execute(update(SealRecord).where(own).values(sealed=b"x"))

    [row] = list_protected(office.office, officer, 1).rows
    assert row.protection is None
    with pytest.raises(OpenError):
        open_protection_file(office.office, officer, ref)
