"""The table of rights: every role, every action, however a case stands to whoever asks."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sqlalchemy import update

from cases.case_file import open_case
from cases.errors import CaseNotFoundError, DomainError, NotPermittedError
from cases.queue import Wanted, list_cases
from cases.records import MembershipRecord
from cases.recusal import Recusal, recuse
from cases.reviewers import SignedIn
from policy.errors import IllegalTransitionError
from policy.rights import OF_A_CASE, READING_ROLES, Action, Relation, Role, any_may, may
from policy.states import CaseStep
from tests.support.casework import new_case, pass_on, step, triage
from tests.support.deeds import DEEDS
from tests.support.desk import RECEIVER, RunningDesk, open_desk
from tests.support.office import CAT_HAI, OFFICER, TestOffice, open_office
from tests.support.officers import ask_by_telephone

EXPECTED = Path(__file__).parents[1] / "data" / "rights_expected.csv"
COLUMNS = {
    "own unit": Relation.OWN,
    "other unit": Relation.OTHER,
    "accused unit": Relation.BARRED,
    "recused": Relation.BARRED,
    "closed": Relation.CLOSED,
}


def expected_rows() -> list[dict[str, str]]:
    with EXPECTED.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@dataclass(frozen=True)
class Cases:
    """The same office's cases, one for each way in which a case stands to its first member."""

    office: TestOffice
    refs: dict[str, str]
    officer: SignedIn

    def is_let(self, role: str, action: Action, column: str) -> bool:
        """Return whether somebody with one role may do it, as the step itself sees it."""
        office, unit = self.office, RECEIVER
        # What officers may open is sealed to each of them.
        person = self.officer if role == Role.PROTECTION else office.reviewers[unit]
        who = replace(person, roles={unit: frozenset({role})})
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
    officer = office.add_reviewer(RECEIVER, OFFICER)
    own, other, closed = (new_case(office, f"Chuyện {number}.") for number in range(3))
    recused = new_case(office, "Chuyện của người nhà.")
    for ref in (own, other, closed, recused):
        ask_by_telephone(office, ref)
    pass_on(office, other, "phong-kinh-te", keeps=True)
    triage(office, closed)
    step(office, closed, CaseStep.DECLINE, CaseStep.CLOSE)
    filed = office.file("Về người ở đó.", accused=frozenset({RECEIVER}))
    assert filed.receiver != RECEIVER
    accused = only_case_of(office, filed.receiver)
    office.add_reviewer(RECEIVER)
    first = replace(office.reviewers[RECEIVER], roles={RECEIVER: frozenset({"head"})})
    for who in (officer, first):
        version = open_case(office.office, first, recused).version
        recusal = Recusal(reviewer_id=who.reviewer_id, reason="người nhà", version=version)
        recuse(office.office, first, recused, recusal)
    refs = {"own unit": own, "other unit": other, "accused unit": accused, "closed": closed}
    refs["recused"] = recused
    yield Cases(office, refs, officer)
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
    "/protection": READING_ROLES | {Role.PROTECTION},
    "/heard": READING_ROLES,
    "/rewards": READING_ROLES,
    "/cases/" + "a" * 26: READING_ROLES,
    "/cases/" + "a" * 26 + "/protection": READING_ROLES | {Role.PROTECTION},
}


@pytest.mark.parametrize("role", list(Role))
def test_pages_open_to_those_whose_business_they_are(desk: RunningDesk, role: Role) -> None:
    browser, name = desk.browser(), f"người-{role}"
    desk.enrol(RECEIVER, name, roles=frozenset({role}))
    assert browser.sign_in(name).status_code == 303
    shown = browser.get("/account").text
    assert browser.get("/account/passkeys").status_code == 200

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
    assert browser.post(f"/cases/{ref}/notes", {"text": "x"}).status_code == 403
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
