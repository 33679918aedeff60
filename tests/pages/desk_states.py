"""Every page of the desk in every state that a reviewer can bring about."""

from tests.pages.law_states import law_states
from tests.pages.public_states import FILE, HOSTILE, States
from tests.pages.unit_states import unit_states
from tests.support.accounts import unused_code
from tests.support.browser import Answer
from tests.support.instance import Instance
from tests.support.people import Reviewer, key_shown, reporter_at, reviewer_of

DESK_STATES = {
    "sign-in": 200,
    "sign-in, refused": 401,
    "sign-in, of a stale page": 400,
    "sign-in, in English": 200,
    "enrolment": 200,
    "enrolment, refused": 422,
    "enrolment, done": 200,
    "enrolment, link used": 404,
    "queue of somebody who waits": 200,
    "account of somebody who waits": 200,
    "account, with another passphrase": 200,
    "another app": 200,
    "another app, refused": 422,
    "another app, done": 200,
    "units of somebody who waits": 200,
    "queue, empty": 200,
    "queue, filtered to nothing": 200,
    "queue": 200,
    "queue, sorted": 200,
    "queue, in English": 200,
    "queue, first page of many": 200,
    "queue, last page of many": 200,
    "queue, bad address": 400,
    "case": 200,
    "case, in English": 200,
    "case, answered": 200,
    "case, noted": 200,
    "case, moved on": 200,
    "answer, empty": 422,
    "note, empty": 422,
    "step, without anything": 422,
    "referral, without anything": 422,
    "bar, without anything": 422,
    "answer, kept as a draft": 200,
    "note, kept as a draft": 200,
    "handler, not declared": 422,
    "handler, declared": 200,
    "note, of a stale page": 400,
    "step, on a case that changed": 409,
    "law": 200,
    "law, in English": 200,
    "law, classified": 200,
    "law, with what happened": 200,
    "law, more time": 200,
    "law, linked": 200,
    "unlink, without anything": 422,
    "law, unlinked": 200,
    "law, a part left": 200,
    "law, concluded": 200,
    "law, with an outcome": 200,
    "triage, without anything": 422,
    "mark, without anything": 422,
    "extension, without anything": 422,
    "link, without anything": 422,
    "part, without anything": 422,
    "outcome, without anything": 422,
    "outcome, knowingly false": 200,
    "mark, on a day before": 422,
    "extension, on too few grounds": 422,
    "link, to no case": 422,
    "triage, which the page has no longer": 422,
    "triage, on a case that changed": 409,
    "paper": 200,
    "paper, without anything": 422,
    "paper, of a stale page": 400,
    "paper, entered": 200,
    "case of a paper": 200,
    "case passed on": 200,
    "case of another unit now": 200,
    "numbers": 200,
    "numbers, of no year": 400,
    "heard": 200,
    "heard, refused": 422,
    "heard, filed": 200,
    "units, with somebody who waits": 200,
    "units, somebody sent away without being sure": 422,
    "units, other roles without a reason": 422,
    "units, other roles proposed": 200,
    "units, not compared": 422,
    "units, admitted": 200,
    "units, with recovery keys": 200,
    "units, recovery keys not compared": 422,
    "units, recovery keys compared": 200,
    "units, recovery keys changed": 200,
    "units, recovered": 200,
    "units, with a recovery that does not hold": 200,
    "account": 200,
    "account, refused": 422,
    "notice": 200,
    "notice, in English": 200,
    "notice, to no address": 422,
    "notice, waiting for its code": 200,
    "notice, with another code": 422,
    "notice, taken back": 200,
    "no such case": 404,
    "no such page": 404,
    "no such method": 405,
    "form after the session": 401,
    "signed out": 200,
}
WEAK, STRONG = "liemchinh123456", "mái chèo vỏ sò gió nồm nước lặng"
STRONGER = f"{STRONG} trăng rằm"
UNKNOWN_CASE = "/cases/" + "a" * 26


