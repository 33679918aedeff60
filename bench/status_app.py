"""A public door whose cases have been answered: ``python -m bench.status_app FOLDER DATABASE_URL``.

Prints its address. ``/case`` is the product's page behind a receipt, ``/floor/case`` the same page
from plain rows (bench.status_floor). The receipts stand in a file of the folder.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from flask import Flask
from flask.signals import template_rendered
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from bench.offices import MeasuredOffice, staffed_office
from bench.status_floor import FLOOR_PATH, floor_app, keep_page, make_tables
from bench.wire import hidden
from cases.case_file import open_case
from cases.casework import Decision, answer, decide
from cases.filing import Filing, file_report
from cases.once import Once
from cases.queue import Wanted, list_cases
from cases.reports import Report
from cases.threads import Message, reply
from crypto.receipts import Receipt
from intake.form_secrets import new_draft
from policy.states import CaseStep
from tests.support.webapp import settings_in
from web.logs import start_logs
from web.serving import serve

CASES: Final = 64
RECEIPTS_FILE: Final = "receipts"
ASKED: Final = "Xin cho biết sự việc xảy ra vào ngày nào, ở quầy số mấy, và còn ai chứng kiến. " * 2
TOLD: Final = "Khoảng chín giờ sáng thứ ba, ở quầy số hai; có hai người ngồi chờ cùng lúc đó. " * 2

Context = dict[str, Any]


def answered_case(measured: MeasuredOffice) -> Receipt:
    """Return the receipt of a case with two questions, two answers and a step of the unit."""
    office = measured.office
    once = Once(new_draft().secret)
    filed = file_report(office, Filing(Report("Chuyện đã xảy ra."), (), once))
    handler = measured.reviewers[filed.receiver]
    [ref] = (row.ref for row in list_cases(office, handler, Wanted(only="new")).rows)
    open_case(office, handler, ref)
    for _ in range(2):
        answer(office, handler, ref, Message(ASKED))
        reply(office, filed.receipt, Message(TOLD))
    version = open_case(office, handler, ref).version
    decide(office, handler, ref, Decision(CaseStep.ASSESS, "Đang xem xét.", version))
    return filed.receipt


def page_shown(app: Flask, receipt: Receipt) -> Context:
    """Return what the thread's page is made from, once everything on it was shown before."""
    browser = app.test_client()
    token = hidden(browser.get("/case").data, b"csrf_token").decode()
    browser.post("/case", data={"csrf_token": token, "receipt": receipt.code})
    browser.get("/case")
    shown: list[Context] = []

    def keep(_: Flask, context: Context, **__: object) -> None:
        shown.append(context)

    with template_rendered.connected_to(keep, app):
        browser.get("/case")
    return shown[0]


def both_doors(measured: MeasuredOffice, folder: Path) -> Callable[..., Any]:
    """Return the product's door and, under a path of its own, the floor's."""
    app = measured.public_door(folder)
    receipts = [answered_case(measured) for _ in range(CASES)]
    database = measured.office.database
    make_tables(database)
    for receipt in receipts:
        keep_page(database, receipt.code, page_shown(app, receipt))
    (folder / RECEIPTS_FILE).write_text("\n".join(each.code for each in receipts))
    floor = floor_app(measured.public_door(folder), database, settings_in(folder / "instance"))
    return DispatcherMiddleware(app, {FLOOR_PATH: floor})


def main(folder: Path, database_url: str) -> None:
    """Make the office and its answered cases, and open the doors."""
    start_logs()
    doors = both_doors(staffed_office(folder, database_url), folder)
    serve(doors, "127.0.0.1:0", on_ready=lambda at: print(at, flush=True))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
