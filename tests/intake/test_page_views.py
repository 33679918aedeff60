"""The pages that tell, the quick exit, and what every answer of the public door holds to."""

import pytest

from tests.support.intake_office import IntakeOffice, Reporter, form_to

PAGES = [
    "/", "/report", "/report?kind=nhung-nhieu", "/report?kind=doanh-nghiep", "/case",
    "/case/left", "/protection", "/reception", "/plan", "/exit/about",
]  # fmt: skip
# These pages ask the database for nothing but the visit: once is enough for them. What files, reads
# or keeps anything runs on each engine, on PostgreSQL under the public door's own role.
ONE_ENGINE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
TOLD_PAGES = ["/", "/protection", "/reception", "/plan", "/exit/about", "/case/left"]


@ONE_ENGINE
@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_page_stands_in_both_languages(reporter: Reporter, path: str, language: str) -> None:
    page = reporter.get(f"{path}{'&' if '?' in path else '?'}lang={language}")
    assert page.status_code == 200
    assert f'<html lang="{language}">' in page.text


@ONE_ENGINE
@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_the_quick_exit_and_asks_for_no_name(reporter: Reporter, path: str) -> None:
    page = reporter.get(path).text
    assert 'href="/exit"' in page
    assert "Không ai được hỏi tên bạn" in page


@ONE_ENGINE
@pytest.mark.parametrize("path", PAGES)
def test_no_page_has_a_script_or_loads_from_elsewhere(reporter: Reporter, path: str) -> None:
    answer = reporter.get(path)
    assert "<script" not in answer.text
    assert "style=" not in answer.text
    assert ' src="http' not in answer.text
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@ONE_ENGINE
@pytest.mark.parametrize("path", TOLD_PAGES)
def test_a_page_that_only_tells_sets_no_cookie(reporter: Reporter, path: str) -> None:
    assert "Set-Cookie" not in reporter.get(path).headers


@pytest.mark.parametrize("path", ["/report", "/case", "/?lang=en"])
def test_no_cookie_outlives_the_browser(reporter: Reporter, path: str) -> None:
    cookie = reporter.get(path).headers["Set-Cookie"]
    assert "expires" not in cookie.lower()
    assert "max-age" not in cookie.lower()
    assert "HttpOnly" in cookie


@ONE_ENGINE
@pytest.mark.parametrize("word", ["tố cáo", "tin báo", "phản ánh", "nặc danh"])
@pytest.mark.parametrize("path", ["/report", "/case", "/protection", "/reception", "/exit/about"])
def test_words_of_legal_tracks_name_no_action_here(
    reporter: Reporter, path: str, word: str
) -> None:
    page = reporter.get(path).text
    # A law's own name stays a name.
    assert word not in page.replace("Luật Tố cáo", "").lower()


def test_the_home_page_says_all_that_one_should_know_first(reporter: Reporter) -> None:
    page = reporter.get("/").text
    for door in ('href="/report"', 'href="/case"', 'href="/protection"', 'href="/reception"'):
        assert door in page
    for said in (
        "Tor Browser",
        "mạng của cơ quan",
        "không phải là đơn tố cáo",
        "phải kiểm tra trong thẩm quyền",
        "không có tội",
        "không thay được lời khai đó",
        "Nhầm lẫn thật lòng",
        "kind=nhung-nhieu",
        "kind=doanh-nghiep",
    ):
        assert said in page


def test_reception_says_what_the_pack_says_and_what_is_not_certain_yet(reporter: Reporter) -> None:
    page = reporter.get("/reception").text
    assert "Ít nhất 2 ngày mỗi tháng" in page
    assert "(dự kiến)" in page
    assert "Sẽ được công bố" in page


