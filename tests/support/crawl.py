"""Every form of both doors, found by following every link and sending every form once."""

import secrets
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from cases.enrolment import Place, invite
from policy.states import CaseStep
from tests.support.both_doors import BothDoors, Fields, Files, page_of, send, send_short
from tests.support.crawl_office import (
    await_codes,
    bring_on,
    close_and_age,
    hand_over_both_ways,
    held,
    overdue,
    propose,
    protect,
    rewarded_receipt,
    tie,
)
from tests.support.desk import RECEIVER, Browser
from tests.support.html import Control, Document, Form, read_document
from tests.support.office import HANDLER
from tests.support.passkeys import keep_one_and_await_another
from tests.support.rewards import confirm, offer

# These end the visit or the session of whoever asks.
LEAVING = "/units/<unit>/members/<reviewer_id>/leave"
# It takes the case that other forms are tried on from whoever reads it.
RECUSING = "/cases/<ref>/recusal"
# It has no words, and is answered with a file and no page.
CARRYING = "/cases/<ref>/identity/boxes"
ENDING = frozenset({"/sign-out", "/case/leave", "/exit", LEAVING, RECUSING, CARRYING})
# These say nothing but that somebody pressed the button, and are there for a moment only.
WORDLESS = frozenset({"/units/<unit>/recovery", "/units/<unit>/seals", "/cases/<ref>/exports/take"})
ORDINARY = "Chuyện."
REDIRECTED = 303
# A track with a deadline that the law lets be extended.
EXTENDABLE_TRACK = "C"
TO_OUTCOME = (CaseStep.ACCEPT, CaseStep.VERIFY, CaseStep.CONCLUDE)


@dataclass
class Site:
    """One door as somebody sees it who may see most of it."""

    doors: BothDoors
    app: Flask
    client: FlaskClient
    starts: list[str]
    queries: set[str] = field(default_factory=set)
    # The reporter's case is closed, and so old that they are asked how they are.
    is_over: bool = False

    def rule_of(self, path: str) -> str:
        """Return the route that a form is sent to; nothing where there is none."""
        try:
            found, _ = self.app.url_map.bind("127.0.0.1").match(path, "POST", return_rule=True)
        except HTTPException:
            return ""
        return found.rule

    def pages(self) -> Iterator[tuple[str, Document]]:
        """Return every page that can be reached, and note what addresses may ask for."""
        queue = deque(self.starts)
        seen = set(queue)
        while queue:
            page = queue.popleft()
            answer = self.client.get(page)
            if answer.mimetype != "text/html":
                continue
            document = read_document(answer.text)
            yield page, document
            for link in document.links:
                address = urlsplit(link)
                self.queries |= {name for name, _ in parse_qsl(address.query)} - {""}
                if address.path.startswith("/") and address.path not in {*seen, *ENDING}:
                    seen.add(address.path)
                    queue.append(address.path)
            self.queries |= {
                n for form in document.forms if form.method == "GET" for n in form.names
            }

    def refill(self) -> None:
        """Bring back what forms use up: a case, a member who waits, keys to compare, a link."""
        office = self.doors.office
        receipt = rewarded_receipt(office) if self.is_over else office.file(ORDINARY).receipt
        if self.is_over:
            close_and_age(office, receipt)
        if self.app is self.doors.door:
            token = page_of(self.client, "/report").forms[-1].value("csrf_token")
            fields = MultiDict([("csrf_token", token), ("receipt", receipt.grouped())])
            assert self.client.post("/case", data=fields).status_code == REDIRECTED
            return
        # A list shows no more than its first page of so many cases.
        ready = [
            bring_on(office, *TO_OUTCOME),
            bring_on(office, track=EXTENDABLE_TRACK),
        ]
        tie(office, *ready)
        propose(office, ready[0])
        await_codes(office)
        keep_one_and_await_another(self.doors.desk, Browser(self.client, office.clock))
        ready.append(protect(office))
        rewarded = [bring_on(office, *TO_OUTCOME) for _ in range(2)]
        confirm(office, *rewarded)
        offer(office, rewarded[1])
        handed = [f"/cases/{ref}" for ref in hand_over_both_ways(office)]
        self.doors.desk.enrol(RECEIVER, f"chờ-{secrets.token_hex(4)}", is_admitted=False)
        link = invite(office.office, Place(RECEIVER, HANDLER))
        kept = [f"/cases/{ref}/keeping" for ref in (held(office), overdue(office))]
        pages = [f"/cases/{ref}/{page}" for ref in ready for page in ("law", "protection")]
        pages += [f"/cases/{ref}/reward" for ref in rewarded]
        pages += [*kept, *handed, f"/cases/{ready[-1]}/handover"]
        self.starts = [*pages_without_arguments(self.app), f"/enrol/{link}", *pages]


