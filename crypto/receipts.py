"""The receipt: the code that a reporter keeps to come back, and the keys that lie in it.

28 symbols in 7 groups of 4: 27 random ones (128.4 bits) and a check symbol. The alphabet is
Crockford's base32 without A, D, E, W and Y, which Vietnamese keyboards turn into other letters.
"""

import hmac
import itertools
import secrets
from collections.abc import Iterable
from typing import Literal, Self

from crypto.boxes import derive
from crypto.check_symbol import check_value, weighed_sum
from crypto.errors import CryptoError
from crypto.keys import Identity
from crypto.secret import Secret
from crypto.typing_habits import MAX_READINGS, readings_of, words_of

ALPHABET = "0123456789BCFGHJKMNPQRSTVXZ"
VALUE_OF = {symbol: value for value, symbol in enumerate(ALPHABET)}
RANDOM_SYMBOLS = 27
SYMBOLS = RANDOM_SYMBOLS + 1
GROUP_SYMBOLS = 4
# Crockford's base32: what is read for what.
LOOK_ALIKES = str.maketrans("OIL", "011")
# Far above any spacing of 28 symbols; a longer text costs no more than being counted.
MAX_TYPED_CHARS = 400
LOOKUP_LABEL = "receipt/lookup-tag"
IDENTITY_LABEL = "receipt/identity"

Slip = Literal["symbol", "length", "check"]


class MistypedReceiptError(CryptoError):
    """A text is no receipt code, whether or not any case exists. The reporter can mend it.

    ``reason`` is "symbol" for a character that no code has, "length" for too few or too many, and
    "check" when the code is whole but some symbols are wrong or have changed places.
    """

    def __init__(self, reason: Slip, typed_symbols: int) -> None:
        super().__init__(reason)
        self.reason: Slip = reason
        self.typed_symbols = typed_symbols


class Receipt(Secret):
    """A reporter's code. Whoever has it has the thread of the case."""

    __slots__ = ("code",)

    def __init__(self, code: str) -> None:
        if not _is_code(code):
            message = "not a receipt code in its one written form"
            raise ValueError(message)
        self.code = code

    @classmethod
    def generate(cls) -> Self:
        """Return a new receipt from the system's randomness."""
        # Drawn at once: each question to the system lets another thread go first.
        drawn = secrets.randbelow(len(ALPHABET) ** RANDOM_SYMBOLS)
        symbols = ""
        for _ in range(RANDOM_SYMBOLS):
            drawn, value = divmod(drawn, len(ALPHABET))
            symbols += ALPHABET[value]
        return cls(symbols + ALPHABET[check_value(_values(symbols))])

    @classmethod
    def parse(cls, typed: str) -> Self:
        """Return the receipt that somebody typed, whatever the case, spacing or keyboard.

        Raises:
            MistypedReceiptError: no code, or more than one, can be read in it.
        """
        if len(typed) > MAX_TYPED_CHARS:
            raise MistypedReceiptError("length", len("".join(typed.split())))
        readings = list(itertools.islice(readings_of(words_of(typed)), MAX_READINGS + 1))
        spelled = {reading.translate(LOOK_ALIKES) for reading in readings}
        codes = {code for code in spelled if _is_code(code)}
        if len(codes) != 1 or len(readings) > MAX_READINGS:
            raise _slip_in(readings[0].translate(LOOK_ALIKES))
        return cls(codes.pop())

    def grouped(self) -> str:
        """Return the code as it is shown and printed: seven groups of four."""
        places = range(0, SYMBOLS, GROUP_SYMBOLS)
        return "-".join(self.code[place : place + GROUP_SYMBOLS] for place in places)

    def lookup_tag(self) -> bytes:
        """Return what storage knows the receipt by. 128 bits of chance need no slow hash."""
        return derive(self.code.encode("ascii"), LOOKUP_LABEL)

    def identity(self) -> Identity:
        """Return the identity to which the thread's seal for the reporter is sealed."""
        return Identity.from_seed(derive(self.code.encode("ascii"), IDENTITY_LABEL))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Receipt) and hmac.compare_digest(self.code, other.code)

    def __hash__(self) -> int:
        return hash(self.lookup_tag())


def _is_code(text: str) -> bool:
    is_spelled = len(text) == SYMBOLS and all(symbol in VALUE_OF for symbol in text)
    return is_spelled and weighed_sum(_values(text)) == 0


def _slip_in(reading: str) -> MistypedReceiptError:
    reason: Slip = "check"
    if any(symbol not in VALUE_OF for symbol in reading):
        reason = "symbol"
    elif len(reading) != SYMBOLS:
        reason = "length"
    return MistypedReceiptError(reason, len(reading))


def _values(symbols: str) -> Iterable[int]:
    return (VALUE_OF[symbol] for symbol in symbols)
