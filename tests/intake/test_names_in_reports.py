"""Trying names in a report tells nobody's but a head's, also where a unit has one member only.

Every unit of the office has one. Two reports go the same way through every page, of which one names
members and the other nobody: what is shown must not differ by a letter.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import pytest

from cases.case_file import open_case
from cases.casework import answer
from cases.jobs import escalate_unopened
from cases.parts import Part, split
from cases.queue import Wanted, list_cases
from cases.referral import Referral, refer
from cases.threads import Message
from tests.support.intake_office import IntakeOffice, Reporter, form_to, receipt_of

RECEIVER, SUPERIOR, OTHER = "van-phong", "chu-tich", "phong-kinh-te"
NAMES = {RECEIVER: "Lý Văn Minh Họa", SUPERIOR: "Đinh Thị Thí Dụ"}
DAY_IT_GOES_UP = date(2026, 12, 8)
FACTS = re.compile(r"<dl>.*?</dl>", re.DOTALL)
MAIN = re.compile(r"<main.*?</main>", re.DOTALL)
HIDDEN = re.compile(r'<input type="hidden"[^>]*>')
NOBODY = "Có người đòi tiền."

# Whom a report names, and the only units that its boxes leave, if they leave not all.
WAYS = [
    ([RECEIVER], []),
    ([SUPERIOR], []),
    ([RECEIVER, SUPERIOR], []),
    # Nobody is left above who could take it over.
    ([RECEIVER], [RECEIVER, SUPERIOR]),
    ([SUPERIOR], [RECEIVER, SUPERIOR]),
    # Nobody is left at all.
    ([RECEIVER, SUPERIOR], [RECEIVER, SUPERIOR]),
    ([SUPERIOR], [SUPERIOR]),
]
each_way = pytest.mark.parametrize(("named", "only"), WAYS)


@dataclass
class Visitor:
    """Somebody who reports, and all that the pages told them."""

    reporter: Reporter
    told: list[str] = field(default_factory=list)
    code: str = ""

    def report(self, statement: str, barred: Sequence[str] = ()) -> None:
        """Look who would receive it, send it, and open the case."""
        self.reporter.get("/report")
        shown = self.reporter.report(statement, not_to=barred, action="preview")
        receipt = self.reporter.report(statement, not_to=barred)
        self.code = receipt_of(receipt)
        self.told += [FACTS.findall(page.text)[0] for page in (shown, receipt)]
        self.look()

    def look(self) -> str:
        """Open the case with the receipt, and return its page."""
        page = self.reporter.sign_in(self.code).text
        self.told.append(HIDDEN.sub("", MAIN.findall(page)[0]))
        return page

    def send_up(self) -> None:
        """Press the button, also where no page shows it."""
        self.reporter.hidden = form_to(self.look(), "/case/leave")
        pressed = self.reporter.post("/case/escalate", {})
        self.told.append(f"{pressed.status_code} {MAIN.findall(pressed.text)}")
        self.look()


def barring(intake: IntakeOffice, only: Sequence[str]) -> list[str]:
    """Return the units that a reporter bars who leaves these only; none leaves all."""
    units = [unit.code for unit in intake.office.office.pack.receiving_units()]
    return [unit for unit in units if unit not in only] if only else []


def two_visitors(intake: IntakeOffice, named: Sequence[str], only: Sequence[str]) -> list[Visitor]:
    """Return two who reported the same way: one names members of units, the other nobody."""
    for unit in named:
        reviewer = intake.office.reviewers[unit]
        intake.office.add_to_roster(unit, NAMES[unit], reviewer=reviewer)
    visitors = [Visitor(intake.reporter()), Visitor(intake.reporter())]
    names = " và ".join(NAMES[unit] for unit in named)
    for visitor, who in zip(visitors, (names, "Có người"), strict=True):
        visitor.report(f"{who} đòi tiền.", barring(intake, only))
    return visitors


def refs_of(intake: IntakeOffice, unit: str) -> list[str]:
    """Return what stands in the list of a unit's only member."""
    page = list_cases(intake.office.office, intake.office.reviewers[unit], Wanted())
    return [row.ref for row in page.rows]


