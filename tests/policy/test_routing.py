import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.competence import resolver_of
from policy.errors import NoRouteError
from policy.naming import Naming
from policy.pack import Pack
from policy.routing import (
    Routing,
    may_receive,
    next_receiver,
    possible_receivers,
    route,
    superior_of,
)
from policy.rows import BODY, HEAD, STAFF
from tests.policy.golden import CITATION, lines, strays, title, told, units, with_packs
from tests.policy.packs import CAT_HAI, MONDAY, PACKS, XA_THU, all_heads, everybody, namings

TABLE = "routing_expected.csv"
GOLDEN = lines(TABLE)
# Whom each row of law.md §6.1 speaks of. Row 23, a crime, adds a copy and moves no report: its
# lines are in copies_expected.csv.
SPOKEN_OF = {
    **dict.fromkeys((1, 3, 9), "head deputy"),
    **dict.fromkeys((2, 5), "body"),
    **dict.fromkeys((4, 7, 8, 10, 11), "staff"),
    **dict.fromkeys((6, 12), "head deputy body"),
    **dict.fromkeys((13, 14, 15, 16, 17, 18, 19, 20, 21), "head deputy staff body"),
    25: "head staff body",
}
OF_NO_UNIT = (22, 24)
# Whose rows a line is about, by who it says it is; a line about several may mean head or body.
BY_WHO = {"head": (HEAD,), "deputy": (HEAD,), "body": (BODY,)}
# How many units each box names. The form has one for heads, deputies and whole bodies, one for all
# others.
TICKED = {"head": (0, 1), "deputy": (0, 1), "body": (0, 1), "staff": (1, 0)}


def routed(naming: Naming, pack: Pack = CAT_HAI) -> Routing:
    todays = pack.on(MONDAY)
    return route(naming, todays, MONDAY, staffed=everybody(todays))


@pytest.mark.parametrize(("pack", "row"), with_packs(TABLE), ids=title)
def test_each_line_of_the_lawyers_table_is_followed(pack: Pack, row: dict[str, str]) -> None:
    routing = routed(told(row), pack)
    assert (routing.receiver, routing.escalates_to or "") == (row["receiver"], row["goes up to"])


@pytest.mark.parametrize(
    # Empty: nobody is named, or law.md names no unit of the chart for all who are.
    ("pack", "row"),
    [(pack, row) for pack, row in with_packs(TABLE) if row["competent"]],
    ids=title,
)
def test_each_accused_of_a_line_has_the_resolver_that_the_law_gives(
    pack: Pack, row: dict[str, str]
) -> None:
    naming = told(row)
    heads = all_heads(naming, pack)
    people = {(unit, who) for unit in heads for who in BY_WHO.get(row.get("who", ""), (HEAD, BODY))}
    people |= {(unit, STAFF) for unit in naming.accused if not pack.unit(unit).all_heads}
    resolvers = {resolver_of(unit, who, pack, MONDAY)[0] for unit, who in people}
    assert resolvers == units(row["competent"])


def test_the_lawyers_table_is_long_enough_and_every_line_cites_place_and_article() -> None:
    assert len(GOLDEN) >= 300
    assert sum(row["competent"] != "" for row in GOLDEN) >= 200
    assert [row["source"] for row in GOLDEN if not CITATION.fullmatch(row["source"])] == []
    assert strays(TABLE) == []


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.place.code)
def test_whoever_a_line_names_can_be_named_in_the_form_of_that_day(pack: Pack) -> None:
    offered = {unit.code for unit in pack.on(MONDAY).units if unit.accusable}
    for of_pack, row in with_packs(TABLE):
        if of_pack is pack:
            assert units(row["accused"]) | units(row["accused_head"]) <= offered


def rows_of_the_law(row: dict[str, str]) -> list[int]:
    return [
        int(number)
        for cited in re.findall(r"§6\.1 row ([\d and]+)", row["source"])
        for number in re.findall(r"\d+", cited)
    ]


def test_every_row_of_the_competence_table_has_a_line_for_everybody_it_speaks_of() -> None:
    found = {(number, row["who"]) for row in GOLDEN for number in rows_of_the_law(row)}
    wanted = {(number, who) for number, some in SPOKEN_OF.items() for who in some.split()}
    assert wanted | {(number, "") for number in OF_NO_UNIT} <= found


