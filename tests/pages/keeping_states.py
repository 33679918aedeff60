"""How long a case is kept: held, proposed to be disposed of or carried out, and gone."""

from crypto.keys import Identity
from tests.pages.public_states import HOSTILE, States
from tests.support.instance import Instance
from tests.support.people import Reviewer, receipt_of, reporter_at, reviewer_of

PUBLIC_KEEPING_STATES = {"receipt, of a case disposed of": 410}
DESK_KEEPING_STATES = {
    "keeping": 200,
    "keeping, in English": 200,
    "hold, without a reason": 422,
    "keeping, held": 200,
    "case, held": 200,
    "hold, on a case that changed": 409,
    "end of hold, without a reason": 422,
    "export, to no key": 422,
    "export, proposed": 200,
    "keeping, with an export to download": 200,
    "keeping, of an old case": 200,
    "disposal, without a reason": 422,
    "disposal, proposed": 200,
    "case disposed of": 410,
    "note, on a case disposed of": 410,
    "queue, with a case disposed of": 200,
}
WORDS = "Chuyện của năm ngoái."


def public_keeping_states(instance: Instance) -> States:
    """Return what a receipt shows whose case was disposed of."""
    visitor = reporter_at(instance)
    receipt = receipt_of(visitor.report("Chuyện đã cũ."))
    with instance.database() as database:
        # What would take years and two reviewers.
        database.execute(
            "INSERT INTO disposed_receipts SELECT lookup_tag, '2026-01-05' FROM receipts"
            " WHERE rowid = (SELECT max(rowid) FROM receipts)"
        )
        database.execute("DELETE FROM receipts WHERE rowid = (SELECT max(rowid) FROM receipts)")
    yield "receipt, of a case disposed of", visitor.follow(receipt)


def new_case(instance: Instance, words: str) -> str:
    """Return the path of a case that a report just made; the queue is full by now."""
    assert reporter_at(instance).report(words).status == 200
    with instance.database() as database:
        [ref] = database.execute("SELECT ref FROM cases ORDER BY rowid DESC LIMIT 1").fetchone()
    return f"/cases/{ref}"


def desk_keeping_states(instance: Instance) -> States:
    """Return every state of the keeping page, on fresh cases."""
    office, second = reviewer_of(instance, "van-phong"), Reviewer(instance.desk)
    second.sign_in(*instance.reviewers["van-phong-2"])
    case = new_case(instance, WORDS)
    page = f"{case}/keeping"
    yield "keeping", office.get(page)
    yield "keeping, in English", office.get(f"{page}?lang=en")
    stale = office.get(f"{page}?lang=vi")
    why = {"reason": HOSTILE}
    yield "hold, without a reason", office.submit(stale, f"{case}/hold", {})
    yield "keeping, held", office.submit(office.get(page), f"{case}/hold", why)
    yield "case, held", office.get(case)
    yield "hold, on a case that changed", office.submit(stale, f"{case}/hold", why)
    yield "end of hold, without a reason", office.submit(office.get(page), f"{case}/hold/end", {})
    none = {"recipient": HOSTILE, **why}
    yield "export, to no key", office.submit(office.get(page), f"{case}/exports", none)
    key = {"recipient": Identity.generate().recipient.encoded(), **why}
    yield "export, proposed", second.submit(second.get(page), f"{case}/exports", key)
    verdict = {"verdict": "approve", **why}
    office.submit(office.get(case), f"{case}/proposals", verdict)
    yield "keeping, with an export to download", office.get(page)
    yield from _over(instance, office)


def _over(instance: Instance, office: Reviewer) -> States:
    case = new_case(instance, f"{WORDS} Và nữa.")
    ref = case.rpartition("/")[2]
    note = office.get(case).form(f"{case}/notes").filled({"text": HOSTILE})
    with instance.database() as database:
        database.execute("UPDATE cases SET state = 'closed' WHERE ref = ?", (ref,))
        database.execute("UPDATE listings SET state = 'closed' WHERE case_ref = ?", (ref,))
        database.execute("INSERT INTO retention VALUES (?, '2000-01-03', NULL, NULL)", (ref,))
    page = f"{case}/keeping"
    yield "keeping, of an old case", office.get(page)
    yield "disposal, without a reason", office.submit(office.get(page), f"{case}/disposal", {})
    why = {"reason": HOSTILE}
    yield "disposal, proposed", office.submit(office.get(page), f"{case}/disposal", why)
    with instance.database() as database:
        database.execute("UPDATE retention SET disposed_on = '2026-01-05'")
    yield "case disposed of", office.get(case)
    yield "note, on a case disposed of", office.post(f"{case}/notes", note)
    yield "queue, with a case disposed of", office.get("/cases?state=closed")
