"""The smallest app that takes an upload through the real parser, vault, sink and server.

``python -m bench.upload_app FOLDER`` serves it and prints the address. ``POST /sealed`` keeps an
upload as a report does, ``/plain`` writes the same bytes as they are, ``/none`` forgets them.
"""

import os
import secrets
import sys
from collections.abc import Callable
from pathlib import Path

from flask import Flask, request

from cases.clock import SystemClock
from cases.uploads import SealedUpload, SealingSink
from cases.vault import Vault
from crypto.sealing import FileKey
from web.attachments import UploadPolicy, UploadSink
from web.multipart import UploadRequest, abort_unclaimed
from web.serving import serve

MAX_BYTES = 4 << 30


class PlainSink:
    """The floor: the same bytes, written as they are and brought to the disk."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / secrets.token_hex(16)
        self._file = self._path.open("xb", buffering=0)
        self._length = 0

    def write(self, plaintext: bytes) -> None:
        """Write the next bytes."""
        left = memoryview(plaintext)
        while left:
            left = left[self._file.write(left) :]
        self._length += len(plaintext)

    def finish(self) -> SealedUpload:
        """Return the file once it is on the disk."""
        os.fsync(self._file.fileno())
        self._file.close()
        return _whole(self._length)

    def abort(self) -> None:
        """Remove the file."""
        self._file.close()
        self._path.unlink(missing_ok=True)


class NoSink:
    """What server and parser cost alone: bytes are counted and forgotten."""

    def __init__(self) -> None:
        self._length = 0

    def write(self, plaintext: bytes) -> None:
        """Count the next bytes."""
        self._length += len(plaintext)

    def finish(self) -> SealedUpload:
        """Return the count."""
        return _whole(self._length)

    def abort(self) -> None:
        """Leave nothing: there is nothing."""


def make_app(folder: Path) -> Flask:
    """Return an app that keeps uploads under a folder."""
    vault = Vault(str(folder / "vault"), SystemClock().today)
    sinks: dict[str, Callable[[str], UploadSink]] = {
        "sealed": lambda name: SealingSink(vault, name),
        "plain": lambda _: PlainSink(folder),
        "none": lambda _: NoSink(),
    }
    app = Flask(__name__)
    app.request_class = UploadRequest
    app.add_url_rule("/", "hello", lambda: "hello")
    app.add_url_rule("/<kind>", "upload", lambda kind: _upload(sinks[kind]), methods=["POST"])
    app.teardown_request(lambda _: abort_unclaimed(_request()))
    return app


def _upload(open_sink: Callable[[str], UploadSink]) -> str:
    taken = _request()
    taken.upload_policy = UploadPolicy(
        max_file_bytes=MAX_BYTES,
        max_total_bytes=MAX_BYTES,
        max_files=20,
        check_token=lambda _: None,
        open_sink=open_sink,
    )
    return f"{len(taken.form)} {sum(upload.claim().length for upload in taken.uploads)}"


def _request() -> UploadRequest:
    found = request._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - the proxy's own way to what it stands for
    if not isinstance(found, UploadRequest):
        raise TypeError
    return found


def _whole(length: int) -> SealedUpload:
    return SealedUpload(
        object_key="",
        file_key=FileKey.generate(),
        file_name="",
        length=length,
        padded_length=length,
        sha256=bytes(32),
        payload_check=bytes(48),
    )


if __name__ == "__main__":
    serve(make_app(Path(sys.argv[1])), "127.0.0.1:0", on_ready=lambda at: print(at, flush=True))