def test_a_line_about_one_head_deputy_official_or_body_ticks_the_one_box_for_it() -> None:
    for row in (row for row in GOLDEN if row["who"]):
        ticked = (len(units(row["accused"])), len(units(row["accused_head"])))
        assert ticked == TICKED[row["who"]]


def test_where_a_body_has_another_resolver_than_its_head_who_is_above_both_receives() -> None:
    rows = [row for row in XA_THU.competence if row.code == "lop-dung-dau"]
    body = replace(rows[0], code="lop", who=("body",), resolver="trung-uong", basis="Điều 9")
    head = replace(rows[0], who=("head",))
    others = tuple(row for row in XA_THU.competence if row not in rows)
    pack = replace(XA_THU, competence=(head, body, *others))
    routing = routed(Naming(accused_head=frozenset({"lop-hoc"})), pack)
    assert routing.receiver == "trung-uong"
    assert {head.basis, body.basis} <= {reason.basis for reason in routing.reasons}
    of_staff = routed(Naming(accused=frozenset({"lop-hoc"})), pack)
    assert body.basis not in {reason.basis for reason in of_staff.reasons}


def test_where_a_head_sits_who_is_named_in_the_text_is_passed_over_unseen() -> None:
    naming = Naming(roster_heads=frozenset({"van-hanh"}))
    routing = routed(naming)
    for seat in CAT_HAI.unit("van-hanh").sits_in:
        assert not may_receive(seat, naming, CAT_HAI)
        assert seat not in {routing.receiver, routing.escalates_to}
    assert "named-in-text" not in {reason.code for reason in routing.public_reasons()}


def test_a_reason_that_holds_twice_is_said_once() -> None:
    unit = frozenset({"phong-kinh-te"})
    reasons = routed(Naming(accused=unit, accused_head=unit)).reasons
    assert len(reasons) == len(set(reasons)) > 1


def test_where_the_pack_knows_nobody_above_the_reasons_say_who_steps_in() -> None:
    routing = routed(Naming(accused_head=frozenset({"cong-an-tinh"})), XA_THU)
    assert XA_THU.unit("cong-an-tinh").superior == ""
    assert routing.receiver == XA_THU.fallback
    assert "fallback" in {reason.code for reason in routing.reasons}


def above(unit: str, pack: Pack) -> set[str]:
    return {unit, *pack.superiors(unit)}


@given(st.data())
@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.place.code)
def test_no_report_is_ever_routed_to_a_unit_it_names_or_below_a_named_head(
    pack: Pack, data: st.DataObject
) -> None:
    naming = data.draw(namings(pack))
    routing = routed(naming, pack)
    heads = naming.accused_head | naming.roster_heads
    heads |= {unit for unit in naming.accused if pack.unit(unit).all_heads}
    seats = {seat for unit in naming.accused | heads for seat in pack.unit(unit).sits_in}
    for unit in {routing.receiver, routing.escalates_to or routing.receiver}:
        assert unit not in naming.accused | naming.accused_head | naming.not_to | seats
        assert not above(unit, pack) & heads
        assert not (naming.bypass and pack.unit(unit).inside)
        assert may_receive(unit, naming, pack)
    for unit in naming.accused | naming.not_to | heads | seats:
        assert not may_receive(unit, naming, pack)


@given(st.data())
@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.place.code)
def test_every_combination_of_accused_yields_a_receiver_that_must_have_a_recipient(
    pack: Pack, data: st.DataObject
) -> None:
    routing = routed(data.draw(namings(pack)), pack)
    assert {routing.receiver, routing.escalates_to} <= {None, *possible_receivers(pack, MONDAY)}
    assert routing.escalates_to != routing.receiver


@given(st.data())
@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.place.code)
def test_a_unit_without_people_is_never_chosen(pack: Pack, data: st.DataObject) -> None:
    staffed = data.draw(st.frozensets(st.sampled_from(sorted(everybody(pack)))))
    try:
        routing = route(data.draw(namings(pack)), pack, MONDAY, staffed=staffed)
    except NoRouteError:
        return
    assert {routing.receiver, routing.escalates_to} <= {None, *staffed}


