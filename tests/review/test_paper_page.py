"""The register of paper at the desk: a line is entered, or refused by its field."""

from datetime import timedelta

import pytest

from tests.review.test_law_page import the_case
from tests.support.desk import RECEIVER, Browser, RunningDesk, new_tag
from tests.support.office import MONDAY


def test_a_paper_is_entered_and_stands_in_the_list(desk: RunningDesk, browser: Browser) -> None:
    day = (MONDAY - timedelta(days=3)).isoformat()
    typed = {"number": "Sổ 4, số 17", "day": day, "field": "", "once": new_tag()}
    for _ in range(2):
        assert browser.post("/paper", typed).status_code == 303
    [ref] = desk.refs(browser)
    page = browser.get(f"/cases/{ref}").text
    assert "Sổ 4, số 17" in page
    assert "Vào sổ đơn giấy" in page
    assert "không có mã theo dõi" in page
    assert f'action="/cases/{ref}/messages"' not in page
    assert the_case(desk, ref).unit == RECEIVER


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ({"number": " "}, "number"),
        ({"number": "x" * 301}, "number"),
        ({"number": ["1", "2"]}, "number"),
        ({"day": "2026-11-24"}, "day"),
        ({"day": "2016-11-20"}, "day"),
        ({"day": "x"}, "day"),
        ({"field": "x"}, "field"),
        ({"accused": ["staff:x"]}, "accused"),
        ({"accused": ["x"]}, "accused"),
    ],
)
def test_a_paper_that_cannot_be_is_refused_by_its_field(
    desk: RunningDesk, browser: Browser, typed: dict[str, object], place: str
) -> None:
    values = {"number": "17", "day": MONDAY.isoformat(), "field": "", "once": new_tag()}
    answer = browser.post("/paper", {**values, **typed})
    assert answer.status_code == 422
    assert f'<a href="#{place}">' in answer.text
    assert desk.refs(browser) == []
