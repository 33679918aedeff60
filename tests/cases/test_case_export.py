"""A whole case carried out: by two, sealed to whom it is for, opened by anybody's age."""

import json
import tarfile
import tracemalloc
from pathlib import Path

import pytest
from click.testing import CliRunner

from cases.case_export import Export, TakenExport, approved_exports, propose_export, take_export
from cases.casework import note
from cases.errors import CaseNotFoundError, NotPermittedError, StaleCaseError
from cases.proposals import open_proposals
from cases.reviewers import SignedIn
from cases.step_errors import ExportOverError, SamePersonError
from cases.threads import Message, reply
from console.opening import open_file
from crypto.keys import Identity
from tests.support.casework import UNIT, new_case, opened
from tests.support.keeping import approve, filed_case, make_head
from tests.support.office import TestOffice

COURT = Identity.generate()
OTHER = "cong-an-tp"
WORDS = "Ông ấy đòi mười triệu."


@pytest.fixture
def head(office: TestOffice) -> SignedIn:
    return make_head(office)


def propose(office: TestOffice, ref: str, who: SignedIn | None = None) -> str:
    export = Export(
        recipient=COURT.recipient, reason="tòa yêu cầu", version=opened(office, ref).version
    )
    propose_export(office.office, who or office.reviewers[UNIT], ref, export)
    return open_proposals(opened(office, ref).entries)[-1].id


def take(office: TestOffice, ref: str, proposal: str, who: SignedIn | None = None) -> bytes:
    taking = TakenExport(proposal=proposal, reason="", version=opened(office, ref).version)
    found = take_export(office.office, who or office.reviewers[UNIT], ref, taking)
    sealed = b"".join(found.chunks)
    assert len(sealed) == found.length
    return sealed


def approved(office: TestOffice, ref: str, head: SignedIn) -> str:
    proposal = propose(office, ref)
    approve(office, ref, head, proposal)
    return proposal


def test_what_was_approved_holds_every_text_and_file_and_liemchinh_open_opens_it(
    office: TestOffice, head: SignedIn, tmp_path: Path
) -> None:
    files = [b"a" * 70_000, b"b"]
    ref, receipt = filed_case(office, WORDS, *files)
    reply(office.office, receipt, Message("thêm một điều"))
    proposal = approved(office, ref, head)

    sealed = take(office, ref, proposal)

    assert WORDS.encode() not in sealed
    (tmp_path / "case.age").write_bytes(sealed)
    args = [str(tmp_path / "case.age"), "--to", str(tmp_path / "case.tar")]
    answer = CliRunner().invoke(open_file, args, input=COURT.encoded() + "\n")
    assert answer.exit_code == 0, answer.output
    with tarfile.open(tmp_path / "case.tar") as tar:
        members = {each.name: tar.extractfile(each) for each in tar}
        contents = {name: file.read() for name, file in members.items() if file}
    about = json.loads(contents["about.json"])
    entries = [json.loads(contents[name]) for name in sorted(contents) if "entries/" in name]
    report = entries[0]
    assert about["entries"] == len(entries) == len(opened(office, ref).entries) - 1
    assert report["values"]["report"]["statement"] == WORDS
    assert [contents[each["member"]] for each in report["files"]] == files
    assert [entry["values"]["text"] for entry in entries if entry["kind"] == "message"] == [
        "thêm một điều"
    ]
    assert "tòa yêu cầu" in [entry["values"].get("reason") for entry in entries]


def test_each_of_the_two_takes_it_while_its_days_last_and_each_time_is_a_line(
    office: TestOffice, head: SignedIn
) -> None:
    ref = new_case(office)
    proposal = approved(office, ref, head)
    take(office, ref, proposal)
    take(office, ref, proposal, head)
    lines = [
        each.text("by") for each in opened(office, ref).entries if each.text("step") == "exported"
    ]
    assert lines == [office.reviewers[UNIT].sign_in_name, head.sign_in_name]

    office.clock.pass_seconds(8 * 24 * 60 * 60)

    with pytest.raises(ExportOverError):
        take(office, ref, proposal)


def test_nobody_takes_what_was_not_approved_nor_approves_their_own(
    office: TestOffice, head: SignedIn
) -> None:
    ref = new_case(office)
    proposal = propose(office, ref, head)
    with pytest.raises(ExportOverError):
        take(office, ref, proposal)
    with pytest.raises(SamePersonError):
        approve(office, ref, head, proposal)
    approve(office, ref, office.reviewers[UNIT], proposal, approves=False)
    with pytest.raises(ExportOverError):
        take(office, ref, proposal)


def test_a_third_member_another_unit_and_another_case_take_nothing(
    office: TestOffice, head: SignedIn
) -> None:
    ref, other = new_case(office), new_case(office)
    proposal = approved(office, ref, head)
    version = opened(office, ref).version
    with pytest.raises(NotPermittedError):
        take(office, ref, proposal, office.add_reviewer(UNIT))
    with pytest.raises(CaseNotFoundError):
        taking = TakenExport(proposal=proposal, reason="", version=version)
        take_export(office.office, office.reviewers[OTHER], ref, taking)
    with pytest.raises(ExportOverError):
        take(office, other, proposal)
    with pytest.raises(StaleCaseError):
        stale = TakenExport(proposal=proposal, reason="", version=version - 1)
        take_export(office.office, head, ref, stale)


def test_an_export_of_any_size_takes_the_memory_of_a_few_pieces(
    office: TestOffice, head: SignedIn
) -> None:
    size = 48 << 20
    sink = office.upload(content=bytes(size))
    ref = new_case(office)
    note(office.office, office.reviewers[UNIT], ref, Message("tệp lớn", (sink,)))
    proposal = approved(office, ref, head)
    taking = TakenExport(proposal=proposal, reason="", version=opened(office, ref).version)
    found = take_export(office.office, head, ref, taking)

    tracemalloc.start()
    sent = sum(len(piece) for piece in found.chunks)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert sent == found.length > size
    assert peak < size // 4
    assert approved_exports(opened(office, ref).entries, office.clock.today())
