"""A running desk over a whole office, and the browsers of its reviewers."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from cases.enrolment import Enrolment, Place, enrol, invite
from cases.members import admit, list_members
from cases.reviewers import SignedIn
from crypto.second_factor import STEP_SECONDS
from policy.rows import Row
from review.app import create_app
from review.desk import EXTENSION, Desk
from tests.support.accounts import APP_KEY, PASSPHRASE, sign_in
from tests.support.office import CAT_HAI, HANDLER, SERVER_SECRET, TestClock, TestOffice, open_office
from tests.support.webapp import settings_in

RECEIVER = CAT_HAI.default_receiver
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
ONCE = re.compile(r'name="once" value="([0-9a-f]{64})"')
VERSION = re.compile(r'name="version" value="(\d+)"')


@dataclass
class Browser:
    """One reviewer's browser: follows no redirect, keeps its cookie."""

    client: FlaskClient
    clock: TestClock
    name: str = ""

    def get(self, path: str) -> TestResponse:
        return self.client.get(path)

    def post(self, path: str, form: Mapping[str, object], page: str = "/account") -> TestResponse:
        """Send a form as the page that holds it would, with the token of that page."""
        return self.send(path, {"csrf_token": self.token(page), **form})

    def send(self, path: str, form: Mapping[str, object]) -> TestResponse:
        return self.client.post(path, data=dict(form))

    def upload(self, path: str, form: Mapping[str, object], **files: bytes) -> TestResponse:
        parts = [(BytesIO(content), name.replace("__", ".")) for name, content in files.items()]
        token = {"csrf_token": self.token("/account")}
        return self.client.post(
            path,
            data={**token, **form, "attachments": parts},
            content_type="multipart/form-data",
        )

    def token(self, page: str = "/account") -> str:
        found = TOKEN.search(self.client.get(page).text)
        return found[1] if found else ""

    def version(self, ref: str) -> str:
        return str(VERSION.findall(self.get(f"/cases/{ref}").text)[0])

    def sign_in(
        self, name: str, passphrase: str = PASSPHRASE, code: str | None = None
    ) -> TestResponse:
        """Sign in at the next step of the clock, since each code counts once."""
        self.name = name
        if code is None:
            self.clock.pass_seconds(STEP_SECONDS)
            code = APP_KEY.code_at(self.clock.now())
        form = {"name": name, "passphrase": passphrase, "code": code}
        return self.post("/sign-in", form, "/sign-in")

    def step(self, ref: str, step: str, reason: str = "Lý do.", **more: str) -> TestResponse:
        form = {"step": step, "reason": reason, "once": new_tag(), "version": self.version(ref)}
        return self.post(f"/cases/{ref}/steps", {**form, **more})

    def refer(self, ref: str, unit: str, keeps: str = "no", **more: str) -> TestResponse:
        form = {"unit": unit, "reason": "Đúng thẩm quyền.", "keeps": keeps, "once": new_tag()}
        form["clean"] = "yes"
        return self.post(f"/cases/{ref}/referral", {**form, "version": self.version(ref), **more})


def new_tag() -> str:
    return secrets.token_hex(32)


@dataclass
class RunningDesk:
    """The app, the office behind it, and how long guesses were made to wait."""

    app: Flask
    test_office: TestOffice
    pauses: list[float] = field(default_factory=list)

    def follow(self, **tables: tuple[Row, ...]) -> None:
        """Let app and office follow a pack some of whose tables are others, from now on."""
        self.test_office.follow(**tables)
        desk: Desk = self.app.extensions[EXTENSION]
        self.app.extensions[EXTENSION] = replace(desk, office=self.test_office.office)

    def browser(self) -> Browser:
        return Browser(self.app.test_client(), self.test_office.clock)

    def signed_in(self, unit: str = RECEIVER, roles: frozenset[str] = HANDLER) -> Browser:
        """Return the browser of a new member of a unit, admitted and signed in."""
        name = f"{unit}-{secrets.token_hex(3)}"
        self.enrol(unit, name, roles=roles)
        browser = self.browser()
        assert browser.sign_in(name).status_code == 303
        return browser

    def pass_days(self, days: int, *browsers: Browser) -> None:
        """Let days go by, which no session outlives; whoever is named signs in again."""
        clock = self.test_office.clock
        clock.go_to(clock.today() + timedelta(days=days))
        for browser in browsers:
            browser.sign_in(browser.name)

    def enrol(
        self,
        unit: str,
        name: str,
        *,
        is_admitted: bool = True,
        roles: frozenset[str] = HANDLER,
    ) -> None:
        office = self.test_office.office
        token = invite(office, Place(unit, roles))
        enrolled = enrol(office, Enrolment(token, name, PASSPHRASE, APP_KEY), SERVER_SECRET)
        if enrolled.is_admitted or not is_admitted:
            return
        members = list_members(office, frozenset({unit}))
        waiting = next(m.reviewer_id for m in members if m.sign_in_name == name)
        admit(office, self.test_office.reviewers[unit], waiting, unit)

    def identity_of(self, name: str) -> SignedIn:
        return sign_in(self.test_office, name)

    def refs(self, browser: Browser, path: str = "/cases") -> list[str]:
        """Return the references of the cases that a queue page lists."""
        return re.findall(r'href="/cases/([a-z2-7]{26})"', browser.get(path).text)


def open_desk(
    folder: Path, changes: Mapping[str, str] | None = None, database_url: str = ""
) -> RunningDesk:
    """Return a desk over a new office, every receiving unit with one reviewer."""
    test_office = open_office(folder, database_url=database_url)
    pauses: list[float] = []
    settings = settings_in(folder, changes)
    app = create_app(settings, test_office.office, SERVER_SECRET, pauses.append)
    return RunningDesk(app, test_office, pauses)
