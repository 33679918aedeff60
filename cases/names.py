"""The fixed words of the tables: kinds of compartments, entries, roles and holders."""

import base64
import secrets
from enum import StrEnum

REF_BYTES = 16


class CompartmentKind(StrEnum):
    """The parts of a case that have identities of their own."""

    REPORT = "report"
    THREAD = "thread"
    NOTES = "notes"
    # What the reporter says of their own danger: the receipt that somebody finds opens none of it.
    PROTECTION = "protection"
    # What stands in the place of all that was said before a handover, without what could tell who
    # reported (Luật Tố cáo Điều 56).
    REDACTED = "redacted"


class EntryKind(StrEnum):
    """What a sealed text of a case is."""

    REPORT = "report"
    MESSAGE = "message"
    EVENT = "event"
    NOTE = "note"
    STEP = "step"
    # A line of the history that keeps somebody out: whoever opens the case looks for it.
    RECUSAL = "recusal"
    # Likewise: a reader says whom the case is about, in the fields of a report.
    BAR = "bar"
    PROTECTION = "protection"
    # A copy of the case's texts with passages hidden; those who open it see the texts, not it.
    REDACTED = "redacted"


# What says of whom that they may not know of the case.
KEEPING_OUT = (EntryKind.REPORT, EntryKind.RECUSAL, EntryKind.BAR)

# Lines of the history that name another case, and that a case tells the same as that one.
LINK_STEP, UNLINK_STEP, DUPLICATE = "link", "unlink", "duplicate"
LINK_STEPS = frozenset({LINK_STEP, UNLINK_STEP})

# A line of the history: the case went to a key that is off the network.
CARRY_STEP = "carry"
# Lines of the history about the original of what was handed over redacted.
ORIGINAL_ASK, ORIGINAL_GIVE, ORIGINAL_REFUSE = "original-ask", "original-give", "original-refuse"
ORIGINAL_STEPS = frozenset({ORIGINAL_ASK, ORIGINAL_GIVE, ORIGINAL_REFUSE})

# The author of whatever comes in by the public door; every other author is a unit's code.
REPORTER = "reporter"
RECEIPT_HOLDER = "receipt"
RECOVERY_PREFIX = "recovery:"
PROTECTION_PREFIX = "protection:"
# The epoch that a seal has which was given to one reviewer on request: it is theirs alone, and is
# passed on by no referral, new epoch or recovery. Every other seal has an epoch above it.
GIVEN_EPOCH = 0


def new_ref() -> str:
    """Return 128 random bits in lower-case base32, for case references and row ids."""
    return base64.b32encode(secrets.token_bytes(REF_BYTES)).decode("ascii").rstrip("=").lower()


def unit_holder(unit: str) -> str:
    """Return the holder name of a whole unit."""
    return f"unit:{unit}"


def reviewer_holder(reviewer_id: str) -> str:
    """Return the holder name of one reviewer."""
    return f"reviewer:{reviewer_id}"


def protection_holder(reviewer_id: str) -> str:
    """Return the holder name of a protection officer: of seals of ``protection``, and no others."""
    return f"{PROTECTION_PREFIX}{reviewer_id}"


def recovery_holder(numbers: tuple[int, ...]) -> str:
    """Return the holder name of recovery holders who must act together."""
    return RECOVERY_PREFIX + "+".join(str(number) for number in numbers)
