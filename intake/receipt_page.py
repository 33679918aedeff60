"""The receipt page: the code once, where the report went, what happens next and by when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus

from flask import Response, make_response, render_template, request
from flask_babel import gettext
from markupsafe import Markup

from cases.destinations import Destination
from cases.filing import Filed
from cases.new_cases import FIRST_TRACK
from crypto.boxes import SecretBox
from crypto.errors import OpenError
from crypto.receipts import MistypedReceiptError, Receipt
from intake.door import Door, language, visit
from intake.form_secrets import read_bytes, written
from intake.next_day import NextDay, next_day
from intake.words import RECEIPT, mistyped_words
from policy.deadlines import Course, begin, escalation_day, told_clock
from web.compression import forbid_compression
from web.headers import allow_data_images
from web.qr_picture import qr_png_uri

SHOWN_LABEL = "form/shown receipt"


@dataclass(frozen=True)
class NextSteps:
    """Who has the report and why, until when something is due, when it goes up unopened."""

    receiver: str
    reasons: tuple[str, ...]
    first: NextDay | None
    superior: str | None
    goes_up_on: date | None


def next_steps(bound: Door, destination: Destination) -> NextSteps:
    """Return what the reporter may know of where a report goes: never that a name was found."""
    office, speech = bound.office, language()
    pack, today, told = office.todays_pack, office.clock.today(), destination.told
    superior = told.escalates_to
    goes_up_on = escalation_day(pack, today, office.calendar) if superior else None
    clocks = begin(office.law, Course(frozenset({FIRST_TRACK}), today))
    due = told_clock(office.law, clocks)
    reasons = told.public_reasons()
    return NextSteps(
        receiver=pack.unit_name(told.receiver, speech),
        reasons=tuple(r.text_en if speech == "en" else r.text_vi for r in reasons),
        first=next_day(pack, due.due_on, due.rule) if due else None,
        superior=pack.unit_name(superior, speech) if superior and goes_up_on else None,
        goes_up_on=goes_up_on,
    )


def receipt_page(bound: Door, filed: Filed) -> Response:
    """Return the page that shows a receipt. It asks the store for nothing more."""
    steps = render_template("intake/steps.html", steps=next_steps(bound, filed.destination))
    # Where a report went and why says something of it: that is never kept with the page.
    values = {**_shown(filed.receipt), "steps": Markup(steps)}  # noqa: S704 - our own template
    page = bound.receipts.filled((language(), request.path), values, _rendered)
    return _answered(page, HTTPStatus.OK)


def confirm_page(shown: str, typed: str) -> Response:
    """Return what comparing a typed code with the shown one gave; this is not its first use."""
    receipt = _shown_receipt(shown)
    if receipt is None:
        return make_response(render_template("intake/confirm_late.html"), HTTPStatus.BAD_REQUEST)
    fault = _difference(receipt, typed)
    if not fault:
        return _answered(_rendered(_shown(receipt), is_confirmed=True), HTTPStatus.OK)
    page = _rendered(_shown(receipt), typed=typed, faults=((RECEIPT, fault),))
    return _answered(page, HTTPStatus.UNPROCESSABLE_ENTITY)


def _difference(receipt: Receipt, typed: str) -> str:
    try:
        is_same = Receipt.parse(typed) == receipt
    except MistypedReceiptError as error:
        return mistyped_words(error)
    return "" if is_same else gettext("Đây là một mã khác. Xin chép lại mã ở trên.")


def _shown(receipt: Receipt) -> dict[str, str]:
    code = receipt.grouped()
    return {"code": code, "qr": qr_png_uri(code), "shown": _sealed(receipt)}


def _rendered(values: Mapping[str, str], **context: object) -> str:
    defaults = {"steps": "", "typed": "", "is_confirmed": False}
    return render_template("intake/receipt.html", **{**defaults, **values, **context})


def _answered(page: str, status: HTTPStatus) -> Response:
    forbid_compression()
    allow_data_images()
    return make_response(page, status)


def _box() -> SecretBox:
    return SecretBox(visit().derived("shown receipt"), SHOWN_LABEL)


def _sealed(receipt: Receipt) -> str:
    return written(_box().seal(receipt.code.encode("ascii")))


def _shown_receipt(shown: str) -> Receipt | None:
    try:
        return Receipt.parse(_box().open(read_bytes(shown) or b"").decode("ascii"))
    except OpenError:
        return None
