"""An answer is taken once, from two holders, for the very question that is open."""

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select, update

from cases.case_file import open_case
from cases.casework import Decision, decide, note
from cases.errors import RecoveryError
from cases.records import (
    CaseRecord,
    CompartmentRecord,
    EntryRecord,
    MembershipRecord,
    UnitKeyRecord,
)
from cases.recovery_export import ask_for_recovery
from cases.recovery_file import Answer, read_answer, read_asked
from cases.recovery_import import take_answer
from cases.recovery_opening import open_asked, put_together
from cases.reviewers import SignedIn, open_unit_identities
from cases.threads import Message
from crypto.errors import OpenError
from crypto.keys import Identity
from crypto.sealing import seal
from policy.states import CaseState, CaseStep
from tests.support.office import TestOffice, open_office
from tests.support.recovery import (
    PAPERS,
    REASON,
    add_keys,
    answered,
    compare,
    consent_of,
    holds_nothing,
    joined,
    recover,
)

UNIT, OTHER = "van-phong", "chu-tich"
NAME = "Phạm Văn Làm Mẫu"


@pytest.fixture
def taken(tmp_path: Path) -> Iterator[tuple[TestOffice, SignedIn, Answer]]:
    """Yield an office of the test's own, a newcomer, and an honest answer."""
    opened = open_office(tmp_path)
    add_keys(opened)
    for unit in (UNIT, OTHER):
        compare(opened, opened.reviewers[unit], unit)
    waits = joined(opened, UNIT)
    asked = ask_for_recovery(opened.office, UNIT)
    yield opened, waits, answered(asked, consent_of(waits))
    opened.office.database.close()


def test_an_answer_that_is_forced_in_by_the_database_opens_nothing(
    taken: tuple[TestOffice, SignedIn, Answer],
) -> None:
    office, newcomer, honest = taken
    mine = seal(Identity.generate().seed, [newcomer.identity.recipient])
    take_answer(office.office, replace(honest, epochs=dict.fromkeys(honest.epochs, mine)))

    with office.office.database.reading() as session, pytest.raises(OpenError):
        open_unit_identities(session, newcomer, UNIT)


def test_an_older_export_counts_no_more(taken: tuple[TestOffice, SignedIn, Answer]) -> None:
    office, newcomer, old = taken
    ask_for_recovery(office.office, UNIT)

    with pytest.raises(RecoveryError, match="older export"):
        take_answer(office.office, old)
    assert holds_nothing(office, newcomer)


def test_an_export_of_before_a_new_key_of_the_unit_counts_no_more(
    taken: tuple[TestOffice, SignedIn, Answer],
) -> None:
    office, newcomer, answer = taken
    with office.office.database.writing() as session:
        session.add(
            UnitKeyRecord(
                unit=UNIT,
                epoch=2,
                recipient=Identity.generate().recipient.raw,
                offline=False,
                started_on=office.clock.today(),
            )
        )

    with pytest.raises(RecoveryError, match="another key since"):
        take_answer(office.office, answer)
    assert holds_nothing(office, newcomer)


def test_whoever_left_meanwhile_is_not_let_in(taken: tuple[TestOffice, SignedIn, Answer]) -> None:
    office, newcomer, answer = taken
    with office.office.database.writing() as session:
        session.execute(
            update(MembershipRecord)
            .where(MembershipRecord.reviewer_id == newcomer.reviewer_id)
            .values(left_on=office.clock.today())
        )

    with pytest.raises(RecoveryError, match="no place"):
        take_answer(office.office, answer)
    assert holds_nothing(office, newcomer)


CHANGES: dict[str, tuple[Callable[[Answer], Answer], str]] = {
    "another unit": (lambda each: replace(each, unit=OTHER), "another question"),
    "another newcomer": (lambda each: replace(each, reviewer_id="a" * 26), "another question"),
    "another pair": (lambda each: replace(each, holder="recovery:1+2"), "no two recovery holders"),
    "no pair": (lambda each: replace(each, holder="recovery:1"), "another question"),
    "another question": (lambda each: replace(each, digest=bytes(32)), "another question"),
    "a key less": (lambda each: replace(each, epochs={}), "another key since"),
    "a key more": (
        lambda each: replace(each, epochs={**each.epochs, 9: each.epochs[1]}),
        "another key since",
    ),
    "a foreign case": (lambda each: replace(each, seals={"a" * 26: each.epochs[1]}), "no case"),
    "a cut seal": (lambda each: replace(each, epochs={1: each.epochs[1][:-1]}), "damaged"),
    "no seal": (lambda each: replace(each, epochs={1: b"in clear"}), "damaged"),
}


