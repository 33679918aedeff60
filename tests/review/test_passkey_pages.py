"""The pages of passkeys: who adds and removes them, what is kept, and where there are none."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from cases.passkeys import MOST_PASSKEYS
from cases.sign_in_records import PasskeyRecord
from tests.support.accounts import PASSPHRASE
from tests.support.authenticator import PRESENT, Authenticator, question_on, read
from tests.support.both_doors import NAMED
from tests.support.desk import RunningDesk, open_desk
from tests.support.passkeys import (
    LIST,
    Holder,
    a_holder,
    a_member,
    asked,
    count,
    remove,
    visitor,
)
from tests.support.sources import ROOT


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> RunningDesk:
    return open_desk(tmp_path_factory.mktemp("desk"), NAMED)


@pytest.fixture
def holder(desk: RunningDesk) -> Holder:
    """Return somebody who has added a passkey."""
    return a_holder(desk)


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_a_passkey_is_added_used_and_removed_on_each_engine(
    tmp_path: Path, request: pytest.FixtureRequest, engine: str
) -> None:
    url = request.getfixturevalue("postgresql_url") if engine == "postgresql" else ""
    holder = a_holder(open_desk(tmp_path, NAMED, database_url=url))
    assert holder.come().status_code == 303

    removed = remove(holder)

    assert removed.location == f"{LIST}?done=passkey-removed"
    assert count(holder.desk, PasskeyRecord) == 0
    assert holder.come().status_code == 401
    holder.desk.test_office.office.database.close()


def test_a_copy_of_the_database_shows_neither_passkeys_nor_whose_they_are(tmp_path: Path) -> None:
    holder = a_member(open_desk(tmp_path, NAMED))
    holder.add("khóa USB màu xanh")
    assert holder.come().status_code == 303
    held = holder.device.held[-1]
    parts = [held.credential_id, held.public_key[-32:], held.user_handle, "màu xanh".encode()]

    copy = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())

    assert len(copy) > 100_000
    assert [part for part in parts if part in copy] == []
    with holder.desk.test_office.office.database.reading() as session:
        [kept] = session.scalars(select(PasskeyRecord)).all()
    assert len(kept.sealed) > 4096
    holder.desk.test_office.office.database.close()


@pytest.mark.parametrize("wrong", ["present", "present_code"])
def test_a_desk_left_open_adds_and_removes_no_passkey(holder: Holder, wrong: str) -> None:
    added = holder.add("của kẻ khác", **{wrong: "000000"})
    removed = remove(holder, **{wrong: "000000"})

    assert (added.status_code, removed.status_code) == (422, 422)
    assert 'value="của kẻ khác"' in added.text
    assert holder.browser.get(f"{LIST}/new").location == LIST
    assert holder.come().status_code == 303


def test_a_passkey_stands_for_the_code_of_an_app_that_was_lost(holder: Holder) -> None:
    question = question_on(holder.browser.get("/account/second-factor").text)
    sent = asked(question, holder.device.answer(question))
    second = holder.add("khóa thứ hai", present_code="", **sent)

    assert second.location == f"{LIST}?done=passkey-added"
    assert [holder.browser.get(LIST).text.count(f">{name}<") for name in
            ("điện thoại", "khóa thứ hai")] == [1, 1]  # fmt: skip
    assert holder.come().status_code == 303


def test_codes_of_the_app_go_on_when_the_last_passkey_is_removed(holder: Holder) -> None:
    assert remove(holder).status_code == 303
    assert visitor(holder.desk).sign_in(holder.name).status_code == 303


def test_a_new_passkey_is_asked_for_by_what_says_nothing_of_its_owner(holder: Holder) -> None:
    holder.browser.post(
        LIST, {"name": "hai", "present": PASSPHRASE, "present_code": holder.code()}, LIST
    )
    options = question_on(holder.browser.get(f"{LIST}/new").text).options

    known = [read(each["id"]) for each in options["excludeCredentials"]]
    assert known == [holder.device.held[-1].credential_id]
    assert options["attestation"] == "none"
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert options["authenticatorSelection"]["userVerification"] == "required"
    identity = holder.desk.identity_of(holder.name)
    assert identity.reviewer_id.encode() not in read(options["user"]["id"])


@pytest.mark.parametrize(
    "changes",
    [{"origin": "https://desk.example"}, {"host": "desk.example"}, {"flags": PRESENT},
     {"challenge": "QUFB"}, {"kind": "webauthn.get"}],
)  # fmt: skip
def test_a_passkey_that_was_made_otherwise_is_not_kept(
    desk: RunningDesk, changes: dict[str, object]
) -> None:
    holder = a_member(desk)
    before = count(desk, PasskeyRecord)
    holder.device = holder.device.saying(**changes)

    assert holder.add().status_code == 422
    assert count(desk, PasskeyRecord) == before
    holder.device = Authenticator()
    assert holder.add().status_code == 303


def test_nobody_has_more_passkeys_than_a_list_can_show(desk: RunningDesk) -> None:
    holder = a_member(desk)
    assert {holder.add(str(place)).status_code for place in range(MOST_PASSKEYS)} == {303}
    assert holder.add("một nữa").status_code == 422


@pytest.mark.parametrize(
    "origin",
    ["auto", "http://127.0.0.1", "https://192.0.2.7:8443", "https://[2001:db8::1]",
     "http://desk.lan", "http://" + "a" * 56 + ".onion", "https://" + "a" * 56 + ".onion"],
)  # fmt: skip
def test_where_no_browser_offers_passkeys_the_desk_says_so_and_goes_on_with_codes(
    tmp_path: Path, origin: str
) -> None:
    desk = open_desk(tmp_path, {"desk_origin": origin})
    page = desk.browser().get("/sign-in")
    browser = desk.signed_in()

    assert "<script" not in page.text
    assert "script-src" not in page.headers["Content-Security-Policy"]
    shown = browser.get(LIST).text
    assert "Khóa truy cập đang tắt" in shown
    assert f'action="{LIST}"' not in shown
    assert browser.post(LIST, {"name": "x"}, "/account").status_code == 404
    desk.test_office.office.database.close()


def test_only_the_pages_that_ask_an_authenticator_run_the_desks_own_script(holder: Holder) -> None:
    asking = {"/sign-in", "/account/second-factor", LIST}
    for path in (*asking, "/account", "/cases", "/units", "/nowhere"):
        answer = holder.browser.get(path)
        runs = "script-src 'self'" in answer.headers["Content-Security-Policy"]
        asks = "publickey-credentials-get=(self)" in answer.headers["Permissions-Policy"]
        assert (runs, asks, "<script" in answer.text) == (path in asking,) * 3, path
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        assert "onclick" not in answer.text


def test_no_start_waits_for_the_library_of_passkeys() -> None:
    loaded = "import sys, intake.app, review.app, console.main; print('webauthn' in sys.modules)"
    asked_of = [sys.executable, "-c", loaded]
    assert subprocess.check_output(asked_of, cwd=ROOT, text=True).strip() == "False"
