"""People who act at the same moment: nothing is lost, doubled, or read by who lost the case."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from cases.case_file import open_case
from cases.casework import Decision, answer, decide, note
from cases.drafts import FILE_COST_BYTES, Draft, keep_files, open_files
from cases.enrolment import Place, join_unit
from cases.errors import DraftQuotaError, EscalationClosedError, NotPermittedError, StaleCaseError
from cases.members import admit
from cases.names import new_ref
from cases.queue import Wanted, list_cases
from cases.records import (
    CompartmentRecord,
    EntryRecord,
    PublicSessionRecord,
    ReviewerRecord,
    SerialRecord,
    UnitKeyRecord,
)
from cases.referral import Referral, refer
from cases.sessions import DatabaseSessions
from cases.threads import Message, escalate, read_thread, reply
from crypto.keys import Identity
from policy.states import CaseStep
from tests.support.at_once import at_once
from tests.support.office import HANDLER, TestOffice, open_office

UNIT, OTHER = "van-phong", "phong-kinh-te"
TIMES = 4


def only_ref(office: TestOffice) -> str:
    return list_cases(office.office, office.reviewers[UNIT], Wanted()).rows[0].ref


def test_drafts_that_are_kept_at_once_stay_within_the_quota(office: TestOffice) -> None:
    uploads = [office.upload() for _ in range(TIMES)]
    quota = uploads[0].padded_length + FILE_COST_BYTES

    kept = at_once(
        *(
            lambda upload=upload, number=number: keep_files(
                office.office, Draft(bytes([number]) * 32), (upload,), quota
            )
            for number, upload in enumerate(uploads)
        )
    )

    assert [type(each) for each in kept if each] == [DraftQuotaError] * (TIMES - 1)


def test_files_kept_at_once_with_one_form_all_stand_in_an_order(office: TestOffice) -> None:
    draft, uploads = Draft(b"d" * 32), [office.upload() for _ in range(TIMES)]

    kept = at_once(
        *(
            lambda upload=upload: keep_files(office.office, draft, (upload,), 1 << 30)
            for upload in uploads
        )
    )

    assert kept == [None] * TIMES
    assert len(open_files(office.office, draft)) == TIMES


def test_two_first_members_at_once_make_one_identity_and_one_of_them_waits(
    tmp_path: Path, database_url: str
) -> None:
    office = open_office(tmp_path, database_url=database_url, staffed=False).office

    def join() -> bool:
        identity, reviewer_id = Identity.generate(), new_ref()
        with office.database.writing() as session:
            session.add(
                ReviewerRecord(
                    id=reviewer_id,
                    sign_in_name=reviewer_id,
                    recipient=identity.recipient.raw,
                    wrapped=b"",
                    totp=b"",
                    enrolled_on=office.clock.today(),
                )
            )
            session.flush()
            place = Place(UNIT, HANDLER)
            return join_unit(session, place, reviewer_id, identity.recipient, office.clock.today())

    joined = at_once(*([join] * TIMES))

    with office.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(UnitKeyRecord)) == 1
    assert sorted(map(bool, joined)) == [False] * (TIMES - 1) + [True]
    office.database.close()


def test_a_member_whom_two_admit_at_once_is_admitted_once(office: TestOffice) -> None:
    identity, reviewer_id = Identity.generate(), new_ref()
    today = office.clock.today()
    with office.office.database.writing() as session:
        session.add(
            ReviewerRecord(
                id=reviewer_id,
                sign_in_name="người mới",
                recipient=identity.recipient.raw,
                wrapped=b"",
                totp=b"",
                enrolled_on=today,
            )
        )
        session.flush()
        join_unit(session, Place(UNIT, HANDLER), reviewer_id, identity.recipient, today)

    tried = at_once(
        *([lambda: admit(office.office, office.reviewers[UNIT], reviewer_id, UNIT)] * 2)
    )

    assert sorted(str(type(each).__name__) for each in tried) == ["NoneType", "NotPermittedError"]
    assert any(isinstance(each, NotPermittedError) for each in tried)


def test_lists_that_are_opened_at_once_number_every_case_once_without_a_gap(
    office: TestOffice,
) -> None:
    for number in range(6):
        office.file(f"Chuyện {number}.")
    reviewer = office.reviewers[UNIT]

    pages = at_once(*([lambda: list_cases(office.office, reviewer, Wanted())] * TIMES))

    assert [each for each in pages if isinstance(each, Exception)] == []
    with office.office.database.reading() as session:
        numbers = session.scalars(select(SerialRecord.number)).all()
    assert sorted(numbers) == list(range(1, 7))


def test_everything_that_is_added_to_a_case_at_once_stands_in_one_order(
    office: TestOffice,
) -> None:
    receipt, reviewer = office.file().receipt, office.reviewers[UNIT]
    ref = only_ref(office)

    added = at_once(
        lambda: reply(office.office, receipt, Message("một")),
        lambda: reply(office.office, receipt, Message("hai")),
        lambda: answer(office.office, reviewer, ref, Message("ba")),
        lambda: note(office.office, reviewer, ref, Message("bốn")),
        lambda: note(office.office, reviewer, ref, Message("năm")),
    )

    assert added == [None] * 5
    with office.office.database.reading() as session:
        places = session.scalars(select(EntryRecord.position)).all()
        parts = session.scalars(select(CompartmentRecord.kind)).all()
    assert sorted(places) == list(range(1, len(places) + 1))
    assert len(places) == 6
    assert sorted(parts) == ["notes", "report", "thread"]


@pytest.mark.parametrize("attempt", range(3))
def test_what_is_said_while_a_case_is_passed_on_is_sealed_to_who_has_it_then(
    office: TestOffice, attempt: int
) -> None:
    filed = office.file()
    reviewer, ref = office.reviewers[UNIT], only_ref(office)
    version = open_case(office.office, reviewer, ref).version
    passing = Referral(OTHER, "đúng việc", keeps_access=False, version=version)

    at_once(
        *([lambda: reply(office.office, filed.receipt, Message("nói thêm"))] * 2),
        lambda: refer(office.office, reviewer, ref, passing),
        *([lambda: answer(office.office, reviewer, ref, Message("trả lời"))] * 2),
    )

    with office.office.database.reading() as session:
        rows = session.execute(
            select(EntryRecord.position, EntryRecord.kind, CompartmentRecord.epoch)
            .join(CompartmentRecord, CompartmentRecord.id == EntryRecord.compartment_id)
            .where(CompartmentRecord.kind == "thread")
            .order_by(EntryRecord.position)
        ).all()
    epochs = [epoch for _, _, epoch in rows]
    assert epochs == sorted(epochs), "something was added to an epoch that was over"
    assert [epoch for _, kind, epoch in rows if kind == "event"] == [2]


def test_two_decisions_at_once_leave_one_and_a_refusal(office: TestOffice) -> None:
    office.file()
    reviewer, ref = office.reviewers[UNIT], only_ref(office)
    decision = Decision(CaseStep.ASSESS, "lý do", open_case(office.office, reviewer, ref).version)

    decided = at_once(*([lambda: decide(office.office, reviewer, ref, decision)] * 2))

    assert sorted(type(each).__name__ for each in decided) == ["StaleCaseError", "bool"]
    assert any(isinstance(each, StaleCaseError) for each in decided)


def test_a_case_sent_up_twice_at_once_goes_up_once(office: TestOffice) -> None:
    receipt = office.file().receipt

    sent = at_once(*([lambda: escalate(office.office, receipt)] * 3))

    assert sum(isinstance(each, EscalationClosedError) for each in sent) == 2
    assert len(read_thread(office.office, receipt).messages) == 1


def test_a_thread_that_is_read_twice_at_once_is_shown_twice(office: TestOffice) -> None:
    receipt = office.file().receipt
    answer(office.office, office.reviewers[UNIT], only_ref(office), Message("trả lời"))

    shown = at_once(*([lambda: len(read_thread(office.office, receipt).messages)] * TIMES))

    assert shown == [1] * TIMES


def test_a_visit_that_is_kept_by_two_answers_at_once_is_kept(office: TestOffice) -> None:
    store = DatabaseSessions(office.office.database, PublicSessionRecord)
    now = office.clock.now()

    kept = at_once(*([lambda: store.save(b"tag", b"sealed", now + 60)] * TIMES))

    assert kept == [None] * TIMES
    assert store.load(b"tag", now) == b"sealed"
