"""From the form in which somebody says who they are to typed values, or to a refusal by field."""

from typing import Final

from cases.errors import InvalidReportError
from cases.identity import GivenIdentity
from crypto.receipts import Receipt
from intake.forms import MISSING, NOT_LISTED
from intake.protection_forms import FormFaults, Words, checked_words, form_tag
from policy.pack import Pack

# A name, an address, a telephone number and when to call: stated on the page.
IDENTITY_CHARS: Final = 2_000


def parse_identity(form: Words, pack: Pack, receipt: Receipt) -> GivenIdentity:
    """Return who somebody is, every word exactly as typed, and what they say it for.

    Raises:
        InvalidReportError: with every fault, in the order of the form.
    """
    purpose, faults = form.get("purpose", ""), FormFaults()
    if purpose not in {row.code for row in pack.identity_purposes}:
        faults.append(("purpose", NOT_LISTED if purpose else MISSING))
    text = checked_words(form, faults, is_needed=True, most=IDENTITY_CHARS)
    if faults:
        raise InvalidReportError(tuple(faults))
    return GivenIdentity(purpose, text, form_tag(form, receipt, "identity", (purpose, text)))
