"""Pages that are the same for everybody but for a few values: rendered once, filled in each time.

Only for pages that hold nothing of anybody: what is kept here is kept for the process's life.
"""

import secrets
from collections.abc import Callable, Hashable, Mapping
from typing import Final

from flask import g
from flask_wtf.csrf import generate_csrf
from markupsafe import escape

from web.gzip_pieces import FixedPiece, OwnPiece, Piece
from web.sessions import CSRF_KEY

# Every language and kind of a few days; then it begins anew.
MOST_PAGES: Final = 64
MARK_BYTES: Final = 16


class Stencils:
    """Pages with gaps, by whatever decides what stands between the gaps."""

    def __init__(self, gaps: tuple[str, ...]) -> None:
        # Nobody can guess a mark and so type one into a page.
        self._marks = {name: secrets.token_hex(MARK_BYTES) for name in (*gaps, CSRF_KEY)}
        self._names = {mark: name for name, mark in self._marks.items()}
        self._pages: dict[Hashable, tuple[FixedPiece | str, ...]] = {}

    def filled(
        self,
        key: Hashable,
        values: Mapping[str, str],
        render: Callable[[Mapping[str, str]], str],
    ) -> str:
        """Return the page of ``key`` with these values, and this visit's form token, in its gaps.

        ``render`` makes a page out of what stands for the values, and is asked once for each key.
        """
        return "".join(piece.text for piece in self.pieces(key, values, render))

    def pieces(
        self,
        key: Hashable,
        values: Mapping[str, str],
        render: Callable[[Mapping[str, str]], str],
    ) -> tuple[Piece, ...]:
        """Return the same in pieces, of which those for everybody are compressed once."""
        pieces = self._pages.get(key)
        if pieces is None:
            pieces = self._cut(self._rendered(render))
            if len(self._pages) >= MOST_PAGES:
                self._pages.clear()
            self._pages[key] = pieces
        known = {**values, CSRF_KEY: generate_csrf()}
        return tuple(
            OwnPiece(escape(known[piece])) if isinstance(piece, str) else piece for piece in pieces
        )

    def _rendered(self, render: Callable[[Mapping[str, str]], str]) -> str:
        # Forms ask Flask-WTF for their token, which takes the one of this request from here.
        setattr(g, CSRF_KEY, self._marks[CSRF_KEY])
        try:
            return render(self._marks)
        finally:
            g.pop(CSRF_KEY, None)

    def _cut(self, page: str) -> tuple[FixedPiece | str, ...]:
        """Return what stands between the gaps, and for each gap its name."""
        pieces = [page]
        for mark in self._names:
            pieces = [part for piece in pieces for part in _parted(piece, mark)]
        return tuple(self._names.get(piece) or FixedPiece(piece) for piece in pieces)


def _parted(piece: str, mark: str) -> list[str]:
    """Return a piece with the mark as a piece of its own, wherever it stands."""
    first, *others = piece.split(mark)
    return [first, *(part for other in others for part in (mark, other))]
