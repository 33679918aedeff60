"""Every form of both doors, found by following every link: a new one is found by itself."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from flask.testing import FlaskClient
from werkzeug.routing import Rule

from tests.support.both_doors import BothDoors, page_of
from tests.support.html import Control, Document, Form, read_document

# These end the visit or the session of whoever fills the forms; test_every_route sends to them.
ENDING = {"/sign-out", "/case/leave"}


@dataclass(frozen=True)
class FoundForm:
    """A form, where it stands, and who sees it."""

    client: FlaskClient
    page: str
    action: str

    def on_page(self) -> Form | None:
        """Return the form as it stands there now, with its tokens."""
        forms = page_of(self.client, self.page).forms
        return next((form for form in forms if (form.action or self.page) == self.action), None)


def pages_without_arguments(rules: Iterator[Rule]) -> list[str]:
    return [rule.rule for rule in rules if not rule.arguments and "GET" in (rule.methods or ())]


def crawl(client: FlaskClient, pages: list[str]) -> Iterator[FoundForm]:
    """Return each form that somebody finds by following every link of a door."""
    queue, seen, actions = deque(pages), set(pages), set()
    while queue:
        page = queue.popleft()
        answer = client.get(page)
        if answer.mimetype != "text/html":
            continue
        document = read_document(answer.text)
        for link in document.links:
            path = link.partition("#")[0]
            if path.startswith("/") and not path.startswith("/static") and path not in seen:
                seen.add(path)
                queue.append(path)
        for form in document.forms:
            action = form.action or page
            if form.method == "POST" and (page, action) not in actions and action not in ENDING:
                actions.add((page, action))
                yield FoundForm(client, page, action)


def forms_of(doors: BothDoors) -> list[FoundForm]:
    """Return every form of both doors that a reporter and a reviewer find."""
    doors.office.file("Chuyện.")
    found: list[FoundForm] = []
    for app, client in doors.apps():
        found += crawl(client, pages_without_arguments(app.url_map.iter_rules()))
    return found


def written(form: Form) -> list[Control]:
    return [control for control in form.controls if control.is_written]


def is_given_back(page: Document, name: str, text: str) -> bool:
    boxes = [box.value for form in page.forms for box in form.controls if box.name == name]
    return text in boxes or text in page.words
