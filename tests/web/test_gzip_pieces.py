"""A page compressed in pieces is the page, and its size tells nothing of a visitor's values."""

import gzip

import pytest

from web.gzip_pieces import STORED_BYTES, FixedPiece, OwnPiece, Piece, gzip_of

FORM = FixedPiece('<input name="csrf_token" value="' * 50)
END = FixedPiece('"></form>')


def page_of(*pieces: Piece) -> bytes:
    return "".join(piece.text for piece in pieces).encode()


@pytest.mark.parametrize("value", ["", "x", "lời riêng", "a" * STORED_BYTES, "b" * 200_000])
def test_what_a_browser_unpacks_is_the_page(value: str) -> None:
    pieces = (FORM, OwnPiece(value), END, OwnPiece(value), END)
    packed = gzip_of(page_of(*pieces), pieces)
    assert gzip.decompress(packed) == page_of(*pieces)


def test_a_page_in_which_a_value_stands_already_is_no_smaller_for_it() -> None:
    guesses = ["0123456789abcdef", 'name="csrf_token']
    pages = [(FORM, OwnPiece(guess), END, OwnPiece(guess), END) for guess in guesses]
    sizes = {len(gzip_of(page_of(*page), page)) for page in pages}
    assert len(sizes) == 1


def test_a_fixed_piece_is_compressed_once() -> None:
    assert FORM.packed is FORM.packed
    assert len(FORM.packed) < len(FORM.text) / 10
