"""Attachments on their way out: always saved, never shown, and whole or visibly broken."""

from collections.abc import Iterator

from flask import Response

from cases.errors import StorageError
from cases.opened import Download
from crypto.errors import OpenError
from web.logs import log_error
from web.texts import content_disposition


def download_answer(download: Download) -> Response:
    """Return a file as an answer that browsers save under a safe name.

    Raises:
        OpenError: the file was altered; nothing of it was sent.
        StoreUnavailableError: the vault is away; nothing of it was sent.
    """
    pieces = _held_back(download.chunks)
    first = next(pieces, b"")
    answer = Response(_whole_or_broken(first, pieces), content_type="application/octet-stream")
    # With its length said, a browser calls a file that breaks off a failed download.
    answer.content_length = download.length
    answer.headers["Content-Disposition"] = content_disposition(download.file_name)
    return answer


def _held_back(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield each piece when the next one is proven: the last one only after the whole file."""
    held: bytes | None = None
    for chunk in chunks:
        if held is not None:
            yield held
        held = chunk
    if held is not None:
        yield held


def _whole_or_broken(first: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    try:
        yield first
        yield from pieces
    except (OpenError, StorageError) as error:
        # The server closes the connection of an answer that raises, short of its length.
        log_error("download broken", error)
        raise
