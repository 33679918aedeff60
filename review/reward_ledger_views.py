"""The ledger of rewards, and paying whoever brings a claim code."""

from collections.abc import Callable, Mapping
from typing import Final, TypeVar

from flask import Blueprint, Response, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from werkzeug.datastructures import MultiDict

from cases.compartments import was_added
from cases.reward_ledger import FoundClaim, check_claim, list_rewards, pay_reward
from cases.step_errors import ClaimPaidError, PaymentDayError, UnknownClaimError
from crypto.claim_codes import MistypedClaimError, ReceiptTypedError, shown_code
from crypto.second_factor import SPARE_SYMBOLS
from policy.rights import Action
from review.case_forms import UNREAD
from review.desk import desk, reviewer, the_office
from review.done_words import DONE
from review.forms import REPEATED, Faults, RefusedFormError, new_once, typed_again
from review.reward_forms import CODE, parse_code, parse_payment
from review.rights import needs
from review.uploads import read_form
from review.wanted import page_wanted
from web.languages import show_date
from web.limits import TooManyRequestsError

bp = Blueprint("rewards", __name__)
Found = TypeVar("Found")

PAY: Final = "pay"
PAYMENT_FIELDS: Final = ("code", "day", "document", "do", "once")
UNKNOWN: Final = lazy_gettext(
    "Không có khoản thưởng nào chờ chi cho mã này. Xin so lại từng ký tự với giấy của người mang"
    " mã; mã làm lại sau thì mã trước hết hiệu lực"
)
RECEIPT: Final = lazy_gettext(
    "Đây là mã theo dõi, không phải mã nhận thưởng. Không nhận, không giữ, không chép lại: trả cho"
    " người mang tới và nhắc họ đừng đưa cho ai"
)
DAY_WRONG: Final = lazy_gettext("Ngày chi phải từ ngày có mã đến hôm nay")
SLOW_DOWN: Final = lazy_gettext("Lúc này có quá nhiều lần thử mã. Xin chờ ít giây rồi thử lại")


@bp.get("/rewards")
@needs(Action.SEE_REWARDS)
def show() -> Response:
    """Show the rewards that this reviewer may know of."""
    return _page()


@bp.post("/rewards/payments")
@needs(Action.PAY_REWARD)
def pay() -> ResponseReturnValue:
    """Say what a claim code is good for, or record that whoever brought it was paid."""
    form = _form()
    if form.get("do") != PAY:
        code = parse_code(form)
        return _page(found=_checked(code), typed={**typed_again(), CODE: shown_code(code)})
    payment = parse_payment(form)
    try:
        _braked(lambda: pay_reward(the_office(), reviewer(), payment, desk().server_secret))
    except ClaimPaidError:
        # The first of two clicks paid it.
        if not was_added(the_office().database, payment.form_tag):
            raise
    return redirect("/rewards?done=reward-paid", 303)


def _checked(code: str) -> FoundClaim:
    return _braked(lambda: check_claim(the_office(), reviewer(), code, desk().server_secret))


def _form() -> MultiDict[str, str]:
    try:
        form = read_form(takes_files=False)
    except tuple(UNREAD) as error:
        words, status = UNREAD[type(error)]
        raise RefusedFormError(((CODE, words),), status) from None
    if any(len(form.getlist(name)) > 1 for name in PAYMENT_FIELDS):
        raise RefusedFormError(((CODE, REPEATED),))
    return form


def _braked(deed: Callable[[], Found]) -> Found:
    """Do something with a code that was typed, slower after each wrong one."""
    brake, name = desk().claim_brake, reviewer().sign_in_name
    brake.wait(name)
    found = deed()
    brake.passed(name)
    return found


def _page(
    faults: Faults = (),
    status: int = 200,
    found: FoundClaim | None = None,
    typed: Mapping[str, str] | None = None,
) -> Response:
    number = page_wanted(request.args)
    page = render_template(
        "review/rewards.html",
        page=list_rewards(the_office(), reviewer(), number),
        number=number,
        found=found,
        faults=faults,
        typed=typed_again() if typed is None else typed,
        once=request.form.get("once") or new_once(),
        today=the_office().clock.today(),
        done=DONE.get(request.args.get("done", "")),
    )
    return make_response(page, status)


@bp.errorhandler(RefusedFormError)
def give_back(error: RefusedFormError) -> Response:
    """Show the form again with what was typed."""
    return _page(error.faults, error.status)


@bp.errorhandler(MistypedClaimError)
def say_length(error: MistypedClaimError) -> Response:
    """Say that this is no claim code, and how it differs."""
    words = lazy_gettext(
        "Mã nhận thưởng có %(all)s ký tự; ở đây có %(typed)s",
        all=SPARE_SYMBOLS,
        typed=error.symbols,
    )
    return _page(((CODE, words),), 422)


@bp.errorhandler(ClaimPaidError)
def say_paid(error: ClaimPaidError) -> Response:
    """Say that the code was brought before."""
    words = lazy_gettext(
        "Mã này đã được chi ngày %(day)s: không chi lần nữa", day=show_date(error.day)
    )
    return _page(((CODE, words),), 409)


@bp.errorhandler(ReceiptTypedError)
def say_receipt(_: ReceiptTypedError) -> Response:
    """Say that this is a receipt, which no page shows again."""
    return _page(((CODE, RECEIPT),), 422, typed={**typed_again(), CODE: ""})


@bp.errorhandler(UnknownClaimError)
@bp.errorhandler(PaymentDayError)
def say_no(error: Exception) -> Response:
    """Say why nothing is paid."""
    if isinstance(error, PaymentDayError):
        return _page((("pay-day", DAY_WRONG),), 422)
    return _page(((CODE, UNKNOWN),), 422)


@bp.errorhandler(TooManyRequestsError)
def say_wait(_: TooManyRequestsError) -> Response:
    """Say that others are trying codes as well."""
    return _page(((CODE, SLOW_DOWN),), 429)
