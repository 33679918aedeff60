"""The list of units is long: each takes one line where there is room, and two on a phone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.pages.audit import UNFOLD
from tests.support.chromium import DESKTOP, PHONE, running_chromium, window
from tests.support.instance import Instance

pytestmark = pytest.mark.browser

LEAST_TARGET_PIXELS = 24  # WCAG 2.2, 2.5.8
LINE_PIXELS = 50
# The places of each row, of its name, its boxes and their words.
ROWS = """rows => rows.map(row => {
  const places = of => [...of].map(each => each.getBoundingClientRect().toJSON());
  const [row_, names] = [places([row]), places(row.querySelectorAll("legend"))];
  const [boxes, words] = ["input", "label"].map(each => places(row.querySelectorAll(each)));
  return {row: row_, names, boxes, words};
})"""

Row = dict[str, list[dict[str, float]]]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_chromium() as running:
        yield running


def rows_of(page: Page, instance: Instance) -> list[Row]:
    """Return the places of every unit's row, each group folded out."""
    page.goto(f"{instance.public}/report")
    page.evaluate(UNFOLD)
    found: list[Row] = page.locator("fieldset.unit").evaluate_all(ROWS)
    assert len(found) > 40
    return found


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_the_boxes_of_a_unit_stand_side_by_side_and_can_be_hit(
    instance: Instance, browser: Browser, width: int
) -> None:
    with window(browser, width) as page:
        for row in rows_of(page, instance):
            boxes, words = row["boxes"], row["words"]
            assert len({box["top"] for box in boxes}) == 1
            assert max(each["height"] for each in words) < LINE_PIXELS
            assert min(each["height"] for each in (*boxes, *words)) >= LEAST_TARGET_PIXELS
            assert max(each["right"] for each in words) <= width


def test_a_unit_is_one_line_on_a_desktop(instance: Instance, browser: Browser) -> None:
    with window(browser, DESKTOP) as page:
        rows = rows_of(page, instance)
    for row in rows:
        [name], first, *_ = row["names"], row["boxes"][0]
        assert name["top"] < first["top"] < name["bottom"]
        assert name["right"] <= first["left"]
    # The longest names wrap.
    assert sum(row["row"][0]["height"] < LINE_PIXELS for row in rows) > len(rows) * 3 / 4


def test_a_unit_is_its_name_and_one_line_on_a_phone(instance: Instance, browser: Browser) -> None:
    with window(browser, PHONE) as page:
        for row in rows_of(page, instance):
            [whole], [name] = row["row"], row["names"]
            assert name["bottom"] <= row["boxes"][0]["top"]
            assert whole["height"] - name["height"] < LINE_PIXELS
