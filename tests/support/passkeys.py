"""Members of a desk who have a passkey, and how they and others come in by it."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from werkzeug.test import TestResponse

from cases.sign_in_records import PasskeyRecord, SpentCodeRecord
from crypto.second_factor import STEP_SECONDS
from tests.support.accounts import APP_KEY, PASSPHRASE
from tests.support.authenticator import Authenticator, Question, question_on
from tests.support.both_doors import come_from_elsewhere
from tests.support.desk import RECEIVER, Browser, RunningDesk

LIST = "/account/passkeys"
PAGE_OF_ONE = re.compile(rf'href="({LIST}/[0-9a-f]{{64}})"')
SEEN_ELSEWHERE = 303


@dataclass
class Holder:
    """A member with a browser of theirs and a passkey."""

    desk: RunningDesk
    name: str
    device: Authenticator
    browser: Browser

    def code(self) -> str:
        self.desk.test_office.clock.pass_seconds(STEP_SECONDS)
        return APP_KEY.code_at(self.desk.test_office.clock.now())

    def prepare(self, name: str, **changes: str) -> TestResponse:
        """Give a new passkey its name, and be asked to make it."""
        form = {"name": name, "present": PASSPHRASE, "present_code": self.code(), **changes}
        return self.browser.post(LIST, form, LIST)

    def add(self, name: str = "điện thoại", **changes: str) -> TestResponse:
        """Name a passkey and make it."""
        prepared = self.prepare(name, **changes)
        if prepared.status_code != 303:
            return prepared
        question = question_on(self.browser.get(f"{LIST}/new").text)
        sent = {"challenge": question.challenge, "passkey": self.device.create(question)}
        return self.browser.post(f"{LIST}/new", sent, f"{LIST}/new")

    def come(
        self, device: Authenticator | None = None, browser: Browser | None = None, **changes: str
    ) -> TestResponse:
        """Sign in by a passkey, in a browser that was not there before."""
        entering = browser or visitor(self.desk)
        question = question_on(entering.get("/sign-in").text)
        sent = (device or self.device).answer(question)
        return send(entering, {**self.words(), **asked(question, sent), **changes})

    def words(self) -> dict[str, str]:
        return {"name": self.name, "passphrase": PASSPHRASE, "code": ""}


def visitor(desk: RunningDesk) -> Browser:
    """Return a browser at an address from which nobody called yet."""
    browser = desk.browser()
    come_from_elsewhere(browser.client)
    return browser


def asked(question: Question, sent: str) -> dict[str, str]:
    return {"challenge": question.challenge, "passkey": sent}


def send(browser: Browser, form: Mapping[str, str]) -> TestResponse:
    return browser.post("/sign-in", form, "/sign-in")


def a_member(desk: RunningDesk) -> Holder:
    """Return somebody who is signed in and has no passkey yet."""
    name = f"người-{secrets.token_hex(4)}"
    desk.enrol(RECEIVER, name)
    browser = visitor(desk)
    assert browser.sign_in(name).status_code == 303
    return Holder(desk, name, Authenticator(), browser)


def a_holder(desk: RunningDesk) -> Holder:
    """Return somebody who has added a passkey."""
    made = a_member(desk)
    assert made.add().location == f"{LIST}?done=passkey-added"
    return made


def keep_one_and_await_another(desk: RunningDesk, browser: Browser) -> None:
    """Bring whoever is signed in so far that every form of the pages of passkeys is shown."""
    holder = Holder(desk, "", Authenticator(), browser)
    if not PAGE_OF_ONE.search(browser.get(LIST).text):
        assert holder.add().status_code == SEEN_ELSEWHERE
    assert holder.prepare("một khóa nữa").status_code == SEEN_ELSEWHERE


def remove(holder: Holder, **changes: str) -> TestResponse:
    [path] = PAGE_OF_ONE.findall(holder.browser.get(LIST).text)
    form = {"present": PASSPHRASE, "present_code": holder.code(), **changes}
    return holder.browser.post(path, form, path)


def count(desk: RunningDesk, table: type[PasskeyRecord] | type[SpentCodeRecord]) -> int:
    with desk.test_office.office.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0
