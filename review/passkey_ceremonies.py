"""Questions to authenticators: made for one visit, good for some minutes and for one answer.

A challenge is made from the visit's cookie, so nothing is kept for a page that nobody answers, and
no other browser's answer is taken for this one's.
"""

import binascii
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Final

from flask import request

from cases.passkeys import Ceremony, PasskeyAnswer, owner_of
from crypto.passkeys import MOST_ANSWER_CHARS, RelyingParty, creation_options, request_options
from review.desk import desk, reviewer, the_office, visit
from web.headers import allow_own_script

# The page must be answered within this; its script says so when it is older (static/passkeys.js).
CHALLENGE_SECONDS: Final = 10 * 60
NONCE_BYTES: Final = 16
STAMP_BYTES: Final = 8
CHALLENGE_CHARS: Final = 76


@dataclass(frozen=True, repr=False)
class Question:
    """What a page asks an authenticator by its script."""

    options: str
    challenge: str
    seconds: int = CHALLENGE_SECONDS


def relying_party() -> RelyingParty | None:
    """Return the desk as authenticators know it; None where its address allows no passkeys."""
    return RelyingParty.of(desk().settings.desk_origin)


def asks_authenticators() -> bool:
    """Return whether this page can ask for passkeys; it may then run the script that does."""
    if relying_party() is None:
        return False
    allow_own_script()
    return True


def ask_for_passkey() -> Question | None:
    """Return what this page asks whoever has a passkey, if any can be used here."""
    site = relying_party()
    if site is None:
        return None
    challenge = _new_challenge()
    return Question(request_options(site, challenge), _written(challenge))


def ask_for_new_passkey(site: RelyingParty) -> Question:
    """Return what this page asks the authenticator that is to make a passkey."""
    challenge = _new_challenge()
    options = creation_options(site, challenge, owner_of(the_office(), reviewer()))
    return Question(options, _written(challenge))


def given_passkey() -> PasskeyAnswer | None:
    """Return the answer that this form brings to a question of this visit, if it brings one."""
    site = relying_party()
    text = request.form.get("passkey", "")[: MOST_ANSWER_CHARS + 1]
    ceremony = None if site is None else _ceremony(site, request.form.get("challenge", ""))
    return PasskeyAnswer(ceremony, text) if text and ceremony else None


def _ceremony(site: RelyingParty, typed: str) -> Ceremony | None:
    try:
        challenge = urlsafe_b64decode(typed[:CHALLENGE_CHARS])
    except (binascii.Error, ValueError):
        return None
    stamp, nonce = challenge[:STAMP_BYTES], challenge[STAMP_BYTES : STAMP_BYTES + NONCE_BYTES]
    if not hmac.compare_digest(challenge, _signed(stamp, nonce)):
        return None
    expires_at = int.from_bytes(stamp, "big")
    return Ceremony(site, challenge, visit().derived("spent passkey", challenge), expires_at)


def _new_challenge() -> bytes:
    expires_at = the_office().clock.now() + CHALLENGE_SECONDS
    return _signed(expires_at.to_bytes(STAMP_BYTES, "big"), secrets.token_bytes(NONCE_BYTES))


def _signed(stamp: bytes, nonce: bytes) -> bytes:
    return stamp + nonce + visit().derived("passkey challenge", stamp, nonce)


def _written(challenge: bytes) -> str:
    return urlsafe_b64encode(challenge).decode("ascii")
