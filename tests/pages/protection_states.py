"""Protection on both sides, in every state that a reporter or a reviewer can bring about."""

from collections.abc import Iterator

from tests.pages.public_states import HOSTILE, States
from tests.support.browser import Answer
from tests.support.instance import Instance
from tests.support.people import Reporter, Reviewer, receipt_of, reporter_at, reviewer_of

PUBLIC_PROTECTION_STATES = {
    "protection asked for": 200,
    "protection asked for, without anything": 422,
    "protection asked for, after the session": 400,
    "thread, protection asked for": 200,
    "thread, asked how they are and how it went": 200,
    "follow-up, without words": 422,
    "feedback, without anything": 422,
    "thread, everything answered": 200,
}
ENGLISH_PROTECTION_STATES = {"protection asked for": 200, "thread, protection asked for": 200}
DESK_PROTECTION_STATES = {
    "queue, with an alarm": 200,
    "protection": 200,
    "protection, in English": 200,
    "decision, without anything": 422,
    "heard, without anything": 422,
    "protection, granted": 200,
    "measure, without anything": 422,
    "end, without anything": 422,
    "protection, refused": 200,
    "protection, with a measure": 200,
    "protection, ended": 200,
    "protection, heard": 200,
    "register, as an officer": 200,
    "protection, as an officer": 200,
    "units, as an officer": 200,
    "case, as an officer": 403,
    "decision, on a case that changed": 409,
    "register": 200,
    "register, in English": 200,
    "register, no such page": 400,
    "numbers, with voices": 200,
}
REQUEST: dict[str, str | list[str]] = {
    "kinds": ["secrecy", "safety"],
    "persons": ["self", "child"],
    "words": HOSTILE,
    "urgent": "1",
}


def public_protection_states(instance: Instance) -> States:
    """Return every state of the reporter's side."""
    visitor = reporter_at(instance)
    words = "Tôi sợ."
    visitor.follow(receipt_of(visitor.report(words)))
    page = visitor.get("/case/protection")
    yield "protection asked for", page
    yield (
        "protection asked for, without anything",
        visitor.submit(page, "/case/protection", {"persons": []}),
    )
    late = page.form("/case/protection").filled(REQUEST)
    yield (
        "protection asked for, after the session",
        reporter_at(instance).post("/case/protection", late),
    )
    yield "thread, protection asked for", visitor.submit(page, "/case/protection", REQUEST)
    yield from _afterwards(instance, reporter_at(instance))


def _afterwards(instance: Instance, visitor: Reporter) -> Iterator[tuple[str, Answer]]:
    receipt = receipt_of(visitor.report("Đã khép từ lâu."))
    with instance.database() as database:
        # What would take a month and a reviewer.
        database.execute(
            "UPDATE cases SET state = 'closed', received_on = date('now', '-60 days')"
            " WHERE rowid = (SELECT max(rowid) FROM cases)"
        )
    asked = visitor.follow(receipt)
    yield "thread, asked how they are and how it went", asked
    happened = {"answer": "happened", "words": ""}
    refused = visitor.submit(asked, "/case/follow-up", happened)
    yield "follow-up, without words", refused
    yield "feedback, without anything", visitor.submit(asked, "/case/feedback", {})
    visitor.submit(refused, "/case/follow-up", {"answer": "afraid", "words": HOSTILE})
    good = {"fair": "yes", "safe": "partly"}
    yield "thread, everything answered", visitor.submit(asked, "/case/feedback", good)


def english_protection_states(instance: Instance) -> States:
    """Return the main states as a visitor sees them who chose English."""
    visitor = reporter_at(instance)
    visitor.get("/?lang=en")
    visitor.follow(receipt_of(visitor.report("I am afraid.")))
    page = visitor.get("/case/protection")
    yield "protection asked for", page
    yield "thread, protection asked for", visitor.submit(page, "/case/protection", REQUEST)


