"""Drafts: what a refused form had uploaded waits for an hour, for that form alone."""

import secrets

import pytest
from sqlalchemy import func, select

from cases.case_file import open_case, open_case_file
from cases.drafts import (
    FILE_COST_BYTES,
    Draft,
    drop_files,
    keep_files,
    open_files,
    renew_draft,
)
from cases.errors import DraftQuotaError
from cases.filing import Filing, file_report
from cases.jobs import expire_drafts, sweep_orphans
from cases.once import Once
from cases.queue import Wanted, list_cases
from cases.records import DraftFileRecord
from cases.reports import Report
from tests.support.office import TestOffice

ROOM = 10**9
HOUR = 60 * 60


@pytest.fixture
def draft() -> Draft:
    return Draft(secrets.token_bytes(32))


def test_files_come_back_in_order_with_their_names(office: TestOffice, draft: Draft) -> None:
    keep_files(office.office, draft, (office.upload("một.jpg"), office.upload("hai.jpg")), ROOM)
    keep_files(office.office, draft, (office.upload("ba.jpg"),), ROOM)

    names = [upload.file_name for upload in open_files(office.office, draft)]

    assert names == ["một.jpg", "hai.jpg", "ba.jpg"]


def test_another_forms_secret_opens_nothing(office: TestOffice, draft: Draft) -> None:
    keep_files(office.office, draft, (office.upload(),), ROOM)

    assert open_files(office.office, Draft(secrets.token_bytes(32))) == ()


def test_every_post_renews_the_hour(office: TestOffice, draft: Draft) -> None:
    keep_files(office.office, draft, (office.upload(),), ROOM)
    office.clock.pass_seconds(HOUR - 60)
    keep_files(office.office, draft, (), ROOM)
    office.clock.pass_seconds(HOUR - 60)

    assert len(open_files(office.office, draft)) == 1


def test_renewing_keeps_a_draft_for_another_hour_and_revives_none(
    office: TestOffice, draft: Draft
) -> None:
    keep_files(office.office, draft, (office.upload(),), ROOM)
    office.clock.pass_seconds(HOUR - 1)
    renew_draft(office.office, draft)
    office.clock.pass_seconds(HOUR - 1)
    assert len(open_files(office.office, draft)) == 1

    office.clock.pass_seconds(1)
    renew_draft(office.office, draft)
    assert open_files(office.office, draft) == ()


def test_an_expired_draft_is_gone_with_its_files(office: TestOffice, draft: Draft) -> None:
    keep_files(office.office, draft, (office.upload(),), ROOM)
    office.clock.pass_seconds(2 * HOUR)

    assert open_files(office.office, draft) == ()
    expire_drafts(office.office)
    assert list(office.office.vault.stored()) == []


def test_filing_moves_the_files_into_the_case_and_uses_the_draft_up(
    office: TestOffice, draft: Draft
) -> None:
    keep_files(office.office, draft, (office.upload("giữ lại.pdf", b"pdf" * 9999),), ROOM)
    files = open_files(office.office, draft)
    once = Once(secrets.token_bytes(32))
    file_report(office.office, Filing(Report("Lời."), files, once, draft.tag))

    assert open_files(office.office, draft) == ()
    reviewer = office.reviewers["van-phong"]
    ref = list_cases(office.office, reviewer, Wanted()).rows[0].ref
    (attachment,) = open_case(office.office, reviewer, ref).filed.attachments
    download = open_case_file(office.office, reviewer, ref, attachment.object_key)
    assert b"".join(download.chunks) == b"pdf" * 9999


def test_jobs_never_take_a_filed_file(office: TestOffice, draft: Draft) -> None:
    keep_files(office.office, draft, (office.upload(),), ROOM)
    files = open_files(office.office, draft)
    file_report(office.office, Filing(Report("Lời."), files, Once(b"o" * 32), draft.tag))
    office.clock.pass_seconds(3 * 24 * HOUR)

    expire_drafts(office.office)
    sweep_orphans(office.office)

    assert [each.key for each in office.office.vault.stored()] == [files[0].object_key]


def test_an_orphan_is_swept_once_it_is_a_day_old(office: TestOffice) -> None:
    office.upload("không ai nhận")
    sweep_orphans(office.office)
    assert len(list(office.office.vault.stored())) == 1

    office.clock.pass_seconds(3 * 24 * HOUR)
    sweep_orphans(office.office)

    assert list(office.office.vault.stored()) == []


def test_the_room_for_all_drafts_is_bounded(office: TestOffice, draft: Draft) -> None:
    with pytest.raises(DraftQuotaError):
        keep_files(office.office, draft, (office.upload(content=b"x" * 5000),), 4000)

    assert open_files(office.office, draft) == ()


def test_empty_files_fill_the_room_too(office: TestOffice, draft: Draft) -> None:
    empty = tuple(office.upload(f"{number}.txt", b"") for number in range(10))
    keep_files(office.office, draft, empty[:9], 10 * FILE_COST_BYTES)

    with pytest.raises(DraftQuotaError):
        keep_files(office.office, draft, empty[8:], 10 * FILE_COST_BYTES)

    assert len(open_files(office.office, draft)) == 9


def test_a_file_that_was_taken_out_is_destroyed(office: TestOffice, draft: Draft) -> None:
    first, second = office.upload("bỏ"), office.upload("giữ")
    keep_files(office.office, draft, (first, second), ROOM)

    drop_files(office.office, draft, frozenset({first.object_key}))

    assert [upload.file_name for upload in open_files(office.office, draft)] == ["giữ"]
    assert [each.key for each in office.office.vault.stored()] == [second.object_key]


def test_a_form_cannot_take_out_another_forms_file(office: TestOffice, draft: Draft) -> None:
    upload = office.upload("của người khác")
    keep_files(office.office, draft, (upload,), ROOM)

    drop_files(office.office, Draft(secrets.token_bytes(32)), frozenset({upload.object_key}))

    assert len(open_files(office.office, draft)) == 1
    assert len(list(office.office.vault.stored())) == 1


def test_storage_keeps_neither_name_nor_secret(office: TestOffice, draft: Draft) -> None:
    keep_files(office.office, draft, (office.upload("tên-rất-riêng.jpg"),), ROOM)
    with office.office.database.reading() as session:
        row = session.scalars(select(DraftFileRecord)).one()
        assert session.scalar(select(func.count()).select_from(DraftFileRecord)) == 1

    kept = b"".join((row.draft_tag, row.header, row.manifest))
    assert b"ri\xc3\xaang" not in kept
    assert draft.secret not in kept
