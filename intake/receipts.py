"""Signing in with a receipt: a slip is told from an unknown code before anything is looked up."""

from typing import Final

from flask import request

from cases.errors import DisposedReceiptError, StoreUnavailableError, UnknownReceiptError
from cases.threads import check_receipt
from crypto.receipts import MistypedReceiptError, Receipt
from intake.door import RECEIPT_KEY, Door, sign_in, visit
from web.limits import TooManyRequestsError, spend

RECEIPT_REFUSALS: Final = (MistypedReceiptError, UnknownReceiptError, TooManyRequestsError)


class SignedOutError(Exception):
    """The visit has no receipt any more; the reporter can type it again."""


def enter(bound: Door, typed: str) -> Receipt:
    """Sign this visit in with a typed receipt and return it.

    Raises:
        MistypedReceiptError: this is no code at all.
        UnknownReceiptError: no case answers to it.
        TooManyRequestsError: too many codes that nobody has. A right code is never counted.
        StoreUnavailableError: the case cannot be read, or the visit not be kept.
    """
    receipt = Receipt.parse(typed)
    try:
        check_receipt(bound.office, receipt)
    except DisposedReceiptError:
        # Whoever has it had a right one.
        raise
    except UnknownReceiptError:
        spend("receipt")
        raise
    sign_in(receipt.code)
    try:
        # Here, while a page can still give the code back.
        visit().write_back()
    except StoreUnavailableError:
        visit().end()
        raise
    return receipt


def kept_receipt() -> Receipt | None:
    """Return the receipt that this visit signed in with, or None where the visit is over."""
    code = visit().get(RECEIPT_KEY)
    return Receipt(code) if isinstance(code, str) else None


def receipt_after_body() -> Receipt:
    """Return the receipt that this visit had when its body began (``Visit.keep_alive``).

    Raises:
        SignedOutError: it had none, or its visitor signed out in another tab meanwhile.
    """
    if not visit().go_on():
        raise SignedOutError
    return require_receipt()


def receipt_of_form(bound: Door) -> Receipt:
    """Return the receipt that was typed again in this form, or else the one of this visit.

    Raises:
        SignedOutError: there is neither.
        MistypedReceiptError, UnknownReceiptError, TooManyRequestsError: as ``enter`` says.
    """
    typed = request.form.get("receipt")
    return require_receipt() if typed is None else enter(bound, typed)


def require_receipt() -> Receipt:
    """Return the receipt that this visit signed in with.

    Raises:
        SignedOutError: the visit signed out, or 20 minutes passed.
    """
    receipt = kept_receipt()
    if receipt is None:
        raise SignedOutError
    return receipt
