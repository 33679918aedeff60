"""Every state of a unit's page."""

from cases.recovery_file import read_asked
from cases.recovery_opening import Consent, open_asked, put_together
from tests.pages.public_states import HOSTILE, States
from tests.support.instance import Instance
from tests.support.people import Reviewer, reviewer_of
from tests.support.recovery import PAPERS
from tests.support.recovery_drill import enrol_by_link

ENDINGS = ("/leave", "/roles")


def unit_states(instance: Instance) -> States:
    """Return every state of a unit's page, and of its numbers."""
    office = reviewer_of(instance, "van-phong")
    yield "numbers", office.get("/counts")
    yield "numbers, of no year", office.get("/counts?year=x")
    heard = office.get("/heard")
    yield "heard", heard
    yield "heard, refused", office.submit(heard, "/heard", {"text": HOSTILE})
    told = {"text": HOSTILE, "source": "telephone"}
    yield "heard, filed", office.submit(heard, "/heard", told)
    page = office.get("/units")
    yield "units, with somebody who waits", page
    actions = [form.action for form in page.document.forms if "/members/" in form.action]
    (waiting,) = (each for each in actions if not each.endswith(("/leave", "/roles")))
    leave, roles = (next(each for each in actions if each.endswith(end)) for end in ENDINGS)
    yield "units, somebody sent away without being sure", office.submit(page, leave, {})
    yield "units, other roles without a reason", office.submit(page, roles, {"reason": " "})
    yield "units, other roles proposed", office.submit(page, roles, {"reason": HOSTILE})
    yield "units, not compared", office.submit(page, waiting, {})
    yield "units, admitted", office.submit(page, waiting, {"compared": "yes"})
    yield from _recovery(instance, office)


def _recovery(instance: Instance, office: Reviewer) -> States:
    for number in (1, 2):
        _add_recovery_key(instance, number)
    page = office.get("/units")
    yield "units, with recovery keys", page
    action = "/units/van-phong/recovery"
    yield "units, recovery keys not compared", office.submit(page, action, {})
    compared = office.submit(page, action, {"compared": "yes"})
    yield "units, recovery keys compared", compared
    _add_recovery_key(instance, 3)
    yield "units, recovery keys changed", office.get("/units")
    _recover(instance)
    yield "units, recovered", office.get("/units")
    with instance.database() as database:
        database.execute("UPDATE recovery_lines SET sealed = x'00'")
    yield "units, with a recovery that does not hold", office.get("/units")


def _recover(instance: Instance) -> None:
    enrol_by_link(instance, "van-phong", "người đến sau")
    question = instance.folder.parent / "question.json"
    instance.command("recovery", "export", "van-phong", str(question))
    asked, proofs = read_asked(question.read_bytes())
    papers = put_together(asked, PAPERS[1], PAPERS[2])
    said = Consent(asked.newcomer.recipient.fingerprint(), f"Quên. {HOSTILE}", "2026-11-27")
    answer = question.with_suffix(".answer")
    answer.write_bytes(open_asked(asked, proofs, papers, said).answer.written())
    instance.command("recovery", "import", str(answer))


def _add_recovery_key(instance: Instance, number: int) -> None:
    instance.command("recovery", "add", str(number), PAPERS[number].recipient.encoded())
