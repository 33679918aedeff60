"""Who gets a copy beside, and whose function a field is: what routing says and moves no report."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.competence import find_copies
from policy.naming import Naming
from policy.pack import Pack
from policy.routing import route
from tests.policy.golden import CITATION, lines, strays, title, told, units, with_packs
from tests.policy.packs import CAT_HAI, MONDAY, PACKS, XA_THU, all_heads, everybody, namings

TABLE = "copies_expected.csv"
CRIME = "E"
# law.md §6.2: the Economic Division has land and minerals, Culture and Society schools and health.
MANAGED = {
    "dat-dai": "Phòng Kinh tế",
    "khoang-san": "Phòng Kinh tế",
    "giao-duc": "Phòng Văn hóa - Xã hội",
    "y-te": "Phòng Văn hóa - Xã hội",
    "ngoai-nha-nuoc": "Phòng Kinh tế, Công an thành phố Hải Phòng",
}


def said_of(naming: Naming, code: str, pack: Pack = CAT_HAI) -> list[str]:
    todays = pack.on(MONDAY)
    routing = route(naming, todays, MONDAY, staffed=everybody(todays))
    return [reason.text_vi for reason in routing.public_reasons() if reason.code == code]


@pytest.mark.parametrize(("pack", "row"), with_packs(TABLE), ids=title)
def test_each_line_of_the_table_of_copies_is_followed(pack: Pack, row: dict[str, str]) -> None:
    found = find_copies(told(row), pack.on(MONDAY), MONDAY)
    assert {each.resolver for each in found if each.track == row["track"]} == units(row["copies"])


def test_every_line_of_the_table_of_copies_cites_place_and_article() -> None:
    assert [row["source"] for row in lines(TABLE) if not CITATION.fullmatch(row["source"])] == []
    assert strays(TABLE) == []


@given(st.data())
@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.place.code)
def test_no_copy_is_meant_for_a_unit_that_the_report_names_or_keeps_out(
    pack: Pack, data: st.DataObject
) -> None:
    naming = data.draw(namings(pack))
    heads = all_heads(naming, pack)
    for unit in (row.resolver for row in find_copies(naming, pack, MONDAY)):
        assert unit not in naming.accused | naming.accused_head | naming.not_to
        assert not {unit, *pack.superiors(unit)} & heads
        assert not (naming.bypass and pack.unit(unit).inside)


@given(naming=namings(CAT_HAI))
def test_signs_of_a_crime_have_somewhere_to_go_whoever_is_named(naming: Naming) -> None:
    assert CRIME in {row.track for row in find_copies(naming, CAT_HAI, MONDAY)}


def test_routing_says_where_signs_of_a_crime_go_and_on_what_basis() -> None:
    routing = route(Naming(), CAT_HAI.on(MONDAY), MONDAY, staffed=everybody(CAT_HAI))
    reason = routing.reasons[-1]
    assert "Công an thành phố" in reason.text_vi
    assert "Luật Tố cáo Điều 27" in reason.basis
    assert routing.receiver == "van-phong"


@pytest.mark.parametrize("field", MANAGED)
def test_who_names_nobody_is_told_whose_function_the_field_is(field: str) -> None:
    [text] = said_of(Naming(field=field), "field-managed")
    assert f"lĩnh vực này do {MANAGED[field]} quản lý" in text


def test_no_function_is_told_where_somebody_is_named_or_the_field_has_none() -> None:
    somebody = frozenset({"truong-hoc"})
    assert said_of(Naming(field="dat-dai", accused=somebody), "field-managed") == []
    assert said_of(Naming(field="khac"), "field-managed") == []


def test_whoever_a_report_keeps_out_is_not_told_of_as_the_one_whose_function_it_is() -> None:
    economic = frozenset({"phong-kinh-te"})
    assert said_of(Naming(field="dat-dai", not_to=economic), "field-managed") == []
    [text] = said_of(Naming(field="ngoai-nha-nuoc", bypass=True), "field-managed")
    assert "Phòng Kinh tế" not in text
    assert "Công an thành phố" in text


def test_papers_are_promised_to_no_unit_that_the_report_keeps_out() -> None:
    of_teacher = said_of(Naming(accused=frozenset({"truong-hoc"})), "cannot-receive")
    of_president = said_of(Naming(accused_head=frozenset({"tand-kv4"})), "cannot-receive")
    assert of_teacher == []
    assert [text.split(" chưa nhận")[0] for text in of_president] == [
        "Tòa án nhân dân thành phố Hải Phòng, Tòa án nhân dân tối cao"
    ]


def test_a_managed_field_of_the_invented_commune_names_both_of_its_units() -> None:
    assert said_of(Naming(field="ruong"), "field-managed", XA_THU) == [
        "Lop hoc, Cong an xa: field-managed"
    ]
