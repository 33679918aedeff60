"""Recovery carries a redacted copy like any part of a case, and never what was given on request."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from cases.case_file import open_case
from cases.handover import Handover, hand_over, shown_as
from cases.hiding import HIDDEN
from cases.history import Change
from cases.names import CompartmentKind
from cases.originals import OriginalAnswer, answer_original, ask_for_original, open_requests
from cases.records import CompartmentRecord
from cases.recovery_sealing import seal_to_recovery
from cases.redaction import Marks
from cases.reviewers import SignedIn
from tests.support.office import TestOffice, open_office
from tests.support.recovery import (
    add_keys,
    compare,
    joined,
    named_colleague,
    recover,
    refs,
    statements,
)

OLD, NEW = "van-phong", "phong-kinh-te"
NAME = "Phạm Văn Làm Mẫu"
SECRET = "Tôi bán cá trước cổng trụ sở."
MARKS = Marks(frozenset({(0, 1)}))


@pytest.fixture
def office(tmp_path: Path, database_url: str) -> Iterator[TestOffice]:
    opened = open_office(tmp_path, database_url=database_url)
    add_keys(opened)
    compare(opened, opened.reviewers[NEW], NEW)
    yield opened
    opened.office.database.close()


@pytest.fixture
def named(office: TestOffice) -> SignedIn:
    """Return a member of the receiving unit whom the report names: the copy is sealed past it."""
    return named_colleague(office, NEW, NAME)


@pytest.fixture
def ref(office: TestOffice, named: SignedIn) -> str:
    office.file(f"{NAME} đòi tiền. {SECRET}")
    giver = office.reviewers[OLD]
    [ref] = refs(office, giver)
    case = open_case(office.office, giver, ref)
    assert named.reviewer_id in case.exclusions.people
    passing = Handover(
        unit=NEW, marks=MARKS, shown=shown_as(case, MARKS), reason="đúng", version=case.version
    )
    hand_over(office.office, giver, ref, passing)
    return ref


def give_original(office: TestOffice, ref: str) -> None:
    giver, asking = office.reviewers[OLD], office.reviewers[NEW]
    version = open_case(office.office, asking, ref).version
    ask_for_original(office.office, asking, ref, Change(reason="đối chiếu", version=version))
    case = open_case(office.office, giver, ref)
    [request] = open_requests(case.entries)
    answer = OriginalAnswer(request=request.id, gives=True, reason="", version=case.version)
    answer_original(office.office, giver, ref, answer)


def test_recovery_gives_the_copy_and_never_the_original(office: TestOffice, ref: str) -> None:
    give_original(office, ref)
    asked_for_it = office.reviewers[NEW]
    seal_to_recovery(office.office, asked_for_it)
    assert open_case(office.office, asked_for_it, ref).report.statement.endswith(SECRET)
    newcomer = joined(office, NEW)

    answer = recover(office, NEW, newcomer)

    with office.office.database.reading() as session:
        rows = session.scalars(
            select(CompartmentRecord).where(CompartmentRecord.id.in_(answer.seals))
        )
        kinds = {(row.kind, row.epoch) for row in rows}
    redacted, thread, notes = (
        CompartmentKind.REDACTED,
        CompartmentKind.THREAD,
        CompartmentKind.NOTES,
    )
    assert kinds == {(redacted, 1), (thread, 2), (notes, 2)}
    assert statements(office, newcomer) == {f"{NAME} đòi tiền. {HIDDEN}"}


def test_whom_a_copy_keeps_out_gets_it_by_no_recovery(
    office: TestOffice, named: SignedIn, ref: str
) -> None:
    again = joined(office, NEW, "tên khác")

    answer = recover(office, NEW, again, named)

    assert answer.seals == {}
    assert refs(office, again) == []
    assert refs(office, office.reviewers[NEW]) == [ref]
