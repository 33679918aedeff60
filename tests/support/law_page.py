"""The forms and words of a case's law page, in one line of a test each."""

import re

from tests.support.desk import Browser, new_tag

TESTS = {"who": "yes", "evidence": "yes", "verifiable": "yes"}


def form(browser: Browser, ref: str, part: str, **typed: object) -> int:
    """Send a form of the law page and return the status of the answer."""
    values = {"once": new_tag(), "version": browser.version(ref), "reason": "Vì vậy.", **typed}
    return browser.post(f"/cases/{ref}/{part}", values).status_code


def triage(browser: Browser, ref: str, **typed: object) -> int:
    """Put a case on track B, all three tests met, unless told otherwise."""
    return form(browser, ref, "triage", **{"track": "B", **TESTS, **typed})


def law(browser: Browser, ref: str) -> str:
    """Return the law page of a case, every run of white space as one."""
    return re.sub(r"\s+", " ", browser.get(f"/cases/{ref}/law").text)


def missing(page: str) -> str:
    """Return what a page says is still to be recorded."""
    return page.partition("Còn phải ghi trước bước tiếp theo")[2].partition("</ul>")[0]
