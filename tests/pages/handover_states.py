"""Redaction before handover, and the original, in every state that a reviewer can bring about."""

from tests.pages.public_states import HOSTILE, States
from tests.support.browser import Answer, File
from tests.support.instance import Instance
from tests.support.people import Reviewer, reporter_at, reviewer_of

DESK_HANDOVER_STATES = {
    "handover": 200,
    "handover, in English": 200,
    "handover, without anything": 422,
    "handover, looked at": 200,
    "handover, of another copy": 422,
    "handover, of a case that changed": 409,
    "handover, done": 200,
    "handover, not possible": 200,
    "case that came redacted": 200,
    "original, asked for without a reason": 422,
    "original, asked for": 200,
    "original, waiting for an answer": 200,
    "original, refused without a reason": 422,
    "original, refused": 200,
    "original, given": 200,
}
STATEMENT = "Ông ấy đòi tiền cho qua. Tôi bán cá ngay cổng. Nhà tôi ở đầu ngõ, xin giữ kín cho."
TAKER = "phong-vhxh"


def desk_handover_states(instance: Instance) -> States:
    """Return every state of handing over, and of the original afterwards."""
    reporter_at(instance).report(STATEMENT, [File("ảnh chụp.jpg", b"anh")])
    office, taker = reviewer_of(instance, "van-phong"), reviewer_of(instance, TAKER)
    case = office.case_saying("Tôi bán cá ngay cổng")
    path = f"{case}/handover"
    page = office.get(path)
    yield "handover", page
    yield "handover, in English", office.get(f"{path}?lang=en")
    office.get(f"{path}?lang=vi")
    yield "handover, without anything", office.submit(page, path, {"action": "preview"})
    marks: dict[str, str | list[str]] = {"words": "đầu ngõ", "hide": ["0.1"]}
    seen = office.submit(page, path, {**marks, "action": "preview"})
    yield "handover, looked at", seen
    whole = {**marks, "unit": TAKER, "reason": HOSTILE, "action": "send"}
    more = {**whole, "hide": ["0.0", "0.1"]}
    yield "handover, of another copy", office.submit(seen, path, more)
    office.submit(office.get(case), f"{case}/steps", {"step": "assess", "reason": "Xem xét."})
    yield "handover, of a case that changed", office.submit(seen, path, whole)
    again = office.submit(office.get(path), path, {**marks, "action": "preview"})
    yield "handover, done", office.submit(again, path, whole)
    yield "handover, not possible", office.get(path)
    yield from _original(office, taker, case)


def _original(office: Reviewer, taker: Reviewer, case: str) -> States:
    came = taker.get(case)
    yield "case that came redacted", came
    yield "original, asked for without a reason", _ask(taker, case, "")
    yield "original, asked for", _ask(taker, case, HOSTILE)
    yield "original, waiting for an answer", office.get(case)
    yield "original, refused without a reason", _answer(office, case, "refuse", "")
    yield "original, refused", _answer(office, case, "refuse", HOSTILE)
    _ask(taker, case, "Vẫn cần.")
    yield "original, given", _answer(office, case, "give", "")


def _ask(taker: Reviewer, case: str, why: str) -> Answer:
    return taker.submit(taker.get(case), f"{case}/original", {"reason": why})


def _answer(office: Reviewer, case: str, said: str, why: str) -> Answer:
    typed = {"original": said, "reason": why}
    return office.submit(office.get(case), f"{case}/original/answer", typed)