def desk_states(instance: Instance) -> States:
    """Return every state of the desk."""
    yield from _entrance(instance)
    _fill(instance)
    yield from _queue(instance)
    yield from _case(instance)
    yield from unit_states(instance)


def _entrance(instance: Instance) -> States:
    visitor = Reviewer(instance.desk)
    yield "sign-in", visitor.get("/sign-in")
    yield "sign-in, refused", visitor.sign_in("van-phong-1", "không phải")
    stale = [("csrf_token", "x"), ("name", HOSTILE)]
    yield "sign-in, of a stale page", visitor.post("/sign-in", stale)
    english = Reviewer(instance.desk)
    yield "sign-in, in English", english.get("/sign-in?lang=en")
    path = instance.command("reviewer", "invite", "van-phong").strip()
    path = path.removeprefix(instance.desk)
    yield "enrolment", visitor.get(path)
    weak = {"name": "x", "passphrase": WEAK, "again": "khác"}
    yield "enrolment, refused", visitor.submit(visitor.get(path), path, weak)
    yield from _new_account(visitor, path)
    yield "units of somebody who waits", visitor.get("/units")


def _new_account(visitor: Reviewer, path: str) -> States:
    page = visitor.get(path)
    key = key_shown(page)
    strong = {"name": "người mới", "passphrase": STRONG, "again": STRONG}
    strong["code"] = unused_code(key)
    yield "enrolment, done", visitor.submit(page, path, strong)
    yield "enrolment, link used", visitor.get(path)
    yield "queue of somebody who waits", visitor.sign_in("người mới", STRONG, key)
    account = visitor.get("/account")
    yield "account of somebody who waits", account
    other = {"present": STRONG, "passphrase": STRONGER, "again": STRONGER}
    changed = visitor.submit(account, "/account/passphrase", other)
    yield "account, with another passphrase", changed
    page = visitor.get("/account/second-factor")
    yield "another app", page
    moved = {"present": STRONGER, "present_code": unused_code(key), "code": "000000"}
    yield "another app, refused", visitor.submit(page, "/account/second-factor", moved)
    moved["code"] = unused_code(key_shown(page))
    yield "another app, done", visitor.submit(page, "/account/second-factor", moved)


def _fill(instance: Instance) -> None:
    for number in range(52):
        urgent = ["1"] if number % 3 == 0 else []
        reporter_at(instance).report(f"Số {number}.", accused=["truong-hoc"], urgent=urgent)
    reporter = reporter_at(instance)
    reporter.report(
        HOSTILE,
        [FILE, FILE],
        urgent="1",
        when=HOSTILE,
        accused=["truong-hoc"],
        accused_text=HOSTILE,
        not_to=["phong-vhxh"],
        evidence="Một tờ giấy.",
    )


def _queue(instance: Instance) -> States:
    idle = reviewer_of(instance, "cong-an-tp")
    yield "queue, empty", idle.get("/cases")
    office = _holder(instance)
    yield "queue", office.get("/cases")
    yield "queue, filtered to nothing", office.get("/cases?only=overdue")
    yield "queue, sorted", office.get("/cases?sort=due&only=urgent")
    first = office.get("/cases")
    yield "queue, first page of many", first
    following = next(link for link in first.document.links if "after=" in link)
    yield "queue, last page of many", office.get(following)
    yield "queue, bad address", office.get("/cases?state=x")
    yield "queue, in English", office.get("/cases?lang=en")


def _holder(instance: Instance) -> Reviewer:
    """Return a reviewer of the unit that the reports about schools went to."""
    for unit in ("van-phong", "chu-tich", "phong-vhxh", "ubnd-tp"):
        reviewer = reviewer_of(instance, unit)
        if len(reviewer.listed()) >= 50:
            return reviewer
    raise AssertionError("nobody received them")


def _another(office: Reviewer, case: str) -> str:
    """Return another case that this unit works on: the list also has some that went up."""
    return next(
        each
        for each in office.listed()
        if each != case
        and f"{each}/triage" in {form.action for form in office.get(f"{each}/law").document.forms}
    )


