import re
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from policy.deadlines import calendar_for
from policy.loading import load_pack
from policy.pack import Pack
from policy.reasons import REASON_CODES
from policy.rows import TEST_RESULTS, Worded
from policy.states import CaseState
from policy.tables import CHOICES
from tests.policy.packs import CAT_HAI, CAT_HAI_PATH, MONDAY, PACKS, ROOT, XA_THU

PLAIN_WORDS = [row for rows in CAT_HAI.tables().values() for row in rows if isinstance(row, Worded)]
# Each is a legal track: a public page never offers one (design.md §5, Words).
TRACK_WORDS = ("tố cáo", "tin báo", "phản ánh", "nặc danh")


def test_every_unit_somebody_can_name_is_on_the_form_exactly_once() -> None:
    shown = [unit.code for _, units in CAT_HAI.accusable_groups() for unit in units]
    assert sorted(shown) == sorted(unit.code for unit in CAT_HAI.units if unit.accusable)
    assert all(units for _, units in CAT_HAI.accusable_groups())


def test_the_twelve_former_communes_and_the_district_can_be_named_and_receive_nothing() -> None:
    former = [unit for unit in CAT_HAI.on(MONDAY).units if unit.kind == "former"]
    assert len(former) == 13
    assert all(unit.accusable and unit.receives == "no" for unit in former)


def test_the_twelve_acts_and_the_three_of_the_non_state_sector_stand_in_the_pack() -> None:
    articles = [act.basis for act in CAT_HAI.acts]
    assert sum(basis.startswith("Luật PCTN Điều 2.1") for basis in articles) == 12
    assert sum(basis.startswith("Luật PCTN Điều 2.2") for basis in articles) == 3
    assert {"tieu-cuc", "lang-phi", "cong-tac-pctn"} <= {act.code for act in CAT_HAI.acts}


@pytest.mark.parametrize("row", PLAIN_WORDS, ids=lambda row: f"{type(row).__name__}-{row.code}")
def test_the_words_for_visitors_offer_no_legal_track(row: Worded) -> None:
    assert not [word for word in TRACK_WORDS if word in row.plain_vi.lower()]


def test_thu_ly_is_said_on_track_a_only() -> None:
    assert CAT_HAI.state_words(CaseState.ACCEPTED, "A").plain_vi == "Đã thụ lý"
    for state in CaseState:
        assert "thụ lý" not in CAT_HAI.state_words(state, "B").plain("vi")


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.place.code)
def test_every_row_has_a_source_and_an_open_one_says_what_is_open(pack: Pack) -> None:
    for rows in pack.tables().values():
        assert all(row.basis and (row.confirmed or row.note) for row in rows)


def test_the_receiver_that_nobody_appointed_yet_is_shown_as_unconfirmed() -> None:
    open_rows = {(file, row.code) for file, row in CAT_HAI.unconfirmed()}
    assert ("offices.toml", "default-receiver") in open_rows
    assert ("escalation.toml", "unopened") in open_rows


def test_no_telephone_number_is_invented() -> None:
    assert [row.telephone for row in CAT_HAI.reception] == [""]
    for file in sorted(CAT_HAI_PATH.glob("*.toml")):
        assert not re.search(r"\d{3}[ .]?\d{3,4}[ .]?\d{3}", file.read_text(encoding="utf-8"))


def test_going_up_by_itself_is_told_with_the_days_that_the_rule_has() -> None:
    (rule,) = CAT_HAI.escalation
    assert str(rule.working_days) in rule.plain_vi
    assert str(rule.working_days) in rule.plain_en


def test_the_calendar_of_the_pack_holds_the_swapped_days() -> None:
    calendar = calendar_for(CAT_HAI)
    worked = {row.day: calendar.is_working_day(row.day) for row in CAT_HAI.calendar}
    assert worked == {row.day: row.worked for row in CAT_HAI.calendar}
    assert all(a.day < b.day for a, b in pairwise(CAT_HAI.calendar))


def test_a_pack_is_known_by_its_bytes() -> None:
    assert load_pack(CAT_HAI_PATH).version == CAT_HAI.version
    assert len({pack.version for pack in PACKS}) == 2


def test_nothing_of_the_place_is_in_the_code() -> None:
    codes = {row.code for row in (*CAT_HAI.units, *CAT_HAI.fields)} - REASON_CODES
    for file in sorted((ROOT / "policy").glob("*.py")):
        quoted = set(re.findall(r'"([^"]*)"', file.read_text(encoding="utf-8")))
        assert not quoted & codes, file.name


def test_names_and_words_come_in_the_language_asked_for() -> None:
    assert CAT_HAI.unit_name("phong-kinh-te", "en") == "Economic Division"
    assert CAT_HAI.unit("phong-kinh-te").plain("vi").startswith("Phòng Kinh tế")


@pytest.mark.parametrize("state", CaseState)
@pytest.mark.parametrize("track", [track.code for track in CAT_HAI.tracks])
def test_the_reviewer_is_told_what_the_law_wants_next_whatever_the_case(
    track: str, state: CaseState
) -> None:
    rows = [row for row in CAT_HAI.advice if track in row.tracks and state in row.states]
    assert rows
    assert all(row.text("vi") and row.text("en") and row.basis for row in rows)


@pytest.mark.parametrize("result", TEST_RESULTS)
def test_anonymous_information_has_advice_for_every_result_of_the_three_tests(result: str) -> None:
    rows = [
        row for row in CAT_HAI.advice if "B" in row.tracks and CaseState.ASSESSING in row.states
    ]
    assert [row for row in rows if not row.tests or result in row.tests]


def test_knowingly_false_is_never_concluded_by_one_person_alone() -> None:
    assert [row.code for row in CAT_HAI.findings if row.needs_two] == ["knowingly-false"]
    assert all(row.restores for row in CAT_HAI.findings if row.needs_two)


def test_a_verification_team_has_two_people_at_least() -> None:
    (team,) = [mark for mark in CAT_HAI.marks if mark.least_people]
    assert (team.code, team.least_people, team.needs_document) == ("team-named", 2, True)


def test_crime_and_party_matters_run_beside_the_track_of_the_case() -> None:
    beside = {mark.beside: mark.code for mark in CAT_HAI.marks if mark.beside}
    assert beside == {"E": "crime-found", "F": "party-found"}


@pytest.mark.parametrize("table", CHOICES)
def test_what_ended_is_offered_no_more_and_keeps_its_name(table: str) -> None:
    # No document permits identities in Cát Hải.
    first, *others = getattr(CAT_HAI, table) or getattr(XA_THU, table)
    ended = replace(first, until=MONDAY - timedelta(days=1))
    changed: dict[str, Any] = {table: (ended, *others)}
    pack = replace(CAT_HAI, **changed)
    assert getattr(pack.on(MONDAY), table) == tuple(others)
    assert getattr(pack.on(MONDAY - timedelta(days=1)), table) == (ended, *others)
    assert getattr(pack, table) == (ended, *others)
