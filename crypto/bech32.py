"""Bech32 as age writes keys: BIP 173 without its length limit, one case throughout."""

from collections.abc import Iterable

from crypto.errors import KeyFormatError

ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
VALUE_OF = {symbol: value for value, symbol in enumerate(ALPHABET)}
# BIP 173, "Checksum": the generator of the code over GF(32).
GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
CHECKSUM_SYMBOLS = 6
# BIP 173: padding is at most 4 bits long, and all zeros.
MAX_PADDING_BITS = 4
# Twice a recipient: what somebody pastes is not worked on without a bound.
MAX_CHARS = 4096


def encode_bech32(hrp: str, raw: bytes) -> str:
    """Return some bytes in Bech32, in the case in which the human-readable part is written."""
    values = list(_regroup(raw, 8, 5))
    if len(raw) * 8 % 5:
        values.append((int.from_bytes(raw[-5:], "big") << (-len(raw) * 8 % 5)) & 31)
    values += _checksum(hrp.lower(), values)
    text = hrp.lower() + "1" + "".join(ALPHABET[value] for value in values)
    return text.upper() if hrp.isupper() else text


def decode_bech32(text: str, hrp: str) -> bytes:
    """Return the bytes of a Bech32 text that has this human-readable part, in this case.

    Raises:
        KeyFormatError: another kind of key, mixed case, a foreign symbol, a wrong checksum, or
            left-over bits.
    """
    expected = text.upper() if hrp.isupper() else text.lower()
    if len(text) > MAX_CHARS or text != expected or text.rpartition("1")[0] != hrp:
        raise KeyFormatError("not a key of the expected kind")
    symbols = text[len(hrp) + 1 :].lower()
    if len(symbols) < CHECKSUM_SYMBOLS or any(symbol not in VALUE_OF for symbol in symbols):
        raise KeyFormatError("the key holds a foreign symbol or is cut off")
    values = [VALUE_OF[symbol] for symbol in symbols]
    if _polymod([*_expand(hrp.lower()), *values]) != 1:
        raise KeyFormatError("the key's checksum is wrong: it is mistyped or cut off")
    return _whole_bytes(values[:-CHECKSUM_SYMBOLS])


def _whole_bytes(values: list[int]) -> bytes:
    left_over = len(values) * 5 % 8
    if left_over > MAX_PADDING_BITS or (values and values[-1] & ((1 << left_over) - 1)):
        raise KeyFormatError("the key ends in left-over bits")
    return bytes(_regroup(values, 5, 8))


def _regroup(values: Iterable[int], width: int, wanted: int) -> Iterable[int]:
    held, bits = 0, 0
    for value in values:
        held, bits = (held << width) | value, bits + width
        while bits >= wanted:
            bits -= wanted
            yield held >> bits
            held &= (1 << bits) - 1


def _checksum(hrp: str, values: list[int]) -> list[int]:
    remainder = _polymod([*_expand(hrp), *values, *[0] * CHECKSUM_SYMBOLS]) ^ 1
    return [(remainder >> 5 * (5 - place)) & 31 for place in range(CHECKSUM_SYMBOLS)]


def _expand(hrp: str) -> list[int]:
    return [ord(char) >> 5 for char in hrp] + [0] + [ord(char) & 31 for char in hrp]


def _polymod(values: Iterable[int]) -> int:
    checksum = 1
    for value in values:
        top = checksum >> 25
        checksum = (checksum & 0x1FFFFFF) << 5 ^ value
        for place, term in enumerate(GENERATOR):
            if top >> place & 1:
                checksum ^= term
    return checksum
