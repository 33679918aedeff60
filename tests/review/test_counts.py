"""The numbers page: reports and matters of the reviewer's units, by year."""

import re
from datetime import date

import pytest

from tests.support.desk import Browser, RunningDesk
from tests.support.law_page import form
from tests.support.office import MONDAY


def rows(browser: Browser, query: str = "") -> list[str]:
    page = browser.get(f"/counts{query}").text
    found = re.findall(r"<tr>\s*<th scope=\"row\">(.*?)</tr>", page, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in found]


def test_reports_and_matters_are_told_apart(desk: RunningDesk, browser: Browser, ref: str) -> None:
    desk.test_office.file("Cùng chuyện.")
    [later] = set(desk.refs(browser)) - {ref}
    form(browser, later, "links", other="1/2026", kind="duplicate")
    [track, total] = rows(browser)
    assert track.endswith("2 1")
    assert total == "Tất cả 2 1"


def test_a_year_is_chosen_among_the_last_five(
    desk: RunningDesk, browser: Browser, ref: str
) -> None:
    assert ref
    desk.test_office.clock.go_to(date(MONDAY.year + 1, 1, 5))
    browser.sign_in(browser.name)
    assert rows(browser) == ["Tất cả 0 0"]
    assert rows(browser, f"?year={MONDAY.year}")[-1] == "Tất cả 1 1"


@pytest.mark.parametrize("year", ["2019", "9999", "x", "\u0662\u0660\u0662\u0666"])
def test_another_year_is_refused_by_name(browser: Browser, ref: str, year: str) -> None:
    assert ref
    answer = browser.get(f"/counts?year={year}")
    assert answer.status_code == 400
    assert "<code>year</code>" in answer.text
