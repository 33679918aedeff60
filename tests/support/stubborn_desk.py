"""Reviewers who write to cases, and pass some on, while the desk is killed under their hands."""

import random
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from cases.case_file import open_case
from cases.office import Office
from cases.reviewers import SignedIn
from tests.support.people import Reviewer
from tests.support.stubborn import PAUSE_SECONDS, Stubborn, at_work, chance_of

# A form of a case that changed meanwhile: it is asked for anew.
CHANGED = 409
# After so many texts a case is passed on.
TEXTS_BETWEEN = 4
# The queue is looked at until it has so many.
MOST_CASES = 20


@dataclass(kw_only=True)
class StubbornReviewer(Stubborn):
    """A signed-in reviewer: each text is sent, as the same form, until the desk says it has it."""

    visitor: Reviewer
    unit: str
    written: dict[str, str] = field(default_factory=dict)
    passed_on: list[str] = field(default_factory=list)
    cases: list[str] = field(default_factory=list)

    def work(self) -> None:
        """Write to one case after another until told to stop."""
        while not self.stopping.is_set():
            if not self.write_one():
                time.sleep(PAUSE_SECONDS)

    def write_one(self) -> bool:
        """Write to a case of the queue, or pass it on; return whether there was one."""
        if len(self.cases) < MOST_CASES:
            queue = self.until_answered(lambda: self.visitor.get("/cases"), 200)
            self.cases = [link for link in queue.document.links if link.startswith("/cases/")]
        if not self.cases:
            return False
        case = self.chance.choice(self.cases)
        ref = case.removeprefix("/cases/")
        words = f"Lời số {self.chance.getrandbits(96):024x}"
        if ref in self.passed_on:
            # Whom it was passed to is responsible now; everybody who reads it may leave a note.
            self._send(case, "notes", {"text": words})
            self.written[words] = ref
        elif len(self.written) >= TEXTS_BETWEEN * (len(self.passed_on) + 1):
            passed = {"unit": self.unit, "reason": words, "keeps": "yes", "clean": "yes"}
            if self._send(case, "referral", passed):
                self.passed_on.append(ref)
        else:
            part = self.chance.choice(("notes", "messages"))
            if self._send(case, part, {"text": words}):
                self.written[words] = ref
        return True

    def _send(self, case: str, part: str, typed: dict[str, str]) -> bool:
        """Send a form of a case; return whether it was taken, and not too old."""
        page = self.until_answered(lambda: self.visitor.get(case), 200)
        form = page.form(f"{case}/{part}")
        fields = form.filled(typed)
        answer = self.until_answered(
            lambda: self.visitor.post(f"{case}/{part}", fields), 200, CHANGED
        )
        return answer.status != CHANGED


@contextmanager
def reviewers_at_work(
    signed_in: Iterable[Reviewer], unit: str, chance: random.Random
) -> Iterator[list[StubbornReviewer]]:
    """Let reviewers work until the end of the block, and pass cases on to a unit.

    Raises:
        AssertionError: of the first one who was answered what nobody should be.
    """
    stopping = threading.Event()
    reviewers = [
        StubbornReviewer(chance=chance_of(chance), stopping=stopping, visitor=each, unit=unit)
        for each in signed_in
    ]
    with at_work(reviewers, stopping):
        yield reviewers


def texts_recorded(reviewers: Iterable[StubbornReviewer]) -> int:
    """Return how many texts the desk said that it has, so far."""
    return sum(len(each.written) for each in reviewers)


def wrong_texts(
    office: Office, reviewer: SignedIn, reviewers: Iterable[StubbornReviewer]
) -> list[str]:
    """Return which texts that the desk took are not in their case exactly once."""
    written = {words: ref for each in reviewers for words, ref in each.written.items()}
    found = []
    for ref in set(written.values()):
        entries = open_case(office, reviewer, ref).entries
        said = Counter(entry.text("text") for entry in entries)
        own = [words for words, at in written.items() if at == ref]
        found += [f"{said[words]} times: {words}" for words in own if said[words] != 1]
    return found
