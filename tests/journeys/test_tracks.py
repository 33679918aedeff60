"""One case on each track from its filing to its end: every deadline met once, and missed once.

Everything goes through the doors: the report, what is done with it, and what the reporter reads.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from cases.case_file import CaseFile, open_case
from cases.protection import protection_of
from cases.triage import PAPER_TRACK
from policy.clock import ClockStatus
from policy.deadlines import status_of
from policy.events import CaseEvent
from policy.states import CaseState, CaseStep
from tests.support.both_doors import BothDoors, fill, form_on, open_both_doors, page_of, report
from tests.support.desk import RECEIVER, Browser
from tests.support.office import CAT_HAI

STEPS = frozenset(CaseStep)
TESTS = {"who": "yes", "evidence": "yes", "verifiable": "yes"}
PROTECTION = frozenset(
    {
        CaseEvent.PROTECTION_ASKED,
        CaseEvent.PROTECTION_ASKED_URGENTLY,
        CaseEvent.PROTECTION_DECIDED,
    }
)
ANSWER = "Chúng tôi đang xem."
# What can come up on every track, each with what ends it.
ALONGSIDE = (
    "crime-found crime-sent danger-found danger-handled protection-asked protection-decided"
    " protection-asked-urgent protection-decided police-asked police-decided front-asked"
    " front-answered data-asked data-answered breach-found breach-told reception-refused"
    " refusal-told suspect-suspended suspect-cleared suspect-restored"
)
HANDLED = "classify accept verify team-named accused-explained results-reported conclude"
# Several ways through each track, so that each of its deadlines comes up.
WAYS = {
    "A": [
        f"forwarded classify {ALONGSIDE} accept extend:D04 extension-sent informed-parties"
        " suspended stop-notified resumed assessment-sent assessment-back overdue-noticed"
        " report-demanded report-made verify team-named accused-explained results-reported conclude"
        " found:partly-true forwarder-told conclusion-sent decide decision-published publish"
        " posting-over follow_up close re-denounced re-examined",
        "classify not-competent transfer transfer-told close",
        "classify decline decline-told close",
        "classify accept withdrawn stop stop-notified",
    ],
    "B": [
        f"forwarded {HANDLED} found:true forwarder-told told decide publish close",
        f"classify reporter-asked reporter-answered {ALONGSIDE} decline close reopen classify"
        " accept verify conclude close",
        "classify not-competent transfer close",
    ],
    "C": [
        f"{ALONGSIDE} {HANDLED} found:false rights-restored decide follow_up close",
        "classify decline close",
    ],
    "D": [
        f"classify told {ALONGSIDE} accept verify conclude found:not-verifiable close",
        "classify decline close",
    ],
    "E": [f"classify crime-sent {ALONGSIDE} transfer close"],
    "F": [f"classify party-sent {ALONGSIDE} transfer close"],
}


@dataclass
class Journey:
    """One case on its way; late: each thing is done the day after it was due."""

    doors: BothDoors
    track: str
    is_late: bool
    desk: Browser
    reporter: FlaskClient
    receipt: str = ""
    ref: str = ""
    # What the reporter was told beside where the case stands.
    told: list[str] = field(default_factory=list)

    def start(self) -> None:
        """File at the public door; who denounces by name and hand does so on paper."""
        if self.track == PAPER_TRACK:
            paper = form_on(self.desk.client, "/paper", "/paper")
            assert fill(self.desk.client, paper, {"number": "Sổ 1"}).status_code == 303
        else:
            self.receipt = report(self.reporter, {"statement": "Chuyện đã xảy ra."})
            self.follow()
        [self.ref] = self.doors.desk.refs(self.desk)

    def follow(self) -> None:
        """Let the reporter open the case with the receipt."""
        form = form_on(self.reporter, "/case", "/case")
        assert fill(self.reporter, form, {"receipt": self.receipt}).status_code == 303

    def case(self) -> CaseFile:
        office = self.doors.office
        return open_case(office.office, office.reviewers[RECEIVER], self.ref)

    def take(self, act: str) -> None:
        """Do what comes next at the desk, and read what the reporter reads then."""
        self.wait(act)
        kind, _, which = act.partition(":")
        if kind == "classify":
            self.send("/law", "triage", {"track": self.track, **TESTS}, {})
        elif kind == "told":
            self.send("", "messages", {}, {"text": ANSWER})
            self.told.append(ANSWER)
        elif kind == "found":
            self.send("/law", "outcome", {"finding": which}, {"document": "3/KL"})
            self.told.append(CAT_HAI.finding_plain(which, "vi"))
        elif kind in STEPS:
            self.send("", "steps", {"step": kind}, {})
        elif kind == "extend":
            self.extend(which)
        elif kind in PROTECTION:
            self.protect(kind)
        else:
            words = {"document": "12/TB", "people": "Người một\nNgười hai"}
            self.send("/law", "marks", {"mark": kind}, words)
        self.reads_what_is_so()

    def wait(self, act: str) -> None:
        """Let the days go by until this is late, where it is to be, or until it is time for it."""
        today = self.doors.office.clock.today()
        event = CaseEvent.CLASSIFIED if act == "classify" else act
        due = [
            each.due_on
            for each in self.case().clocks
            if each.is_running
            and event in CAT_HAI.rules[each.rule].ends
            and (self.is_late or CAT_HAI.rules[each.rule].at_least)
        ]
        if due and max(due) >= today:
            wanted = max(due) + timedelta(days=1 if self.is_late else 0)
            self.doors.desk.pass_days((wanted - today).days, self.desk)
            # Nor did the reporter's visit last.
            if self.receipt:
                self.follow()

    def protect(self, event: str) -> None:
        """Record a request for protection, or what was decided on the last one."""
        page, today = "/protection", self.doors.office.clock.today().isoformat()
        if event == CaseEvent.PROTECTION_DECIDED:
            entries = self.case().entries
            decision = {
                "request": protection_of(entries).requests[0].id,
                "decision-kinds": "secrecy",
                "decider": "resolver",
                "outcome": "granted",
            }
            written = {"day": today, "document": "4/QĐ"}
            self.send(page, "protection/decisions", decision, written)
            return
        urgent = {"urgent": "yes"} if event == CaseEvent.PROTECTION_ASKED_URGENTLY else {}
        asked = {"heard-kinds": "secrecy", "heard-persons": "self", "channel": "telephone"}
        written = {"day": today, "text": "Có người dọa."}
        self.send(page, "protection/requests", {**asked, **urgent}, written)

    def extend(self, rule: str) -> None:
        self.send("/law", "extensions", {"rule": rule, "grounds": "places"}, {"document": "5/QĐ"})

    def send(
        self, page: str, part: str, chosen: Mapping[str, str], written: Mapping[str, str]
    ) -> None:
        """Send a form of the case's own or its law page, which offers each choice and takes it."""
        case = f"/cases/{self.ref}"
        form = form_on(self.desk.client, f"{case}{page}", f"{case}/{part}")
        assert [each for each in chosen.items() if each[1] not in form.offered(each[0])] == []
        reason = {"reason": "theo luật"} if "reason" in form.names else {}
        typed = {**chosen, **written, **reason}
        answer = fill(self.desk.client, form, typed)
        assert answer.status_code == 303, (part, chosen)

    def reads_what_is_so(self) -> None:
        """Assert that the reporter's page says where the case stands, in the words of its track."""
        if not self.receipt:
            return
        case, page = self.case(), page_of(self.reporter, "/case").words
        assert CAT_HAI.state_words(case.state, case.track).plain_vi in page
        rule = CAT_HAI.rules.get(case.told_rule or "")
        if rule is not None and case.state is not CaseState.CLOSED:
            assert rule.plain_vi in page
        assert "thụ lý" not in page.lower()
        assert [words for words in self.told if words not in page] == []


