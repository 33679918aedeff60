"""One-time codes as RFC 6238 has them, and spare codes that only their owner can name."""

from collections import Counter
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.receipts import ALPHABET
from crypto.second_factor import (
    KEY_BYTES,
    SPARE_CODES,
    STEP_SECONDS,
    TotpKey,
    new_spare_codes,
    paper_code,
    spare_code_tag,
)

# RFC 6238, appendix B: the last six of the eight digits, for the key of SHA-1.
RFC_KEY = TotpKey(b"12345678901234567890")
RFC_CODES = {
    59: "287082",
    1111111109: "081804",
    1111111111: "050471",
    1234567890: "005924",
    2000000000: "279037",
    20000000000: "353130",
}
NOW = 1_800_000_000
SEED = bytes(range(32))


@pytest.mark.parametrize(("now", "code"), RFC_CODES.items())
def test_codes_are_those_of_the_rfc(now: int, code: str) -> None:
    assert RFC_KEY.code_at(now) == code
    assert RFC_KEY.step_of(code, now) == now // STEP_SECONDS


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_a_code_is_taken_one_step_early_or_late(steps: int) -> None:
    code = RFC_KEY.code_at(NOW + steps * STEP_SECONDS)

    assert RFC_KEY.step_of(code, NOW) == NOW // STEP_SECONDS + steps


@pytest.mark.parametrize("steps", [-3, -2, 2, 3])
def test_a_code_of_another_time_is_none(steps: int) -> None:
    assert RFC_KEY.step_of(RFC_KEY.code_at(NOW + steps * STEP_SECONDS), NOW) is None


@pytest.mark.parametrize("typed", ["", "0", "28708", "2870822", "287082\0", "２８７０８２", "é"])
def test_what_is_no_code_is_none(typed: str) -> None:
    assert RFC_KEY.step_of(typed, 59) is None


def test_spaces_in_a_code_are_forgiven() -> None:
    assert RFC_KEY.step_of(" 287 082 ", 59) == 1


@given(st.binary(min_size=KEY_BYTES, max_size=KEY_BYTES))
def test_a_key_is_read_as_it_is_shown(raw: bytes) -> None:
    key = TotpKey(raw)

    assert TotpKey.parse(key.shown()).raw == raw
    assert TotpKey.parse(key.shown().replace(" ", "").lower()).raw == raw


@pytest.mark.parametrize("typed", ["", "AAAA", "1" * 32, "A" * 31, "A" * 40, "Ă" * 32])
def test_what_is_no_key_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="base32|20 bytes|ASCII"):
        TotpKey.parse(typed)


def test_an_app_is_told_key_name_and_issuer() -> None:
    parts = urlsplit(RFC_KEY.uri("lan anh"))

    assert (parts.scheme, parts.netloc) == ("otpauth", "totp")
    assert parts.path == "/Li%C3%AAm%20Ch%C3%ADnh%3Alan%20anh"
    assert parse_qs(parts.query) == {
        "secret": ["GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"],
        "issuer": ["Liêm Chính"],
    }


def test_a_key_is_not_shown_by_accident() -> None:
    assert "GEZD" not in repr(RFC_KEY)
    assert TotpKey.generate().raw != TotpKey.generate().raw


def test_spare_codes_are_many_and_all_different() -> None:
    codes = {*new_spare_codes(), *new_spare_codes()}

    assert len(codes) == 2 * SPARE_CODES


def test_a_secret_has_one_code_and_each_symbol_of_the_alphabet_comes_as_often() -> None:
    codes = [paper_code(number.to_bytes(KEY_BYTES)) for number in range(2000)]

    assert paper_code(bytes(KEY_BYTES)) == codes[0]
    assert len(set(codes)) == len(codes)
    assert {tuple(map(len, code.split("-"))) for code in codes} == {(4, 4, 4)}
    counts = Counter("".join(codes).replace("-", ""))
    assert set(counts) == set(ALPHABET)
    # 24,000 symbols, 27 kinds: 889 of each, give or take six standard deviations.
    assert all(700 < count < 1080 for count in counts.values())


def test_a_spare_code_is_known_however_it_is_typed() -> None:
    tag = spare_code_tag(SEED, "0BCF-1HJK-MNPQ")

    for typed in ("0bcf 1hjk mnpq", "obcfihjkmnpq", " 0BCF—1HJK—MNPQ "):
        assert spare_code_tag(SEED, typed) == tag
    assert spare_code_tag(SEED, "0BCF-1HJK-MNPR") != tag
    assert spare_code_tag(SEED[::-1], "0BCF-1HJK-MNPQ") != tag
