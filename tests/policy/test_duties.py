import csv
import re

import pytest

from policy.pack import Pack
from policy.rows import BUILT, CORE, NOT_YET, OUT, Duty
from tests.policy.packs import CAT_HAI, MONDAY, PACKS, ROOT, XA_THU

with (ROOT / "tests" / "data" / "duties_expected.csv").open(encoding="utf-8") as file:
    EXPECTED = {row["duty"]: row["class"] for row in csv.DictReader(file)}
OPEN = [duty for duty in CAT_HAI.duties if duty.state != BUILT and duty.class_ != OUT]


def test_every_duty_of_the_plan_stands_in_the_pack_with_its_class() -> None:
    assert {duty.code: duty.class_ for duty in CAT_HAI.duties} == EXPECTED
    assert sum(duty.class_ == CORE for duty in CAT_HAI.duties) == 52


def test_every_duty_names_the_plan_and_its_section_as_its_source() -> None:
    for duty in CAT_HAI.duties:
        (section,) = [section for section in CAT_HAI.plan if section.code == duty.section]
        assert duty.basis == section.basis
        assert duty.basis.startswith("Kế hoạch tháng 8/2025 của UBND đặc khu Cát Hải, ")


def test_no_number_and_no_day_of_the_plan_is_invented() -> None:
    texts = [duty.basis for duty in CAT_HAI.duties] + [section.basis for section in CAT_HAI.plan]
    assert not [text for text in texts if re.search(r"\d+/KH|ngày \d", text)]


@pytest.mark.parametrize("duty", OPEN, ids=lambda duty: str(duty.code))
def test_a_duty_that_is_not_built_says_so_in_both_languages(duty: Duty) -> None:
    if duty.state == NOT_YET:
        assert duty.does_vi.startswith("Chưa ")
        assert duty.does_en.startswith("Not yet: ")
    else:
        assert "chưa" in duty.does_vi.lower()
        assert re.search(r"\b(no|not|nobody|nothing|cannot)\b", duty.does_en.lower())


def test_a_built_duty_leaves_nothing_out() -> None:
    built = [duty for duty in CAT_HAI.duties if duty.state == BUILT]
    assert built
    assert not [duty.code for duty in built if "chưa" in duty.does_vi.lower()]


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.place.code)
def test_every_duty_is_shown_once_under_its_section(pack: Pack) -> None:
    shown = [duty for _, duties in pack.duties_by_section(MONDAY) for duty in duties]
    assert sorted(duty.code for duty in shown) == sorted(duty.code for duty in pack.duties)
    assert all(
        duty.section == section.code
        for section, duties in pack.duties_by_section(MONDAY)
        for duty in duties
    )


def test_a_section_whose_duties_are_over_is_not_shown() -> None:
    assert XA_THU.duties_by_section(XA_THU.place.since.replace(year=2020)) == ()


def test_a_duty_is_told_in_the_language_asked_for() -> None:
    duty = XA_THU.duties[0]
    assert (duty.text("vi"), duty.text("en")) == ("Nghe dân nói", "Hear people")
    assert (duty.does("vi"), duty.does("en")) == ("Có biểu mẫu", "There is a form")
