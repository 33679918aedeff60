"""What tests do with protection officers."""

import pytest
from sqlalchemy import func, select

from cases.errors import CaseNotFoundError
from cases.names import protection_holder
from cases.protection import ProtectionOutcome, protection_of
from cases.protection_file import ProtectionFile, open_protection_file
from cases.protection_register import list_protected
from cases.protection_requests import ProtectionRequest, ask_for_protection
from cases.protection_steps import (
    HeardRequest,
    ProtectionDecision,
    decide_protection,
    record_request,
)
from cases.records import CompartmentRecord, ListingRecord, SealRecord
from cases.reviewers import SignedIn
from tests.support.casework import UNIT, listed, opened
from tests.support.office import TestOffice

ASKED = ProtectionRequest(("secrecy",), ("self",), is_urgent=True, text="Họ đứng ngoài cửa.")


def asked(office: TestOffice, statement: str) -> str:
    """Return a case in which protection was asked for right after it was filed."""
    before = set(listed(office))
    ask_for_protection(office.office, office.file(statement).receipt, ASKED)
    [ref] = set(listed(office)) - before
    return ref


def registered(office: TestOffice, officer: SignedIn) -> list[str]:
    """Return the cases of an officer's register."""
    return [row.ref for row in list_protected(office.office, officer, 1).rows]


def file_of(office: TestOffice, officer: SignedIn, ref: str) -> ProtectionFile:
    """Return a case as its officer is shown it."""
    found = open_protection_file(office.office, officer, ref)
    assert isinstance(found, ProtectionFile)
    return found


def decide(office: TestOffice, officer: SignedIn, ref: str) -> None:
    """Let an officer grant what was asked for last."""
    case = file_of(office, officer, ref)
    decision = ProtectionDecision(
        request=protection_of(case.entries).requests[0].id, kinds=("secrecy",),
        decider="resolver", outcome=ProtectionOutcome.GRANTED,
        day=office.clock.today(), document="4/QĐ",
        words="Đã giữ kín.", reason="Lý do chỉ trong cơ quan.", version=case.version,
    )  # fmt: skip
    decide_protection(office.office, officer, ref, decision)


def knows_nothing(office: TestOffice, officer: SignedIn, ref: str) -> bool:
    """Return whether nothing of a case is sealed to an officer, nor shown to them."""
    own = protection_holder(officer.reviewer_id)
    held = (
        select(func.count())
        .select_from(SealRecord)
        .join(CompartmentRecord, CompartmentRecord.id == SealRecord.compartment_id)
        .where(SealRecord.holder == own, CompartmentRecord.case_ref == ref)
    )
    named = select(func.count()).where(ListingRecord.holder == own, ListingRecord.case_ref == ref)
    with office.office.database.reading() as session:
        assert (session.scalar(held), session.scalar(named)) == (0, 0)
    with pytest.raises(CaseNotFoundError):
        open_protection_file(office.office, officer, ref)
    return ref not in registered(office, officer)


def ask_by_telephone(office: TestOffice, ref: str) -> None:
    """Record a request that somebody of the unit heard."""
    heard = HeardRequest(
        request=ASKED, channel="telephone", day=office.clock.today(), reason="gọi đến",
        version=opened(office, ref).version,
    )  # fmt: skip
    record_request(office.office, office.reviewers[UNIT], ref, heard)
