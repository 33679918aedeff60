"""Who is named is kept out, also when they come to the unit only after the report."""

from collections.abc import Callable

import pytest

from cases.case_file import open_case, open_case_file
from cases.casework import Decision, answer, decide, note
from cases.enrolment import Enrolment, Place, enrol, invite
from cases.errors import CaseNotFoundError
from cases.queue import Wanted, list_cases
from cases.reports import Report
from cases.reviewers import SignedIn
from cases.threads import Message
from cases.triage import Classification, classify
from policy.states import CaseState, CaseStep
from tests.support.accounts import APP_KEY, sign_in
from tests.support.casework import admit_waiting, move_into_unit
from tests.support.office import HANDLER, TestOffice

SECRET = b"s" * 32
PASSPHRASE = "bốn từ dài khó đoán"
UNIT = "van-phong"
NAME = "Phạm Văn Làm Mẫu"


def wait_for(office: TestOffice, name: str) -> SignedIn:
    """Return somebody who enrolled in the unit and whom nobody admitted yet."""
    token = invite(office.office, Place(UNIT, HANDLER))
    chosen = Enrolment(token, name, PASSPHRASE, APP_KEY)
    assert not enrol(office.office, chosen, SECRET).is_admitted
    return signed_in(office, name)


def signed_in(office: TestOffice, name: str) -> SignedIn:
    return sign_in(office, name, PASSPHRASE, SECRET)


def test_a_named_member_who_waits_is_kept_out_once_admitted(office: TestOffice) -> None:
    office.add_to_roster(UNIT, NAME, reviewer=wait_for(office, "người mới"))
    office.file(f"Ông {NAME} đòi tiền.")
    office.file("Chuyện khác.")

    admit_waiting(office)

    named = list_cases(office.office, signed_in(office, "người mới"), Wanted())
    others = list_cases(office.office, office.reviewers[UNIT], Wanted())
    assert (len(named.rows), len(others.rows)) == (1, 2)


def test_a_named_member_who_comes_from_elsewhere_opens_neither_text_nor_file(
    office: TestOffice,
) -> None:
    elsewhere = office.reviewers["chu-tich"]
    office.add_to_roster("ttpvhcc", NAME, reviewer=elsewhere)
    upload = office.upload()
    office.send(Report(f"Ông {NAME} đòi tiền."), (upload,))
    [row] = list_cases(office.office, office.reviewers[UNIT], Wanted()).rows
    joined = move_into_unit(office, elsewhere)

    with pytest.raises(CaseNotFoundError):
        open_case(office.office, joined, row.ref)
    with pytest.raises(CaseNotFoundError):
        open_case_file(office.office, joined, row.ref, upload.object_key)
    assert NAME in open_case(office.office, office.reviewers[UNIT], row.ref).report.statement


def test_a_named_member_who_comes_later_sees_no_case_and_does_nothing_to_it(
    office: TestOffice,
) -> None:
    elsewhere = office.reviewers["chu-tich"]
    office.add_to_roster("ttpvhcc", NAME, reviewer=elsewhere)
    office.file(f"Ông {NAME} đòi tiền.")
    office.file("Chuyện khác.")
    mine = office.reviewers[UNIT]
    refs = {
        open_case(office.office, mine, row.ref).report.statement: row.ref
        for row in list_cases(office.office, mine, Wanted()).rows
    }
    hidden = refs[f"Ông {NAME} đòi tiền."]
    version = open_case(office.office, mine, hidden).version
    joined = move_into_unit(office, elsewhere)
    tests = {"who": "yes", "evidence": "yes", "verifiable": "yes"}
    found = Classification(track="B", tests=tests, marks=(), reason="x", version=version)
    acts: list[Callable[[], object]] = [
        lambda: answer(office.office, joined, hidden, Message("ông là ai")),
        lambda: note(office.office, joined, hidden, Message("x")),
        lambda: decide(office.office, joined, hidden, Decision(CaseStep.ASSESS, "x", version)),
        lambda: classify(office.office, joined, hidden, found),
    ]

    for act in acts:
        with pytest.raises(CaseNotFoundError):
            act()

    assert open_case(office.office, mine, hidden).state is CaseState.RECEIVED
    listed = [row.ref for row in list_cases(office.office, joined, Wanted()).rows]
    assert listed == [refs["Chuyện khác."]]


def test_a_head_named_only_by_a_files_name_does_not_receive_the_report(office: TestOffice) -> None:
    office.add_to_roster(UNIT, NAME, is_head=True)
    upload = office.upload("pham-van_lam mau.NHAN TIEN.jpg")

    filed = office.send(Report("Xem ảnh."), (upload,))

    assert filed.receiver != UNIT
    assert list_cases(office.office, office.reviewers[UNIT], Wanted()).rows == ()


def test_a_report_on_who_runs_the_system_passes_over_whoever_belongs_where_they_sit(
    office: TestOffice,
) -> None:
    report = Report("Người giữ máy xem trộm tin.", accused=frozenset({"van-hanh"}))
    before = office.send(report).receiver
    move_into_unit(office, office.reviewers["chu-tich"])

    assert (before, office.send(report).receiver) == ("chu-tich", "ubnd-tp")


def test_members_of_a_body_that_is_named_as_a_whole_are_kept_out_elsewhere_too(
    office: TestOffice,
) -> None:
    joined = move_into_unit(office, office.reviewers["phong-vhxh"])
    filed = office.send(Report("Cả phòng chia tiền.", accused_head=frozenset({"phong-vhxh"})))

    assert filed.receiver == UNIT
    assert list_cases(office.office, joined, Wanted()).rows == ()
    assert len(list_cases(office.office, office.reviewers[UNIT], Wanted()).rows) == 1