@given(st.data())
@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.place.code)
def test_a_roster_match_leaves_no_reason_that_the_reporter_could_read(
    pack: Pack, data: st.DataObject
) -> None:
    naming = data.draw(namings(pack))
    plain = {
        reason.code for reason in routed(replace(naming, roster_heads=frozenset()), pack).reasons
    }
    shown = {reason.code for reason in routed(naming, pack).public_reasons()}
    assert "named-in-text" not in shown
    assert shown - plain <= {"receiver", "fallback", "cannot-receive", "bypass", "barred"}


@given(st.data())
@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.place.code)
def test_whoever_takes_over_is_barred_from_nothing_and_above(
    pack: Pack, data: st.DataObject
) -> None:
    naming = data.draw(namings(pack))
    unit = data.draw(st.sampled_from(sorted(everybody(pack))))
    successor = next_receiver(unit, naming, pack, MONDAY, staffed=everybody(pack))
    if successor is not None:
        assert successor != unit
        assert may_receive(successor, naming, pack)


def test_a_report_that_bars_the_whole_ladder_is_refused_rather_than_misrouted() -> None:
    with pytest.raises(NoRouteError):
        routed(Naming(not_to=frozenset({"thanh-tra-cp"}), accused=frozenset({"ubnd-tp"})))


@pytest.mark.parametrize("unit", ["tand-tp", "thue-tp", "quan-su-tp", "ubkt-thanh-uy"])
def test_a_body_elsewhere_that_takes_part_receives_what_the_law_gives_it(unit: str) -> None:
    accused = {"tand-tp": "tand-kv4", "thue-tp": "thue", "quan-su-tp": "bien-phong"}
    row = replace(CAT_HAI.unit(unit), receives="outside")
    pack = replace(CAT_HAI, units=(*(u for u in CAT_HAI.units if u.code != unit), row))
    head = Naming(accused_head=frozenset({accused.get(unit, "dang-uy")}))
    assert routed(head, pack).receiver == unit
    assert routed(replace(head, not_to=frozenset({unit})), pack).receiver == "ubnd-tp"


def test_a_unit_left_without_members_routes_up() -> None:
    routing = route(Naming(), CAT_HAI, MONDAY, staffed=frozenset({"ubnd-tp", "chu-tich"}))
    assert (routing.receiver, routing.escalates_to) == ("chu-tich", "ubnd-tp")


def test_an_empty_unit_is_not_mentioned_in_public_since_its_only_member_may_be_named() -> None:
    routing = route(Naming(), CAT_HAI, MONDAY, staffed=frozenset({"ubnd-tp", "chu-tich"}))
    assert "nobody-there" in {reason.code for reason in routing.reasons}
    assert "nobody-there" not in {reason.code for reason in routing.public_reasons()}


def test_a_referral_to_a_room_goes_up_to_the_chairman_when_nobody_opens_it() -> None:
    successor = next_receiver(
        "phong-kinh-te", Naming(), CAT_HAI, MONDAY, staffed=everybody(CAT_HAI)
    )
    assert successor == "chu-tich"


def test_nobody_takes_over_from_the_top_of_the_ladder() -> None:
    top = next_receiver("thanh-tra-cp", Naming(), CAT_HAI, MONDAY, staffed=everybody(CAT_HAI))
    assert top is None
    assert superior_of("thanh-tra-cp", CAT_HAI) is None


def test_the_reasons_name_the_row_that_decided_and_its_article() -> None:
    reason = routed(Naming(accused=frozenset({"phong-kinh-te"}))).reasons[0]
    assert reason.code == "phong-van-phong"
    assert "Điều 13.1" in reason.basis
    assert reason.text_vi.startswith("Phòng Kinh tế")
    assert reason.text_en.startswith("Economic Division")


def test_every_report_that_names_somebody_is_told_why_in_both_languages() -> None:
    for unit in (unit for unit in CAT_HAI.units if unit.accusable):
        for reason in routed(Naming(accused=frozenset({unit.code}))).public_reasons():
            assert "{" not in reason.text_vi + reason.text_en


def test_what_a_report_names_is_never_printed() -> None:
    naming = Naming(accused=frozenset({"phong-kinh-te"}))
    assert "phong-kinh-te" not in repr(naming) + repr(routed(naming))


def test_a_field_with_a_competent_body_goes_there_or_above_when_it_cannot_receive() -> None:
    assert routed(Naming(field="giau-len"), XA_THU).receiver == "tinh-truong"
