"""What people do at the two doors of a running instance, by the forms that they are shown."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from crypto.second_factor import TotpKey
from tests.support.accounts import unused_code
from tests.support.browser import Answer, Browser, File
from tests.support.instance import Instance

SPARE = re.compile(r"<li><code>([0-9A-Z-]{14})</code></li>")
KEY = re.compile(r'<code class="key">([A-Z2-7 ]+)</code>')


@dataclass
class Reporter(Browser):
    """Somebody who reports."""

    def report(
        self, statement: str, files: Sequence[File] = (), kind: str = "", **typed: str | list[str]
    ) -> Answer:
        """Fill and send the report form."""
        page = self.get("/report" + (f"?kind={kind}" if kind else ""))
        filled = {"statement": statement, "action": "send", **typed}
        return self.submit(page, "/report", filled, files)

    def follow(self, code: str) -> Answer:
        """Open the case with a receipt."""
        return self.submit(self.get("/case"), "/case", {"receipt": code})

    def reply(self, text: str, files: Sequence[File] = ()) -> Answer:
        """Answer in the thread that is open."""
        return self.submit(self.get("/case"), "/case/messages", {"text": text}, files)


@dataclass
class Reviewer(Browser):
    """Somebody who works at the desk."""

    def sign_in(self, name: str, passphrase: str, key: TotpKey | None = None) -> Answer:
        """Sign in and return the queue; without a key with a code that is wrong."""
        code = unused_code(key) if key else "000000"
        typed = {"name": name, "passphrase": passphrase, "code": code}
        return self.submit(self.get("/sign-in"), "/sign-in", typed)

    def enrol(self, path: str, name: str, passphrase: str) -> TotpKey:
        """Take an account by a link, and return the key of the app that is signed in with."""
        page = self.get(path)
        key = key_shown(page)
        typed = {"name": name, "passphrase": passphrase, "again": passphrase}
        done = self.submit(page, path, {**typed, "code": unused_code(key)})
        assert done.status == 200, done.document.words
        return key

    def listed(self) -> list[str]:
        """Return the paths of the cases in the queue, on all of its pages."""
        found: list[str] = []
        pages, page = {"/cases"}, "/cases"
        while page:
            links = self.get(page).document.links
            found += [link for link in links if urlsplit(link).path.startswith("/cases/")]
            later = (link for link in links if "after=" in urlsplit(link).query)
            page = next((link for link in later if link not in pages), "")
            pages.add(page)
        return found

    def case_saying(self, words: str) -> str:
        """Return the path of the one listed case whose page has these words.

        Raises:
            LookupError: none has them, or several have.
        """
        found = [case for case in self.listed() if words in self.get(case).document.words]
        if len(found) != 1:
            raise LookupError(f"{len(found)} cases say {words!r}")
        return found[0]

    def answer(self, case: str, text: str, files: Sequence[File] = ()) -> Answer:
        """Write to the reporter."""
        return self.submit(self.get(case), f"{case}/messages", {"text": text}, files)

    def note(self, case: str, text: str) -> Answer:
        """Write an internal note."""
        return self.submit(self.get(case), f"{case}/notes", {"text": text})

    def refer(self, case: str, unit: str, reason: str, *, keeps: bool) -> Answer:
        """Pass the case to another unit."""
        typed = {"unit": unit, "reason": reason, "keeps": "yes" if keeps else "no", "clean": "yes"}
        return self.submit(self.get(case), f"{case}/referral", typed)


def key_shown(page: Answer) -> TotpKey:
    """Return the key of an app that a page shows."""
    found = KEY.search(page.text)
    assert found, page.document.words
    return TotpKey.parse(found[1])


def reporter_at(instance: Instance) -> Reporter:
    """Return a new visitor of the public door."""
    return Reporter(instance.public)


# What a unit's first reviewer has in their browser, by desk and unit: each code counts once, so
# signing in anew would wait for the next one.
SIGNED_IN: dict[tuple[str, str], dict[str, str]] = {}


def reviewer_of(instance: Instance, unit: str) -> Reviewer:
    """Return the first reviewer of a unit, signed in; in the session of before while it lasts."""
    place = instance.desk, unit
    reviewer = Reviewer(instance.desk, cookies=dict(SIGNED_IN.get(place, {})))
    queue = reviewer.get("/cases")
    if urlsplit(queue.url).path != "/cases":
        queue = reviewer.sign_in(*instance.reviewer_of(unit))
        SIGNED_IN[place] = dict(reviewer.cookies)
    assert queue.status == 200, (queue.status, queue.document.words)
    return reviewer


def receipt_of(answer: Answer) -> str:
    """Return the code on a receipt page."""
    assert answer.status == 200, (answer.status, answer.document.words)
    return answer.document.texts["receipt"].strip()


def file_links(page: Answer) -> list[str]:
    """Return the links of a page under which files are saved."""
    return [link for link in page.document.links if "/files/" in link]
