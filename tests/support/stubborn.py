"""Visitors who file reports with files, and send the same form again until it has a receipt."""

import hashlib
import http.client
import random
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus

from tests.support.browser import Answer, File
from tests.support.people import Reporter

PAUSE_SECONDS = 0.02
# All of them come from this machine, and share its limits.
ASKED_TO_WAIT = {HTTPStatus.TOO_MANY_REQUESTS, *range(500, 600)}
PATIENCE_SECONDS = 120
Fields = Sequence[tuple[str, str]]


@dataclass
class SentForm:
    """One form: what stood in it, and every receipt that was ever shown for it."""

    statement: str
    files: dict[str, str]
    shown: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, statement: str, files: Sequence[File], *shown: str) -> "SentForm":
        """Return what is remembered of a form with these words and files."""
        digests = {file.name: hashlib.sha256(file.content).hexdigest() for file in files}
        return cls(statement, digests, list(shown))


@dataclass(kw_only=True)
class Stubborn(ABC):
    """Somebody on a bad line: every lost answer is followed by the same question again."""

    chance: random.Random
    stopping: threading.Event
    lost_answers: int = 0

    @abstractmethod
    def work(self) -> None:
        """Send one form after another until told to stop."""

    def until_answered(self, ask: Callable[[], Answer], *wanted: int) -> Answer:
        """Return the first answer with one of these statuses.

        Raises:
            AssertionError: another one came that nobody should get, or none in time.
        """
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            answer = self._asked(ask)
            if answer is not None and answer.status in wanted:
                return answer
            if answer is not None and answer.status not in ASKED_TO_WAIT:
                raise AssertionError(f"{answer.status}: {answer.document.words[:600]}")
            time.sleep(PAUSE_SECONDS)
        raise AssertionError("no answer in time")

    def _asked(self, ask: Callable[[], Answer]) -> Answer | None:
        try:
            return ask()
        except (OSError, http.client.HTTPException):
            self.lost_answers += 1
            return None


@dataclass(kw_only=True)
class StubbornClient(Stubborn):
    """A reporter who files one report after another."""

    origin: str
    forms: list[SentForm] = field(default_factory=list)

    def work(self) -> None:
        """File one report after another until it is told to stop."""
        while not self.stopping.is_set():
            self.file_one()

    def file_one(self) -> None:
        """File one report, whatever happens on the way, and sometimes press the button again."""
        visitor = Reporter(self.origin)
        files = [self._file(number) for number in range(self.chance.randint(1, 2))]
        form = SentForm.of(f"Chuyện số {self.chance.getrandbits(96):024x}", files)
        page = self.until_answered(lambda: visitor.get("/report"), 200)
        if self.chance.random() < 0.4:
            # A first try without words: the files wait in a draft.
            fields = page.form("/report").filled({"statement": "", "action": "send"})
            page = self._post(visitor, fields, files, 422)
            files = []
        fields = page.form("/report").filled({"statement": form.statement, "action": "send"})
        self.forms.append(form)
        for _ in range(self.chance.choice((1, 1, 1, 2))):
            answer = self._post(visitor, fields, files or [File("")], 200)
            form.shown.append(answer.document.texts["receipt"].strip())

    def _file(self, number: int) -> File:
        length = self.chance.choice((0, 900, 70_000, 300_000))
        return File(f"ảnh {number}.jpg", self.chance.randbytes(length))

    def _post(
        self, visitor: Reporter, fields: Fields, files: Sequence[File], wanted: int
    ) -> Answer:
        return self.until_answered(lambda: visitor.post("/report", fields, files), wanted)


def chance_of(chance: random.Random) -> random.Random:
    """Return a chance of its own for one of several threads."""
    return random.Random(chance.getrandbits(64))  # noqa: S311 (a test's own chance)


@contextmanager
def at_work(people: Sequence[Stubborn], stopping: threading.Event) -> Iterator[None]:
    """Let people work beside each other until the end of the block.

    Raises:
        AssertionError: of the first one who was answered what nobody should be.
    """
    with ThreadPoolExecutor(len(people)) as threads:
        working = [threads.submit(each.work) for each in people]
        try:
            yield
        finally:
            stopping.set()
    for done in working:
        done.result()


def receipts_shown(clients: Sequence[StubbornClient]) -> int:
    """Return how many receipts were shown so far."""
    return sum(len(form.shown) for client in clients for form in tuple(client.forms))


@contextmanager
def clients_at_work(
    origin: str, count: int, chance: random.Random
) -> Iterator[list[StubbornClient]]:
    """Let so many clients file until the end of the block; each finishes its form after that.

    Raises:
        AssertionError: of the first client that was answered what nobody should be.
    """
    stopping = threading.Event()
    clients = [
        StubbornClient(chance=chance_of(chance), stopping=stopping, origin=origin)
        for _ in range(count)
    ]
    with at_work(clients, stopping):
        yield clients