@pytest.mark.parametrize(("change", "words"), CHANGES.values(), ids=CHANGES.keys())
def test_an_answer_that_does_not_fit_is_refused_and_stays_open_for_the_right_one(
    taken: tuple[TestOffice, SignedIn, Answer], change: Callable[[Answer], Answer], words: str
) -> None:
    office, newcomer, answer = taken

    with pytest.raises(RecoveryError, match=words):
        take_answer(office.office, change(answer))
    assert holds_nothing(office, newcomer)

    take_answer(office.office, read_answer(answer.written()))
    assert not holds_nothing(office, newcomer)


def test_neither_file_holds_a_seed_or_a_key_in_clear(
    taken: tuple[TestOffice, SignedIn, Answer],
) -> None:
    office, _, answer = taken
    unit = open_unit(office)
    for content in (ask_for_recovery(office.office, UNIT), answer.written()):
        for secret in (unit, *PAPERS.values()):
            assert base64.b64encode(secret.seed) not in content
            assert secret.seed.hex().encode() not in content
        assert b"AGE-SECRET" not in content.upper()
        assert REASON.encode() not in content
        assert json.dumps(REASON).encode() not in content


def open_unit(office: TestOffice) -> Identity:
    with office.office.database.reading() as session:
        return open_unit_identities(session, office.reviewers[UNIT], UNIT)[1]


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\xff", b'{"format": 1}', b"[" * 9999])
def test_what_is_no_file_of_a_recovery_is_said_so(content: bytes) -> None:
    with pytest.raises(RecoveryError, match="recovery export"):
        read_asked(content)
    with pytest.raises(RecoveryError, match="recovery open"):
        read_answer(content)


def test_a_unit_key_that_was_exchanged_in_the_database_is_not_given(
    taken: tuple[TestOffice, SignedIn, Answer],
) -> None:
    office, newcomer, _ = taken
    with office.office.database.writing() as session:
        key = session.get_one(UnitKeyRecord, (UNIT, 1))
        key.recipient = Identity.generate().recipient.raw

    with pytest.raises(RecoveryError, match="altered"):
        answered(ask_for_recovery(office.office, UNIT), consent_of(newcomer))


def test_a_case_whose_rows_are_damaged_is_named_and_holds_no_other_up(
    taken: tuple[TestOffice, SignedIn, Answer],
) -> None:
    office, newcomer, _ = taken
    office.add_to_roster(UNIT, NAME, reviewer=office.add_reviewer(UNIT))
    whole, broken = (case_naming(office, f"{NAME} {number}") for number in (1, 2))
    with office.office.database.writing() as session:
        session.execute(
            update(CompartmentRecord)
            .where(CompartmentRecord.case_ref == broken)
            .values(recipient=Identity.generate().recipient.raw)
        )
    asked, proofs = read_asked(ask_for_recovery(office.office, UNIT))
    papers = put_together(asked, PAPERS[2], PAPERS[1])

    opened = open_asked(asked, proofs, papers, consent_of(newcomer))

    assert opened.damaged == (broken,)
    [kept] = [case for case in asked.cases if case.ref == whole]
    assert opened.answer.seals.keys() == {key.name for key in kept.compartments}


def case_naming(office: TestOffice, statement: str) -> str:
    """File a report and return the reference of its case."""
    with office.office.database.reading() as session:
        before = set(session.scalars(select(CaseRecord.ref)))
    office.file(statement)
    with office.office.database.reading() as session:
        [ref] = set(session.scalars(select(CaseRecord.ref))) - before
    return ref


def test_a_report_that_cannot_be_read_is_not_given(
    taken: tuple[TestOffice, SignedIn, Answer],
) -> None:
    office, newcomer, _ = taken
    office.add_to_roster(UNIT, NAME, reviewer=office.add_reviewer(UNIT))
    ref = case_naming(office, NAME)
    with office.office.database.writing() as session:
        session.execute(update(EntryRecord).where(EntryRecord.case_ref == ref).values(kind="note"))
    asked, proofs = read_asked(ask_for_recovery(office.office, UNIT))
    papers = put_together(asked, PAPERS[1], PAPERS[2])

    opened = open_asked(asked, proofs, papers, consent_of(newcomer))

    assert (opened.damaged, opened.answer.seals) == ((ref,), {})


def test_the_newcomer_works_on_a_recovered_case_like_those_who_had_it(
    taken: tuple[TestOffice, SignedIn, Answer],
) -> None:
    office, newcomer, _ = taken
    colleague = office.reviewers[UNIT]
    office.add_to_roster(UNIT, NAME, reviewer=office.add_reviewer(UNIT))
    ref = case_naming(office, NAME)
    recover(office, UNIT, newcomer)
    version = open_case(office.office, newcomer, ref).version

    note(office.office, newcomer, ref, Message("của người mới"))
    decide(office.office, newcomer, ref, Decision(CaseStep.ASSESS, "theo luật", version))

    seen = open_case(office.office, colleague, ref)
    assert seen.state is CaseState.ASSESSING
    assert "của người mới" in [entry.text() for entry in seen.entries]