def ends_of(track: str, folder: Path, *, is_late: bool) -> dict[str, set[ClockStatus]]:
    """Return how the clocks of each rule stood at the ends of all ways through a track."""
    found: dict[str, set[ClockStatus]] = {}
    for number, way in enumerate(WAYS[track]):
        place = folder / str(number)
        place.mkdir()
        doors = open_both_doors(place)
        journey = Journey(doors, track, is_late, doors.desk.signed_in(), doors.door.test_client())
        journey.start()
        for act in way.split():
            journey.take(act)
        today, case = doors.office.clock.today(), journey.case()
        assert case.state is CaseState.CLOSED
        for clock in case.clocks:
            status = status_of(CAT_HAI.rules[clock.rule], clock, today)
            found.setdefault(clock.rule, set()).add(status)
        doors.office.office.database.close()
    return found


def rules_of(track: str) -> set[str]:
    """Return the deadlines of a track: an answer to a forwarder is owed where there was one."""
    rules = {rule.code for rule in CAT_HAI.deadlines if track in rule.tracks}
    return {rule for rule in rules if CAT_HAI.rules[rule].along in {"", *rules}}


@pytest.mark.parametrize("track", WAYS)
def test_who_does_everything_in_time_meets_every_deadline_of_the_track(
    tmp_path: Path, track: str
) -> None:
    found = ends_of(track, tmp_path, is_late=False)
    assert rules_of(track) <= {rule for rule, states in found.items() if ClockStatus.MET in states}
    bad = {ClockStatus.LATE, ClockStatus.OVERDUE}
    assert [rule for rule, states in found.items() if not bad.isdisjoint(states)] == []


@pytest.mark.parametrize("track", WAYS)
def test_who_does_everything_a_day_late_misses_every_deadline_of_the_track(
    tmp_path: Path, track: str
) -> None:
    found = ends_of(track, tmp_path, is_late=True)
    # What must last so long at least cannot be late.
    rules = {rule for rule in rules_of(track) if not CAT_HAI.rules[rule].at_least}
    assert rules <= {rule for rule, states in found.items() if ClockStatus.LATE in states}