@each_way
def test_a_name_tells_nothing_while_the_case_waits_and_goes_up(
    intake: IntakeOffice, named: list[str], only: list[str]
) -> None:
    naming, plain = two_visitors(intake, named, only)
    intake.office.clock.go_to(DAY_IT_GOES_UP)
    for visitor in (naming, plain):
        visitor.look()
    escalate_unopened(intake.office.office)
    for visitor in (naming, plain):
        visitor.look()
    assert naming.told == plain.told


@each_way
def test_a_name_tells_nothing_when_the_case_is_sent_up(
    intake: IntakeOffice, named: list[str], only: list[str]
) -> None:
    naming, plain = two_visitors(intake, named, only)
    for visitor in (naming, plain):
        visitor.send_up()
    assert naming.told == plain.told
    assert ("303" in naming.told[-2]) == (only != [SUPERIOR])


def test_that_comparison_sees_a_heads_name(intake: IntakeOffice) -> None:
    intake.office.add_to_roster(RECEIVER, NAMES[RECEIVER], is_head=True)
    naming, plain = two_visitors(intake, [SUPERIOR], [])
    other = Visitor(intake.reporter())
    other.report(f"{NAMES[RECEIVER]} đòi tiền.")
    assert naming.told == plain.told
    assert other.told != plain.told


def test_a_report_that_names_a_units_only_member_goes_past_it_and_no_page_says_so(
    intake: IntakeOffice,
) -> None:
    naming, _ = two_visitors(intake, [RECEIVER], [])
    assert "Văn phòng HĐND và UBND" in naming.told[0]
    assert "tự chuyển lên Chủ tịch UBND" in naming.told[0]
    [about] = refs_of(intake, SUPERIOR)
    assert about not in refs_of(intake, RECEIVER)
    signed_in = intake.office.reviewers[SUPERIOR]
    assert open_case(intake.office.office, signed_in, about).is_responsible


def test_an_answer_does_not_tell_which_unit_it_comes_from(intake: IntakeOffice) -> None:
    naming, plain = two_visitors(intake, [RECEIVER], [])
    for unit in (RECEIVER, SUPERIOR):
        reviewer, [ref] = intake.office.reviewers[unit], refs_of(intake, unit)
        open_case(intake.office.office, reviewer, ref)
        answer(intake.office.office, reviewer, ref, Message("Xin nói thêm."))
    for visitor in (naming, plain):
        assert "Xin nói thêm." in visitor.look()
    assert naming.told == plain.told


def test_a_case_that_was_referred_tells_no_name_either(intake: IntakeOffice) -> None:
    office = intake.office.office
    naming, plain = two_visitors(intake, [SUPERIOR], [RECEIVER, SUPERIOR, OTHER])
    for ref in refs_of(intake, RECEIVER):
        reviewer = intake.office.reviewers[RECEIVER]
        version = open_case(office, reviewer, ref).version
        refer(office, reviewer, ref, Referral(OTHER, "đúng việc", False, version))
    for visitor in (naming, plain):
        assert "Đã chuyển cho đơn vị khác: Phòng Kinh tế." in visitor.look()
        visitor.send_up()
    assert naming.told == plain.told
    assert len(refs_of(intake, SUPERIOR)) == 1
    assert len(refs_of(intake, OTHER)) == 2


def test_a_part_of_a_report_does_not_tell_which_unit_has_it(intake: IntakeOffice) -> None:
    naming, plain = two_visitors(intake, [SUPERIOR], [])
    accused = frozenset({OTHER})
    for ref in refs_of(intake, RECEIVER):
        reviewer = intake.office.reviewers[RECEIVER]
        version = open_case(intake.office.office, reviewer, ref).version
        part = Part(
            text="Chuyện ở phòng.", reason="hai chuyện", version=version, accused_head=accused
        )
        split(intake.office.office, reviewer, ref, part)
    for visitor in (naming, plain):
        assert "Một phần tin của bạn thành một hồ sơ riêng" in visitor.look()
    assert naming.told == plain.told


def test_a_report_that_is_refused_by_its_boxes_is_refused_whomever_it_names(
    intake: IntakeOffice,
) -> None:
    intake.office.add_to_roster(RECEIVER, NAMES[RECEIVER])
    everybody = barring(intake, [""])
    for statement in (NOBODY, f"{NAMES[RECEIVER]} đòi tiền."):
        reporter = intake.reporter()
        for action in ("preview", "send"):
            reporter.get("/report")
            refused = reporter.report(statement, not_to=everybody, action=action)
            assert refused.status_code == 409
