"""The page of the plan says what the pack says, and no more."""

from dataclasses import replace

import pytest
from markupsafe import escape

from intake.app import create_app
from intake.plan_page import PAGES, page_words
from policy.rows import OUT, PUBLIC_PAGE
from tests.support.html import read_document
from tests.support.intake_office import HOST, IntakeOffice, Reporter
from tests.support.office import CAT_HAI, SERVER_SECRET
from tests.support.webapp import settings_in

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
STATES = {
    "vi": {"built": "Đã có", "partly": "Có một phần", "not-yet": "Chưa có", OUT: "Ngoài phạm vi"},
    "en": {"built": "Built", "partly": "In part", "not-yet": "Not yet", OUT: "Out of scope"},
}


def parts_of(page: str) -> dict[str, str]:
    """Return what the page shows of each duty, by its code."""
    cut = (part.partition('"') for part in page.split('<section class="message" id="')[1:])
    return {code: shown.partition("</section>")[0] for code, _, shown in cut}


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_duty_stands_there_with_its_state_and_what_is_done(
    reporter: Reporter, language: str
) -> None:
    parts = parts_of(reporter.get(f"/plan?lang={language}").text)
    assert list(parts) == [duty.code for duty in CAT_HAI.duties]
    for duty in CAT_HAI.duties:
        words = (duty.text_en, duty.does_en) if language == "en" else (duty.text_vi, duty.does_vi)
        state = STATES[language][OUT if duty.class_ == OUT else duty.state]
        assert f'<span class="new">{state}</span>' in parts[duty.code]
        assert all(escape(said) in parts[duty.code] for said in words)


def test_a_duty_leads_to_where_it_is_done_and_says_what_is_uncertain(reporter: Reporter) -> None:
    parts = parts_of(reporter.get("/plan").text)
    for duty in CAT_HAI.duties:
        public = [place for place in duty.where if place.startswith(PUBLIC_PAGE)]
        assert read_document(parts[duty.code]).links == public
        is_open = "(nội dung đang được đối chiếu)" in parts[duty.code]
        assert is_open == (not duty.confirmed)
    assert "tài liệu docs/threat-model.md" in parts["H12"]
    assert "bàn làm việc của người xử lý" in parts["L1"]


def test_every_section_names_its_source_once(reporter: Reporter) -> None:
    page = reporter.get("/plan").text
    for section in CAT_HAI.plan:
        assert page.count(f'href="#section-{section.code}"') == 1
        assert page.count(f'<span lang="vi">{section.basis}</span>') == 1


def test_every_public_page_that_a_duty_names_has_a_name_here(reporter: Reporter) -> None:
    places = {place for duty in CAT_HAI.duties for place in duty.where}
    named = {place.partition("?")[0] for place in places if place.startswith(PUBLIC_PAGE)}
    assert named <= PAGES.keys()
    assert page_words("/khong-ten") == "/khong-ten"


@pytest.mark.parametrize("path", ["/", "/report", "/case", "/protection"])
def test_the_plan_can_be_reached_from_every_page(reporter: Reporter, path: str) -> None:
    page = reporter.get(path).text
    assert 'href="/plan"' in page.split("<footer")[1]
    assert ('href="/plan"' in page.split("<footer")[0]) == (path == "/")


def test_a_pack_without_duties_has_a_page_that_says_so(intake: IntakeOffice) -> None:
    office = intake.office.office
    bare = replace(office, pack=replace(office.pack, duties=()))
    app = create_app(settings_in(intake.office.folder), bare, SERVER_SECRET)
    page = app.test_client().get("/plan", headers=HOST)
    assert page.status_code == 200
    assert "Chưa có nhiệm vụ nào được nhập vào đây." in page.text
