"""A passage that tells who somebody is leaves the case; nothing on the server opens it again."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from cases.case_file import open_case_file
from cases.casework import note
from cases.errors import CaseNotFoundError, NotPermittedError, StaleCaseError
from cases.filing import Filed
from cases.identity_carrying import carry_boxes
from cases.names import EntryKind
from cases.passages import EVERYWHERE, MOVED_MARK, Moving, move_passage
from cases.protection_requests import ProtectionRequest, ask_for_protection
from cases.reading import open_compartment, open_entry
from cases.records import CompartmentRecord, EntryRecord, SealRecord
from cases.reports import Report
from cases.reviewers import SignedIn, open_unit_identities
from cases.step_errors import PassageRefusedError
from cases.threads import Message, read_thread, reply
from tests.support.casework import UNIT, listed, opened, pass_on
from tests.support.handover import NAME as HIDDEN_NAME
from tests.support.handover import NEW, SECOND, STATEMENT, everything, filed_to_be_hidden, handed
from tests.support.identity import opened_boxes, register_key
from tests.support.office import TestOffice, public_side

NAME = "Nguyễn Văn An"
SAID = f"Tôi là {NAME}, ở thôn 3.\r\nÔng Ba lấy tiền. Hỏi Nguyễn\r\nVăn  An là biết."
CLEARED = f"Tôi là {MOVED_MARK}, ở thôn 3.\r\nÔng Ba lấy tiền. Hỏi {MOVED_MARK} là biết."


@pytest.fixture
def filed(office: TestOffice) -> Filed:
    file = office.upload(f"đơn của {NAME}.txt", b"content")
    return office.send(Report(SAID, evidence=f"{NAME} giữ giấy", where="thôn 3"), (file,))


@pytest.fixture
def ref(office: TestOffice, filed: Filed) -> str:
    [found] = listed(office)
    return found


def move(
    office: TestOffice, ref: str, passage: str = NAME, place: str = EVERYWHERE, **more: object
) -> None:
    moving = Moving(passage=passage, place=place, version=opened(office, ref).version)
    moving = replace(moving, **more)  # type: ignore[arg-type]  # by name
    move_passage(office.office, office.reviewers[UNIT], ref, moving)


def rows(office: TestOffice) -> list[EntryRecord]:
    with office.office.database.reading() as session:
        found = session.scalars(select(EntryRecord).order_by(EntryRecord.position)).all()
        session.expunge_all()
        return list(found)


def every_text(office: TestOffice, reader: SignedIn) -> str:
    """Return whatever a member's keys open of every row, whichever list it stands in."""
    texts = []
    with office.office.database.reading() as session:
        units = open_unit_identities(session, reader, UNIT)
        for row in session.scalars(select(EntryRecord)):
            compartment = session.get_one(CompartmentRecord, row.compartment_id)
            seal = session.get_one(SealRecord, (compartment.id, f"unit:{UNIT}"))
            key = open_compartment(compartment, seal, units[seal.holder_epoch]).identity
            entry = open_entry(row, key)
            texts.append(str(entry.values) + str([file.file_name for file in entry.attachments]))
    return "\n".join(texts)


def test_a_passage_leaves_every_text_and_is_in_the_box_of_the_key_off_the_network(
    office: TestOffice, filed: Filed, ref: str
) -> None:
    register_key(office)
    public = public_side(office.office)
    reply(public, filed.receipt, Message(f"{NAME} đây."))
    request = ProtectionRequest(("secrecy",), ("self",), is_urgent=False, text=f"{NAME} sợ.")
    ask_for_protection(public, filed.receipt, request)
    note(office.office, office.reviewers[UNIT], ref, Message(f"Người gửi: {NAME}."))
    before = rows(office)

    move(office, ref)

    case = opened(office, ref)
    assert case.report.statement == CLEARED
    assert (case.report.evidence, case.report.where) == (f"{MOVED_MARK} giữ giấy", "thôn 3")
    [file] = case.filed.attachments
    assert file.file_name == f"đơn của {MOVED_MARK}.txt"
    download = open_case_file(office.office, office.reviewers[UNIT], ref, file.object_key)
    assert b"".join(download.chunks) == b"content"
    texts = [
        entry.text()
        for entry in case.entries
        if entry.kind in {EntryKind.MESSAGE, EntryKind.NOTE, EntryKind.PROTECTION}
    ]
    assert sorted(texts) == sorted(
        [f"{MOVED_MARK} đây.", f"{MOVED_MARK} sợ.", f"Người gửi: {MOVED_MARK}."]
    )
    assert [(row.id, row.position, row.day, row.author, row.form_tag) for row in before] == [
        (row.id, row.position, row.day, row.author, row.form_tag) for row in rows(office)
    ][: len(before)]
    thread = read_thread(public, filed.receipt).messages
    assert thread[0].text() == f"{MOVED_MARK} đây."
    assert thread[-1].values == {"event": "passage-moved"}
    [line] = [entry for entry in case.entries if entry.text("step") == "passage-moved"]
    # Twice in the statement; in evidence, a file name, a message, a request and a note.
    assert (line.values["count"], line.text("by")) == (7, office.reviewers[UNIT].sign_in_name)
    [box] = opened_boxes(carry_boxes(office.office, office.reviewers[UNIT], ref, None))
    assert box.endswith(f"\n\n{NAME}\n")
    assert f"case: {ref}\n" in box
    public.database.close()


