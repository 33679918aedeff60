from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.boxes import BOX_OVERHEAD_BYTES, SecretBox, derive, keyed_digest
from crypto.errors import OpenError

SECRET = bytes(range(32))
BOX = SecretBox(SECRET, "once/receipt")
SEALED = BOX.seal(b"content", b"context")


@given(st.binary(max_size=200), st.binary(max_size=50))
def test_a_box_gives_back_what_was_put_in(content: bytes, context: bytes) -> None:
    box = BOX.seal(content, context)
    assert SecretBox(SECRET, "once/receipt").open(box, context) == content
    assert len(box) == len(content) + BOX_OVERHEAD_BYTES


@pytest.mark.parametrize(
    "attempt",
    [
        pytest.param(lambda: BOX.open(SEALED, b"another"), id="another context"),
        pytest.param(lambda: BOX.open(SEALED), id="no context"),
        pytest.param(
            lambda: SecretBox(SECRET, "draft").open(SEALED, b"context"), id="another label"
        ),
        pytest.param(
            lambda: SecretBox(bytes(32), "once/receipt").open(SEALED, b"context"),
            id="another secret",
        ),
        pytest.param(lambda: BOX.open(b"\x02" + SEALED[1:], b"context"), id="another version"),
        pytest.param(lambda: BOX.open(SEALED[:-1], b"context"), id="cut off"),
        pytest.param(lambda: BOX.open(SEALED[:20], b"context"), id="shorter than any box"),
        pytest.param(lambda: BOX.open(b""), id="empty"),
    ],
)
def test_a_box_opens_under_its_own_secret_label_and_context_only(
    attempt: Callable[[], bytes],
) -> None:
    with pytest.raises(OpenError):
        attempt()


@given(st.integers(0, len(SEALED) * 8 - 1))
def test_any_flipped_bit_of_a_box_is_refused(bit: int) -> None:
    altered = bytearray(SEALED)
    altered[bit // 8] ^= 1 << bit % 8
    with pytest.raises(OpenError):
        BOX.open(bytes(altered), b"context")


def test_the_same_content_never_makes_the_same_box() -> None:
    assert BOX.seal(b"content") != BOX.seal(b"content")


def test_no_two_labels_share_a_key() -> None:
    assert derive(SECRET, "once/tag") != derive(SECRET, "draft/tag")
    assert len(derive(SECRET, "once/tag", length=12)) == 12


@pytest.mark.parametrize(("secret", "label"), [(b"too short", "label"), (SECRET, "")])
def test_a_key_needs_a_secret_and_a_label(secret: bytes, label: str) -> None:
    with pytest.raises(ValueError, match="16 bytes and a label"):
        derive(secret, label)


def test_another_cut_of_the_same_parts_has_another_digest() -> None:
    cuts = [(b"ab", b"c"), (b"a", b"bc"), (b"abc",), (b"abc", b""), ()]
    assert len({keyed_digest(SECRET, "digest", *parts) for parts in cuts}) == len(cuts)
    assert keyed_digest(SECRET, "digest", b"a") != keyed_digest(bytes(32), "digest", b"a")
    assert keyed_digest(SECRET, "digest", b"a") != keyed_digest(SECRET, "other", b"a")
