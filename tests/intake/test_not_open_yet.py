"""The public door of a live instance before it opens: it takes nothing, and says so."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert

from cases.public_side import PUBLIC_SIDE_KEY
from cases.records import InstanceRecord
from tests.support.intake_office import IntakeOffice, open_intake

LIVE = {
    "mode": "live",
    "public_origin": "https://gui.example.test",
    "desk_origin": "https://ban.example.test",
}


@pytest.fixture
def intake(tmp_path: Path, database_url: str) -> Iterator[IntakeOffice]:
    opened = open_intake(tmp_path, LIVE, database_url=database_url)
    yield opened
    opened.close()


@pytest.mark.parametrize("path", ["/", "/report", "/case"])
def test_a_door_that_is_not_open_says_so_and_where_else_to_go(
    intake: IntakeOffice, path: str
) -> None:
    [place] = {row.place_vi for row in intake.office.office.pack.reception}
    vietnamese = intake.reporter().get(path)
    english = intake.reporter().get(f"{path}?lang=en")

    assert (vietnamese.status_code, english.status_code) == (503, 503)
    assert "Trang này chưa mở" in vietnamese.text
    assert place in vietnamese.text
    assert "Điện thoại" in vietnamese.text
    assert "This site is not open yet" in english.text
    assert "<form" not in vietnamese.text


def test_a_door_that_is_not_open_takes_no_report(intake: IntakeOffice) -> None:
    answer = intake.reporter().post("/report", {"statement": "Chưa mở mà đã gửi."})

    assert answer.status_code == 503
    assert intake.cases() == 0
    assert intake.kept_files() == 0


def test_what_takes_nothing_is_shown_all_the_same(intake: IntakeOffice) -> None:
    visitor = intake.reporter()
    for path in ("/reception", "/plan", "/protection"):
        assert visitor.get(path).status_code == 200, path
    assert visitor.get("/health").status_code == 503
    assert visitor.get("/health").text == "not open yet\n"


def test_it_opens_without_a_restart(intake: IntakeOffice) -> None:
    visitor = intake.reporter()
    assert visitor.get("/report").status_code == 503
    with intake.office.office.database.writing() as session:
        session.execute(insert(InstanceRecord).values(key=PUBLIC_SIDE_KEY, value="open"))

    assert "statement" in visitor.get("/report").text
    assert visitor.get("/health").text == "ok\n"
    assert visitor.get("/").status_code == 200
