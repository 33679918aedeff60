"""What the office reports next, by a table that was written from the law alone."""

from datetime import date

import pytest

from policy.pack import Pack
from policy.periods import next_reports
from tests.policy.golden import CITATION, lines, strays, title, with_packs
from tests.policy.packs import CAT_HAI

TABLE = "periods_expected.csv"
GOLDEN = lines(TABLE)


@pytest.mark.parametrize(("pack", "row"), with_packs(TABLE), ids=title)
def test_the_reports_due_next_are_those_of_the_lawyers_table(
    pack: Pack, row: dict[str, str]
) -> None:
    asked_on = row["asked on"]
    expected = {
        (line["period"], line["data from"], line["data to"], line["due"])
        for place, line in with_packs(TABLE)
        if place is pack and line["asked on"] == asked_on
    }
    reports = next_reports(pack, date.fromisoformat(asked_on))
    assert expected == {
        (report.period.code, *map(str, (report.first_day, report.last_day, report.due_on)))
        for report in reports
    }


def test_the_lawyers_table_of_reports_has_every_period_and_every_line_cites_one() -> None:
    assert {row["period"] for row in GOLDEN} == {period.code for period in CAT_HAI.periods}
    assert [row["source"] for row in GOLDEN if not CITATION.fullmatch(row["source"])] == []
    assert strays(TABLE) == []
