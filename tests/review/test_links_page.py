"""Cases that are linked at the desk, and no longer."""

from tests.support.desk import Browser, RunningDesk
from tests.support.law_page import form, law


def test_two_cases_are_linked_by_the_number_of_the_list(
    desk: RunningDesk, browser: Browser, ref: str
) -> None:
    desk.test_office.file("Cùng chuyện.")
    [later] = set(desk.refs(browser)) - {ref}
    assert form(browser, later, "links", other="1/2026", kind="duplicate") == 303
    assert "không, vì trùng với hồ sơ khác" in law(browser, later)
    assert "1/2026" in law(browser, later)
    for other, kind in (("", "related"), ("99/2026", "related"), ("1/2026", "x")):
        assert form(browser, later, "links", other=other, kind=kind) == 422


def test_a_link_is_undone_with_a_reason_and_only_while_there_is_one(
    desk: RunningDesk, browser: Browser, ref: str
) -> None:
    desk.test_office.file("Cùng chuyện.")
    [later] = set(desk.refs(browser)) - {ref}
    assert "Gỡ một hồ sơ đã nối nhầm" not in law(browser, later)
    form(browser, later, "links", other="1/2026", kind="duplicate")
    assert "trùng với hồ sơ 1/2026" in law(browser, later)
    assert "Gỡ một hồ sơ đã nối nhầm" not in law(browser, ref)

    assert form(browser, later, "links/undo", linked=ref, reason=" ") == 422
    assert form(browser, later, "links/undo", linked="") == 422
    assert form(browser, later, "links/undo", linked=later) == 422
    assert form(browser, later, "links/undo", linked=ref) == 303
    page = law(browser, later)
    assert "Thôi nối với hồ sơ 1/2026" in page
    assert "Gỡ một hồ sơ đã nối nhầm" not in page
    assert "không, vì trùng với hồ sơ khác" not in page
