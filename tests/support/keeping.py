"""Cases that are closed, held, old enough to be disposed of, and settled by two."""

from dataclasses import replace
from datetime import date

from sqlalchemy import update

from cases.approvals import Settling, settle
from cases.disposal import propose_disposal
from cases.history import Change
from cases.proposals import open_proposals
from cases.records import MembershipRecord
from cases.reports import Report
from cases.reviewers import SignedIn
from crypto.receipts import Receipt
from policy.states import CaseStep
from tests.support.casework import UNIT, listed, opened, step, triage
from tests.support.office import TestOffice

# Longer than the pack's longest time for what was not found true.
YEARS = 17


def make_head(office: TestOffice) -> SignedIn:
    """Return another member of the unit, who is its head."""
    member = office.add_reviewer(UNIT)
    with office.office.database.writing() as session:
        session.execute(
            update(MembershipRecord)
            .where(MembershipRecord.reviewer_id == member.reviewer_id)
            .values(roles="head")
        )
    return replace(member, roles={UNIT: frozenset({"head"})})


def closed_case(office: TestOffice, ref: str) -> str:
    """Return a case of the unit that was declined and closed today."""
    triage(office, ref)
    step(office, ref, CaseStep.DECLINE, CaseStep.CLOSE)
    return ref


def filed_case(office: TestOffice, statement: str, *files: bytes) -> tuple[str, Receipt]:
    """Return a new case with files, and its receipt."""
    before = set(listed(office))
    uploads = tuple(office.upload(content=content) for content in files)
    filed = office.send(Report(statement), uploads)
    [ref] = set(listed(office)) - before
    return ref, filed.receipt


def grow_old(office: TestOffice, years: int = YEARS) -> None:
    """Let years pass."""
    today = office.clock.today()
    office.clock.go_to(date(today.year + years, 1, 5))


def change(office: TestOffice, ref: str, reason: str = "theo quy định") -> Change:
    """Return a change on the case as it stands."""
    return Change(reason=reason, version=opened(office, ref).version)


def propose_to_dispose(office: TestOffice, ref: str) -> str:
    """Let the disposal of a case wait for a second person, and return the proposal."""
    propose_disposal(office.office, office.reviewers[UNIT], ref, change(office, ref))
    return open_proposals(opened(office, ref).entries)[-1].id


def approve(
    office: TestOffice, ref: str, who: SignedIn, proposal: str = "", *, approves: bool = True
) -> None:
    """Settle what waits."""
    case = opened(office, ref)
    found = proposal or open_proposals(case.entries)[-1].id
    settling = Settling(
        proposal=found, approves=approves, reason="đã xem", version=case.version, form_tag=None
    )
    settle(office.office, who, ref, settling)


def old_case(office: TestOffice) -> tuple[str, Receipt]:
    """Return a closed case with a file whose time is over, and its receipt."""
    ref, receipt = filed_case(office, "Chuyện cũ.", b"x" * 9000)
    closed_case(office, ref)
    grow_old(office)
    return ref, receipt


def dispose(office: TestOffice, ref: str, head: SignedIn) -> None:
    """Dispose of a case by two."""
    propose_to_dispose(office, ref)
    approve(office, ref, head)