class FoundForm:
    """A form, who sees it and where: on a page, or in the answer to another form.

    No dataclass, as BothDoors is none.
    """

    def __init__(self, site: Site, rule: str, names: frozenset[str], page: str) -> None:
        self.site = site
        self.rule = rule
        self.names = names
        self.page = page
        self.opener: FoundForm | None = None
        self.pressed: str | None = None

    def __repr__(self) -> str:
        return f"{self.rule} on {self.opener or self.page}"

    def opened(self) -> "OpenForm":
        """Return the form as it stands there now, with its tokens.

        Raises:
            LookupError: nobody finds it any more.
        """
        if self.opener is not None:
            page, document = self.opener.opened().answered(self.pressed)
            found = self._on(page, document)
        else:
            found = self._on(self.page, page_of(self.site.client, self.page)) or self._anywhere()
        if found is None and self.opener is None:
            self.site.refill()
            found = self._anywhere()
        if found is None:
            raise LookupError(f"no form {self}")
        return found

    def _anywhere(self) -> "OpenForm | None":
        for page, document in self.site.pages():
            if found := self._on(page, document):
                self.page = page
                return found
        return None

    def _on(self, page: str, document: Document) -> "OpenForm | None":
        for form in document.forms:
            action = form.action or page
            if self.site.rule_of(action) == self.rule and self.names <= form.names:
                return OpenForm(self, form, action)
        return None


@dataclass
class OpenForm:
    """A form with the tokens of one page."""

    found: FoundForm
    form: Form
    action: str

    @property
    def boxes(self) -> list[str]:
        """Return the names of what is written, neither chosen nor hidden nor masked."""
        return [control.name for control in written(self.form)]

    def buttons(self) -> list[str | None]:
        """Return the value of each button that says something; none where the form has none."""
        return [each.value for each in self.form.controls if each.kind == "button"] or [None]

    def send(self, fields: Fields, files: Files = ()) -> TestResponse:
        """Send fields to where the form is sent, in the way that it says."""
        if not self.form.is_multipart:
            return send_short(self.found.site.client, self.action, fields)
        return send(self.found.site.client, self.action, fields, files)

    def answered(self, pressed: str | None) -> tuple[str, Document]:
        """Return the page that follows when ordinary words are sent."""
        typed = dict.fromkeys(self.boxes, ORDINARY)
        buttons = [each.name for each in self.form.controls if each.kind == "button"]
        if pressed is not None:
            typed[buttons[0]] = pressed
        answer = self.send(self.form.filled(typed))
        if answer.status_code == REDIRECTED:
            page = urlsplit(answer.headers["Location"]).path
            return page, page_of(self.found.site.client, page)
        return self.action, read_document(answer.text)


def pages_without_arguments(app: Flask) -> list[str]:
    """Return every page that has an address of its own."""
    rules = (rule for rule in app.url_map.iter_rules() if rule.rule not in ENDING)
    return [rule.rule for rule in rules if not rule.arguments and "GET" in (rule.methods or ())]


def sites_of(doors: BothDoors) -> list[Site]:
    """Return both doors as a reporter and a reviewer see them, and the public one as a stranger."""
    sites = [Site(doors, app, client, pages_without_arguments(app)) for app, client in doors.apps()]
    reporter = doors.reporter()
    over = Site(doors, doors.door, reporter, pages_without_arguments(doors.door), is_over=True)
    sites.append(over)
    for site in sites:
        site.refill()
    stranger = doors.door.test_client()
    return [*sites, Site(doors, doors.door, stranger, pages_without_arguments(doors.door))]


def forms_of(sites: list[Site]) -> list[FoundForm]:
    """Return every form of all doors; of those that are alike in route and fields, the first."""
    seen: dict[tuple[str, frozenset[str]], FoundForm] = {}
    for site in sites:
        for page, document in list(site.pages()):
            for found in _on_page(site, page, document):
                seen.setdefault((found.rule, found.names), found)
    queue = deque(seen.values())
    while queue:
        opener = queue.popleft()
        for pressed in opener.opened().buttons():
            page, document = opener.opened().answered(pressed)
            for found in _on_page(opener.site, page, document):
                if (found.rule, found.names) not in seen:
                    found.opener, found.pressed = opener, pressed
                    seen[found.rule, found.names] = found
                    queue.append(found)
    return list(seen.values())


def _on_page(site: Site, page: str, document: Document) -> Iterator[FoundForm]:
    for form in document.forms:
        rule = site.rule_of(form.action or page)
        if form.method == "POST" and rule not in ENDING:
            yield FoundForm(site, rule, frozenset(form.names), page)


def written(form: Form) -> list[Control]:
    """Return the boxes that somebody writes into."""
    return [control for control in form.controls if control.is_written]


def is_given_back(page: Document, name: str, text: str) -> bool:
    """Return whether a page shows a text again, in its own box or to be copied."""
    boxes = [box.value for form in page.forms for box in form.controls if box.name == name]
    return any(text in box for box in boxes) or text in page.words
