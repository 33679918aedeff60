"""A door with a form that takes files, and visitors who send to it as they like."""

from dataclasses import dataclass, field
from typing import Protocol

from flask import Flask, request
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from cases.errors import StoreUnavailableError
from cases.uploads import SealedUpload
from crypto.sealing import FileKey
from web.attachments import BadTokenError, UploadPolicy
from web.multipart import UploadRequest, abort_unclaimed

BOUNDARY = "----boundary7MA4YWxk"
FORM = f"multipart/form-data; boundary={BOUNDARY}"


@dataclass
class Shelf:
    """Sinks that keep what they are given, and remember what became of it."""

    whole: dict[str, bytes] = field(default_factory=dict)
    opened: list[str] = field(default_factory=list)
    is_full: bool = False
    checked: list[dict[str, str]] = field(default_factory=list)

    def open_sink(self, name: str) -> "ShelfSink":
        self.opened.append(name)
        return ShelfSink(self, name)

    def check_token(self, fields: MultiDict[str, str]) -> None:
        self.checked.append(fields.to_dict())
        if fields.get("csrf_token") != "good":
            raise BadTokenError


class ShelfSink:
    def __init__(self, shelf: Shelf, name: str) -> None:
        self.shelf = shelf
        self.name = name
        self.taken = b""

    def write(self, plaintext: bytes) -> None:
        if self.shelf.is_full:
            raise StoreUnavailableError
        self.taken += plaintext

    def finish(self) -> SealedUpload:
        self.shelf.whole[self.name] = self.taken
        return SealedUpload(
            object_key=self.name,
            file_key=FileKey.generate(),
            file_name=self.name,
            length=len(self.taken),
            padded_length=len(self.taken),
            sha256=bytes(32),
            payload_check=bytes(48),
        )

    def abort(self) -> None:
        self.shelf.whole.pop(self.name, None)


@dataclass
class Door:
    """An app with one form that takes files, and one that does not."""

    shelf: Shelf
    policy: UploadPolicy
    claims: bool = True
    seen: dict[str, object] = field(default_factory=dict)

    def client(self) -> FlaskClient:
        app = Flask(__name__)
        app.request_class = UploadRequest
        app.config["MAX_FORM_MEMORY_SIZE"] = 300_000
        app.add_url_rule("/files", view_func=self.files, methods=["POST"])
        app.add_url_rule("/words", view_func=self.words, methods=["POST"])
        app.register_error_handler(HTTPException, self.refused)
        app.teardown_request(lambda _: abort_unclaimed(self.request))
        return app.test_client()

    @property
    def request(self) -> UploadRequest:
        found = request._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - the proxy's own way
        assert isinstance(found, UploadRequest)
        return found

    def files(self) -> str:
        self.request.upload_policy = self.policy
        return self.words()

    def words(self) -> str:
        assert request.form is not None
        if self.claims:
            for upload in self.request.uploads:
                if upload.is_kept:
                    upload.claim()
        self.remember()
        return "taken"

    def refused(self, error: HTTPException) -> tuple[str, int]:
        self.remember()
        self.seen["error"] = type(error).__name__
        return "refused", error.code or 500

    def remember(self) -> None:
        self.seen = {
            "form": request.form.to_dict(),
            "uploads": [(one.file_name, one.outcome, one.length) for one in self.request.uploads],
            "is_token_refused": self.request.is_token_refused,
        }


def a_door() -> Door:
    """Return a door whose limits are small enough for tests to pass them."""
    shelf = Shelf()
    policy = UploadPolicy(
        max_file_bytes=200_000,
        max_total_bytes=300_000,
        max_files=3,
        check_token=shelf.check_token,
        open_sink=shelf.open_sink,
    )
    return Door(shelf, policy)


def text(name: str, value: str | bytes) -> bytes:
    typed = value.encode() if isinstance(value, str) else value
    return f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode() + (
        typed + b"\r\n"
    )


def file(name: str, content: bytes, field_name: str = "attachments") -> bytes:
    head = f'Content-Disposition: form-data; name="{field_name}"; filename="{name}"'
    head += "\r\nContent-Type: application/octet-stream"
    return f"--{BOUNDARY}\r\n{head}\r\n\r\n".encode() + content + b"\r\n"


END = f"--{BOUNDARY}--\r\n".encode()
TOKEN = text("csrf_token", "good")


def send(door: Door, *parts: bytes, path: str = "/files") -> TestResponse:
    return door.client().post(path, data=b"".join(parts), content_type=FORM)


def outcomes(door: Door) -> list[tuple[str, str]]:
    uploads = door.seen["uploads"]
    assert isinstance(uploads, list)
    return [(name, str(outcome)) for name, outcome, _ in uploads]


class Trickle:
    """A body that arrives in pieces of one size."""

    def __init__(self, body: bytes, size: int) -> None:
        self.pieces = iter(body[at : at + size] for at in range(0, len(body), size))

    def read(self, _: int = -1) -> bytes:
        return next(self.pieces, b"")


class Stream(Protocol):
    """What a server hands over."""

    def read(self, size: int = -1, /) -> bytes: ...


def trickle(door: Door, stream: Stream, length: int | None) -> TestResponse:
    """Send a body as it comes; without a length it ends by itself, as a chunked one does."""
    declared = {"CONTENT_LENGTH": str(length)} if length is not None else {}
    environ = {
        "CONTENT_TYPE": FORM,
        "wsgi.input": stream,
        "wsgi.input_terminated": length is None,
        **declared,
    }
    return door.client().post("/files", environ_overrides=environ)