def _case(instance: Instance) -> States:
    office = _holder(instance)
    case = _marked(office)
    yield "case", office.get(case)
    yield "case, in English", office.get(f"{case}?lang=en")
    office.get(f"{case}?lang=vi")
    stale = office.get(case)
    yield "case, answered", office.answer(case, HOSTILE, [FILE])
    yield "case, noted", office.note(case, HOSTILE)
    yield "answer, empty", office.answer(case, "")
    yield "note, empty", office.note(case, "")
    yield "step, without anything", office.submit(office.get(case), f"{case}/steps", {})
    yield "referral, without anything", office.submit(office.get(case), f"{case}/referral", {})
    yield from _handler(office, case)
    bare = [("csrf_token", "x"), ("text", HOSTILE)]
    yield "note, of a stale page", office.post(f"{case}/notes", bare)
    yield "case, moved on", _step(office, case, office.get(case))
    yield "step, on a case that changed", _step(office, case, stale)
    yield from law_states(office, _another(office, case))
    yield "case passed on", office.refer(case, _other_unit(office, case), "Đúng việc.", keeps=True)
    yield "case of another unit now", office.get(case)
    yield "no such case", office.get(UNKNOWN_CASE)
    yield "no such page", office.get("/khong-co")
    yield "no such method", office.request("PUT", "/cases")
    forms = office.get("/account")
    yield "account", forms
    weak = {"present": "x", "passphrase": WEAK, "again": "khác"}
    yield "account, refused", office.submit(forms, "/account/passphrase", weak)
    yield from _notice(office)
    yield from _leave(office, case)


def _handler(office: Reviewer, case: str) -> States:
    form = f"{case}/handler"
    yield "bar, without anything", office.submit(office.get(case), f"{case}/bar", {})
    for name, path in (("answer", "messages"), ("note", "notes")):
        kept = {"text": HOSTILE, "do": "keep"}
        yield f"{name}, kept as a draft", office.submit(office.get(case), f"{case}/{path}", kept)
    yield "handler, not declared", office.submit(office.get(case), form, {})
    yield "handler, declared", office.submit(office.get(case), form, {"declares": "yes"})


def _leave(office: Reviewer, case: str) -> States:
    forms = office.get("/account")
    token = forms.form("/sign-out").value("csrf_token")
    yield "signed out", office.submit(forms, "/sign-out", {})
    late = [("csrf_token", token), ("text", HOSTILE)]
    yield "form after the session", office.post(f"{case}/notes", late)


def _notice(office: Reviewer) -> States:
    path = "/account/notice"
    page = office.get(path)
    yield "notice", page
    yield "notice, in English", office.get(f"{path}?lang=en")
    office.get(f"{path}?lang=vi")
    yield "notice, to no address", office.submit(page, path, {"address": HOSTILE})
    waiting = office.submit(page, path, {"address": f"{'a' * 60}@{'b' * 60}.example.test"})
    yield "notice, waiting for its code", waiting
    wrong = office.submit(waiting, f"{path}/confirm", {"letter_code": HOSTILE})
    yield "notice, with another code", wrong
    yield "notice, taken back", office.submit(waiting, f"{path}/remove", {})


def _marked(office: Reviewer) -> str:
    """Return a case that shows everything: with files, and one that this unit answers for."""
    pages = ((case, office.get(case).text) for case in office.listed())
    return next(case for case, text in pages if "/files/" in text and f"{case}/referral" in text)


def _step(office: Reviewer, case: str, page: Answer) -> Answer:
    steps = [each for each in page.form(f"{case}/steps").controls if each.name == "step"]
    typed = {"step": steps[0].value, "reason": HOSTILE}
    return office.submit(page, f"{case}/steps", typed)


def _other_unit(office: Reviewer, case: str) -> str:
    page = office.get(case).text
    select = page[page.index('name="unit"') :]
    return select.split('<option value="')[2].partition('"')[0]
