"""A payload's check tells without a key whether anything of it was altered."""

from hypothesis import given
from hypothesis import strategies as st

from crypto.payload_checks import PayloadCheck, is_unaltered

SEALED = bytes(range(256)) * 8


def check_of(sealed: bytes, key: bytes = b"") -> bytes:
    check = PayloadCheck(key)
    check.update(sealed)
    return check.finish()


def test_it_is_the_tag_of_the_standard_behind_its_key() -> None:
    # RFC 8439 §2.5.2.
    key = bytes.fromhex("85d6be7857556d337f4452fe42d506a80103808afb0db2fd4abff6af4149f51b")
    tag = bytes.fromhex("a8061dc1305136c6c22b8baf0c0127a9")
    assert check_of(b"Cryptographic Forum Research Group", key) == key + tag


@given(st.lists(st.integers(0, len(SEALED)), max_size=5))
def test_how_it_was_cut_on_its_way_does_not_matter(cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(SEALED)]
    pieces = [SEALED[start:end] for start, end in zip(places, places[1:], strict=False)]
    assert is_unaltered(check_of(SEALED), pieces)


@given(st.integers(0, len(SEALED) * 8 - 1))
def test_any_flipped_bit_is_noticed(place: int) -> None:
    altered = bytearray(SEALED)
    altered[place // 8] ^= 1 << place % 8
    assert not is_unaltered(check_of(SEALED), [bytes(altered)])


@given(st.integers(0, len(SEALED) - 1))
def test_any_cut_is_noticed(length: int) -> None:
    assert not is_unaltered(check_of(SEALED), [SEALED[:length]])


@given(st.integers(0, 47))
def test_a_check_that_was_cut_off_fits_nothing(length: int) -> None:
    assert not is_unaltered(check_of(SEALED)[:length], [SEALED])


def test_two_checks_of_the_same_bytes_have_nothing_in_common() -> None:
    one, other = check_of(SEALED), check_of(SEALED)
    assert one[:32] != other[:32]
    assert one[32:] != other[32:]
