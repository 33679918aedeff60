"""What happens on an instance that is then seized: filed slowly, refused, read, answered, noted."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.seizure.canaries import Canary, cells_of, files_under, found, new_canary
from tests.support.browser import (
    Answer,
    Browser,
    File,
    closing,
    field_parts,
    file_head,
    new_boundary,
    send_in_pieces,
)
from tests.support.instance import Instance
from tests.support.people import Reporter, Reviewer, file_links, receipt_of, reviewer_of

MIB = 1 << 20
SLOW_MIB = 40
PAUSE_SECONDS = 0.05
# A loopback address of the visitor's own, so that it can be told from the doors' 127.0.0.1.
VISITOR_ADDRESS = "127.9.8.7"


@dataclass
class Stage:
    """A moment at which everything was seized, and what was found then."""

    name: str
    findings: list[str]


@dataclass
class Story:
    """One instance, its canaries, and what each seizure of it found."""

    instance: Instance
    temporary: Path
    canaries: dict[str, Canary] = field(default_factory=dict)
    stages: list[Stage] = field(default_factory=list)
    receipts: list[str] = field(default_factory=list)

    def word(self, name: str) -> str:
        """Return the canary of this name, and look for it from now on."""
        return self.canaries.setdefault(name, new_canary(name)).word

    def add_receipt(self, code: str) -> None:
        """Look for a receipt from now on, as it is shown and as it is typed."""
        self.receipts.append(code)
        symbols = code.replace("-", "")
        for how, word in (("grouped", code), ("plain", symbols), ("lower", symbols.lower())):
            name = f"receipt {len(self.receipts)} {how}"
            self.canaries[name] = Canary(name, word)

    def places(self) -> Iterator[tuple[str, bytes]]:
        """Return everything that somebody who takes the machine finds of this instance."""
        yield from files_under(self.instance.folder, self.temporary)
        yield from files_under(self.instance.printed, self.instance.logged)
        yield from cells_of(self.instance.folder / "liemchinh.db")

    def seize(self, name: str) -> None:
        """Look for every canary everywhere, now."""
        self.stages.append(Stage(name, found(self.canaries.values(), self.places())))


def visitor(story: Story) -> Reporter:
    """Return a visitor whose address and browser would be known again."""
    agent = f"Mozilla/5.0 {story.word('user agent')}"
    story.canaries["address"] = Canary("address", VISITOR_ADDRESS)
    return Reporter(story.instance.public, source=VISITOR_ADDRESS, user_agent=agent)


def content(word: str, length: int) -> bytes:
    """Return a file in which the word stands in every piece that could be lost on the way."""
    line = f"{word} và những gì người gửi chụp lại\r\n".encode()
    return (line * (length // len(line) + 1))[:length]


def send_slowly(
    browser: Browser, fields: Sequence[tuple[str, str]], file: File, meanwhile: Callable[[], None]
) -> Answer:
    """Send the report form with one file at a telephone's pace; look around in the middle."""
    boundary = new_boundary()
    head = b"".join(field_parts(boundary, fields)) + file_head(boundary, file)
    tail = b"\r\n" + closing(boundary)

    def pieces() -> Iterator[bytes]:
        yield head
        for start in range(0, len(file.content), MIB):
            yield file.content[start : start + MIB]
            time.sleep(PAUSE_SECONDS)
            if start == len(file.content) // 2:
                time.sleep(1)
                meanwhile()
        yield tail

    length = len(head) + len(file.content) + len(tail)
    content_type = f"multipart/form-data; boundary={boundary}"
    return send_in_pieces(browser, "/report", content_type, pieces(), length)


def file_slowly(story: Story) -> str:
    """File a report with a large attachment, and look around while it arrives."""
    reporter = visitor(story)
    typed = {
        "statement": f"{story.word('statement')} " * 40,
        "where": story.word("place"),
        "accused_text": story.word("accused"),
        "action": "send",
    }
    name, word = story.word("file name"), story.word("file content")
    file = File(f"{name} ảnh {name}.jpg", content(word, SLOW_MIB * MIB))
    fields = reporter.get("/report").form("/report").filled(typed)
    answer = send_slowly(reporter, fields, file, lambda: story.seize("while a file arrives"))
    code = receipt_of(answer)
    story.add_receipt(code)
    story.seize("after filing")
    return code


