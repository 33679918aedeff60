"""What the office does so that every form of the desk is on some page for the crawl to find."""

from datetime import date, timedelta

from sqlalchemy import select, update

from cases.addresses import ask_for_code
from cases.case_file import open_case
from cases.casework import Decision, decide
from cases.figures import Figures
from cases.handover import Handover, hand_over, shown_as
from cases.history import Change
from cases.holds import place_hold
from cases.links import RELATED, Link
from cases.links import link as link_cases
from cases.notice_records import NoticeAddressRecord
from cases.numbering import UNNUMBERED_CHARS
from cases.originals import ask_for_original
from cases.outcomes import Outcome, record_outcome
from cases.protection import ProtectionOutcome, protection_of
from cases.protection_requests import ProtectionRequest, ask_for_protection
from cases.protection_steps import ProtectionDecision, decide_protection
from cases.records import CaseRecord, ReceiptRecord, ReviewerRecord
from cases.redaction import Marks
from cases.referral import Referral, refer
from cases.retention_records import RetentionRecord
from cases.triage import Classification, classify
from crypto.receipts import Receipt
from policy.states import CaseState, CaseStep
from tests.support.desk import RECEIVER
from tests.support.office import TestOffice
from tests.support.rewards import grant

ORDINARY = "Chuyện."
LONG_AGO = date(2000, 1, 1)
ANOTHER = "phong-vhxh"


def await_codes(office: TestOffice) -> None:
    """Let an address of each reviewer wait for its code, however many they asked for today."""
    with office.office.database.writing() as session:
        session.execute(update(NoticeAddressRecord).values(codes=0))
        reviewers = session.scalars(select(ReviewerRecord.id)).all()
    for reviewer_id in reviewers:
        ask_for_code(office.office, reviewer_id, "lan@example.test")


def bring_on(office: TestOffice, *steps: CaseStep, track: str = "B") -> str:
    """Bring a new case so far that forms of later states are on its page, and return its ref."""
    before = set(_refs(office))
    office.file(ORDINARY)
    [ref] = set(_refs(office)) - before
    reviewer = office.reviewers[RECEIVER]
    found = Classification(
        track=track,
        tests={"who": "yes", "evidence": "yes", "verifiable": "yes"},
        marks=(),
        reason=ORDINARY,
        version=open_case(office.office, reviewer, ref).version,
    )
    classify(office.office, reviewer, ref, found)
    for step in steps:
        version = open_case(office.office, reviewer, ref).version
        decide(office.office, reviewer, ref, Decision(step, ORDINARY, version))
    return ref


def tie(office: TestOffice, older: str, ref: str) -> None:
    """Link a case with an older one."""
    reviewer = office.reviewers[RECEIVER]
    version = open_case(office.office, reviewer, ref).version
    wanted = Link(other=older[:UNNUMBERED_CHARS], kind=RELATED, reason=ORDINARY, version=version)
    link_cases(office.office, reviewer, ref, wanted)


def propose(office: TestOffice, ref: str) -> None:
    """Let something of a concluded case wait for a second person."""
    finding = next(row.code for row in office.office.pack.findings if row.needs_two)
    reviewer = office.reviewers[RECEIVER]
    version = open_case(office.office, reviewer, ref).version
    figures = Figures(finding=finding)
    outcome = Outcome(figures=figures, details={}, reason=ORDINARY, version=version)
    record_outcome(office.office, reviewer, ref, outcome)


def protect(office: TestOffice) -> str:
    """Return the reference of a new case whose reporter is protected."""
    reviewer, asked = office.reviewers[RECEIVER], ("secrecy",)
    before = set(_refs(office))
    receipt = office.file(ORDINARY).receipt
    [ref] = set(_refs(office)) - before
    request = ProtectionRequest(asked, ("self",), is_urgent=True, text=ORDINARY)
    ask_for_protection(office.office, receipt, request)
    case = open_case(office.office, reviewer, ref)
    granted = ProtectionDecision(
        request=protection_of(case.entries).requests[0].id,
        kinds=asked,
        decider="resolver",
        outcome=ProtectionOutcome.GRANTED,
        day=office.clock.today(),
        document=ORDINARY,
        words=ORDINARY,
        reason=ORDINARY,
        version=case.version,
    )
    decide_protection(office.office, reviewer, ref, granted)
    return ref


def rewarded_receipt(office: TestOffice) -> Receipt:
    """Return the receipt of a new case whose reporter is rewarded."""
    before = set(_refs(office))
    receipt = office.file(ORDINARY).receipt
    [ref] = set(_refs(office)) - before
    grant(office, ref)
    return receipt


def held(office: TestOffice) -> str:
    """Return the reference of a case under legal hold."""
    ref = bring_on(office)
    change = Change(
        reason=ORDINARY,
        version=open_case(office.office, office.reviewers[RECEIVER], ref).version,
    )
    place_hold(office.office, office.reviewers[RECEIVER], ref, change)
    return ref


def overdue(office: TestOffice) -> str:
    """Return the reference of a closed case that need not be kept any more."""
    ref = bring_on(office, CaseStep.DECLINE, CaseStep.CLOSE)
    with office.office.database.writing() as session:
        session.execute(
            update(RetentionRecord)
            .where(RetentionRecord.case_ref == ref)
            .values(closed_on=LONG_AGO)
        )
    return ref


def hand_over_both_ways(office: TestOffice) -> list[str]:
    """Return a case of which another unit asked for the original, and one that came redacted."""
    went, came = bring_on(office), bring_on(office)
    _hand(office, went, RECEIVER, ANOTHER)
    asking = office.reviewers[ANOTHER]
    version = open_case(office.office, asking, went).version
    ask_for_original(office.office, asking, went, Change(reason=ORDINARY, version=version))
    version = open_case(office.office, office.reviewers[RECEIVER], came).version
    away = Referral(ANOTHER, ORDINARY, keeps_access=False, version=version)
    refer(office.office, office.reviewers[RECEIVER], came, away)
    _hand(office, came, ANOTHER, RECEIVER)
    return [went, came]


def _hand(office: TestOffice, ref: str, source: str, target: str) -> None:
    case, marks = open_case(office.office, office.reviewers[source], ref), Marks(words=(ORDINARY,))
    passing = Handover(
        unit=target,
        marks=marks,
        shown=shown_as(case, marks),
        reason="Việc.",
        version=case.version,
    )
    hand_over(office.office, office.reviewers[source], ref, passing)


def close_and_age(office: TestOffice, receipt: Receipt) -> None:
    """Let the case of a receipt be closed, and received two months ago."""
    with office.office.database.writing() as session:
        tag = receipt.lookup_tag()
        found = select(ReceiptRecord.case_ref).where(ReceiptRecord.lookup_tag == tag)
        long_ago = office.clock.today() - timedelta(days=60)
        session.execute(
            update(CaseRecord)
            .where(CaseRecord.ref.in_(found))
            .values(state=CaseState.CLOSED, received_on=long_ago)
        )


def _refs(office: TestOffice) -> list[str]:
    with office.office.database.reading() as session:
        return list(session.scalars(select(CaseRecord.ref)))
