"""One case on each track from its receipt to its end: every deadline met once, and missed once."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from cases.case_file import CaseFile, open_case
from cases.casework import Decision, answer, decide
from cases.paper import PaperLine, enter_paper
from cases.queue import Wanted, list_cases
from cases.threads import Message
from cases.triage import Classification, Extending, Marking, classify, extend, take_note
from crypto.receipts import Receipt
from policy.clock import ClockStatus
from policy.events import CaseEvent
from policy.states import CaseState, CaseStep
from tests.support.both_doors import BothDoors, open_both_doors, page_of
from tests.support.desk import RECEIVER
from tests.support.office import CAT_HAI

STEPS = frozenset(CaseStep)
TESTS = {"who": "yes", "evidence": "yes", "verifiable": "yes"}
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
        f"forwarded classify {ALONGSIDE} accept informed-parties suspended stop-notified resumed"
        " assessment-sent assessment-back overdue-noticed report-demanded report-made verify"
        " team-named accused-explained results-reported extend:D04 conclude forwarder-told"
        " conclusion-sent decide publish follow_up close re-denounced re-examined",
        "classify not-competent transfer close",
        "classify accept withdrawn stop stop-notified",
    ],
    "B": [
        f"forwarded {HANDLED} forwarder-told told decide publish close",
        f"classify {ALONGSIDE} decline close reopen classify accept verify conclude close",
        "classify not-competent transfer close",
    ],
    "C": [
        f"{ALONGSIDE} {HANDLED} rights-restored decide follow_up close",
        "classify decline close",
    ],
    "D": [f"classify told {ALONGSIDE} accept verify conclude close", "classify decline close"],
    "E": [f"classify crime-sent {ALONGSIDE} transfer close"],
    "F": [f"classify party-sent {ALONGSIDE} transfer close"],
}


@dataclass
class Journey:
    """One case on its way; late: each thing is done the day after it was due."""

    doors: BothDoors
    track: str
    is_late: bool
    receipt: Receipt | None = None
    ref: str = ""

    def start(self) -> None:
        office = self.doors.office
        if self.track == "A":
            line = PaperLine(number="Sổ 1", received_on=office.clock.today())
            enter_paper(office.office, office.reviewers[RECEIVER], line)
        else:
            self.receipt = office.file("Chuyện đã xảy ra.").receipt
        [row] = list_cases(office.office, office.reviewers[RECEIVER], Wanted()).rows
        self.ref = row.ref

    def case(self) -> CaseFile:
        office = self.doors.office
        return open_case(office.office, office.reviewers[RECEIVER], self.ref)

    def take(self, act: str) -> None:
        self.wait(act)
        office, reviewer = self.doors.office.office, self.doors.office.reviewers[RECEIVER]
        version = self.case().version
        if act == "classify":
            found = Classification(
                track=self.track, tests=TESTS, marks=(), reason="đã đọc", version=version
            )
            classify(office, reviewer, self.ref, found)
        elif act == "told":
            answer(office, reviewer, self.ref, Message("Chúng tôi đang xem."))
        elif act in STEPS:
            decide(office, reviewer, self.ref, Decision(CaseStep(act), "theo luật", version))
        elif act.startswith("extend:"):
            self.extend(act.partition(":")[2], version)
        else:
            take_note(office, reviewer, self.ref, self.marking(act, version))
        self.reads_what_is_so()

    def wait(self, act: str) -> None:
        """Let the days go by until this is late, where it is to be."""
        clock = self.doors.office.clock
        event = CaseEvent.CLASSIFIED if act == "classify" else act
        due = [
            each.due_on
            for each in self.case().clocks
            if each.is_running and event in CAT_HAI.rules[each.rule].ends
        ]
        if self.is_late and due and max(due) >= clock.today():
            clock.go_to(max(due) + timedelta(days=1))

    def extend(self, rule: str, version: int) -> None:
        if self.is_late:
            return
        more = Extending(
            rule=rule, grounds=("places",), document="5/QĐ", reason="phức tạp", version=version
        )
        extend(self.doors.office.office, self.doors.office.reviewers[RECEIVER], self.ref, more)

    def marking(self, mark: str, version: int) -> Marking:
        return Marking(
            mark=mark,
            day=self.doors.office.clock.today(),
            reason="đã làm",
            document="12/TB",
            people="Người một\nNgười hai",
            version=version,
        )

    def reads_what_is_so(self) -> None:
        """Assert that the reporter's page says where the case stands, in the words of its track."""
        if self.receipt is None:
            return
        case, client = self.case(), self.doors.door.test_client()
        form = page_of(client, "/case").forms[-1]
        fields = dict(form.filled({"receipt": self.receipt.grouped()}))
        assert client.post("/case", data=fields).status_code == 303
        page = page_of(client, "/case").words
        assert CAT_HAI.state_words(case.state, case.track).plain_vi in page
        rule = CAT_HAI.rules.get(case.told_rule or "")
        if rule is not None and case.state is not CaseState.CLOSED:
            assert rule.plain_vi in page
        if case.track != "A":
            assert "thụ lý" not in page.lower()


def ends_of(track: str, folder: Path, *, is_late: bool) -> dict[str, set[ClockStatus]]:
    """Return how the clocks of each rule stood at the ends of all ways through a track."""
    found: dict[str, set[ClockStatus]] = {}
    for number, way in enumerate(WAYS[track]):
        place = folder / str(number)
        place.mkdir()
        doors = open_both_doors(place)
        journey = Journey(doors, track, is_late)
        journey.start()
        for act in way.split():
            journey.take(act)
        today, case = doors.office.clock.today(), journey.case()
        assert case.state is CaseState.CLOSED
        for clock in case.clocks:
            found.setdefault(clock.rule, set()).add(clock.status(today))
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
    assert rules_of(track) <= {rule for rule, states in found.items() if ClockStatus.LATE in states}
