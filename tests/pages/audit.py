"""Looking at a page as people do: in Chromium, at a width, under axe's rules."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from playwright.sync_api import Browser, Page, Route

from tests.support import needs
from tests.support.browser import Answer
from tests.support.chromium import DESKTOP, HEIGHT, PHONE, running_chromium

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RULES = {"type": "tag", "values": TAGS}
# Folded parts are opened: what is hidden is not looked at.
UNFOLD = "() => document.querySelectorAll('details').forEach(each => { each.open = true; })"
# Colours are all that the dark changes.
COLOURS = {"type": "rule", "values": ["color-contrast"]}
RUN = """async (rules) => {
  const found = await axe.run(document, { runOnly: rules });
  return found.violations.map(rule =>
    rule.id + ": " + rule.nodes.map(node => node.html.slice(0, 160)).join(" | "));
}"""
OVERFLOW = """() => {
  const width = document.scrollingElement.clientWidth;
  return [...document.querySelectorAll("body *")]
    .filter(each => document.scrollingElement.scrollWidth > width
      && each.getBoundingClientRect().right > width + 1)
    .slice(0, 3).map(each => each.outerHTML.slice(0, 120));
}"""
WIDE = "() => [document.scrollingElement.scrollWidth, document.scrollingElement.clientWidth]"


@dataclass(frozen=True)
class View:
    """How somebody looks at a page."""

    width: int
    scheme: Literal["light", "dark"] = "light"


VIEWS = {
    "phone": View(PHONE),
    "desktop": View(DESKTOP),
    "phone in the dark": View(PHONE, "dark"),
}


class Auditor:
    """Shows saved answers in Chromium, one window a view, and says what is wrong with them."""

    def __init__(self, browser: Browser) -> None:
        self._axe = (needs.node_package("axe-core") / "axe.min.js").read_text(encoding="utf-8")
        self._pages = {name: self._open(browser, view) for name, view in VIEWS.items()}

    def _open(self, browser: Browser, view: View) -> Page:
        # Our pages have no script and forbid any: only axe runs, past that rule.
        context = browser.new_context(
            bypass_csp=True,
            viewport={"width": view.width, "height": HEIGHT},
            color_scheme=view.scheme,
            locale="vi-VN",
        )
        return context.new_page()

    def show(self, answer: Answer, view: str) -> Page:
        """Return the window of a view, showing a saved answer at its own address."""
        page = self._pages[view]

        def fulfil(route: Route) -> None:
            headers = {"Content-Type": answer.headers["Content-Type"]}
            route.fulfill(status=200, headers=headers, body=answer.body)

        page.route(answer.url, fulfil)
        try:
            page.goto(answer.url)
        finally:
            page.unroute(answer.url)
        return page

    def too_wide(self, page: Page) -> list[str]:
        """Return the first elements that make the page scroll sideways."""
        scrolled, shown = page.evaluate(WIDE)
        found: list[str] = page.evaluate(OVERFLOW)
        return found or ([f"{scrolled} of {shown} px"] if scrolled > shown else [])

    def broken_rules(self, page: Page, view: str) -> list[str]:
        """Return the rules of axe that the page breaks, and where."""
        page.evaluate(self._axe)
        rules = COLOURS if VIEWS[view].scheme == "dark" else RULES
        found: list[str] = page.evaluate(RUN, rules)
        return found

    def unfold(self, page: Page) -> None:
        """Open every part of the page that can be opened."""
        page.evaluate(UNFOLD)


@contextmanager
def running_auditor() -> Iterator[Auditor]:
    """Start an auditor; skip the test where Chromium or axe is missing."""
    with running_chromium() as browser:
        yield Auditor(browser)
