"""A case's law page, and the register of paper, in every state that a reviewer can bring about."""

import re

from tests.pages.public_states import HOSTILE, States
from tests.support.people import Reviewer

NUMBER = re.compile(r"\d+/2026")
FOUND: dict[str, str | list[str]] = {
    "track": "C",
    "who": "yes",
    "evidence": "no",
    "verifiable": "unknown",
    "marks": ["crime-found", "party-found"],
    "reason": HOSTILE,
}


def law_states(office: Reviewer, case: str) -> States:
    """Return every state of the law page of a fresh case, and of the register."""
    yield from _triage(office, case)
    yield from _afterwards(office, case)
    yield from _outcome(office, case)
    yield from _paper(office)


def _triage(office: Reviewer, case: str) -> States:
    page = f"{case}/law"
    yield "law", office.get(page)
    yield "law, in English", office.get(f"{page}?lang=en")
    stale = office.get(f"{page}?lang=vi")
    yield "triage, without anything", office.submit(office.get(page), f"{case}/triage", {})
    yield "mark, without anything", office.submit(office.get(page), f"{case}/marks", {"day": ""})
    yield "link, without anything", office.submit(office.get(page), f"{case}/links", {})
    yield "part, without anything", office.submit(office.get(page), f"{case}/parts", {})
    yield "law, classified", office.submit(office.get(page), f"{case}/triage", FOUND)
    yield "triage, on a case that changed", office.submit(stale, f"{case}/triage", FOUND)


def _afterwards(office: Reviewer, case: str) -> States:
    page = f"{case}/law"
    done = {"mark": "crime-sent", "document": HOSTILE[:200], "reason": HOSTILE}
    early = {**done, "day": "2020-01-01"}
    yield "mark, on a day before", office.submit(office.get(page), f"{case}/marks", early)
    yield "law, with what happened", office.submit(office.get(page), f"{case}/marks", done)
    yield "extension, without anything", office.submit(office.get(page), f"{case}/extensions", {})
    more: dict[str, str | list[str]] = {"rule": "D14", "grounds": ["places"], "reason": HOSTILE}
    few = {**more, "grounds": []}
    yield (
        "extension, on too few grounds",
        office.submit(office.get(page), f"{case}/extensions", few),
    )
    yield "law, more time", office.submit(office.get(page), f"{case}/extensions", more)
    last = next(each for each in reversed(office.listed()) if each != case)
    other = NUMBER.search(office.get(last).document.words)
    loose = {"other": "99999/2026", "kind": "related", "reason": HOSTILE}
    yield "link, to no case", office.submit(office.get(page), f"{case}/links", loose)
    tied = {"other": other[0] if other else "", "kind": "related", "reason": HOSTILE}
    linked = office.submit(office.get(page), f"{case}/links", tied)
    yield "law, linked", linked
    yield "unlink, without anything", office.submit(linked, f"{case}/links/undo", {})
    [box] = (c for c in linked.form(f"{case}/links/undo").controls if c.name == "linked")
    mistake = {"linked": box.value, "reason": HOSTILE}
    yield "law, unlinked", office.submit(office.get(page), f"{case}/links/undo", mistake)
    part = {"text": HOSTILE, "reason": HOSTILE}
    yield "law, a part left", office.submit(office.get(page), f"{case}/parts", part)


def _outcome(office: Reviewer, case: str) -> States:
    page = f"{case}/law"
    open_page = office.get(page)
    for step in ("accept", "verify", "conclude"):
        office.submit(office.get(case), f"{case}/steps", {"step": step, "reason": "Theo luật."})
    concluded = office.get(page)
    yield "law, concluded", concluded
    triage, outcome = f"{case}/triage", f"{case}/outcome"
    version = concluded.form(outcome).value("version")
    late = open_page.form(triage).filled({**FOUND, "version": version})
    yield "triage, which the page has no longer", office.post(triage, late)
    yield "outcome, without anything", office.submit(concluded, outcome, {})
    false = {"finding": "knowingly-false", "reason": HOSTILE}
    yield "outcome, knowingly false", office.submit(concluded, outcome, false)
    came: dict[str, str | list[str]] = {
        "finding": "partly-true",
        "measures": ["discipline", "recovery"],
        "people": "2",
        "money_to_recover": "1.200.000",
        "loophole": HOSTILE,
        "reason": HOSTILE,
    }
    yield "law, with an outcome", office.submit(office.get(page), outcome, came)


def _paper(office: Reviewer) -> States:
    before = set(office.listed())
    yield "paper", office.get("/paper")
    yield "paper, without anything", office.submit(office.get("/paper"), "/paper", {})
    stale = [("csrf_token", "x"), ("number", HOSTILE)]
    yield "paper, of a stale page", office.post("/paper", stale)
    yield "paper, entered", office.submit(office.get("/paper"), "/paper", {"number": "Số 17"})
    yield "case of a paper", office.get(next(iter(set(office.listed()) - before)))
