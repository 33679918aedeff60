"""An office of three runs a case from its first minute to a protected, closed end.

Everything goes through the doors, by the forms that the pages show. Nobody does alone what takes
two, and the case outlives who leaves and a passphrase that is lost.
"""

from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from policy.rights import Role
from tests.support.both_doors import BothDoors, fill, form_on, open_both_doors, page_of, report
from tests.support.desk import RECEIVER, Browser

STATEMENT = "Cán bộ tiếp dân đòi năm triệu đồng mới cho giấy hẹn."
FEAR = "Họ biết tôi làm ở đâu."
PROMISE = "Chúng tôi giữ kín mọi điều."
MET = {"track": "B", "who": "yes", "evidence": "yes", "verifiable": "yes"}
DONE = HTTPStatus.SEE_OTHER
Typed = Mapping[str, str | Sequence[str]]


class Office:
    """The three people of one unit, the reporter, and what they do."""

    def __init__(self, doors: BothDoors) -> None:
        self.doors = doors
        self.intake = self.joined(Role.INTAKE)
        self.handler = self.joined(Role.HANDLER)
        self.head = self.joined(Role.HEAD)
        self.founder_leaves()
        self.reporter: FlaskClient = doors.door.test_client()
        self.ref = ""

    def joined(self, role: Role) -> Browser:
        """Return somebody who enrolled with one role and was admitted by a member."""
        return self.doors.desk.signed_in(RECEIVER, frozenset({role}))

    def founder_leaves(self) -> None:
        """Let the one who set the unit up go, so that there are three."""
        founder = self.doors.office.reviewers[RECEIVER]
        self.let_go(self.head, founder.reviewer_id)

    def let_go(self, who: Browser, reviewer_id: str) -> None:
        """End somebody's place in the unit."""
        leave = f"/units/{RECEIVER}/members/{reviewer_id}/leave"
        form = form_on(who.client, "/units", leave)
        assert fill(who.client, form, {"sure": "yes"}).status_code == DONE

    def report(self) -> None:
        """File, follow with the receipt alone, and ask for protection at once."""
        receipt = report(self.reporter, {"statement": STATEMENT})
        self.follow(receipt)
        form = form_on(self.reporter, "/case/protection", "/case/protection")
        asked = {"kinds": ["secrecy", "job"], "persons": "self", "urgent": "1", "words": FEAR}
        assert fill(self.reporter, form, asked).status_code == DONE
        [self.ref] = self.doors.desk.refs(self.intake)

    def follow(self, receipt: str) -> None:
        """Open the case with the receipt."""
        form = form_on(self.reporter, "/case", "/case")
        assert fill(self.reporter, form, {"receipt": receipt}).status_code == DONE

    def send(self, who: Browser, page: str, part: str, typed: Typed) -> int:
        """Send a form of the case as somebody sees it, and return the status."""
        case = f"/cases/{self.ref}"
        form = form_on(who.client, case + page, f"{case}/{part}")
        return fill(who.client, form, typed).status_code

    def step(self, who: Browser, step: str) -> None:
        assert self.send(who, "", "steps", {"step": step, "reason": "theo luật"}) == DONE

    def words(self, who: Browser, page: str = "") -> str:
        """Return what a page of the case says to somebody."""
        return page_of(who.client, f"/cases/{self.ref}{page}").words

    def told(self) -> str:
        """Return what the reporter reads behind the receipt."""
        return page_of(self.reporter, "/case").words

    def waits(self, who: Browser) -> bool:
        """Return whether somebody's list says that a case waits for their approval."""
        return self.ref in self.doors.desk.refs(who, "/cases?only=approval")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    doors = open_both_doors(tmp_path)
    yield Office(doors)
    doors.office.office.database.close()


def protect(office: Office) -> None:
    """Grant what was asked for, take a measure, and let the reporter read it."""
    today = office.doors.office.clock.today().isoformat()
    page = page_of(office.head.client, f"/cases/{office.ref}/protection")
    assert FEAR in page.words
    decision = {
        "decision-kinds": ["secrecy", "job"],
        "decider": "resolver",
        "outcome": "granted",
        "day": today,
        "document": "4/QĐ",
        "words": PROMISE,
        "reason": "có người dọa",
    }
    assert office.send(office.head, "/protection", "protection/decisions", decision) == DONE
    measure = {"measure": "safe-meeting", "from": today, "reason": "theo quyết định"}
    assert office.send(office.handler, "/protection", "protection/measures", measure) == DONE
    assert PROMISE in office.told()


def propose_and_refuse(office: Office) -> None:
    """Let one propose what takes two, find no way to approve it, and another refuse it."""
    finding = {"finding": "knowingly-false", "reason": "thấy lạ", "document": "3/KL"}
    assert office.send(office.handler, "/law", "outcome", finding) == DONE
    assert "Rút lại" in office.words(office.handler)
    proposals = f"/cases/{office.ref}/proposals"
    form = form_on(office.handler.client, f"/cases/{office.ref}", proposals)
    assert form.offered("verdict") == ["refuse"]
    forged = {**dict(form.filled({"reason": "tôi tự duyệt"})), "verdict": "approve"}
    refused = office.handler.client.post(proposals, data=forged)
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert office.waits(office.head)
    assert office.send(office.head, "", "proposals", {"verdict": "refuse", "reason": "sai"}) == DONE


def test_three_people_take_a_case_to_a_protected_closed_end(office: Office) -> None:
    office.report()
    assert "bảo vệ phải quyết định hôm nay" in page_of(office.intake.client, "/cases").words
    assert office.send(office.intake, "/law", "triage", {**MET, "reason": "nói rõ ai"}) == DONE
    office.step(office.intake, "accept")
    protect(office)
    office.step(office.handler, "verify")
    office.step(office.handler, "conclude")
    propose_and_refuse(office)
    finding = {"finding": "true", "reason": "có biên bản", "document": "5/KL"}
    assert office.send(office.handler, "/law", "outcome", finding) == DONE
    office.step(office.head, "close")

    assert "đang bảo vệ" in page_of(office.head.client, "/protection").words
    told = office.told()
    assert PROMISE in told
    assert STATEMENT not in told
    assert "thấy lạ" not in told


def test_a_person_who_leaves_and_a_passphrase_that_is_lost_lose_no_case(office: Office) -> None:
    office.report()
    desk = office.doors.desk
    office.let_go(office.head, desk.identity_of(office.handler.name).reviewer_id)
    assert office.handler.get("/cases").location == "/sign-in"
    # The head forgot the passphrase, and comes again as a new colleague does.
    lost = desk.identity_of(office.head.name).reviewer_id
    desk.enrol(RECEIVER, "trưởng, lần hai", is_admitted=False, roles=frozenset({Role.HEAD}))
    again = desk.browser()
    again.sign_in("trưởng, lần hai")
    assert desk.refs(again) == []
    admission = f"/units/{RECEIVER}/members/{desk.identity_of(again.name).reviewer_id}"
    form = form_on(office.intake.client, "/units", admission)
    assert (
        fill(office.intake.client, form, {"compared": form.offered("compared")[0]}).status_code
        == DONE
    )
    again.sign_in("trưởng, lần hai")
    office.let_go(again, lost)
    again.sign_in("trưởng, lần hai")

    assert desk.refs(again) == [office.ref]
    assert STATEMENT in office.words(again)
    assert STATEMENT in office.words(office.intake)
    assert FEAR in office.words(again, "/protection")
