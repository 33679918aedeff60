"""What the views of the public door are given, and the visit that asks."""

from dataclasses import dataclass, field
from typing import Final, cast

from flask import Flask, current_app, session

from cases.errors import StoreUnavailableError
from cases.office import Office
from intake.health import HealthCheck
from intake.opening import Opening
from policy.rows import Language
from web.languages import reader_language
from web.sessions import Visit
from web.settings import Settings
from web.stencils import Stencils

EXTENSION: Final = "intake"

# Kept in the session's sealed row (web.sessions).
RECEIPT_KEY: Final = "receipt"
ONCE_KEY: Final = "once"


@dataclass(frozen=True, repr=False)
class Door:
    """What was bound when the app was made."""

    office: Office
    settings: Settings
    health: HealthCheck
    opening: Opening
    # Under which the tags of claim codes are keyed (``crypto.claim_codes``).
    server_secret: bytes
    empty_forms: Stencils = field(default_factory=lambda: Stencils(("draft", "once")))
    receipts: Stencils = field(default_factory=lambda: Stencils(("code", "qr", "shown", "steps")))


def open_door(app: Flask, bound: Door) -> None:
    """Give the app what its views ask ``door`` for."""
    app.extensions[EXTENSION] = bound


def door() -> Door:
    """Return what was bound when this app was made."""
    found: Door = current_app.extensions[EXTENSION]
    return found


def visit() -> Visit:
    """Return the visit that sent this request."""
    # The app's session interface makes no other kind.
    return cast(Visit, session)


def language() -> Language:
    """Return the language of this page, as packs call it."""
    return "en" if reader_language() == "en" else "vi"


def once_secret() -> bytes:
    """Return the one-time secret of the visit's form; the same until the visitor starts another.

    So Back and reload file nothing twice (docs/sealing.md).
    """
    try:
        kept = visit().get(ONCE_KEY)
    except StoreUnavailableError:
        # The form must be there while the store is away; this secret was never used.
        kept = None
    return kept if isinstance(kept, bytes) else visit().once_secret(0)


def start_another_form() -> None:
    """Give the visit a new one-time secret, which the old cookie does not give."""
    visit().pop(ONCE_KEY, None)
    visit().rotate()


def sign_in(receipt_code: str) -> None:
    """Let this visit see the thread of a receipt, under a new cookie (session fixation)."""
    # The form that may still be open behind this page keeps its secret: sent again, it files
    # nothing twice.
    once = once_secret()
    visit().rotate()
    visit()[ONCE_KEY] = once
    visit()[RECEIPT_KEY] = receipt_code
