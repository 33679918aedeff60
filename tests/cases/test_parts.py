"""One report split into several cases, and nobody learns of a part that is about them."""

from dataclasses import replace

import pytest

from cases.case_file import open_case, open_case_file
from cases.casework import Decision, decide
from cases.errors import (
    CaseNotFoundError,
    NotPermittedError,
    StaleCaseError,
)
from cases.parts import Part, split
from cases.queue import Wanted, list_cases
from cases.reports import Report
from cases.threads import read_thread
from policy.states import CaseStep
from tests.support.casework import UNIT, listed, new_case, opened, pass_on, triage
from tests.support.office import MONDAY, TestOffice

PART = Part(text="Giáo viên thu tiền.", reason="hai nơi giải quyết", version=0)


def cut(office: TestOffice, ref: str, part: Part = PART, **changes: object) -> str:
    now = opened(office, ref).version
    changed = replace(part, version=now, **changes)  # type: ignore[arg-type]  # by name
    return split(office.office, office.reviewers[UNIT], ref, changed)


def test_a_part_goes_by_its_own_accused_with_the_files_that_were_chosen(
    office: TestOffice,
) -> None:
    upload, other = office.upload("ảnh.jpg", b"mot"), office.upload("khác.jpg", b"hai")
    filed = office.send(Report("Phòng Kinh tế và nhà trường."), (upload, other))
    [ref] = listed(office)
    office.clock.go_to(MONDAY.replace(day=26))

    receiver = cut(
        office,
        ref,
        accused=frozenset({"phong-kinh-te"}),
        files=frozenset({upload.object_key}),
    )

    assert receiver == UNIT
    [part_ref] = set(listed(office)) - {ref}
    part = opened(office, part_ref)
    assert (part.report.statement, part.received_on) == ("Giáo viên thu tiền.", MONDAY)
    assert part.report.accused == {"phong-kinh-te"}
    assert not part.has_receipt
    [file] = part.filed.attachments
    assert (file.file_name, file.object_key != upload.object_key) == ("ảnh.jpg", True)
    download = open_case_file(office.office, office.reviewers[UNIT], part_ref, file.object_key)
    assert b"".join(download.chunks) == b"mot"
    events = [entry.text("event") for entry in read_thread(office.office, filed.receipt).messages]
    assert events == ["split"]
    assert opened(office, ref).entries[-1].text("to") == UNIT


def test_a_part_about_the_receiving_unit_s_head_leaves_its_lists(office: TestOffice) -> None:
    ref = new_case(office)
    receiver = cut(office, ref, accused_head=frozenset({UNIT}))
    assert receiver == "chu-tich"
    assert listed(office) == [ref]
    [part] = listed(office, "chu-tich")
    assert part != ref


def test_whom_the_report_keeps_out_its_parts_keep_out_too(office: TestOffice) -> None:
    ref = new_case(office, not_to=frozenset({"phong-kinh-te"}))
    cut(office, ref)
    [part] = set(listed(office)) - {ref}
    naming = opened(office, part).exclusions.naming
    assert naming.not_to == {"phong-kinh-te"}


def test_a_unit_that_the_report_names_gets_no_part_about_others(office: TestOffice) -> None:
    office.file(accused=frozenset({UNIT, "phong-kinh-te"}))
    [ref] = listed(office, "chu-tich")
    reviewer = office.reviewers["chu-tich"]
    version = open_case(office.office, reviewer, ref).version
    part = replace(PART, accused=frozenset({"phong-kinh-te"}), version=version)

    # By itself such a report would come to the receiver of the place.
    assert split(office.office, reviewer, ref, part) == "chu-tich"
    assert listed(office) == []


def test_a_reviewer_whom_the_report_names_is_kept_out_of_its_parts(office: TestOffice) -> None:
    named = office.add_reviewer(UNIT)
    office.add_to_roster(UNIT, "Lò Thị Mẫu", reviewer=named)
    ref = new_case(office, "Bà Lò Thị Mẫu đòi tiền.")
    cut(office, ref)
    assert list_cases(office.office, named, Wanted()).rows == ()
    for part in set(listed(office)) - {ref}:
        with pytest.raises(CaseNotFoundError):
            open_case(office.office, named, part)


def test_only_the_responsible_unit_splits_and_only_from_the_page_of_now(
    office: TestOffice,
) -> None:
    ref = new_case(office)
    with pytest.raises(StaleCaseError):
        split(office.office, office.reviewers[UNIT], ref, PART)
    pass_on(office, ref, "phong-kinh-te")
    with pytest.raises(NotPermittedError):
        cut(office, ref)
    assert len(listed(office)) == 1


def test_a_part_can_be_referred_like_any_case(office: TestOffice) -> None:
    ref = new_case(office)
    cut(office, ref)
    [part] = set(listed(office)) - {ref}
    pass_on(office, part, "phong-kinh-te", keeps=False)
    assert opened(office, part, "phong-kinh-te").report.statement == PART.text
    assert listed(office) == [ref]


def test_the_same_form_twice_makes_one_part(office: TestOffice) -> None:
    ref = new_case(office)
    for _ in range(2):
        try:
            cut(office, ref, form_tag=b"t" * 32)
        except StaleCaseError:
            continue
    assert len(listed(office)) == 2


def test_a_closed_part_leaves_the_report_open(office: TestOffice) -> None:
    ref = new_case(office)
    cut(office, ref)
    [part] = set(listed(office)) - {ref}
    for each in (CaseStep.ASSESS, CaseStep.DECLINE, CaseStep.CLOSE):
        version = opened(office, part).version
        decide(office.office, office.reviewers[UNIT], part, Decision(each, "đã rõ", version))
    assert listed(office) == [ref]


def test_nothing_tells_a_colleague_that_a_part_about_them_left(office: TestOffice) -> None:
    named = office.add_reviewer(UNIT)
    office.add_to_roster(UNIT, "Lò Thị Mẫu", reviewer=named)
    filed = office.file("Hai chuyện.")
    [ref] = listed(office)

    cut(office, ref, text="Bà Lò Thị Mẫu đòi tiền.", reason="phần về bà Mẫu")

    seen = open_case(office.office, named, ref)
    assert all(entry.text("step") != "split" for entry in seen.entries)
    assert all(entry.text("event") != "split" for entry in seen.entries)
    assert read_thread(office.office, filed.receipt).messages == ()
    [part] = set(listed(office)) - {ref}
    assert opened(office, part).filed.text("why") == "phần về bà Mẫu"


def test_the_same_page_splits_once(office: TestOffice) -> None:
    ref = new_case(office)
    version = opened(office, ref).version
    part = replace(PART, version=version)
    split(office.office, office.reviewers[UNIT], ref, part)
    with pytest.raises(StaleCaseError):
        split(office.office, office.reviewers[UNIT], ref, part)


def test_what_runs_beside_a_report_runs_beside_its_part(office: TestOffice) -> None:
    ref = new_case(office)
    triage(office, ref, marks=("party-found",))
    cut(office, ref)
    [part] = set(listed(office)) - {ref}
    assert opened(office, part).side_tracks == {"F"}
