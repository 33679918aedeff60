"""Who pays a reward: those of the pack's unit, and readers only where nobody else does."""

import pytest

from cases.leaving import let_go
from cases.reward_ledger import check_claim
from cases.step_errors import UnknownClaimError
from tests.support.casework import UNIT, listed
from tests.support.office import SERVER_SECRET, TestOffice
from tests.support.rewards import PAYER, claim, grant, ledger, pay


def test_who_reads_the_case_pays_only_where_nobody_else_does(office: TestOffice) -> None:
    filed = office.file("Thu tiền không biên lai.")
    [ref] = listed(office)
    grant(office, ref)
    code, reader = claim(office, filed), office.reviewers[UNIT]
    with pytest.raises(UnknownClaimError):
        check_claim(office.office, reader, code, SERVER_SECRET)
    with pytest.raises(UnknownClaimError):
        pay(office, reader, code)
    pay(office, office.reviewers[PAYER], code)


def test_who_leaves_the_unit_that_pays_pays_no_more_by_name(office: TestOffice) -> None:
    named, leaver, third = office.reviewers[PAYER], *(office.add_reviewer(PAYER) for _ in "12")
    office.add_to_roster(PAYER, "Nguyễn Văn Kín", reviewer=named)
    filed = office.file("Ông Nguyễn Văn Kín ăn tiền.")
    [ref] = listed(office)
    grant(office, ref)
    code = claim(office, filed)
    assert len(ledger(office, leaver)) == 1
    let_go(office.office, leaver, PAYER, leaver.reviewer_id)

    assert ledger(office, leaver) == ()
    with pytest.raises(UnknownClaimError):
        pay(office, leaver, code)
    pay(office, third, code)
