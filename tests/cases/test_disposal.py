"""Disposal: by two, when its time is over; nothing sealed is left, and the figures stay."""

from datetime import date

import pytest
from sqlalchemy import func, select

from cases.approvals import Settling, settle
from cases.case_file import open_case, open_case_file
from cases.disposal import KEPT, propose_disposal
from cases.disposed import stub_of
from cases.errors import (
    CaseNotFoundError,
    DisposedCaseError,
    DisposedReceiptError,
    NotPermittedError,
    StaleCaseError,
)
from cases.history import Change
from cases.jobs import sweep_orphans
from cases.proposals import open_proposals
from cases.protection_requests import ProtectionRequest, ask_for_protection
from cases.records import CaseRecord
from cases.reviewers import SignedIn
from cases.step_errors import DisposalRefusedError, SamePersonError
from cases.threads import Message, check_receipt, read_thread, reply
from crypto.receipts import Receipt
from policy.states import CaseStep
from tests.support.casework import UNIT, listed, new_case, opened, pass_on, step
from tests.support.keeping import (
    approve,
    change,
    closed_case,
    dispose,
    filed_case,
    grow_old,
    make_head,
    old_case,
    propose_to_dispose,
)
from tests.support.office import TestOffice, public_side
from tests.support.rewards import PAYER, claim, conclude, offer, pay, rule

OTHER = "cong-an-tp"
# What is left of a case; every other table with a case's reference has none of its rows any more.
LEFT = {"cases", *KEPT}


@pytest.fixture
def head(office: TestOffice) -> SignedIn:
    return make_head(office)


@pytest.fixture
def old(office: TestOffice, head: SignedIn) -> tuple[str, Receipt]:
    return old_case(office)


def rows_of(office: TestOffice, ref: str) -> set[str]:
    """Return the tables that still name a case."""
    found = set()
    with office.office.database.reading() as session:
        for table in CaseRecord.metadata.tables.values():
            named = table.c.ref if table.name == "cases" else table.c.get("case_ref")
            if named is not None and session.scalar(
                select(func.count()).select_from(table).where(named == ref)
            ):
                found.add(table.name)
    return found


def count_of(office: TestOffice, *tables: str) -> int:
    with office.office.database.reading() as session:
        metadata = CaseRecord.metadata.tables
        return sum(
            session.scalar(select(func.count()).select_from(metadata[table])) or 0
            for table in tables
        )


def test_nothing_sealed_is_left_of_a_case_that_two_people_disposed_of(
    office: TestOffice, old: tuple[str, Receipt], head: SignedIn
) -> None:
    ref, _ = old
    assert list(office.office.vault.stored())

    dispose(office, ref, head)

    assert rows_of(office, ref) <= LEFT
    assert count_of(office, "seals", "compartments", "entries", "attachments", "receipts") == 0
    assert list(office.office.vault.stored()) == []


def test_the_receipt_learns_the_day_and_nothing_else(
    office: TestOffice, old: tuple[str, Receipt], head: SignedIn
) -> None:
    ref, receipt = old
    dispose(office, ref, head)

    public = public_side(office.office)
    for ask in (check_receipt, read_thread):
        with pytest.raises(DisposedReceiptError) as told:
            ask(public, receipt)
        assert told.value.day == office.clock.today()
    with pytest.raises(DisposedReceiptError):
        reply(public, receipt, Message("còn ai không?"))
    assert count_of(office, "entries") == 0
    if public is not office.office:
        public.database.close()


def test_what_is_gone_can_be_neither_read_nor_changed(
    office: TestOffice, old: tuple[str, Receipt], head: SignedIn
) -> None:
    ref, _ = old
    case = opened(office, ref)
    key = case.filed.attachments[0].object_key
    dispose(office, ref, head)

    with pytest.raises(DisposedCaseError):
        open_case(office.office, head, ref)
    with pytest.raises(DisposedCaseError):
        open_case_file(office.office, head, ref, key)
    with pytest.raises(DisposedCaseError):
        propose_disposal(office.office, head, ref, Change(reason="x", version=case.version))
    with pytest.raises(CaseNotFoundError):
        stub_of(office.office, office.reviewers[OTHER], ref)


def test_a_crash_before_the_vault_was_emptied_leaves_orphans_that_the_sweep_takes(
    office: TestOffice, old: tuple[str, Receipt], head: SignedIn
) -> None:
    ref, _ = old
    vault = office.office.vault
    [kept] = vault.stored()
    content = b"".join(vault.read(kept.key))
    dispose(office, ref, head)
    # As if the process had died after the transaction, and before the vault was asked.
    with vault.open_writer(kept.key) as writer:
        writer.write(content)
    office.clock.go_to(date(office.clock.today().year, 2, 1))

    sweep_orphans(office.office)

    assert list(vault.stored()) == []


