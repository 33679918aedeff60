"""What takes two: one proposes, another settles, and nobody is both."""

from dataclasses import replace

import pytest
from sqlalchemy import select, update

from cases.approvals import Settling, settle
from cases.case_file import CaseFile, open_case
from cases.casework import Decision, decide
from cases.desk_records import ProposalRecord
from cases.errors import CaseNotFoundError, NotPermittedError, StaleCaseError
from cases.figures import Figures
from cases.outcomes import Outcome, record_outcome
from cases.proposals import open_proposals
from cases.queue import Wanted, list_cases
from cases.records import MembershipRecord, ReviewerRecord
from cases.reviewers import SignedIn
from cases.step_errors import NoHeadError, OutcomeRefusedError, SamePersonError
from cases.threads import read_thread
from cases.triage import Marking, take_note
from policy.states import CaseState, CaseStep
from tests.support.casework import UNIT, listed, new_case, note, opened, pass_on, step, triage
from tests.support.office import TestOffice

HEAD = frozenset({"head"})


@pytest.fixture
def ref(office: TestOffice) -> str:
    """Return a case that was concluded, in a unit whose second member is its head."""
    found = new_case(office)
    triage(office, found)
    step(office, found, CaseStep.ACCEPT, CaseStep.VERIFY, CaseStep.CONCLUDE)
    return found


@pytest.fixture
def head(office: TestOffice) -> SignedIn:
    return make_head(office, office.add_reviewer(UNIT))


def make_head(office: TestOffice, reviewer: SignedIn) -> SignedIn:
    with office.office.database.writing() as session:
        session.execute(
            update(MembershipRecord)
            .where(MembershipRecord.reviewer_id == reviewer.reviewer_id)
            .values(roles="head")
        )
    return replace(reviewer, roles={UNIT: HEAD})


def propose_false(office: TestOffice, ref: str) -> str:
    """Propose to call a report knowingly false, and return the proposal's id."""
    outcome = Outcome(
        figures=Figures(finding="knowingly-false", people=1),
        details={"loophole": "không có"},
        reason="bịa đặt, có biên bản",
        version=opened(office, ref).version,
    )
    assert not record_outcome(office.office, office.reviewers[UNIT], ref, outcome)
    return waiting(office, ref)[-1]


def waiting(office: TestOffice, ref: str) -> list[str]:
    return [each.id for each in open_proposals(opened(office, ref).entries)]


def settling(office: TestOffice, ref: str, who: SignedIn, **changes: object) -> CaseFile:
    values: dict[str, object] = {
        "proposal": next(iter(waiting(office, ref)), ""),
        "approves": True,
        "reason": "đã xem biên bản",
        "version": opened(office, ref).version,
        **changes,
    }
    settle(office.office, who, ref, Settling(**values))  # type: ignore[arg-type]  # by name
    return opened(office, ref)


def test_what_one_proposed_happens_when_another_approves(
    office: TestOffice, ref: str, head: SignedIn
) -> None:
    propose_false(office, ref)
    assert opened(office, ref).figures is None

    case = settling(office, ref, head)

    assert case.figures == Figures(finding="knowingly-false", people=1)
    steps = [each for each in case.entries if each.text("step")]
    lines = [(each.text("step"), each.text("reason"), each.text("by")) for each in steps]
    assert lines[-3:] == [
        ("propose", "bịa đặt, có biên bản", office.reviewers[UNIT].sign_in_name),
        ("approve", "đã xem biên bản", head.sign_in_name),
        ("outcome", "bịa đặt, có biên bản", head.sign_in_name),
    ]
    assert waiting(office, ref) == []


def test_what_was_refused_never_happens_and_both_lines_stay(
    office: TestOffice, ref: str, head: SignedIn
) -> None:
    proposal = propose_false(office, ref)

    case = settling(office, ref, head, approves=False, reason="chưa đủ căn cứ")

    assert case.figures is None
    steps = {each.text("step"): each for each in case.entries}
    assert steps["propose"].text("proposal") == steps["refuse"].text("proposal") == proposal
    assert steps["refuse"].text("reason") == "chưa đủ căn cứ"
    with pytest.raises(StaleCaseError):
        settling(office, ref, head, proposal=proposal)


def test_the_reporter_is_told_what_was_decided_and_nothing_that_waits(
    office: TestOffice, head: SignedIn
) -> None:
    filed = office.file("Chuyện này.")
    [ref] = listed(office)
    triage(office, ref)
    step(office, ref, CaseStep.ACCEPT, CaseStep.VERIFY, CaseStep.CONCLUDE)
    before = len(read_thread(office.office, filed.receipt).messages)
    propose_false(office, ref)
    assert len(read_thread(office.office, filed.receipt).messages) == before

    settling(office, ref, head)

    told = read_thread(office.office, filed.receipt).messages[before:]
    assert [each.text("finding") for each in told] == ["knowingly-false"]


def test_nobody_approves_their_own_proposal_but_may_take_it_back(
    office: TestOffice, ref: str
) -> None:
    own = make_head(office, office.reviewers[UNIT])
    propose_false(office, ref)

    with pytest.raises(SamePersonError):
        settling(office, ref, own)
    assert opened(office, ref).figures is None
    settling(office, ref, own, approves=False, reason="tôi nhầm")
    assert waiting(office, ref) == []


