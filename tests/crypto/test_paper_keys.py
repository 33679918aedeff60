"""A key on paper: short groups, and typed again in any hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.errors import KeyFormatError
from crypto.keys import Identity
from crypto.paper_keys import paper_lines, typed_identity

SEEDS = st.binary(min_size=32, max_size=32)
KNOWN = Identity.from_seed(bytes(range(32)))


@given(SEEDS)
def test_a_key_that_is_typed_from_its_paper_is_the_same(seed: bytes) -> None:
    identity = Identity.from_seed(seed)
    lines = paper_lines(identity)

    assert typed_identity(" ".join(lines)) == identity
    assert typed_identity("".join(lines[1:]).lower()) == identity
    assert typed_identity("-".join(lines[1:]).replace(" ", "\u3000")) == identity
    assert typed_identity(identity.encoded()) == identity
    assert typed_identity(" ".join(lines).replace("0", "o")) == identity


def test_a_paper_has_short_groups_in_short_lines() -> None:
    beginning, *lines = paper_lines(KNOWN)

    assert beginning == "AGE-SECRET-KEY-PQ-1"
    assert all(len(group) <= 4 for line in lines for group in line.split())
    assert max(map(len, lines)) == 24


@given(SEEDS, st.integers(0, 57), st.sampled_from("QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L"))
def test_a_wrong_symbol_is_noticed(seed: bytes, place: int, symbol: str) -> None:
    text = Identity.from_seed(seed).encoded().removeprefix("AGE-SECRET-KEY-PQ-1")
    wrong = text[:place] + symbol + text[place + 1 :]
    if wrong == text:
        assert typed_identity(wrong).seed == seed
        return
    with pytest.raises(KeyFormatError):
        typed_identity(wrong)


@pytest.mark.parametrize(
    "typed",
    ["", "AGE-SECRET-KEY-PQ-1", KNOWN.encoded()[:-1], KNOWN.encoded() + "Q", "Ă" * 58, "x" * 9999],
)
def test_what_is_no_key_is_refused(typed: str) -> None:
    with pytest.raises(KeyFormatError):
        typed_identity(typed)
