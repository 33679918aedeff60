"""The queue: what a reviewer's keys open, page by page, by what the address asks for."""

import re
from http import HTTPStatus

import pytest

from cases.queue import PAGE_CASES
from tests.support.desk import RECEIVER, Browser, RunningDesk
from tests.support.office import CAT_HAI

FIELDS = [field.code for field in CAT_HAI.fields if not field.competent]


def later_page(browser: Browser, path: str) -> str | None:
    found = re.search(r'href="(/cases\?[^"]*after=[^"]*)" rel="next"', browser.get(path).text)
    return found[1].replace("&amp;", "&") if found else None


def all_pages(desk: RunningDesk, browser: Browser, path: str) -> list[list[str]]:
    pages, following = [], path or None
    while following:
        pages.append(desk.refs(browser, following))
        following = later_page(browser, following)
    return pages


@pytest.mark.parametrize("path", ["/cases", "/cases?sort=due"])
def test_paging_shows_each_of_120_cases_once(desk: RunningDesk, path: str) -> None:
    browser = desk.signed_in()
    for number in range(120):
        desk.test_office.file()
        if number % 40 == 39:
            desk.pass_days(1, browser)
    pages = all_pages(desk, browser, path)
    seen = [ref for page in pages for ref in page]
    assert [len(page) for page in pages] == [PAGE_CASES, PAGE_CASES, 20]
    assert len(set(seen)) == 120


def test_a_case_that_arrives_meanwhile_moves_no_later_page(desk: RunningDesk) -> None:
    browser = desk.signed_in()
    for _ in range(PAGE_CASES + 5):
        desk.test_office.file()
    following = later_page(browser, "/cases")
    assert following is not None
    before = desk.refs(browser, following)
    desk.pass_days(1, browser)
    desk.test_office.file()
    assert desk.refs(browser, following) == before


def test_a_full_page_weighs_at_most_100_kilobytes(desk: RunningDesk) -> None:
    browser = desk.signed_in()
    for number in range(PAGE_CASES):
        desk.test_office.file(field=FIELDS[number % len(FIELDS)], urgent=True)
    desk.pass_days(60, browser)
    assert len(browser.get("/cases").data) <= 100_000


def test_cases_get_the_units_numbers_in_the_order_they_came(desk: RunningDesk) -> None:
    browser = desk.signed_in()
    desk.test_office.file()
    assert re.findall(r">(\d+/2026)</a>", browser.get("/cases").text) == ["1/2026"]
    desk.pass_days(1, browser)
    desk.test_office.file()
    assert re.findall(r">(\d+/2026)</a>", browser.get("/cases").text) == ["2/2026", "1/2026"]


def test_the_address_filters_by_field_state_and_mark(desk: RunningDesk) -> None:
    browser = desk.signed_in()
    desk.test_office.file(field=FIELDS[0], urgent=True)
    [urgent] = desk.refs(browser)
    desk.test_office.file(field=FIELDS[1])
    [other] = set(desk.refs(browser)) - {urgent}
    browser.step(other, "assess")
    assert desk.refs(browser, f"/cases?field={FIELDS[0]}") == [urgent]
    assert desk.refs(browser, "/cases?only=urgent") == [urgent]
    assert desk.refs(browser, "/cases?only=new") == [urgent]
    assert desk.refs(browser, "/cases?state=assessing") == [other]
    assert desk.refs(browser, "/cases?only=overdue") == []
    desk.pass_days(30, browser)
    assert set(desk.refs(browser, "/cases?only=overdue")) == {urgent, other}


def test_a_filter_stays_chosen_and_in_the_link_to_the_next_page(desk: RunningDesk) -> None:
    browser = desk.signed_in()
    for _ in range(PAGE_CASES + 1):
        desk.test_office.file(urgent=True)
    following = later_page(browser, "/cases?only=urgent&sort=due")
    assert following is not None
    assert "only=urgent" in following
    assert "sort=due" in following
    assert '<option value="urgent" selected>' in browser.get(following).text


