"""The forms of a case's keeping page: parsed once into typed values, or refused by field."""

from collections.abc import Mapping
from typing import Final

from flask_babel import lazy_gettext

from cases.case_export import Export, TakenExport
from cases.history import Change
from crypto.errors import KeyFormatError
from crypto.keys import Recipient
from review.forms import REFERENCE, RefusedFormError, parse_reason, parse_version

RECIPIENT_WRONG: Final = lazy_gettext(
    "Không phải khóa công khai age1pq1… trọn vẹn: hãy chép lại nguyên dòng"
)


def parse_change(form: Mapping[str, str], field: str, tag: bytes | None) -> Change:
    """Return why something of how a case is kept changes.

    Raises:
        RefusedFormError: no reason was given, or too long a one.
    """
    reason, unreasoned = parse_reason(form, field)
    if unreasoned:
        raise RefusedFormError(unreasoned)
    return Change(reason=reason, version=parse_version(form), form_tag=tag)


def parse_export(form: Mapping[str, str], tag: bytes | None) -> Export:
    """Return to whom a whole case is to be sealed, and why.

    Raises:
        RefusedFormError: nothing can be sealed to that recipient, or there is no reason.
    """
    reason, unreasoned = parse_reason(form, "export-reason")
    try:
        # A mail program breaks so long a line.
        recipient = Recipient.parse("".join(form.get("recipient", "").split()))
    except KeyFormatError:
        raise RefusedFormError((("recipient", RECIPIENT_WRONG), *unreasoned)) from None
    if unreasoned:
        raise RefusedFormError(unreasoned)
    version = parse_version(form)
    return Export(recipient=recipient, reason=reason, version=version, form_tag=tag)


def parse_taken_export(form: Mapping[str, str], tag: bytes | None) -> TakenExport:
    """Return which approved export somebody takes; what names none of ours names nothing."""
    proposal = form.get("proposal", "")
    known = proposal if REFERENCE.fullmatch(proposal) else ""
    return TakenExport(proposal=known, reason="", version=parse_version(form), form_tag=tag)
