"""Smaller pages for slow lines, where compression cannot give anything away.

BREACH (CVE-2013-3587): who can put words into a compressed answer and see its length learns the
secrets beside them. So only answers to GET are compressed, only when nothing of the address is
shown on the page (no query but the values that the app itself offers), and never an answer that
carries a receipt.
"""

import gzip
from collections.abc import Collection, Mapping, Sequence
from http import HTTPStatus
from typing import Final

from flask import Flask, Response, g, request

from web.gzip_pieces import Piece, gzip_of

LEAST_BYTES: Final = 500
# Four fifths of the time of zlib's usual 6, for one per cent more bytes.
LEVEL: Final = 5


class PageOfPieces(Response):
    """A page of which what is the same for everybody is compressed once, not with each answer."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        super().__init__(b"".join(piece.plain for piece in pieces))
        self._pieces = pieces

    def shrunk(self) -> bytes:
        """Return the page compressed."""
        return gzip_of(self.get_data(), self._pieces)


def install_compression(app: Flask, known_queries: Mapping[str, Collection[str]]) -> None:
    """Compress the pages of the app that may be; ``known_queries`` are arguments that we link."""

    def compress(response: Response) -> Response:
        if not _is_page(response):
            return response
        response.vary.add("Accept-Encoding")
        if _may_shrink(response, known_queries) and request.accept_encodings.quality("gzip") > 0:
            response.set_data(_shrunk(response))
            response.headers["Content-Encoding"] = "gzip"
        return response

    app.after_request(compress)


def forbid_compression() -> None:
    """Keep this answer as it is: it shows a secret."""
    g.forbids_compression = True


def _shrunk(response: Response) -> bytes:
    if isinstance(response, PageOfPieces):
        return response.shrunk()
    return gzip.compress(response.get_data(), LEVEL, mtime=0)


def _is_page(response: Response) -> bool:
    return response.mimetype == "text/html" and not response.is_streamed


def _may_shrink(response: Response, known: Mapping[str, Collection[str]]) -> bool:
    return (
        request.method == "GET"
        and response.status_code == HTTPStatus.OK
        and "Content-Encoding" not in response.headers
        and not g.get("forbids_compression")
        and all(value in known.get(key, ()) for key, value in request.args.items(multi=True))
        and len(response.get_data()) >= LEAST_BYTES
    )