@pytest.mark.parametrize("years", [0, 15])
def test_a_case_is_kept_until_the_year_is_over_in_which_its_time_ends(
    office: TestOffice, years: int
) -> None:
    ref = closed_case(office, new_case(office))
    office.clock.go_to(date(2026 + years, 12, 31))

    with pytest.raises(DisposalRefusedError, match="young"):
        propose_to_dispose(office, ref)
    office.clock.go_to(date(2026 + 16, 1, 1))
    propose_to_dispose(office, ref)


def test_an_open_case_is_refused_and_one_that_was_opened_again_counts_anew(
    office: TestOffice,
) -> None:
    ref = new_case(office)
    with pytest.raises(DisposalRefusedError, match="open"):
        propose_to_dispose(office, ref)
    closed_case(office, ref)
    grow_old(office)
    step(office, ref, CaseStep.REOPEN)
    with pytest.raises(DisposalRefusedError, match="open"):
        propose_to_dispose(office, ref)
    closed_case(office, ref)
    with pytest.raises(DisposalRefusedError, match="young"):
        propose_to_dispose(office, ref)


def test_a_case_that_no_rule_gives_a_time_is_kept(office: TestOffice) -> None:
    ref = closed_case(office, new_case(office))
    grow_old(office, 500)
    office.follow(retention=())

    with pytest.raises(DisposalRefusedError, match="kept"):
        propose_to_dispose(office, ref)


def test_a_reporter_who_waits_for_an_answer_or_is_protected_keeps_the_case(
    office: TestOffice, old: tuple[str, Receipt], head: SignedIn
) -> None:
    ref, receipt = old
    proposal = propose_to_dispose(office, ref)
    reply(office.office, receipt, Message("tôi có bằng chứng mới"))
    with pytest.raises(DisposalRefusedError, match="unanswered"):
        approve(office, ref, head, proposal)

    other, asked = filed_case(office, "Chuyện khác.")
    closed_case(office, other)
    ask_for_protection(
        office.office,
        asked,
        ProtectionRequest(("secrecy",), ("self",), is_urgent=False, text="tôi sợ"),
    )
    grow_old(office)
    with pytest.raises(DisposalRefusedError, match="protected"):
        propose_to_dispose(office, other)


def test_a_reward_that_is_not_decided_or_not_paid_keeps_the_case(office: TestOffice) -> None:
    # What was found true is kept for ever, but by a pack that says otherwise.
    rows = (row for row in office.office.pack.retention if not row.for_ever)
    office.follow(retention=tuple(rows))
    filed = office.file("Thu tiền không biên lai.")
    [ref] = listed(office)
    conclude(office, ref)
    offer(office, ref)
    step(office, ref, CaseStep.CLOSE)
    grow_old(office)
    with pytest.raises(DisposalRefusedError, match="rewarded"):
        propose_to_dispose(office, ref)
    rule(office, ref)
    with pytest.raises(DisposalRefusedError, match="rewarded"):
        propose_to_dispose(office, ref)
    pay(office, office.reviewers[PAYER], claim(office, filed))
    propose_to_dispose(office, ref)


def test_nobody_disposes_alone_and_what_was_refused_stays(
    office: TestOffice, old: tuple[str, Receipt], head: SignedIn
) -> None:
    ref, _ = old
    proposal = propose_to_dispose(office, ref)
    with pytest.raises(SamePersonError):
        approve(office, ref, office.reviewers[UNIT], proposal)
    with pytest.raises(DisposalRefusedError, match="waits"):
        propose_to_dispose(office, ref)
    approve(office, ref, head, proposal, approves=False)

    assert opened(office, ref).report.statement == "Chuyện cũ."
    with pytest.raises(StaleCaseError):
        approve(office, ref, head, proposal)


def test_neither_another_unit_nor_a_stale_page_disposes(
    office: TestOffice, old: tuple[str, Receipt], head: SignedIn
) -> None:
    ref, _ = old
    stale = change(office, ref)
    other = office.reviewers[OTHER]
    with pytest.raises(CaseNotFoundError):
        propose_disposal(office.office, other, ref, stale)
    proposal = propose_to_dispose(office, ref)
    version = opened(office, ref).version
    for who, error in ((other, CaseNotFoundError), (head, StaleCaseError)):
        settling = Settling(proposal=proposal, approves=True, reason="x", version=version - 1)
        with pytest.raises(error):
            settle(office.office, who, ref, settling)
    assert open_proposals(opened(office, ref).entries)


def test_a_unit_that_only_reads_a_case_disposes_of_nothing(office: TestOffice) -> None:
    ref = new_case(office)
    pass_on(office, ref, OTHER)

    with pytest.raises(NotPermittedError):
        propose_disposal(office.office, office.reviewers[UNIT], ref, change(office, ref))
