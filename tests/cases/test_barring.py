"""A reader says whom a case is about: the units lose it, and nothing brings it back to them."""

import pytest
from sqlalchemy import select, update

from cases.access import open_compartments
from cases.barring import Barring, bar
from cases.case_file import open_case
from cases.casework import answer
from cases.errors import BarredUnitError, CaseNotFoundError, NobodyLeftError, StaleCaseError
from cases.records import CaseRecord, ListingRecord, MembershipRecord, SealRecord
from cases.referral import referable_units
from cases.threads import Message, escalate, read_thread, reply
from tests.support.casework import UNIT, listed, move_into_unit, new_case, opened, pass_on
from tests.support.office import TestOffice

OTHER = "phong-vhxh"


def named(office: TestOffice, ref: str, unit: str, *, by: str = UNIT) -> None:
    version, reason = opened(office, ref, by).version, "ai ở đây cũng gọi ông ấy như vậy"
    barring = Barring(accused=frozenset({unit}), reason=reason, version=version)
    bar(office.office, office.reviewers[by], ref, barring)


def holders(office: TestOffice) -> set[str]:
    with office.office.database.reading() as session:
        columns = (SealRecord.holder, ListingRecord.holder)
        return {holder for column in columns for holder in session.scalars(select(column))}


def test_a_unit_that_kept_access_loses_it_and_never_gets_it_back(office: TestOffice) -> None:
    filed = office.file("Chuyện của “anh Sáu”.")
    [ref] = listed(office)
    pass_on(office, ref, OTHER, keeps=False)
    pass_on(office, ref, UNIT, keeps=True, unit=OTHER)
    with office.office.database.reading() as session:
        before = open_compartments(session, office.reviewers[OTHER], ref)
    assert before
    named(office, ref, OTHER)
    reply(office.office, filed.receipt, Message("sau"))
    answer(office.office, office.reviewers[UNIT], ref, Message("trả lời"))

    assert listed(office, OTHER) == []
    with pytest.raises(CaseNotFoundError):
        opened(office, ref, OTHER)
    assert f"unit:{OTHER}" not in holders(office)
    with office.office.database.reading() as session:
        after = open_compartments(session, office.reviewers[UNIT], ref)
    assert max(each.epoch for each in after.values()) > max(e.epoch for e in before.values())
    case = opened(office, ref)
    assert OTHER not in referable_units(office.office, case)
    with pytest.raises(BarredUnitError):
        pass_on(office, ref, OTHER)
    assert {"sau", "trả lời"} <= {entry.text() for entry in case.entries}
    told = [entry.text() for entry in read_thread(office.office, filed.receipt).messages]
    assert told[-2:] == ["sau", "trả lời"]
    # Its members stay out wherever they come to sit.
    moved = move_into_unit(office, office.reviewers[OTHER])
    with pytest.raises(CaseNotFoundError):
        open_case(office.office, moved, ref)


def test_the_own_unit_passes_the_case_up_and_loses_it(office: TestOffice) -> None:
    filed = office.file("Chuyện của “chị Tư”.")
    [ref] = listed(office)
    named(office, ref, UNIT)

    assert listed(office) == []
    with pytest.raises(CaseNotFoundError):
        opened(office, ref)
    with office.office.database.reading() as session:
        unit = session.get_one(CaseRecord, ref).unit
    # As if the form had named it.
    assert unit == office.file("Chuyện khác.", accused=frozenset({UNIT})).receiver
    case = opened(office, ref, unit)
    assert case.report.statement == "Chuyện của “chị Tư”."
    assert case.is_responsible
    [line] = [entry for entry in case.entries if entry.kind == "bar"]
    assert line.texts("accused") == [UNIT]
    assert line.text("reason").startswith("ai ở đây")
    answer(office.office, office.reviewers[unit], ref, Message("nơi khác trả lời"))
    assert "nơi khác trả lời" in {
        each.text() for each in read_thread(office.office, filed.receipt).messages
    }


def test_the_ladder_skips_whom_a_reader_named(office: TestOffice) -> None:
    receipt = office.file("Chuyện của cấp trên.").receipt
    [ref] = listed(office)
    pass_on(office, ref, "cong-an-dk", keeps=False)
    assert opened(office, ref, "cong-an-dk").escalates_to == "cong-an-tp"
    named(office, ref, "cong-an-tp", by="cong-an-dk")

    case = opened(office, ref, "cong-an-dk")
    assert (case.unit, case.escalates_to) == ("cong-an-dk", "ubnd-tp")
    assert "unit:cong-an-tp" not in holders(office)
    escalate(office.office, receipt)
    assert listed(office, "cong-an-tp") == []
    assert listed(office, "ubnd-tp") == [ref]


def test_a_member_of_the_named_unit_who_sits_here_is_split_off(office: TestOffice) -> None:
    ref = new_case(office)
    other = move_into_unit(office, office.reviewers[OTHER])
    assert open_case(office.office, other, ref).is_responsible
    named(office, ref, OTHER)

    with pytest.raises(CaseNotFoundError):
        open_case(office.office, other, ref)
    assert listed(office) == [ref]
    assert f"unit:{UNIT}" not in holders(office)


def test_where_nobody_would_be_left_nothing_changes_and_it_is_said_who_may(
    office: TestOffice,
) -> None:
    ref = new_case(office)
    with office.office.database.writing() as session:
        others = update(MembershipRecord).where(MembershipRecord.unit != UNIT)
        session.execute(others.values(left_on=office.clock.today()))
    before = holders(office)
    with pytest.raises(NobodyLeftError) as refused:
        named(office, ref, UNIT)

    assert "chu-tich" in refused.value.units
    assert UNIT not in refused.value.units
    assert holders(office) == before
    assert opened(office, ref).unit == UNIT
    with pytest.raises(StaleCaseError):
        bar(office.office, office.reviewers[UNIT], ref, Barring(reason="x", version=0))
