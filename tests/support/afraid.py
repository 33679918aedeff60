"""Cases that somebody asked for protection in, or that are over and old, in one line of a test."""

from datetime import timedelta

from sqlalchemy import select, update

from cases.case_file import open_case
from cases.protection import Outcome, protection_of
from cases.protection_requests import ProtectionRequest, ask_for_protection
from cases.protection_steps import ProtectionDecision, decide_protection
from cases.records import CaseRecord, ReceiptRecord
from crypto.receipts import Receipt
from policy.states import CaseState
from tests.support.desk import RECEIVER
from tests.support.office import TestOffice

ORDINARY = "Chuyện."


def protect(office: TestOffice) -> str:
    """Return the reference of a new case whose reporter is protected."""
    reviewer, asked = office.reviewers[RECEIVER], ("secrecy",)
    receipt = office.file(ORDINARY).receipt
    with office.office.database.reading() as session:
        tag = ReceiptRecord.lookup_tag == receipt.lookup_tag()
        ref = session.scalars(select(ReceiptRecord.case_ref).where(tag)).one()
    request = ProtectionRequest(asked, ("self",), is_urgent=True, text=ORDINARY)
    ask_for_protection(office.office, receipt, request)
    case = open_case(office.office, reviewer, ref)
    granted = ProtectionDecision(
        request=protection_of(case.entries).requests[0].id,
        kinds=asked,
        decider="resolver",
        outcome=Outcome.GRANTED,
        day=office.clock.today(),
        document=ORDINARY,
        words=ORDINARY,
        reason=ORDINARY,
        version=case.version,
    )
    decide_protection(office.office, reviewer, ref, granted)
    return ref


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
