"""The table of rights: every role, every action, however a case stands to whoever asks."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sqlalchemy import update

from cases.approvals import Settling, settle
from cases.case_file import open_case
from cases.casework import Decision, answer, decide, note
from cases.errors import CaseNotFoundError, DomainError, NotPermittedError
from cases.figures import Figures
from cases.history import Change
from cases.links import Link, link
from cases.office import Office
from cases.originals import OriginalAnswer, answer_original, ask_for_original
from cases.outcomes import Outcome, record_outcome
from cases.parts import Part, split
from cases.protection_steps import EndedProtection, end_protection
from cases.queue import Wanted, list_cases
from cases.records import MembershipRecord
from cases.recusal import Recusal, recuse
from cases.referral import Referral, refer
from cases.reviewers import SignedIn
from cases.threads import Message
from cases.triage import Classification, Extending, Marking, classify, extend, take_note
from policy.errors import IllegalTransitionError
from policy.rights import OF_A_CASE, READING_ROLES, Action, Relation, Role, any_may, may
from policy.states import CaseStep
from tests.support.casework import new_case, pass_on, step, triage
from tests.support.desk import RECEIVER, RunningDesk, open_desk
from tests.support.office import CAT_HAI, MONDAY, TestOffice, open_office

EXPECTED = Path(__file__).parents[1] / "data" / "rights_expected.csv"
COLUMNS = {
    "own unit": Relation.OWN,
    "other unit": Relation.OTHER,
    "accused unit": Relation.BARRED,
    "recused": Relation.BARRED,
    "closed": Relation.CLOSED,
}
# A version that no case has: what is permitted goes as far as to see that, and changes nothing.
STALE = -1
NO_PROTECTION = EndedProtection(
    request="",
    kinds=(),
    ground=CAT_HAI.protection_ends[0].code,
    day=MONDAY,
    document="",
    words="",
    reason="lý do",
    version=STALE,
)
NO_PROPOSAL = Settling(proposal="", approves=False, reason="lý do", version=STALE)
NO_ANSWER = OriginalAnswer(request="", gives=False, reason="lý do", version=STALE)
FINDING = next(row.code for row in CAT_HAI.findings if not row.needs_two)
Deed = Callable[[Office, SignedIn, str], object]


def expected_rows() -> list[dict[str, str]]:
    with EXPECTED.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


DEEDS: dict[Action, Deed] = {
    Action.READ: open_case,
    Action.NOTE: lambda office, who, ref: note(office, who, ref, Message("ghi chú")),
    Action.ANSWER: lambda office, who, ref: answer(office, who, ref, Message("trả lời")),
    Action.CLASSIFY: lambda office, who, ref: classify(
        office,
        who,
        ref,
        Classification(track="B", tests={}, marks=(), reason="lý do", version=STALE),
    ),
    Action.ASSESS: lambda office, who, ref: decide(
        office, who, ref, Decision(CaseStep.ASSESS, "lý do", STALE)
    ),
    Action.REFER: lambda office, who, ref: refer(
        office, who, ref, Referral("phong-kinh-te", "lý do", keeps_access=True, version=STALE)
    ),
    Action.SPLIT: lambda office, who, ref: split(
        office, who, ref, Part(text="một phần", reason="lý do", version=STALE)
    ),
    Action.LINK: lambda office, who, ref: link(
        office, who, ref, Link(other="1/2026", kind="related", reason="lý do", version=STALE)
    ),
    Action.MARK: lambda office, who, ref: take_note(
        office,
        who,
        ref,
        Marking(
            mark="extended",
            day=office.clock.today(),
            document="",
            people="",
            reason="lý do",
            version=STALE,
        ),
    ),
    Action.EXTEND: lambda office, who, ref: extend(
        office,
        who,
        ref,
        Extending(rule="D05", grounds=(), document="", reason="lý do", version=STALE),
    ),
    Action.HANDLE: lambda office, who, ref: decide(
        office, who, ref, Decision(CaseStep.VERIFY, "lý do", STALE)
    ),
    Action.APPROVE: lambda office, who, ref: settle(office, who, ref, NO_PROPOSAL),
    Action.PROTECT: lambda office, who, ref: end_protection(office, who, ref, NO_PROTECTION),
    Action.RECUSE: lambda office, who, ref: recuse(
        office, who, ref, Recusal(reviewer_id=who.reviewer_id, reason="", version=STALE)
    ),
    Action.ASK_ORIGINAL: lambda office, who, ref: ask_for_original(
        office, who, ref, Change(reason="lý do", version=STALE)
    ),
    Action.GIVE_ORIGINAL: lambda office, who, ref: answer_original(office, who, ref, NO_ANSWER),
    Action.RECORD_OUTCOME: lambda office, who, ref: record_outcome(
        office,
        who,
        ref,
        Outcome(figures=Figures(finding=FINDING), details={}, reason="lý do", version=STALE),
    ),
}


@dataclass(frozen=True)
class Cases:
    """The same office's cases, one for each way in which a case stands to its first member."""

    office: TestOffice
    refs: dict[str, str]

    def is_let(self, role: str, action: Action, column: str) -> bool:
        """Return whether somebody with one role may do it, as the step itself sees it."""
        office, unit = self.office, RECEIVER
        who = replace(office.reviewers[unit], roles={unit: frozenset({role})})
        try:
            DEEDS[action](office.office, who, self.refs[column])
        except (NotPermittedError, CaseNotFoundError):
            return False
        except IllegalTransitionError as refused:
            return "when closed" not in str(refused)
        except DomainError:
            return True
        return True


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cases]:
    office = open_office(tmp_path_factory.mktemp("rights"))
    own, other, closed = (new_case(office, f"Chuyện {number}.") for number in range(3))
    pass_on(office, other, "phong-kinh-te", keeps=True)
    triage(office, closed)
    step(office, closed, CaseStep.DECLINE, CaseStep.CLOSE)
    filed = office.file("Về người ở đó.", accused=frozenset({RECEIVER}))
    assert filed.receiver != RECEIVER
    accused = only_case_of(office, filed.receiver)
    recused = new_case(office, "Chuyện của người nhà.")
    office.add_reviewer(RECEIVER)
    first = office.reviewers[RECEIVER]
    version = open_case(office.office, first, recused).version
    recusal = Recusal(reviewer_id=first.reviewer_id, reason="người nhà", version=version)
    recuse(office.office, first, recused, recusal)
    refs = {"own unit": own, "other unit": other, "accused unit": accused, "closed": closed}
    refs["recused"] = recused
    yield Cases(office, refs)
    office.office.database.close()


