"""Who a reporter is, where they say it: the key off the network opens it and nothing else."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import select

from cases.errors import (
    CaseNotFoundError,
    IdentityClosedError,
    IdentityKeyError,
    NotPermittedError,
    UnknownReceiptError,
)
from cases.identity import GivenIdentity, give_identity, open_box
from cases.identity_boxes import boxes_of
from cases.identity_carrying import carry_boxes
from cases.identity_keys import add_identity_key, end_identity_key, list_identity_keys
from cases.office import Office
from cases.records import EntryRecord
from cases.recovery_keys import RecoveryKey, add_recovery_key
from cases.step_errors import NothingToCarryError
from cases.threads import read_thread
from crypto.errors import OpenError
from crypto.keys import Identity
from crypto.opening import open_sealed
from crypto.receipts import Receipt
from tests.support.casework import UNIT, listed, opened, pass_on
from tests.support.identity import OFFICER, PERMITS, open_box_of, opened_boxes, register_key
from tests.support.office import TestOffice, public_side
from tests.support.recovery import PAPERS

WHO = "Nguyễn Văn An\r\nThôn 3, gọi buổi tối."
GIVEN = GivenIdentity("heard", WHO, form_tag=b"form")


@pytest.fixture
def receipt(office: TestOffice) -> Receipt:
    return office.file("Chuyện đất đai.").receipt


@pytest.fixture
def public(office: TestOffice) -> Iterator[Office]:
    """Yield the public door's side of an office whose box is open, under its own role."""
    open_box_of(office)
    side = public_side(office.office)
    yield side
    side.database.close()


def length_of_last(office: TestOffice) -> int:
    with office.office.database.reading() as session:
        last = select(EntryRecord.sealed).order_by(EntryRecord.position.desc()).limit(1)
        return len(session.scalars(last).one())


def test_the_box_is_closed_until_a_document_permits_it_and_a_key_is_there(
    office: TestOffice, receipt: Receipt
) -> None:
    assert office.office.pack.identity_permits == ()
    register_key(office)
    with pytest.raises(IdentityClosedError):
        give_identity(office.office, receipt, GIVEN)
    office.follow(identity_permits=PERMITS)
    assert open_box(office.office) is not None
    end_identity_key(office.office)
    assert open_box(office.office) is None
    with pytest.raises(IdentityClosedError):
        give_identity(office.office, receipt, GIVEN)
    assert read_thread(office.office, receipt).messages == ()


def test_the_key_off_the_network_opens_it_and_no_key_of_the_office_or_the_receipt(
    office: TestOffice, public: Office, receipt: Receipt
) -> None:
    other = office.add_reviewer(UNIT)
    give_identity(public, receipt, GIVEN)
    [ref] = listed(office)

    case = opened(office, ref)
    [box] = boxes_of(case.entries)
    assert (box.is_given, box.purpose) == (True, "heard")
    assert box.fingerprint == OFFICER.recipient.fingerprint()
    assert "Nguyễn Văn An\n" in open_sealed(box.content, OFFICER).decode()
    keys = [reviewer.identity for reviewer in (*office.reviewers.values(), other)]
    keys += [receipt.identity(), *(part.identity for part in case.compartments.values())]
    keys += list(PAPERS.values())
    for key in keys:
        with pytest.raises(OpenError):
            open_sealed(box.content, key)
    [line] = read_thread(public, receipt).messages
    assert line.text() == ""
    assert "Thôn" not in str([line.values, *(entry.values for entry in case.entries)])


def test_what_is_read_off_the_network_is_plain_text_that_no_line_break_steers(
    office: TestOffice, public: Office, receipt: Receipt
) -> None:
    give_identity(public, receipt, GIVEN)
    [ref] = listed(office)
    [text] = opened_boxes(carry_boxes(office.office, office.reviewers[UNIT], ref, None))
    head = f"liemchinh: identity-given\ncase: {ref}\nday: 2026-11-23\npurpose: heard\n"
    assert text == f"{head}\nNguyễn Văn An\nThôn 3, gọi buổi tối.\n"


def test_its_length_tells_nothing_of_a_name(
    office: TestOffice, public: Office, receipt: Receipt
) -> None:
    give_identity(public, receipt, GivenIdentity("heard", "An"))
    short = length_of_last(office)
    give_identity(public, receipt, GivenIdentity("protected", "Nguyễn Văn An, thôn 3. " * 50))
    assert length_of_last(office) == short


def test_the_same_form_twice_gives_it_once_and_a_guessed_receipt_nothing(
    office: TestOffice, public: Office, receipt: Receipt
) -> None:
    for _ in range(2):
        give_identity(public, receipt, GIVEN)
    with pytest.raises(UnknownReceiptError):
        give_identity(public, Receipt.generate(), replace(GIVEN, form_tag=None))
    assert len(read_thread(public, receipt).messages) == 1


def test_a_new_key_opens_what_comes_and_the_old_one_what_came(
    office: TestOffice, public: Office, receipt: Receipt
) -> None:
    give_identity(public, receipt, GIVEN)
    new = Identity.generate()
    register_key(office, new)
    give_identity(public, receipt, replace(GIVEN, form_tag=b"other"))
    [ref] = listed(office)
    first, second = boxes_of(opened(office, ref).entries)
    for box, key, wrong in ((first, OFFICER, new), (second, new, OFFICER)):
        assert open_sealed(box.content, key)
        with pytest.raises(OpenError):
            open_sealed(box.content, wrong)
    with office.office.database.reading() as session:
        assert [each.ended_on is None for each in list_identity_keys(session)] == [False, True]


def test_a_key_that_was_used_before_or_is_kept_for_something_else_is_refused(
    office: TestOffice,
) -> None:
    register_key(office)
    add_recovery_key(office.office, RecoveryKey(1, PAPERS[1].recipient))
    for refused in (OFFICER, PAPERS[1]):
        with pytest.raises(IdentityKeyError):
            add_identity_key(office.office, refused.recipient)
    end_identity_key(office.office)
    with pytest.raises(IdentityKeyError):
        register_key(office)
    with pytest.raises(IdentityKeyError):
        end_identity_key(office.office)


def test_who_carries_boxes_away_stands_in_the_history_once_a_form(
    office: TestOffice, public: Office, receipt: Receipt
) -> None:
    [ref] = listed(office)
    reader = office.reviewers[UNIT]
    with pytest.raises(NothingToCarryError):
        carry_boxes(office.office, reader, ref, None)
    give_identity(public, receipt, GIVEN)
    taken = [carry_boxes(office.office, reader, ref, b"carried") for _ in range(2)]
    assert taken[0] == taken[1]
    lines = [
        (entry.values["count"], entry.text("by"))
        for entry in opened(office, ref).entries
        if entry.text("step") == "identity-carried"
    ]
    assert lines == [(1, reader.sign_in_name)]


def test_nobody_else_carries_them_away(
    office: TestOffice, public: Office, receipt: Receipt
) -> None:
    give_identity(public, receipt, GIVEN)
    [ref] = listed(office)
    with pytest.raises(CaseNotFoundError):
        carry_boxes(office.office, office.reviewers["phong-kinh-te"], ref, None)
    pass_on(office, ref, "phong-vhxh")
    with pytest.raises(NotPermittedError):
        carry_boxes(office.office, office.reviewers[UNIT], ref, None)
    assert opened_boxes(carry_boxes(office.office, office.reviewers["phong-vhxh"], ref, None))
