"""Answering in the thread: the text comes back whatever happens, files not kept are named."""

from http import HTTPStatus
from typing import Final

from flask import Response
from flask_babel import gettext

from cases.errors import StoreUnavailableError, UncertainStoreError
from cases.threads import Message, reply
from crypto.boxes import keyed_digest
from crypto.receipts import Receipt
from intake.door import Door
from intake.form_secrets import read_secret
from intake.forms import MISSING, REPEATED, STATEMENT_CHARS, TOO_LONG, shown_again
from intake.receipts import (
    RECEIPT_REFUSALS,
    SignedOutError,
    enter,
    kept_receipt,
    receipt_after_body,
)
from intake.received import FormWords, LossRule, LostFile, Received, UnreadableFormError
from intake.report_form import FilesNotKeptError, discard
from intake.thread_page import reply_again_page, reply_tag, thread_page
from intake.thread_refusals import thread_refusal
from intake.words import (
    MESSAGE,
    Refusal,
    field_words,
    loss_faults,
    receipt_refusal,
    refusal_of,
)
from web.limits import spend


class InvalidReplyError(Exception):
    """The reply is empty, too long, or came twice in one form; the reporter can mend it."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


REPLY_REFUSALS: Final = (
    UnreadableFormError,
    FilesNotKeptError,
    InvalidReplyError,
    SignedOutError,
    StoreUnavailableError,
    *RECEIPT_REFUSALS,
)


def send_reply(bound: Door, received: Received) -> None:
    """Add a reply to the thread; the same form twice adds it once.

    Raises:
        UnreadableFormError, FilesNotKeptError, InvalidReplyError: the form can be mended.
        SignedOutError, MistypedReceiptError, UnknownReceiptError: it needs the receipt.
        TooManyRequestsError, StoreUnavailableError: it can be sent again later.
    """
    received.require_readable()
    words = received.words
    receipt = enter(bound, words["receipt"]) if "receipt" in words else receipt_after_body()
    if received.lost:
        raise FilesNotKeptError(received.lost)
    if len(words.getlist("text")) > 1:
        raise InvalidReplyError(REPEATED)
    text = words.get("text", "")
    if not text.strip() and not received.uploads:
        raise InvalidReplyError(MISSING)
    if len(text) - text.count("\r\n") > STATEMENT_CHARS:
        raise InvalidReplyError(TOO_LONG)
    spend("message")
    reply(bound.office, receipt, Message(text, received.uploads, _form_tag(words, receipt)))


def _form_tag(words: FormWords, receipt: Receipt) -> bytes:
    secret = read_secret(reply_tag(words)) or b""
    return keyed_digest(secret, "message/form", receipt.code.encode("ascii"))


def refused_reply(bound: Door, received: Received, error: Exception) -> Response:
    """Return the page again with the text in it; what was attached is named as not kept."""
    # Where nobody knows whether it was added, its files may be the thread's by now.
    if not isinstance(error, UncertainStoreError):
        discard(bound, received.uploads)
    sent = tuple(LostFile(file.file_name, LossRule.NOT_RECEIVED) for file in received.uploads)
    lost = (*received.lost, *sent)
    refusal, receipt, words = _refusal(error), kept_receipt(), shown_again(received.words)
    is_away = isinstance(error, StoreUnavailableError)
    if receipt is None or is_away or isinstance(error, RECEIPT_REFUSALS[:2]):
        return reply_again_page(refusal.status, words, refusal.faults, lost)
    faults = (*refusal.faults, *loss_faults(lost))
    return thread_page(bound, receipt, refusal.status, words, faults)


def _refusal(error: Exception) -> Refusal:
    if isinstance(error, InvalidReplyError):
        empty = gettext("Xin viết vài chữ, hoặc chọn một tệp.")
        words = empty if error.rule == MISSING else field_words("statement", error.rule)
        return Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, ((MESSAGE, words),))
    if (refusal := thread_refusal(error)) is not None:
        return refusal
    if isinstance(error, RECEIPT_REFUSALS):
        return receipt_refusal(error)
    return refusal_of(error)
