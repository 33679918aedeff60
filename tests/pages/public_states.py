"""Every page of the public door in every state that a visitor can bring about."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

from crypto.receipts import Receipt
from tests.support.browser import FORM_TYPE, Answer, File
from tests.support.instance import Instance
from tests.support.people import Reporter, receipt_of, reporter_at, reviewer_of

States = Iterator[tuple[str, Answer]]

# Each state and the status that it must have: a page that is not reached is not checked.
PUBLIC_STATES = {
    "home": 200,
    "protection": 200,
    "reception": 200,
    "plan": 200,
    "what the quick exit does not hide": 200,
    "receipt asked for": 200,
    "report": 200,
    "report, quick": 200,
    "report, in a business's words": 200,
    "report, previewed with a file": 200,
    "report, bypassing the office": 200,
    "report, refused for several reasons": 422,
    "report, that nobody may receive": 409,
    "report, of a stale page": 400,
    "report, sent as another": 200,
    "report, sent again with other words": 409,
    "receipt": 200,
    "report, after one was sent": 200,
    "receipt, confirmed": 200,
    "receipt, confirmed wrongly": 422,
    "receipt, confirmed too late": 400,
    "thread, empty": 200,
    "thread, with everything": 200,
    "thread, sent up": 200,
    "sent up twice": 409,
    "reply, empty": 422,
    "reply, after the session": 400,
    "reply, after the session, mistyped": 422,
    "left": 200,
    "receipt mistyped": 422,
    "receipt unknown": 404,
    "receipt, of a stale page": 400,
    "stale form": 400,
    "no such page": 404,
    "no such method": 405,
}
ENGLISH_STATES = {
    "home": 200,
    "protection": 200,
    "reception": 200,
    "plan": 200,
    "what the quick exit does not hide": 200,
    "receipt asked for": 200,
    "report": 200,
    "report, previewed with a file": 200,
    "report, refused for several reasons": 422,
    "receipt": 200,
    "thread, empty": 200,
    "thread, with everything": 200,
    "stale form": 400,
    "no such page": 404,
}
NARROW_STATES = {
    "report, with files over the limit": 413,
    "reply, with files over the limit": 413,
    "report, filed so long ago that its receipt is not shown again": 409,
}
FULL_STATES = {
    "reply, sent too often": 429,
    "receipt, asked for too often": 429,
    "report, sent too often": 429,
}

LONG_NAME = "biên bản nghiệm thu đoạn kè số 2 có chữ ký của hai bên và ảnh chụp tại chỗ" * 3
FILE = File(f"{LONG_NAME}.pdf", b"%PDF-1.7 " + bytes(5000))
# Words that break a layout: no space anywhere, and directions that turn around.
HOSTILE = (
    "w" * 300 + " \u202eevil\u202c <script>alert(1)</script> & https://example.org/" + "x" * 200
)


def public_states(instance: Instance) -> States:
    """Return every state but those that need a narrow, a busy or a broken instance."""
    yield from _told(reporter_at(instance))
    yield from _reports(reporter_at(instance))
    yield from _receipts(instance)
    yield from _threads(instance)
    visitor = reporter_at(instance)
    yield "receipt mistyped", visitor.follow("BCFG HJ")
    yield "receipt unknown", visitor.follow(Receipt.generate().grouped())
    stale = [("csrf_token", "x"), ("receipt", "x")]
    yield "receipt, of a stale page", visitor.post("/case", stale)
    yield "stale form", visitor.post("/report/another", stale)
    yield "no such page", visitor.get("/khong-co")
    yield "no such method", visitor.request("PUT", "/report")


def english_states(instance: Instance) -> States:
    """Return the main states as a visitor sees them who chose English."""
    visitor = reporter_at(instance)
    visitor.get("/?lang=en")
    yield from _told(visitor)
    yield "report", visitor.get("/report")
    yield "report, previewed with a file", visitor.report(HOSTILE, [FILE], action="preview")
    yield "report, refused for several reasons", _refused(visitor)
    words = "A statement in English."
    answer = visitor.report(words)
    yield "receipt", answer
    yield "thread, empty", visitor.follow(receipt_of(answer))
    yield "thread, with everything", _talked_of(instance, visitor, words)
    yield "stale form", visitor.post("/report/another", [("csrf_token", "x")])
    yield "no such page", visitor.get("/khong-co")


def _told(visitor: Reporter) -> States:
    yield "home", visitor.get("/")
    yield "protection", visitor.get("/protection")
    yield "reception", visitor.get("/reception")
    yield "plan", visitor.get("/plan")
    yield "what the quick exit does not hide", visitor.get("/exit/about")
    yield "receipt asked for", visitor.get("/case")


def _refused(visitor: Reporter) -> Answer:
    too_long = "dài " * 2000
    return visitor.report("", [FILE], where=too_long, when=too_long, accused=["truong-hoc"])


def _reports(visitor: Reporter) -> States:
    yield "report", visitor.get("/report")
    yield "report, quick", visitor.get("/report?kind=nhung-nhieu")
    yield "report, in a business's words", visitor.get("/report?kind=doanh-nghiep")
    previewed = visitor.report(HOSTILE, [FILE, FILE], action="preview", accused_head=["van-phong"])
    yield "report, previewed with a file", previewed
    bypassing = visitor.report("Đừng cho ai biết.", action="preview", bypass="1", urgent="1")
    yield "report, bypassing the office", bypassing
    yield "report, refused for several reasons", _refused(visitor)
    page = visitor.get("/report")
    everybody = [each.value for each in page.form("/report").controls if each.name == "not_to"]
    typed = {"statement": HOSTILE, "not_to": everybody, "action": "send"}
    yield "report, that nobody may receive", visitor.submit(page, "/report", typed, [FILE])
    fields = visitor.get("/report").form("/report").filled({"statement": HOSTILE})
    secrets = {"csrf_token", "once"}
    stale = [(name, "x" if name in secrets else value) for name, value in fields]
    yield "report, of a stale page", visitor.post("/report", stale, [FILE])


def _receipts(instance: Instance) -> States:
    visitor = reporter_at(instance)
    page = visitor.get("/report")
    fields = page.form("/report").filled({"statement": "Gửi một lần.", "action": "send"})
    receipt = visitor.post("/report", fields, [FILE])
    yield "receipt", receipt
    yield "report, after one was sent", visitor.get("/report")
    confirm = "/report/confirm"
    yield "receipt, confirmed wrongly", visitor.submit(receipt, confirm, {"receipt": "BCFG"})
    code = receipt_of(receipt)
    yield "receipt, confirmed", visitor.submit(receipt, confirm, {"receipt": code})
    token = receipt.form(confirm).value("csrf_token")
    late = [("csrf_token", token), ("shown", "x"), ("receipt", code)]
    yield "receipt, confirmed too late", visitor.post(confirm, late)
    other = [(name, "Lời khác." if name == "statement" else value) for name, value in fields]
    different = visitor.post("/report", other, [FILE])
    yield "report, sent again with other words", different
    another = visitor.submit(different, "/report", {"action": "another"})
    yield "report, sent as another", another


def _threads(instance: Instance) -> States:
    visitor = reporter_at(instance)
    words = "Có người trả lời tôi."
    yield "thread, empty", visitor.follow(receipt_of(visitor.report(words, [FILE])))
    yield "reply, empty", visitor.reply("")
    yield "thread, with everything", _talked_of(instance, visitor, words)
    late = visitor.get("/case")
    yield "thread, sent up", visitor.submit(late, "/case/escalate", {})
    yield "sent up twice", visitor.submit(late, "/case/escalate", {})
    yield "left", visitor.submit(late, "/case/leave", {})
    again = visitor.post("/case/messages", late.form("/case/messages").filled({"text": HOSTILE}))
    yield "reply, after the session", again
    mistyped = {"receipt": "BCFG"}
    yield (
        "reply, after the session, mistyped",
        visitor.submit(again, "/case/messages", mistyped),
    )


def _talked_of(instance: Instance, visitor: Reporter, words: str) -> Answer:
    """Return the thread that a visitor has open, once everybody wrote and its case moved on."""
    office = reviewer_of(instance, "van-phong")
    case = office.case_saying(words)
    assert office.answer(case, HOSTILE, [FILE]).status == 200
    assert office.refer(case, "phong-vhxh", "Đúng việc.", keeps=True).status == 200
    assert visitor.reply(HOSTILE, [FILE, FILE]).status == 200
    assert reviewer_of(instance, "phong-vhxh").answer(case, "Câu hỏi mới.").status == 200
    return visitor.get("/case")


def narrow_states(instance: Instance) -> States:
    """Return what an instance says that takes very small files only."""
    visitor = reporter_at(instance)
    answer = visitor.report("Tệp to quá.", [FILE, File("nhỏ.txt", b"x")])
    yield "report, with files over the limit", answer
    visitor.follow(receipt_of(reporter_at(instance).report("Rồi gửi tệp to.")))
    yield "reply, with files over the limit", visitor.reply("Tệp to quá.", [FILE])
    late = reporter_at(instance)
    form = late.get("/report").form("/report").filled({"statement": HOSTILE, "action": "send"})
    receipt_of(late.post("/report", form))
    with instance.database() as database:
        # What the job does a quarter of an hour later.
        database.execute("UPDATE once SET lookup_tag = NULL, sealed_receipt = NULL")
    again = late.post("/report", form)
    yield "report, filed so long ago that its receipt is not shown again", again


def full_states(instance: Instance) -> States:
    """Return what an instance says that everybody asks at once."""
    yield "reply, sent too often", _replied_too_often(instance)
    visitor = reporter_at(instance)
    form = visitor.get("/case").form("/case")
    fields = form.filled({"receipt": Receipt.generate().grouped()})
    yield "receipt, asked for too often", _until_refused(visitor, "/case", fields)
    yield "report, sent too often", _filed_too_often(instance)


def _until_refused(visitor: Reporter, path: str, fields: list[tuple[str, str]]) -> Answer:
    answers = (visitor.post(path, fields) for _ in range(500))
    return next(answer for answer in answers if answer.status == 429)


def _replied_too_often(instance: Instance) -> Answer:
    """Send a reply so often that the next one must wait: the same form, which adds it once."""
    visitor = reporter_at(instance)
    page = visitor.follow(receipt_of(visitor.report("Trả lời nhiều lần.")))
    fields = page.form("/case/messages").filled({"text": HOSTILE})
    body, headers = urlencode(fields).encode(), {"Content-Type": FORM_TYPE}
    with ThreadPoolExecutor(8) as pool:
        sent = [
            pool.submit(visitor.request, "POST", "/case/messages", body, headers)
            for _ in range(180)
        ]
        return next(answer for each in sent if (answer := each.result()).status == 429)


def _filed_too_often(instance: Instance) -> Answer:
    """Send some reports so often, again and again, that the next one must wait."""
    late, *visitors = [reporter_at(instance) for _ in range(21)]
    late_form, *forms = [each.get("/report").form("/report") for each in (late, *visitors)]
    typed = {"statement": HOSTILE, "action": "send"}
    with ThreadPoolExecutor(8) as pool:
        send = (
            pool.submit(v.post, "/report", f.filled(typed))
            for _ in range(9)
            for v, f in zip(visitors, forms, strict=True)
        )
        answers = [sent.result() for sent in tuple(send)]
    assert {answer.status for answer in answers} == {200}, "the same form shows its receipt"
    return late.post("/report", late_form.filled(typed))