def test_a_closed_case_is_listed_only_when_it_is_asked_for(desk: RunningDesk) -> None:
    browser = desk.signed_in()
    desk.test_office.file()
    [ref] = desk.refs(browser)
    for step in ("transfer", "close"):
        assert browser.step(ref, step).status_code == 303
    assert desk.refs(browser) == []
    assert desk.refs(browser, "/cases?state=closed") == [ref]


@pytest.mark.parametrize(
    ("query", "argument"),
    [
        ("state=burned", "state"),
        ("unit=nowhere", "unit"),
        ("field=nothing", "field"),
        ("only=theirs", "only"),
        ("sort=name", "sort"),
        ("after=yesterday", "after"),
        ("after=2026-13-01~aaaaaaaaaaaaaaaaaaaaaaaaaa", "after"),
        ("after=2026-11-01~' OR 1=1", "after"),
    ],
)
def test_a_value_that_no_link_of_ours_has_is_named(
    desk: RunningDesk, query: str, argument: str
) -> None:
    answer = desk.signed_in().get(f"/cases?{query}")
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert f"<code>{argument}</code>" in answer.text


def test_an_empty_queue_says_so(desk: RunningDesk) -> None:
    assert "Không có hồ sơ nào như vậy" in desk.signed_in().get("/cases").text


@pytest.mark.parametrize(
    "words",
    [
        {"accused_head": frozenset({RECEIVER})},
        {"not_to": frozenset({RECEIVER})},
        {"statement": "Ong Tran Van Kim nhan tien."},
    ],
)
def test_a_report_about_the_head_is_in_no_list_count_or_address_of_the_unit(
    desk: RunningDesk, words: dict[str, object]
) -> None:
    desk.test_office.add_to_roster(RECEIVER, "Trần Văn Kim", is_head=True)
    ours, above = desk.signed_in(), desk.signed_in("chu-tich")
    before = ours.get("/cases").text
    desk.test_office.file(**{"statement": "Chuyện.", **words})  # type: ignore[arg-type]  # a test's
    assert ours.get("/cases").text.partition("csrf_token")[0] == before.partition("csrf_token")[0]
    assert desk.refs(ours) == []
    [ref] = desk.refs(above)
    assert ours.get(f"/cases/{ref}").status_code == HTTPStatus.NOT_FOUND
    assert ours.get(f"/cases?after=2030-01-01~{ref}").text.count("/cases/") == 0


def test_a_member_whose_name_stands_in_the_text_is_kept_out_and_the_others_are_not(
    desk: RunningDesk,
) -> None:
    kept_out, other = desk.signed_in(), desk.signed_in()
    person = desk.identity_of(kept_out.name)
    desk.test_office.add_to_roster(RECEIVER, "Lê Thị Mơ Hồ", reviewer=person)
    desk.test_office.file("Chi Le Thi Mo Ho lam viec nay.")
    [ref] = desk.refs(other)
    assert desk.refs(kept_out) == []
    assert kept_out.get(f"/cases/{ref}").status_code == HTTPStatus.NOT_FOUND
    page = other.get(f"/cases/{ref}").text
    assert "Thành viên bị tách ra" in page
    assert kept_out.name not in page
    assert "Lê Thị Mơ Hồ" not in page


def test_a_superior_sees_an_unopened_case_from_its_day_only(desk: RunningDesk) -> None:
    superior = desk.signed_in("chu-tich")
    member = desk.signed_in()
    desk.test_office.file()
    [ref] = desk.refs(member)
    assert desk.refs(superior) == []
    assert superior.get(f"/cases/{ref}").status_code == HTTPStatus.NOT_FOUND
    desk.pass_days(60, superior)
    assert desk.refs(superior) == [ref]
    assert superior.get(f"/cases/{ref}").status_code == HTTPStatus.OK
