"""What a redacted copy has to bring along, and what has to stay with who hands the case over."""

import pytest
from sqlalchemy import delete

from cases.barring import Barring, bar
from cases.errors import SoleReaderError
from cases.identity import GivenIdentity, give_identity
from cases.identity_boxes import boxes_of
from cases.passages import EVERYWHERE, Moving, move_passage
from cases.records import SealRecord
from cases.redaction import Marks
from cases.referral import referable_units
from cases.threads import Message, reply
from tests.support.casework import listed, opened
from tests.support.handover import (
    NAME,
    NEW,
    OLD,
    SECOND,
    STATEMENT,
    THIRD,
    TRADE,
    filed_to_be_hidden,
    given,
    handed,
)
from tests.support.identity import open_box_of, register_key
from tests.support.office import TestOffice
from tests.support.recovery import add_keys, compare, joined, named_colleague, recover, refs


def test_a_unit_that_a_reader_named_stays_out_of_what_is_handed_over(office: TestOffice) -> None:
    filed_to_be_hidden(office)
    [ref] = listed(office)
    version = opened(office, ref).version
    barring = Barring(accused=frozenset({THIRD}), reason="ai cũng biết", version=version)
    bar(office.office, office.reviewers[OLD], ref, barring)

    handed(office, ref)

    case = opened(office, ref, NEW)
    assert THIRD in case.exclusions.naming.accused
    assert THIRD not in referable_units(office.office, case)


def test_who_somebody_is_stays_sealed_with_the_unit_that_it_was_given_to(
    office: TestOffice,
) -> None:
    open_box_of(office)
    filed = filed_to_be_hidden(office)
    [ref] = listed(office)
    given = GivenIdentity("reward", "Họ tên, nơi ở.")
    give_identity(office.office, filed.receipt, given)
    reply(office.office, filed.receipt, Message("Tôi ở đâu cũng được."))

    handed(office, ref)

    assert len(boxes_of(opened(office, ref).entries)) == 1
    copied = opened(office, ref, NEW).entries
    assert boxes_of(copied) == ()
    said = [entry.text() for entry in copied if entry.author == "reporter"]
    assert "" not in said[1:]
    assert "Tôi ở đâu cũng được." in said


def test_what_was_given_on_request_is_neither_handed_on_nor_rewritten(office: TestOffice) -> None:
    register_key(office)
    filed_to_be_hidden(office)
    [ref] = listed(office)
    handed(office, ref)
    given(office, ref)
    case = opened(office, ref, NEW)
    assert case.report.statement == STATEMENT
    moving = Moving(passage="đòi tiền", place=EVERYWHERE, version=case.version)

    move_passage(office.office, office.reviewers[NEW], ref, moving)
    handed(office, ref, Marks(frozenset({(0, 0)})), to=THIRD, by=NEW)

    assert opened(office, ref).report.statement == STATEMENT
    assert NAME not in opened(office, ref, THIRD).report.statement


def test_a_bar_leaves_no_part_of_a_case_without_anybody_who_opens_it(office: TestOffice) -> None:
    filed_to_be_hidden(office)
    [ref] = listed(office)
    handed(office, ref)
    with office.office.database.writing() as session:
        session.execute(delete(SealRecord).where(SealRecord.holder == "unit:chu-tich"))
    version = opened(office, ref, NEW).version
    barring = Barring(accused=frozenset({OLD}), reason="ai cũng biết", version=version)

    with pytest.raises(SoleReaderError):
        bar(office.office, office.reviewers[NEW], ref, barring)
    assert opened(office, ref).report.statement == STATEMENT


def test_a_unit_that_keeps_the_original_is_recovered_with_it(
    office: TestOffice,
) -> None:
    add_keys(office)
    compare(office, office.reviewers[OLD], OLD)
    named_colleague(office, OLD, "Phạm Văn Làm Mẫu")
    office.file(f"Phạm Văn Làm Mẫu đòi tiền. {TRADE}")
    [ref] = refs(office, office.reviewers[OLD])
    handed(office, ref, SECOND)
    newcomer = joined(office, OLD)

    recover(office, OLD, newcomer)

    assert refs(office, newcomer) == [ref]
