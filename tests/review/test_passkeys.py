"""Passkeys: the right one signs in after the passphrase, and whatever is wrong is told alike."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from werkzeug.test import TestResponse

from cases.jobs import expire_sessions
from cases.sign_in_records import SpentCodeRecord
from review.passkey_ceremonies import CHALLENGE_SECONDS
from tests.support.authenticator import PRESENT, Authenticator, question_on
from tests.support.both_doors import NAMED
from tests.support.desk import RunningDesk, open_desk
from tests.support.passkeys import (
    Holder,
    a_holder,
    a_member,
    asked,
    count,
    remove,
    send,
    visitor,
)

TOKEN = re.compile(r'name="(?:csrf_token|challenge)" value="[^"]+"|data-options="[^"]+"')


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> RunningDesk:
    return open_desk(tmp_path_factory.mktemp("desk"), NAMED)


@pytest.fixture
def holder(desk: RunningDesk) -> Holder:
    """Return somebody who has added a passkey."""
    return a_holder(desk)


def test_name_passphrase_and_passkey_sign_in(holder: Holder) -> None:
    for _ in range(2):
        answer = holder.come()
        assert (answer.status_code, answer.location) == (303, "/cases")


def test_an_authenticator_that_cannot_count_signs_in_again_and_again(desk: RunningDesk) -> None:
    holder = a_member(desk)
    holder.device = holder.device.saying(counts_by=0)
    holder.add()

    assert [holder.come().status_code for _ in range(2)] == [303, 303]


Attack = Callable[[Holder], TestResponse]


def replayed(holder: Holder) -> TestResponse:
    browser = visitor(holder.desk)
    question = question_on(browser.get("/sign-in").text)
    form = {**holder.words(), **asked(question, holder.device.answer(question))}
    # The first goes with a wrong passphrase, so the same visit may send it again.
    assert send(browser, {**form, "passphrase": "sai"}).status_code == 401
    return send(browser, form)


def replayed_elsewhere(holder: Holder) -> TestResponse:
    browser = visitor(holder.desk)
    question = question_on(browser.get("/sign-in").text)
    sent = holder.device.answer(question)
    return send(visitor(holder.desk), {**holder.words(), **asked(question, sent)})


def too_late(holder: Holder) -> TestResponse:
    browser = visitor(holder.desk)
    question = question_on(browser.get("/sign-in").text)
    sent = holder.device.answer(question)
    holder.desk.test_office.clock.pass_seconds(CHALLENGE_SECONDS)
    return send(browser, {**holder.words(), **asked(question, sent)})


def of_somebody_else(holder: Holder) -> TestResponse:
    other = a_holder(holder.desk)
    return holder.come(other.device)


def with_a_key_of_ones_own(holder: Holder) -> TestResponse:
    """Answer under the holder's credential id with another private key."""
    other = a_holder(holder.desk)
    forged = replace(other.device.held[-1], credential_id=holder.device.held[-1].credential_id)
    return holder.come(Authenticator(held=[forged]))


def after_it_was_removed(holder: Holder) -> TestResponse:
    assert remove(holder).status_code == 303
    return holder.come()


def gone_back(holder: Holder) -> TestResponse:
    assert holder.come().status_code == 303
    return holder.come(holder.device.saying(counts_by=-1))


def as_it_stood(holder: Holder) -> TestResponse:
    assert holder.come().status_code == 303
    return holder.come(holder.device.saying(counts_by=0))


ATTACKS: dict[str, Attack] = {
    "replayed": replayed,
    "replayed in another browser": replayed_elsewhere,
    "after its time": too_late,
    "at another origin": lambda it: it.come(it.device.saying(origin="https://desk.example")),
    "for another desk": lambda it: it.come(it.device.saying(host="desk.example")),
    "to another question": lambda it: it.come(it.device.saying(challenge="QUFB" * 19)),
    "without asking for its owner": lambda it: it.come(it.device.saying(flags=PRESENT)),
    "without anybody there": lambda it: it.come(it.device.saying(flags=0)),
    "as if one were made": lambda it: it.come(it.device.saying(kind="webauthn.create")),
    "under another user's handle": lambda it: it.come(it.device.saying(user_handle=b"x" * 32)),
    "with a count that went back": gone_back,
    "with the count of before": as_it_stood,
    "by somebody else's passkey": of_somebody_else,
    "by another key": with_a_key_of_ones_own,
    "by one that was removed": after_it_was_removed,
    "with a wrong passphrase": lambda it: it.come(passphrase="sai"),
    "with a name that nobody has": lambda it: it.come(name="ai.đó"),
    "with a challenge of one's own": lambda it: it.come(challenge="QUFB" * 19),
    "with nothing to read": lambda it: it.come(passkey="{}"),
    "with what ends no reader": lambda it: it.come(passkey="[" * 16_000),
    "with too much": lambda it: it.come(passkey="x" * 100_000),
}


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=list(ATTACKS))
def test_what_does_not_hold_is_refused_with_one_text(holder: Holder, attack: Attack) -> None:
    code = visitor(holder.desk).sign_in(holder.name, code="000000")

    refused = attack(holder)

    assert refused.status_code == 401
    pages = [TOKEN.sub("", each.text.replace(holder.name, "").replace("ai.đó", ""))
             for each in (code, refused)]  # fmt: skip
    assert pages[0] == pages[1]
    assert visitor(holder.desk).sign_in(holder.name).status_code == 303


def test_a_question_names_nobody_and_is_the_same_for_every_name(holder: Holder) -> None:
    asked_of = question_on(visitor(holder.desk).get("/sign-in").text)

    assert asked_of.options["allowCredentials"] == []
    assert asked_of.options["userVerification"] == "required"
    assert asked_of.options["rpId"] == "localhost"


def test_a_page_that_nobody_answers_writes_nothing(desk: RunningDesk) -> None:
    before = count(desk, SpentCodeRecord)
    visitor(desk).get("/sign-in")
    assert count(desk, SpentCodeRecord) == before


def test_a_challenge_is_forgotten_when_nobody_takes_it_any_more(holder: Holder) -> None:
    office = holder.desk.test_office
    assert holder.come().status_code == 303
    assert count(holder.desk, SpentCodeRecord) > 0
    office.clock.pass_seconds(CHALLENGE_SECONDS)
    expire_sessions(office.office)
    assert count(holder.desk, SpentCodeRecord) == 0


def test_a_wrong_passkey_makes_the_next_try_wait_like_a_wrong_code(holder: Holder) -> None:
    holder.desk.test_office.clock.pass_seconds(15 * 60)
    holder.desk.pauses.clear()
    for _ in range(4):
        holder.come(holder.device.saying(flags=PRESENT))
    assert holder.desk.pauses == [0.5, 1.0, 2.0]