def test_the_passage_is_afterwards_in_no_row_that_any_key_of_the_office_opens_and_in_no_file(
    office: TestOffice, ref: str
) -> None:
    register_key(office)
    [old] = [row.sealed for row in rows(office) if row.kind == EntryKind.REPORT]
    assert NAME in every_text(office, office.reviewers[UNIT])

    move(office, ref)

    assert "Nguyễn" not in every_text(office, office.reviewers[UNIT])
    assert old not in [row.sealed for row in rows(office)]
    # Not the ciphertext either, for whoever has a key of the unit and the disk.
    office.office.database.empty_journal()
    pieces = [old[start : start + 64] for start in range(0, len(old) - 64, 512)]
    for file in Path(office.folder).rglob("*"):
        content = file.read_bytes() if file.is_file() else b""
        assert not [piece for piece in pieces if piece in content], file


def test_only_the_text_that_was_chosen_is_written_anew(
    office: TestOffice, filed: Filed, ref: str
) -> None:
    register_key(office)
    note(office.office, office.reviewers[UNIT], ref, Message(f"{NAME} là nhân chứng khác."))
    move(office, ref, place=opened(office, ref).filed.id)

    case = opened(office, ref)
    assert case.report.statement == CLEARED
    [kept] = [entry.text() for entry in case.entries if entry.kind is EntryKind.NOTE]
    assert kept == f"{NAME} là nhân chứng khác."


def test_a_name_is_no_part_of_a_longer_word_and_codes_are_no_texts(
    office: TestOffice, ref: str
) -> None:
    register_key(office)
    note(office.office, office.reviewers[UNIT], ref, Message("Anh ấy tên An, ordinary."))
    move(office, ref, "An")
    [kept] = [entry.text() for entry in opened(office, ref).entries if entry.kind is EntryKind.NOTE]
    assert kept == f"Anh ấy tên {MOVED_MARK}, ordinary."
    # What is moved already is not cut again, and the kind of a report is none of its words.
    move(office, ref, "ordinary")
    assert opened(office, ref).report.kind == "ordinary"
    with pytest.raises(PassageRefusedError):
        move(office, ref, "chuyển")


@pytest.mark.parametrize(
    ("passage", "place", "why"),
    [
        (NAME, "nowhere", "place"),
        ("Trần Văn Bình", EVERYWHERE, "passage"),
        ("n", EVERYWHERE, "passage"),
        (" \n", EVERYWHERE, "passage"),
        ("(.*", EVERYWHERE, "passage"),
    ],
)
def test_what_is_not_there_moves_nothing(
    office: TestOffice, ref: str, passage: str, place: str, why: str
) -> None:
    register_key(office)
    opened(office, ref)
    before = [row.sealed for row in rows(office)]
    with pytest.raises(PassageRefusedError) as refused:
        move(office, ref, passage, place)
    assert refused.value.why == why
    assert [row.sealed for row in rows(office)] == before


def test_without_a_key_off_the_network_nothing_is_moved(office: TestOffice, ref: str) -> None:
    with pytest.raises(PassageRefusedError, match="key"):
        move(office, ref)
    assert opened(office, ref).report.statement == SAID


def test_only_who_is_responsible_moves_on_the_case_as_it_is_now(
    office: TestOffice, ref: str
) -> None:
    register_key(office)
    stale = opened(office, ref).version
    stranger = Moving(passage=NAME, place=EVERYWHERE, version=stale)
    with pytest.raises(CaseNotFoundError):
        move_passage(office.office, office.reviewers["phong-kinh-te"], ref, stranger)
    pass_on(office, ref, "phong-vhxh")
    with pytest.raises(NotPermittedError):
        move(office, ref)
    reader = office.reviewers["phong-vhxh"]
    with pytest.raises(StaleCaseError):
        move_passage(office.office, reader, ref, stranger)
    assert opened(office, ref).report.statement == SAID


def test_who_the_moved_name_kept_out_stays_out(office: TestOffice) -> None:
    register_key(office)
    named = office.add_reviewer(UNIT)
    office.add_to_roster(UNIT, NAME, reviewer=named)
    office.file(SAID)
    [ref] = listed(office)
    move(office, ref)
    assert named.reviewer_id in opened(office, ref).exclusions.people
    with pytest.raises(CaseNotFoundError):
        move_passage(
            office.office, named, ref, Moving(passage="Ông Ba", place=EVERYWHERE, version=1)
        )


@pytest.mark.parametrize("is_chosen", [True, False])
def test_a_passage_of_a_redacted_copy_leaves_the_copy_and_the_original_stays_whole(
    office: TestOffice, is_chosen: bool
) -> None:
    register_key(office)
    filed_to_be_hidden(office)
    [ref] = listed(office)
    handed(office, ref, SECOND)
    case = opened(office, ref, NEW)
    assert case.is_redacted
    assert HIDDEN_NAME in case.report.statement
    place = case.filed.id if is_chosen else EVERYWHERE
    moving = Moving(passage=HIDDEN_NAME, place=place, version=case.version)

    move_passage(office.office, office.reviewers[NEW], ref, moving)

    assert HIDDEN_NAME not in everything(opened(office, ref, NEW))
    assert opened(office, ref).report.statement == STATEMENT