def test_the_quick_form_is_shorter_and_the_business_form_has_its_own_words(
    reporter: Reporter,
) -> None:
    ordinary = reporter.get("/report").text
    quick = reporter.get("/report?kind=nhung-nhieu").text
    business = reporter.get("/report?kind=doanh-nghiep").text
    assert quick.count("<label") < ordinary.count("<label")
    assert 'name="verifiable"' not in quick
    assert 'name="kind" value="nhung-nhieu"' in quick
    assert "Giấy phép, kiểm tra, phí hay đấu thầu" in business


def test_an_unknown_kind_of_form_is_the_ordinary_one(reporter: Reporter) -> None:
    assert 'name="kind" value="ordinary"' in reporter.get("/report?kind=%3Cb%3E").text


def test_the_quick_exit_ends_the_visit_and_leaves(intake: IntakeOffice, reporter: Reporter) -> None:
    reporter.sign_in(intake.reporter().file())
    left = reporter.get("/exit")
    assert left.status_code == 303
    assert left.headers["Location"] == "https://vi.wikipedia.org/"
    assert '"cookies"' in left.headers["Clear-Site-Data"]
    assert reporter.client.get_cookie("liemchinh-visit", domain="127.0.0.1") is None
    assert 'name="receipt"' in reporter.get("/case").text


def test_the_quick_exit_works_without_a_visit(reporter: Reporter) -> None:
    assert reporter.get("/exit").status_code == 303


def test_the_exit_page_says_what_is_not_hidden(reporter: Reporter) -> None:
    page = reporter.get("/exit/about").text
    assert "Lịch sử duyệt web" in page
    assert "Nhà mạng" in page


def test_health_tells_nothing_but_whether_reports_can_be_kept(
    intake: IntakeOffice, reporter: Reporter
) -> None:
    healthy = reporter.get("/health")
    assert (healthy.status_code, healthy.text) == (200, "ok\n")
    assert not list(intake.office.office.vault.stored())
    (intake.office.folder / "vault").rename(intake.office.folder / "away")
    (intake.office.folder / "vault").write_bytes(b"")
    # Whoever asks again at once gets the last answer.
    assert reporter.get("/health").status_code == 200
    intake.office.clock.pass_seconds(5)
    ill = reporter.get("/health")
    assert (ill.status_code, ill.text) == (503, "unavailable\n")


@pytest.mark.parametrize(
    "path", ["/case", "/case/escalate", "/case/leave", "/report/another", "/report/confirm"]
)
def test_no_step_is_taken_without_the_visits_token(
    intake: IntakeOffice, reporter: Reporter, path: str
) -> None:
    reporter.sign_in(intake.reporter().file())
    reporter.hidden = {}
    assert reporter.post(path, {}).status_code == 400
    assert "Tình trạng" in reporter.get("/case").text


@ONE_ENGINE
@pytest.mark.parametrize("path", ["/report", "/report?kind=nhung-nhieu"])
def test_the_report_page_is_small_over_the_wire(reporter: Reporter, path: str) -> None:
    answer = reporter.client.get(path, headers={"Host": "127.0.0.1", "Accept-Encoding": "gzip"})
    page = reporter.get(path).text
    loaded = [page.split('href="/static/')[n].split('"')[0] for n in (1, 2)]
    total = len(answer.data)
    for name in loaded:
        headers = {"Host": "127.0.0.1", "Accept-Encoding": "gzip"}
        total += len(reporter.client.get(f"/static/{name}", headers=headers).data)
    assert total <= 14_600


def test_a_thread_page_is_never_compressed(intake: IntakeOffice, reporter: Reporter) -> None:
    reporter.sign_in(intake.reporter().file())
    page = reporter.get("/case", **{"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in page.headers
    assert form_to(page.text, "/case/messages")["once"]


def test_english_is_a_click_away_and_stays(reporter: Reporter) -> None:
    assert 'href="?lang=en"' in reporter.get("/").text
    assert "Send information" in reporter.get("/?lang=en").text
    reporter.get("/report")
    refused = reporter.post("/report", {"statement": ""})
    assert "Please say what happened" in refused.text
    assert "Gửi thông tin" not in refused.text.split("<main")[1]
