"""What is no recovery by two people is refused: at the holders' table, or on the server."""

import base64
import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from cases.errors import RecoveryError
from cases.records import SealRecord, UnitKeySealRecord
from cases.recovery_export import ask_for_recovery
from cases.recovery_file import Asked, Newcomer, read_asked, write_asked
from cases.recovery_import import take_answer
from cases.recovery_opening import open_asked, put_together
from cases.recovery_records import RecoveryExportRecord
from cases.reviewers import SignedIn
from cases.staff import load_recovery
from crypto.errors import OpenError
from crypto.keys import Identity
from crypto.opening import open_sealed
from tests.support.office import TestOffice, open_office
from tests.support.recovery import (
    PAPERS,
    add_keys,
    answered,
    compare,
    consent_of,
    holds_nothing,
    joined,
)

UNIT, OTHER = "van-phong", "chu-tich"
NAME = "Phạm Văn Làm Mẫu"
PAIR = "recovery:1+3"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestOffice]:
    opened = open_office(tmp_path_factory.mktemp("office"))
    add_keys(opened)
    for unit in (UNIT, OTHER):
        compare(opened, opened.reviewers[unit], unit)
    opened.add_to_roster(UNIT, NAME, reviewer=opened.add_reviewer(UNIT))
    opened.file(f"{NAME} đòi tiền.")
    yield opened
    opened.office.database.close()


@pytest.fixture(scope="module")
def newcomer(office: TestOffice) -> SignedIn:
    return joined(office, UNIT)


@pytest.fixture
def question(office: TestOffice, newcomer: SignedIn) -> bytes:
    return ask_for_recovery(office.office, UNIT, newcomer.sign_in_name)


def test_the_same_key_twice_is_refused(question: bytes) -> None:
    asked, _ = read_asked(question)
    again = Identity.from_seed(PAPERS[1].seed)

    with pytest.raises(RecoveryError, match="two different people"):
        put_together(asked, PAPERS[1], again)


def test_a_key_that_is_no_recovery_key_is_refused(question: bytes) -> None:
    asked, _ = read_asked(question)

    with pytest.raises(RecoveryError, match="none of the recovery keys"):
        put_together(asked, PAPERS[1], Identity.generate())


def test_two_keys_of_other_people_open_nothing(question: bytes, newcomer: SignedIn) -> None:
    mine = {number: Identity.generate() for number in (1, 2)}
    asked, proofs = read_asked(question)
    forged = replace(asked, keys={number: key.recipient for number, key in mine.items()})

    with pytest.raises(RecoveryError, match="altered"):
        open_asked(forged, proofs, put_together(forged, mine[1], mine[2]), consent_of(newcomer))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"fingerprint": "0000 0000 0000 0000 0000"}, "not the one of the newcomer"),
        ({"fingerprint": ""}, "not the one of the newcomer"),
        ({"reason": "  \n"}, "reason"),
        ({"former": frozenset({"a" * 26})}, "no such account"),
    ],
)
def test_whoever_is_not_known_or_not_explained_is_given_nothing(
    question: bytes, newcomer: SignedIn, change: dict[str, Any], words: str
) -> None:
    with pytest.raises(RecoveryError, match=words):
        answered(question, replace(consent_of(newcomer), **change))


def changed(question: bytes, change: Callable[[Any], object]) -> bytes:
    """Return a question somebody altered on its way, with the proofs that were made for it."""
    found = json.loads(question)
    change(found)
    return json.dumps(found).encode()


def exchange_newcomer(found: Any) -> None:
    found["asked"]["newcomer"]["recipient"] = Identity.generate().recipient.encoded()


ALTERATIONS: dict[str, Callable[[Any], object]] = {
    "the newcomer's id": lambda found: found["asked"]["newcomer"].update(id="a" * 26),
    "the newcomer's name": lambda found: found["asked"]["newcomer"].update(name="x"),
    "a seal": lambda found: found["asked"]["epochs"][0]["seals"].clear(),
    "a case": lambda found: found["asked"]["cases"].clear(),
    "a report": lambda found: found["asked"]["cases"][0]["keeping_out"].clear(),
    "a mark": lambda found: found["asked"]["cases"][0].update(alone=True),
    "who bars": lambda found: found["asked"].update(barred_by=[]),
    "an account": lambda found: found["asked"]["accounts"].clear(),
    "a key": lambda found: found["asked"]["keys"].pop("2"),
    "the unit": lambda found: found["asked"].update(unit=OTHER),
    "the day": lambda found: found["asked"].update(day="2020-01-01"),
    "the proofs": lambda found: found["proofs"].clear(),
}


