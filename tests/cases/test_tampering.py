"""Somebody who writes to database and vault, and holds no key: what they exchange is refused."""

import secrets

import pytest
from sqlalchemy import select, update

from cases.case_file import open_case, open_case_file
from cases.queue import Wanted, list_cases
from cases.records import AttachmentRecord, CompartmentRecord, EntryRecord, ReceiptRecord
from cases.referral import Referral, refer
from cases.reports import Report
from cases.threads import Message, open_thread_file, read_thread, reply
from crypto.errors import OpenError
from crypto.keys import Identity, Recipient
from crypto.padding import pad_text
from crypto.sealing import seal, seal_header
from tests.support.office import TestOffice

EVIDENCE = secrets.token_bytes(200_000)
FORGED = secrets.token_bytes(len(EVIDENCE))


def exchange(office: TestOffice, object_key: str, content: bytes) -> None:
    """Put another file in the place of one, sealed with the public recipient that lies there."""
    forged = office.upload("khác.jpg", content)
    with office.office.database.writing() as session:
        raw = session.scalars(
            select(CompartmentRecord.recipient)
            .join(EntryRecord, EntryRecord.compartment_id == CompartmentRecord.id)
            .join(AttachmentRecord, AttachmentRecord.entry_id == EntryRecord.id)
            .where(AttachmentRecord.object_key == object_key)
        ).one()
        session.execute(
            update(AttachmentRecord)
            .where(AttachmentRecord.object_key == object_key)
            .values(header=seal_header(forged.file_key, [Recipient.from_raw(raw)]))
        )
    vault = office.folder / "vault"
    (vault / forged.object_key).replace(vault / object_key)


@pytest.mark.parametrize(
    "planted", [b"[]", b"{}", b"no text", b"[" * 100_000, b'{"case": 1, "values": []}'], ids=len
)
def test_what_somebody_sealed_who_knew_the_public_recipient_is_refused(
    office: TestOffice, planted: bytes
) -> None:
    receipt = office.file("Chuyện thật.").receipt
    reply(office.office, receipt, Message("Bổ sung."))
    with office.office.database.writing() as session:
        raw = session.scalars(
            select(CompartmentRecord.recipient).where(CompartmentRecord.kind == "thread")
        ).one()
        sealed = seal(pad_text(planted), [Recipient.from_raw(raw)])
        session.execute(
            update(EntryRecord).where(EntryRecord.kind == "message").values(sealed=sealed)
        )

    with pytest.raises(OpenError):
        read_thread(office.office, receipt)


@pytest.mark.parametrize("content", [b"ok", EVIDENCE], ids=["small", "large"])
def test_evidence_that_was_exchanged_for_another_file_is_refused(
    office: TestOffice, content: bytes
) -> None:
    upload = office.upload("biên lai.jpg", content)
    office.send(Report("Có biên lai kèm theo."), (upload,))
    reviewer = office.reviewers["van-phong"]
    ref = list_cases(office.office, reviewer, Wanted()).rows[0].ref
    exchange(office, upload.object_key, FORGED[: len(content)])

    taken = bytearray()
    with pytest.raises(OpenError):
        for piece in open_case_file(office.office, reviewer, ref, upload.object_key).chunks:
            taken += piece

    assert len(taken) < len(content)


def test_a_file_of_the_thread_that_was_exchanged_breaks_off_before_its_end(
    office: TestOffice,
) -> None:
    filed = office.file()
    upload = office.upload("thư.pdf", EVIDENCE)
    reply(office.office, filed.receipt, Message("Đây là thư.", (upload,)))
    exchange(office, upload.object_key, FORGED)

    taken = bytearray()
    with pytest.raises(OpenError):
        for piece in open_thread_file(office.office, filed.receipt, upload.object_key).chunks:
            taken += piece

    assert len(taken) < len(EVIDENCE)


def test_a_recipient_put_in_the_reporters_place_gets_no_new_epoch(office: TestOffice) -> None:
    office.file()
    reviewer = office.reviewers["van-phong"]
    ref = list_cases(office.office, reviewer, Wanted()).rows[0].ref
    version = open_case(office.office, reviewer, ref).version
    with office.office.database.writing() as session:
        stranger = Identity.generate().recipient.raw
        session.execute(update(ReceiptRecord).values(recipient=stranger))

    with pytest.raises(OpenError):
        refer(office.office, reviewer, ref, Referral("phong-kinh-te", "lý do", False, version))

    assert open_case(office.office, reviewer, ref).is_responsible