def be_refused(story: Story) -> None:
    """Send two forms with a file that are refused: one without a statement, one without a token."""
    name, word = story.word("refused file name"), story.word("refused content")
    file = File(f"{name}.pdf", content(word, 3 * MIB))
    typed = {"statement": "", "evidence": story.word("refused words"), "action": "send"}
    reporter = visitor(story)
    fields = reporter.get("/report").form("/report").filled(typed)
    refused = reporter.post("/report", fields, [file])
    assert refused.status == 422
    assert story.word("refused words") in refused.text
    assert file.name in refused.text
    story.seize("after a refused form with a file")
    foreign = [(key, "x" if key == "csrf_token" else value) for key, value in fields]
    assert visitor(story).post("/report", foreign, [file]).status == 400
    story.seize("after a form without its token")


def break_off(story: Story) -> None:
    """Lose the connection in the midst of a file."""
    reporter = visitor(story)
    file = File(f"{story.word('cut file name')}.mp4", content(story.word("cut content"), 6 * MIB))
    fields = reporter.get("/report").form("/report").filled({"statement": "x", "action": "send"})

    class LostConnectionError(Exception):
        """The telephone lost its network."""

    def lose() -> None:
        raise LostConnectionError

    try:
        send_slowly(reporter, fields, file, lose)
    except LostConnectionError:
        time.sleep(1)
    story.seize("after a connection was lost")


def be_afraid(story: Story, reporter: Reporter, office: Reviewer, case: str) -> None:
    """Ask for protection, be refused with reasons, and ask again."""
    asked: dict[str, str | list[str]] = {
        "kinds": ["safety"],
        "persons": ["self"],
        "words": story.word("fear"),
        "urgent": "1",
    }
    reporter.submit(reporter.get("/case/protection"), "/case/protection", asked)
    page = office.get(f"{case}/protection")
    assert story.word("fear") in page.text
    decisions = f"{case}/protection/decisions"
    decided: dict[str, str | list[str]] = {
        "request": page.form(decisions).offered("request")[0],
        "decision-kinds": ["safety"],
        "decider": "police",
        "outcome": "refused",
        "document": story.word("document of a refusal"),
        "words": story.word("reasons of a refusal"),
        "reason": story.word("grounds of a refusal"),
    }
    assert office.submit(page, decisions, decided).status == 200
    assert story.word("reasons of a refusal") in reporter.get("/case").text
    again = {**asked, "words": story.word("second fear")}
    reporter.submit(reporter.get("/case/protection"), "/case/protection", again)
    assert story.word("second fear") in office.get(f"{case}/protection").text


def answer_each_other(story: Story, code: str) -> None:
    """Let the office read, note and ask, and the reporter answer, with files both ways."""
    office = reviewer_of(story.instance, "van-phong")
    for unit_name, passphrase in story.instance.passphrases.items():
        if unit_name.startswith("van-phong"):
            story.canaries[unit_name] = Canary(f"passphrase of {unit_name}", passphrase)
    case = office.listed()[0]
    page = office.get(case)
    assert story.word("statement") in page.text
    saved = office.get(file_links(page)[0])
    assert saved.body == content(story.word("file content"), SLOW_MIB * MIB)
    assert office.note(case, story.word("note")).status == 200
    asked = File(f"{story.word('asked file name')}.txt", content(story.word("asked content"), MIB))
    assert office.answer(case, story.word("question"), [asked]).status == 200
    reporter = visitor(story)
    assert story.word("question") in reporter.follow(code).text
    told = File(f"{story.word('told file name')}.txt", content(story.word("told content"), MIB))
    assert story.word("reply") in reporter.reply(story.word("reply"), [told]).text
    be_afraid(story, reporter, office, case)
    assert office.refer(case, "phong-vhxh", story.word("reason"), keeps=True).status == 200
    story.seize("after words went both ways")
