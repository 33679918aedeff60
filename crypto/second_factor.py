"""The second factor of a sign-in: one-time codes from an app, and spare codes on paper.

Codes are those of RFC 6238 with the values that every app knows (SHA-1, six digits, thirty
seconds). Spare codes are the look-up secrets of NIST SP 800-63B-4, 3.1.2.
"""

import base64
import binascii
import hmac
import os
import secrets
from typing import Self
from urllib.parse import quote, urlencode

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from crypto.boxes import derive, keyed_digest
from crypto.receipts import ALPHABET, LOOK_ALIKES
from crypto.secret import Secret
from crypto.typing_habits import words_of

# RFC 4226, 4: a shared secret of 160 bits.
KEY_BYTES = 20
DIGITS = 6
STEP_SECONDS = 30
# RFC 6238, 5.2: one step for the way and for clocks that differ.
STEPS_EITHER_WAY = 1
ISSUER = "Liêm Chính"

SPARE_CODES = 10
SPARE_SYMBOLS = 12
GROUP_SYMBOLS = 4
# Longer than any code with any spacing; what is longer is none.
MOST_CHARS = 64


class TotpKey(Secret):
    """What an app and the desk share, from which each makes the code of the moment."""

    __slots__ = ("raw",)

    def __init__(self, raw: bytes) -> None:
        if len(raw) != KEY_BYTES:
            message = f"a key of one-time codes has {KEY_BYTES} bytes"
            raise ValueError(message)
        self.raw = raw

    @classmethod
    def generate(cls) -> Self:
        """Return a new key from the system's randomness."""
        return cls(os.urandom(KEY_BYTES))

    @classmethod
    def parse(cls, typed: str) -> Self:
        """Return the key that somebody copied from the enrolment page.

        Raises:
            ValueError: it is none.
        """
        try:
            return cls(base64.b32decode("".join(typed.split()).upper()))
        except binascii.Error as error:
            message = "not base32"
            raise ValueError(message) from error

    def shown(self) -> str:
        """Return the key as it is typed into an app that has no camera: base32 in groups."""
        text = base64.b32encode(self.raw).decode("ascii")
        return " ".join(
            text[place : place + GROUP_SYMBOLS] for place in range(0, len(text), GROUP_SYMBOLS)
        )

    def uri(self, sign_in_name: str) -> str:
        """Return what the QR code says: the ``otpauth`` form that apps read."""
        label = quote(f"{ISSUER}:{sign_in_name}" if sign_in_name else ISSUER)
        secret = base64.b32encode(self.raw).decode("ascii")
        return f"otpauth://totp/{label}?" + urlencode({"secret": secret, "issuer": ISSUER})

    def code_at(self, now: int) -> str:
        """Return the code of a moment (Unix seconds)."""
        return self._totp().generate(now).decode("ascii")

    def step_of(self, typed: str, now: int) -> int | None:
        """Return the time step whose code this is, or None when it is of no step near ``now``.

        A caller lets each step count once, or whoever looked over a shoulder could use the code.
        """
        code = "".join(typed[:MOST_CHARS].split())
        present, found = now // STEP_SECONDS, None
        for step in range(present - STEPS_EITHER_WAY, present + STEPS_EITHER_WAY + 1):
            if hmac.compare_digest(self.code_at(step * STEP_SECONDS).encode(), code.encode()):
                found = step
        return found

    def _totp(self) -> TOTP:
        return TOTP(self.raw, DIGITS, SHA1(), STEP_SECONDS)  # noqa: S303 (RFC 6238's own; HMAC)


def paper_code(secret: bytes) -> str:
    """Return a code that somebody copies to paper and uses once: about 57 bits, in groups.

    The same secret has the same code, and no code tells its secret.
    """
    number, symbols = int.from_bytes(derive(secret, "paper code"), "big"), ""
    for _ in range(SPARE_SYMBOLS):
        number, symbol = divmod(number, len(ALPHABET))
        symbols += ALPHABET[symbol]
    return grouped_code(symbols)


def grouped_code(symbols: str) -> str:
    """Return a code as it is shown: in groups that somebody reads out one by one."""
    starts = range(0, len(symbols), GROUP_SYMBOLS)
    return "-".join(symbols[start : start + GROUP_SYMBOLS] for start in starts)


def plain_code(typed: str) -> str:
    """Return the symbols of a code that somebody typed, whatever its case and spacing."""
    return "".join(words_of(typed[:MOST_CHARS])).translate(LOOK_ALIKES)


def new_spare_codes() -> tuple[str, ...]:
    """Return codes that each open once, for when the app is lost."""
    return tuple(paper_code(secrets.token_bytes(KEY_BYTES)) for _ in range(SPARE_CODES))


def spare_code_tag(seed: bytes, typed: str) -> bytes:
    """Return what storage knows a spare code by, whatever its case and spacing.

    Only who holds the reviewer's identity can make it, so a stolen table cannot be searched.
    """
    plain = plain_code(typed)
    return keyed_digest(seed, "spare code", plain.encode("utf-8", "surrogatepass"))
