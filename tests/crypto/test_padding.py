import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.padding import TEXT_FLOOR_BYTES, file_padding, pad_text, padme, strip_padding


@pytest.mark.parametrize(
    ("length", "padded"),
    [
        (0, 0),
        (1, 1),
        (2, 2),
        (3, 3),
        (8, 8),
        (9, 10),
        (17, 18),
        (100, 104),
        (4097, 4352),
        (1_000_003, 1_015_808),
    ],
)
def test_lengths_are_padded_as_the_paper_says(length: int, padded: int) -> None:
    # PETS 2019, Algorithm 1: E = floor(log2 L), S = floor(log2 E) + 1, the last E - S bits zero.
    assert padme(length) == padded


@given(st.integers(1, 1 << 42))
def test_padding_costs_at_most_a_ninth_and_never_cuts(length: int) -> None:
    assert length <= padme(length) <= length + length // 8 + 1
    assert padme(padme(length)) == padme(length)


@given(st.integers(0, 1 << 42), st.integers(0, 1 << 20))
def test_a_longer_file_is_never_padded_to_less(length: int, more: int) -> None:
    assert padme(length) <= padme(length + more)


def test_a_gigabyte_leaves_few_lengths_to_guess_from() -> None:
    exponents = range(20, 31)
    lengths = {
        padme((1 << exp) + part * (1 << exp) // 64) for exp in exponents for part in range(64)
    }
    assert len(lengths) <= 11 * 32 + 1


@given(st.text(max_size=1500).filter(lambda text: not text.endswith("\0")))
def test_short_texts_have_one_length_and_come_back(text: str) -> None:
    padded = pad_text(text.encode())
    assert len(padded) == max(TEXT_FLOOR_BYTES, padme(len(text.encode())))
    assert strip_padding(padded) == text.encode()


def test_a_text_that_ends_in_a_zero_is_not_padded() -> None:
    with pytest.raises(ValueError, match="zero"):
        pad_text(b"text\0")


def test_a_negative_length_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="negative"):
        padme(-1)


def test_a_file_gets_the_zeros_that_are_missing() -> None:
    assert 1_000_003 + file_padding(1_000_003) == padme(1_000_003)
    assert file_padding(0) == 0