def desk_protection_states(instance: Instance) -> States:
    """Return every state of the desk's side, on a fresh case."""
    office = reviewer_of(instance, "van-phong")
    visitor, words = reporter_at(instance), "Có người rình nhà tôi."
    visitor.follow(receipt_of(visitor.report(words)))
    visitor.submit(visitor.get("/case/protection"), "/case/protection", REQUEST)
    yield "queue, with an alarm", office.get("/cases")
    # The queue is full by now; the register is not.
    listed = [link for link in office.get("/protection").document.links if "/cases/" in link]
    cases = {link.removesuffix("/protection") for link in listed}
    [case] = [each for each in cases if words in office.get(each).document.words]
    page = f"{case}/protection"
    yield "protection", office.get(page)
    yield "protection, in English", office.get(f"{page}?lang=en")
    stale = office.get(f"{page}?lang=vi")
    yield from _decided(office, page, stale)
    heard: dict[str, str | list[str]] = {
        "heard-kinds": ["job"],
        "heard-persons": ["spouse"],
        "channel": "telephone",
        "text": HOSTILE,
        "reason": HOSTILE,
    }
    yield "protection, heard", office.submit(office.get(page), f"{page}/requests", heard)
    yield "register", office.get("/protection")
    yield "register, in English", office.get("/protection?lang=en")
    office.get("/protection?lang=vi")
    yield "register, no such page", office.get("/protection?page=0")
    yield from _as_officer(instance, case)
    with instance.database() as database:
        for answer, count in (("yes", 4), ("partly", 2), ("no", 1)):
            for question in ("fair", "safe"):
                row = ("van-phong", 2025, 4, question, answer, count)
                database.execute("INSERT INTO feedback VALUES (?, ?, ?, ?, ?, ?)", row)
    yield "numbers, with voices", office.get("/counts")


def _as_officer(instance: Instance, case: str) -> States:
    officer = Reviewer(instance.desk)
    officer.sign_in(*instance.reviewers["van-phong-3"])
    yield "register, as an officer", officer.get("/protection")
    yield "protection, as an officer", officer.get(f"{case}/protection")
    yield "units, as an officer", officer.get("/units")
    yield "case, as an officer", officer.get(case)


def _decided(office: Reviewer, page: str, stale: Answer) -> States:
    decisions, measures, ends = (f"{page}/{part}" for part in ("decisions", "measures", "end"))
    nothing = {"day": ""}
    yield "decision, without anything", office.submit(office.get(page), decisions, nothing)
    yield "heard, without anything", office.submit(office.get(page), f"{page}/requests", nothing)
    decision: dict[str, str | list[str]] = {
        "decision-kinds": ["secrecy"],
        "decider": "resolver",
        "outcome": "granted",
        "document": HOSTILE[:200],
        "words": HOSTILE,
        "reason": HOSTILE,
    }
    yield "protection, granted", _submit(office, page, decisions, decision)
    late = _with_request(stale, decisions, decision)
    yield "decision, on a case that changed", office.submit(stale, decisions, late)
    refused = {**decision, "decision-kinds": ["safety"], "decider": "police"}
    yield "protection, refused", _submit(office, page, decisions, {**refused, "outcome": "refused"})
    yield "measure, without anything", office.submit(office.get(page), measures, {"from": ""})
    yield "end, without anything", office.submit(office.get(page), ends, nothing)
    measure: dict[str, str | list[str]] = {
        "measure": "safe-meeting",
        "document": HOSTILE[:200],
        "reason": HOSTILE,
    }
    yield "protection, with a measure", _submit(office, page, measures, measure)
    end: dict[str, str | list[str]] = {
        "end-kinds": ["secrecy"],
        "ground": "basis-gone",
        "words": HOSTILE,
        "reason": HOSTILE,
    }
    yield "protection, ended", _submit(office, page, ends, end)


def _submit(office: Reviewer, page: str, form: str, typed: dict[str, str | list[str]]) -> Answer:
    shown = office.get(page)
    return office.submit(shown, form, _with_request(shown, form, typed))


def _with_request(
    page: Answer, form: str, typed: dict[str, str | list[str]]
) -> dict[str, str | list[str]]:
    [request, *_] = [each for each in page.form(form).offered("request") if each]
    return {**typed, "request": request}
