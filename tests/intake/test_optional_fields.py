"""What a reporter may leave empty says why it is asked all the same."""

import re

import pytest
from werkzeug.test import TestResponse

from intake.forms import UNSURE
from tests.support.html import read_document
from tests.support.intake_office import Reporter, form_to

NEEDED = {"statement", "action"}
# Two boxes of one question share its hint.
HINT_OF = {"accused_head": "accused"}
REASON = re.compile(r"\b(để (?!trống)|giúp |nếu bạn sợ )", re.IGNORECASE)
COMMON = {
    "when", "where", "accused", "accused_head", "accused_text", "not_to", "bypass", "urgent",
    "evidence", "attachments",
}  # fmt: skip


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("kind", "further"),
    [("", {"field", "act", "verifiable"}), ("nhung-nhieu", set()), ("doanh-nghiep", set())],
)
def test_every_optional_field_says_why_it_is_asked(
    reporter: Reporter, kind: str, further: set[str]
) -> None:
    page = reporter.get(f"/report?kind={kind}").text
    document = read_document(page)
    form = next(each for each in document.forms if each.action == "/report")
    optional = form.names - form_to(page, "/report").keys() - NEEDED
    assert optional == COMMON | further
    hints = {name: document.texts.get(f"{HINT_OF.get(name, name)}-hint", "") for name in optional}
    assert {name: hint for name, hint in hints.items() if not REASON.search(hint)} == {}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_not_knowing_who_is_the_first_answer_and_stays_ticked(reporter: Reporter) -> None:
    page = reporter.get("/report").text
    boxes = re.findall(r'<input type="checkbox" id="([^"]*)" name="accused(?:_head)?"', page)
    assert boxes[0] == "a-unsure"
    assert f'id="a-unsure" name="accused" value="{UNSURE}">' in page
    for again in (reporter.report("", accused=[UNSURE]), preview(reporter)):
        assert f'id="a-unsure" name="accused" value="{UNSURE}" checked>' in again.text
        assert 'name="accused" value="truong-hoc" checked' not in again.text


def preview(reporter: Reporter) -> TestResponse:
    answer = reporter.report("Không rõ ai.", action="preview", accused=[UNSURE])
    assert answer.status_code == 200
    return answer