def only_case_of(office: TestOffice, unit: str) -> str:
    [row] = list_cases(office.office, office.reviewers[unit], Wanted()).rows
    return row.ref


def test_the_table_says_what_the_office_expects_and_leaves_nothing_out() -> None:
    rows = expected_rows()
    found = {(row["role"], row["action"]) for row in rows}

    assert found == {(role.value, action.value) for role in Role for action in OF_A_CASE}
    for row in rows:
        for column, relation in COLUMNS.items():
            let = may(row["role"], Action(row["action"]), relation)
            assert let == (row[column] == "yes"), (row["role"], row["action"], column)


@pytest.mark.parametrize("role", list(Role))
def test_every_step_keeps_to_the_table(cases: Cases, role: Role) -> None:
    for row in expected_rows():
        if row["role"] != role:
            continue
        for column in cases.refs:
            let = cases.is_let(role, Action(row["action"]), column)
            assert let == (row[column] == "yes"), (role, row["action"], column)


def test_several_roles_are_as_much_as_any_of_them() -> None:
    roles = {Role.INTAKE, Role.OVERSEER}

    assert any_may(roles, Action.CLASSIFY, Relation.OWN)
    assert not any_may(roles, Action.HANDLE, Relation.OWN)
    assert not any_may((), Action.READ, Relation.OWN)
    assert any_may((), Action.OWN_ACCOUNT)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> RunningDesk:
    return open_desk(tmp_path_factory.mktemp("desk"))


# What each role finds in the desk's own pages, beside the cases.
PAGES = {
    "/cases": set(Role),
    "/account": set(Role),
    "/units": set(Role),
    "/counts": READING_ROLES | {Role.OVERSEER},
    "/paper": READING_ROLES,
    "/protection": READING_ROLES,
    "/heard": READING_ROLES,
    "/cases/" + "a" * 26: READING_ROLES,
}


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.PROTECTION])
def test_pages_open_to_those_whose_business_they_are(desk: RunningDesk, role: Role) -> None:
    browser, name = desk.browser(), f"người-{role}"
    desk.enrol(RECEIVER, name, roles=frozenset({role}))
    assert browser.sign_in(name).status_code == 303
    shown = browser.get("/account").text

    for path, roles in PAGES.items():
        assert (browser.get(path).status_code != 403) == (role in roles), path
        is_linked = f'<a href="{path}"' in shown
        assert is_linked == (role in roles and path.count("/") == 1), path


def test_an_overseer_sees_figures_of_the_office_and_no_case(desk: RunningDesk) -> None:
    desk.test_office.file("Chuyện mà người giám sát không được đọc.")
    desk.enrol(RECEIVER, "giám.sát", roles=frozenset({Role.OVERSEER}))
    member, browser = desk.signed_in(), desk.browser()
    [ref, *_] = desk.refs(member)
    browser.sign_in("giám.sát")
    page = browser.get("/counts").text

    assert CAT_HAI.unit_name(RECEIVER, "vi") in page
    assert "Quá hạn" in page
    assert desk.refs(browser) == []
    assert browser.get(f"/cases/{ref}").status_code == 403
    desk.pass_days(30, browser)
    assert '<td data-label="Quá hạn">0</td>' not in browser.get("/counts?year=2026").text


def test_a_role_that_is_taken_away_ends_at_the_next_page(desk: RunningDesk) -> None:
    desk.test_office.file()
    desk.enrol(RECEIVER, "hết.vai")
    browser = desk.browser()
    browser.sign_in("hết.vai")
    [ref, *_] = desk.refs(browser)
    assert browser.get(f"/cases/{ref}").status_code == 200
    reviewer_id = desk.identity_of("hết.vai").reviewer_id
    with desk.test_office.office.database.writing() as session:
        session.execute(
            update(MembershipRecord)
            .where(MembershipRecord.reviewer_id == reviewer_id)
            .values(roles="", reads=False)
        )

    assert browser.get(f"/cases/{ref}").status_code == 403
    assert desk.refs(browser) == []
    assert browser.get("/account").status_code == 200


def test_somebody_whose_roles_stop_short_is_shown_no_form_for_more(desk: RunningDesk) -> None:
    desk.test_office.file("Chuyện của người tiếp nhận.")
    desk.enrol(RECEIVER, "tiếp.nhận", roles=frozenset({Role.INTAKE}))
    browser = desk.browser()
    browser.sign_in("tiếp.nhận")
    ref = desk.refs(browser)[0]
    for done in ("assess", "accept"):
        assert browser.step(ref, done).status_code == 303

    page = browser.get(f"/cases/{ref}").text
    assert 'value="transfer"' in page
    assert 'value="verify"' not in page
    assert browser.step(ref, "verify").status_code == 403
