"""What an office is made of changes on a day: rows end, others follow, and old names are kept."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from policy.errors import PolicyError
from policy.loading import load_pack
from policy.naming import Naming
from policy.pack import Pack
from policy.routing import may_receive, route
from tests.policy.packs import XA_THU_PATH, everybody

BEFORE, AFTER = date(2026, 12, 31), date(2027, 1, 1)
Change = Callable[[str], str]
END = "until = 2026-12-31\n"
# To dat ends with the year, and To dat moi begins.
SUCCESSOR = """
[[unit]]
code = "to-dat-moi"
kind = "team"
superior = "truong-xa"
inside = true
receives = "desk"
accusable = true
group = "trong-xa"
name_vi = "To dat moi"
name_en = "To dat moi (en)"
plain_vi = "To dat moi"
plain_en = "To dat moi (en)"
basis = "Luật xã Thử Điều 1"
from = 2027-01-01
confirmed = true
"""


def row_of(text: str, code: str) -> str:
    """Return the row of a table as it is written, from its key on."""
    return next(row for row in text.split("\n\n") if f'\ncode = "{code}"\n' in row)


def ended(code: str) -> Change:
    """Let a row end with the year."""
    return lambda text: text.replace(row_of(text, code), f"{row_of(text, code).rstrip()}\n{END}")


def followed(code: str, *changes: tuple[str, str], since: str = "2027-01-01") -> Change:
    """Let a row end with the year, and another one of its code follow."""

    def change(text: str) -> str:
        row = row_of(text, code)
        later = row.replace("from = 2025-07-01", f"from = {since}")
        for before, after in changes:
            assert before in later
            later = later.replace(before, after)
        return f"{ended(code)(text).rstrip()}\n\n{later.strip()}\n"

    return change


def added(row: str) -> Change:
    return lambda text: text.rstrip() + "\n" + row


def changed(folder: Path, **changes: list[Change]) -> Path:
    pack = folder / "pack"
    shutil.copytree(XA_THU_PATH, pack)
    for table, steps in changes.items():
        file = pack / f"{table}.toml"
        text = file.read_text(encoding="utf-8")
        for step in steps:
            text = step(text)
        file.write_text(text, encoding="utf-8")
    return pack


def faults(pack: Path) -> list[str]:
    with pytest.raises(PolicyError) as refused:
        load_pack(pack)
    return [str(fault) for fault in refused.value.faults]


@pytest.fixture
def moved(tmp_path: Path) -> Pack:
    """Return the invented commune, whose land team is another one from the new year on."""
    thue = followed("to-thue", ('superior = "to-dat"', 'superior = "to-dat-moi"'))
    return load_pack(changed(tmp_path, units=[ended("to-dat"), added(SUCCESSOR), thue]))


def test_a_unit_is_offered_on_its_days_alone_and_named_on_all(moved: Pack) -> None:
    before, after = moved.on(BEFORE), moved.on(AFTER)
    for pack, there, away in ((before, "to-dat", "to-dat-moi"), (after, "to-dat-moi", "to-dat")):
        for offered in (pack.receiving_units(), dict(pack.accusable_groups()).values()):
            units = offered if isinstance(offered, tuple) else [u for us in offered for u in us]
            assert there in {unit.code for unit in units}
            assert away not in {unit.code for unit in units}
        assert pack.unit_name(away, "vi").startswith("To dat")
        assert pack.knows_unit(away)
    assert not moved.knows_unit("to-khong-co")


def test_a_superior_is_another_one_from_the_day_on_which_it_changes(moved: Pack) -> None:
    assert list(moved.on(BEFORE).superiors("to-thue"))[:2] == ["to-dat", "truong-xa"]
    assert list(moved.on(AFTER).superiors("to-thue"))[:2] == ["to-dat-moi", "truong-xa"]
    above = Naming(accused_head=frozenset({"to-dat-moi"}))
    assert may_receive("to-thue", above, moved.on(BEFORE))
    assert not may_receive("to-thue", above, moved.on(AFTER))


def test_a_report_that_names_a_unit_of_before_still_keeps_it_and_all_below_out(
    moved: Pack,
) -> None:
    pack = moved.on(AFTER)
    naming = Naming(accused_head=frozenset({"to-dat"}), not_to=frozenset({"to-dat-moi"}))
    routing = route(naming, pack, AFTER, staffed=everybody(pack) | {"to-dat"})
    assert routing.receiver not in {"to-dat", "to-dat-moi"}


def test_words_are_those_of_the_day(tmp_path: Path) -> None:
    codes = [row.code for row in load_pack(XA_THU_PATH).notices]
    words = followed(codes[0], ('text_vi = "', 'text_vi = "Từ nay: '))
    pack = load_pack(changed(tmp_path, notices=[words]))
    assert not pack.on(BEFORE).notice(codes[0]).text_vi.startswith("Từ nay")
    assert pack.on(AFTER).notice(codes[0]).text_vi.startswith("Từ nay")


def test_the_part_of_an_office_goes_over_on_its_day(tmp_path: Path) -> None:
    to_thue = followed("default-receiver", ('unit = "truong-xa"', 'unit = "to-thue"'))
    pack = load_pack(changed(tmp_path, offices=[to_thue]))
    assert pack.on(BEFORE).default_receiver == "truong-xa"
    assert pack.on(AFTER).default_receiver == "to-thue"


BAD: list[tuple[str, list[Change], list[str]]] = [
    (
        "offices",
        [ended("resolver")],
        ["offices.toml: resolver: no unit fills this part on 2027-01-01"],
    ),
    (
        "offices",
        [followed("resolver", since="2027-02-01")],
        ["offices.toml: resolver: no unit fills this part on 2027-01-01"],
    ),
    (
        "offices",
        [followed("resolver", since="2026-12-31")],
        ["offices.toml: resolver: twice in force on 2026-12-31"],
    ),
    (
        "units",
        [ended("to-dat")],
        ["units.toml: to-thue: unknown superior 'to-dat' on 2027-01-01"],
    ),
    (
        "units",
        [ended("truong-xa")],
        [
            "offices.toml: default-receiver: unknown unit 'truong-xa' on 2027-01-01",
            "offices.toml: resolver: unknown unit 'truong-xa' on 2027-01-01",
            "units.toml: lop-hoc: unknown superior 'truong-xa' on 2027-01-01",
            "units.toml: nguoi-may: unknown superior 'truong-xa' on 2027-01-01",
            "units.toml: nguoi-may: unknown unit 'truong-xa' on 2027-01-01",
            "units.toml: to-dat: unknown superior 'truong-xa' on 2027-01-01",
        ],
    ),
    (
        "units",
        [followed("to-dat", ('superior = "truong-xa"', 'superior = "to-thue"'))],
        [
            "units.toml: to-dat: is its own superior's superior: a cycle",
            "units.toml: to-thue: is its own superior's superior: a cycle",
        ],
    ),
    (
        "groups",
        [ended("trong-xa")],
        [
            f"units.toml: {unit}: unknown group 'trong-xa' on 2027-01-01"
            for unit in ("lop-hoc", "nguoi-may", "to-dat", "to-thue", "truong-xa")
        ],
    ),
    (
        "reasons",
        [ended("barred")],
        ["reasons.toml: barred: no words for this reason on 2027-01-01"],
    ),
]


@pytest.mark.parametrize(("table", "steps", "told"), BAD, ids=[row[2][0][:60] for row in BAD])
def test_a_day_without_what_every_day_needs_is_told(
    tmp_path: Path, table: str, steps: list[Change], told: list[str]
) -> None:
    assert faults(changed(tmp_path, **{table: steps})) == told


def test_a_clock_that_was_set_back_takes_nothing_from_the_office() -> None:
    pack = load_pack(XA_THU_PATH)
    long_ago = pack.on(date(2001, 9, 9))
    assert long_ago.resolver == pack.resolver
    assert long_ago.units == pack.on(pack.place.since).units
