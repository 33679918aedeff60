"""What a reviewer of the office does with cases, in one line of a test each."""

from dataclasses import replace
from datetime import date

from cases.case_file import CaseFile, open_case
from cases.casework import Decision, decide
from cases.enrolment import Place, join_unit
from cases.members import admit, list_members
from cases.queue import Wanted, list_cases
from cases.referral import Referral, refer
from cases.reviewers import SignedIn
from cases.triage import Classification, Marking, classify, take_note
from policy.clock import ClockStatus
from policy.states import CaseStep
from tests.support.office import HANDLER, TestOffice

# Who receives what names nobody.
UNIT = "van-phong"
ALL_YES = {"who": "yes", "evidence": "yes", "verifiable": "yes"}
CLASSIFICATION = Classification(
    track="B", tests=ALL_YES, marks=(), reason="nói rõ ai, có ảnh, kiểm tra được", version=0
)


def listed(office: TestOffice, unit: str = UNIT) -> list[str]:
    """Return the references of a unit's cases, the last received first."""
    wanted = Wanted(sort="received")
    return [row.ref for row in list_cases(office.office, office.reviewers[unit], wanted).rows]


def opened(office: TestOffice, ref: str, unit: str = UNIT) -> CaseFile:
    """Return a case as the first reviewer of a unit reads it."""
    return open_case(office.office, office.reviewers[unit], ref)


def new_case(office: TestOffice, statement: str = "Chuyện đã xảy ra.", **words: object) -> str:
    """Return the reference of a case that a report just made."""
    before = set(listed(office))
    office.file(statement, **words)
    [ref] = set(listed(office)) - before
    return ref


def triage(office: TestOffice, ref: str, **changes: object) -> CaseFile:
    """Return a case whose three tests were met, on track B unless told otherwise."""
    now = opened(office, ref).version
    found = replace(CLASSIFICATION, version=now, **changes)  # type: ignore[arg-type]  # by name
    classify(office.office, office.reviewers[UNIT], ref, found)
    return opened(office, ref)


def note(office: TestOffice, ref: str, mark: str, **changes: object) -> CaseFile:
    """Return a case on which a mark was recorded, as of today unless told otherwise."""
    values: dict[str, object] = {
        "mark": mark,
        "day": office.clock.today(),
        "reason": "đã làm",
        "document": "12/TB",
        "people": "",
        "version": opened(office, ref).version,
        **changes,
    }
    take_note(office.office, office.reviewers[UNIT], ref, Marking(**values))  # type: ignore[arg-type]  # by name
    return opened(office, ref)


def step(office: TestOffice, ref: str, *steps: CaseStep) -> CaseFile:
    """Return a case that went these steps, one after the other."""
    for each in steps:
        version = opened(office, ref).version
        decide(office.office, office.reviewers[UNIT], ref, Decision(each, "theo luật", version))
    return opened(office, ref)


def pass_on(office: TestOffice, ref: str, to: str, *, keeps: bool = True, unit: str = UNIT) -> None:
    """Refer a case from one unit to another, which the first one goes on reading or does not."""
    version = opened(office, ref, unit).version
    referral = Referral(to, "đúng việc", keeps_access=keeps, version=version)
    refer(office.office, office.reviewers[unit], ref, referral)


def statuses(case: CaseFile, today: date) -> dict[str, ClockStatus]:
    """Return how each clock of a case stands on a day."""
    return {clock.rule: clock.status(today) for clock in case.clocks}


def admit_waiting(office: TestOffice) -> None:
    """Admit one who waits to the unit."""
    members = list_members(office.office, frozenset({UNIT}))
    waiting = next(member for member in members if not member.is_admitted)
    admit(office.office, office.reviewers[UNIT], waiting.reviewer_id, UNIT)


def move_into_unit(office: TestOffice, reviewer: SignedIn) -> SignedIn:
    """Return a reviewer of elsewhere as the member of the unit that they become."""
    place, day = Place(UNIT, HANDLER), office.clock.today()
    recipient = reviewer.identity.recipient
    with office.office.database.writing() as session:
        join_unit(session, place, reviewer.reviewer_id, recipient, day)
    admit_waiting(office)
    return replace(reviewer, roles={UNIT: HANDLER})
