"""Recovery by the operator's commands: three papers, two people at a table, a stick in between."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from crypto.second_factor import TotpKey
from tests.support.instance import Instance
from tests.support.people import Reviewer
from tests.support.terminal import Terminal, at_terminal

PASSPHRASE = "mái chèo vỏ sò gió nồm nước lặng"
FINGERPRINT = re.compile(r"(?:[0-9A-F]{4} ){4}[0-9A-F]{4}")
GROUPS = re.compile(r"^ {4}((?:[A-Z0-9]{2,4} ?){4,5})$", re.MULTILINE)
KEY_LINES = 3


@dataclass(frozen=True)
class Said:
    """What the newcomer read out, and what the two say."""

    fingerprint: str
    reason: str = "Cả đơn vị quên cụm mật khẩu."
    former: str = ""


@dataclass
class Table:
    """The machine off the network, which has no instance, and the papers that lie in safes."""

    folder: Path
    papers: dict[int, str] = field(default_factory=dict)

    def new_paper(self, number: int) -> Path:
        """Make a recovery key, copy it from the screen, and return its public half's file."""
        public = self.folder / f"{number}.txt"
        with at_terminal(self.folder / "nowhere", "recovery", "new", str(public)) as terminal:
            terminal.await_words("type it again")
            self.papers[number] = " ".join(GROUPS.findall(terminal.shown)[:KEY_LINES])
            terminal.answer("type it again", self.papers[number])
            assert terminal.await_end() == 0
        return public

    def answer(self, question: Path, keys: tuple[int, int], said: Said) -> tuple[int, Terminal]:
        """Let two people answer a question; return the exit status and what was shown."""
        with at_terminal(self.folder / "nowhere", "recovery", "open", str(question)) as terminal:
            terminal.answer("type it here", said.fingerprint)
            terminal.answer("numbers, or nothing", said.former)
            terminal.answer("reason", said.reason)
            terminal.answer("the first holder types", self.papers[keys[0]])
            terminal.answer("the second holder types", self.papers[keys[1]])
            return terminal.await_end(), terminal


@dataclass(frozen=True, repr=False)
class Enrolled:
    """Somebody who took an account by a link, and the fingerprint that their own page shows."""

    name: str
    key: TotpKey
    fingerprint: str

    def signed_in(self, instance: Instance) -> Reviewer:
        """Return their browser, signed in."""
        browser = Reviewer(instance.desk)
        queue = browser.sign_in(self.name, PASSPHRASE, self.key)
        assert queue.status == 200, queue.document.words
        return browser


def enrol_by_link(instance: Instance, unit: str, name: str) -> Enrolled:
    """Let somebody enrol by a new link."""
    path = instance.command("reviewer", "invite", unit).strip().removeprefix(instance.desk)
    browser = Reviewer(instance.desk)
    key = browser.enrol(path, name, PASSPHRASE)
    assert browser.sign_in(name, PASSPHRASE, key).status == 200
    found = FINGERPRINT.search(browser.get("/account").document.words)
    assert found is not None
    return Enrolled(name, key, found[0])


def compare_keys(reviewer: Reviewer, unit: str) -> None:
    """Compare the recovery keys on the page Đơn vị."""
    page = reviewer.submit(reviewer.get("/units"), f"/units/{unit}/recovery", {"compared": "yes"})
    assert page.status == 200, page.document.words