@pytest.mark.parametrize("change", ALTERATIONS.values(), ids=ALTERATIONS.keys())
def test_a_question_that_was_altered_is_refused(
    question: bytes, newcomer: SignedIn, change: Callable[[Any], object]
) -> None:
    with pytest.raises(RecoveryError, match="altered"):
        answered(changed(question, change), consent_of(newcomer))


def test_a_recipient_that_was_exchanged_is_not_the_newcomers(
    question: bytes, newcomer: SignedIn
) -> None:
    with pytest.raises(RecoveryError, match="not the one of the newcomer"):
        answered(changed(question, exchange_newcomer), consent_of(newcomer))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(chance=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_a_flipped_bit_changes_nothing_or_is_refused(
    question: bytes, newcomer: SignedIn, chance: float, bit: int
) -> None:
    place = int(chance * len(question))
    flipped = bytearray(question)
    flipped[place] ^= 1 << bit
    try:
        asked, proofs = read_asked(bytes(flipped))
    except RecoveryError:
        return
    right, right_proofs = read_asked(question)
    if asked == right and proofs.get(PAIR) == right_proofs[PAIR]:
        # It was in the proof of another pair.
        return
    with pytest.raises(RecoveryError):
        answered(bytes(flipped), consent_of(newcomer))


def forged(office: TestOffice, asked: Asked) -> bytes:
    """Return a question of the administrator's own, sealed to the pairs as anybody can."""
    with office.office.database.reading() as session:
        pairs = load_recovery(session)
    proofs = {pair.name: pair.seal(secrets.token_bytes(32) + asked.digest()) for pair in pairs}
    return write_asked(asked, proofs)


def test_a_question_of_the_administrators_own_gives_nobody_else_the_key(
    office: TestOffice, question: bytes, newcomer: SignedIn
) -> None:
    asked, _ = read_asked(question)
    mine = Newcomer(newcomer.reviewer_id, newcomer.sign_in_name, Identity.generate().recipient)

    with pytest.raises(RecoveryError, match="not the one of the newcomer"):
        answered(forged(office, replace(asked, newcomer=mine)), consent_of(newcomer))


def test_an_answer_to_a_question_that_the_server_never_asked_is_refused(
    office: TestOffice, question: bytes, newcomer: SignedIn
) -> None:
    asked, _ = read_asked(question)
    without_bars = forged(office, replace(asked, barred_by=(), accounts={}))

    with pytest.raises(RecoveryError, match="another question"):
        take_answer(office.office, answered(without_bars, consent_of(newcomer)))
    assert holds_nothing(office, newcomer)


def test_the_administrator_alone_forges_no_answer(
    office: TestOffice, question: bytes, newcomer: SignedIn
) -> None:
    honest = answered(question, consent_of(newcomer))
    guess = replace(honest, proof=bytes(32))

    with pytest.raises(RecoveryError, match="no two recovery holders"):
        take_answer(office.office, guess)
    assert holds_nothing(office, newcomer)


def test_a_question_stays_as_digests_only(office: TestOffice, question: bytes) -> None:
    with office.office.database.reading() as session:
        rows = session.scalars(select(RecoveryExportRecord)).all()

    assert {len(row.digest) + len(row.proof_digest) for row in rows} == {64}
    assert len(rows) == 3


def everything_sealed(office: TestOffice, question: bytes) -> set[bytes]:
    """Return every sealed thing that the administrator has: of the database, and of the stick."""
    found = json.loads(question)
    carried = [found["proofs"], *(each["seals"] for each in found["asked"]["epochs"])]
    for case in found["asked"]["cases"]:
        carried += [each["seals"] for each in case["compartments"]]
    with office.office.database.reading() as session:
        kept = {*session.scalars(select(UnitKeySealRecord.sealed))}
        kept |= {*session.scalars(select(SealRecord.sealed))}
    return kept | {base64.b64decode(text) for seals in carried for text in seals.values()}


def opened_with(keys: list[Identity], sealed: set[bytes]) -> set[bytes]:
    """Return whatever these keys open, and what they open of that again."""
    opened: set[bytes] = set()
    for each in sealed:
        for key in keys:
            with suppress(OpenError):
                opened.add(open_sealed(each, key))
    return opened | (opened_with(keys, opened) if opened else set())


def test_the_administrators_own_reviewer_with_one_holder_opens_no_key(
    office: TestOffice, question: bytes, newcomer: SignedIn
) -> None:
    sealed = everything_sealed(office, question)

    alone = opened_with([newcomer.identity], sealed)
    with_one = opened_with([newcomer.identity, PAPERS[1]], sealed)
    with_two = opened_with([PAPERS[1], PAPERS[2]], sealed)

    assert alone == set()
    assert with_one
    assert not [each for each in with_one if len(each) in {32, 64}]
    assert [each for each in with_two if len(each) == 32]