def test_an_admitted_second_account_of_the_same_person_is_no_second_person(
    office: TestOffice, ref: str, head: SignedIn
) -> None:
    propose_false(office, ref)
    with office.office.database.writing() as session:
        session.execute(
            update(ReviewerRecord)
            .where(ReviewerRecord.id == head.reviewer_id)
            .values(person=office.reviewers[UNIT].reviewer_id)
        )

    with pytest.raises(SamePersonError):
        settling(office, ref, head)


def test_two_accounts_under_one_name_of_the_roster_are_one_person(
    office: TestOffice, ref: str, head: SignedIn
) -> None:
    propose_false(office, ref)
    office.add_to_roster(UNIT, "Trần Thử Một", reviewer=office.reviewers[UNIT])
    office.add_to_roster(UNIT, "tran thu mot", "Bí danh Hai", reviewer=head)

    with pytest.raises(SamePersonError):
        settling(office, ref, head)


def test_two_people_without_a_head_settle_nothing(office: TestOffice, ref: str) -> None:
    second = office.add_reviewer(UNIT)
    propose_false(office, ref)

    with pytest.raises(NoHeadError):
        settling(office, ref, second)
    settling(office, ref, second, approves=False)


def test_a_heads_own_proposal_is_approved_by_a_colleague(office: TestOffice, ref: str) -> None:
    make_head(office, office.reviewers[UNIT])
    second = office.add_reviewer(UNIT)
    propose_false(office, ref)

    assert settling(office, ref, second).figures is not None


@pytest.mark.parametrize("keeps", [True, False])
def test_a_unit_that_passed_the_case_on_settles_nothing(
    office: TestOffice, head: SignedIn, *, keeps: bool
) -> None:
    ref = new_case(office)
    triage(office, ref)
    pack = office.office.pack
    marks = [replace(row, needs_two=row.code == "danger-found") for row in pack.marks]
    office.follow(marks=tuple(marks))
    marking = Marking(
        mark="danger-found",
        day=office.clock.today(),
        document="",
        people="",
        reason="có đe dọa",
        version=opened(office, ref).version,
    )
    assert not take_note(office.office, office.reviewers[UNIT], ref, marking)
    [proposal] = waiting(office, ref)
    pass_on(office, ref, "phong-kinh-te", keeps=keeps)

    with pytest.raises((NotPermittedError, CaseNotFoundError)):
        settle(
            office.office,
            head,
            ref,
            Settling(proposal=proposal, approves=True, reason="x", version=0),
        )
    assert waiting_for(office, head) == ()


def test_a_mark_and_a_step_that_take_two_happen_when_they_are_approved(
    office: TestOffice, head: SignedIn
) -> None:
    pack = office.office.pack
    [rule] = [row for row in pack.step_rules if row.code == "stop-anonymous"]
    by_two = replace(rule, code="verify-two", step=CaseStep.VERIFY, needs=(), needs_two=True)
    marks = [replace(row, needs_two=row.code == "danger-found") for row in pack.marks]
    office.follow(step_rules=(*pack.step_rules, by_two), marks=tuple(marks))
    ref = new_case(office)
    triage(office, ref)
    step(office, ref, CaseStep.ACCEPT)

    note(office, ref, "danger-found")
    case = settling(office, ref, head)
    assert [each.text("mark") for each in case.entries if each.text("step") == "mark"] == [
        "danger-found"
    ]
    step(office, ref, CaseStep.VERIFY)
    assert opened(office, ref).state is CaseState.ACCEPTED
    assert settling(office, ref, head).state is CaseState.VERIFYING


def test_what_cannot_be_done_any_more_is_refused_and_still_waits(
    office: TestOffice, ref: str, head: SignedIn
) -> None:
    propose_false(office, ref)
    version = opened(office, ref).version
    decide(office.office, office.reviewers[UNIT], ref, Decision(CaseStep.REOPEN, "mới", version))

    with pytest.raises(OutcomeRefusedError):
        settling(office, ref, head)
    assert len(waiting(office, ref)) == 1


def waiting_for(office: TestOffice, who: SignedIn) -> tuple[str, ...]:
    """Return the cases that somebody's list shows as waiting for their approval."""
    wanted = Wanted(only="approval")
    return tuple(row.ref for row in list_cases(office.office, who, wanted).rows)


def test_only_those_who_can_settle_it_are_told_that_something_waits(
    office: TestOffice, ref: str, head: SignedIn
) -> None:
    propose_false(office, ref)

    assert waiting_for(office, head) == (ref,)
    assert waiting_for(office, office.reviewers[UNIT]) == ()
    assert waiting_for(office, office.reviewers["phong-kinh-te"]) == ()
    settling(office, ref, head)
    assert waiting_for(office, head) == ()


def test_storage_says_only_that_something_of_a_case_waits(office: TestOffice, ref: str) -> None:
    propose_false(office, ref)

    with office.office.database.reading() as session:
        [row] = session.scalars(select(ProposalRecord)).all()
        kept = {name: value for name, value in vars(row).items() if not name.startswith("_")}
    assert kept == {
        "id": waiting(office, ref)[0],
        "case_ref": ref,
        "proposed_by": office.reviewers[UNIT].reviewer_id,
        "proposed_on": office.clock.today(),
        "settled_on": None,
    }


def test_a_page_that_is_behind_settles_nothing(
    office: TestOffice, ref: str, head: SignedIn
) -> None:
    propose_false(office, ref)
    seen = open_case(office.office, head, ref).version
    propose_false(office, ref)

    with pytest.raises(StaleCaseError):
        settling(office, ref, head, version=seen)
