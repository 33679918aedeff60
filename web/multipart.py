"""Forms read as they arrive: text into memory, files into sinks, nothing onto a disk.

Werkzeug's own parser spools a file of more than 500 kB into a temporary file, in clear, and reads
a whole body before anybody can look at its token. This one hands each piece of a file to a sink
while it is parsed, asks for the token before the first of them, and keeps the words of a form
whatever becomes of its files (RFC 7578, RFC 2046 §5.1).
"""

import re
from io import BytesIO
from typing import Any, Final
from urllib.parse import parse_qsl

from flask import Request
from werkzeug.datastructures import FileStorage, ImmutableMultiDict, MultiDict
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser
from werkzeug.sansio.multipart import Data, Event, Field, File

from web.attachments import FileIntake, Upload, UploadPolicy
from web.multipart_body import (
    MAX_PARTS,
    BadTextError,
    BodyReader,
    BodyTooLargeError,
    MalformedBodyError,
    events_of,
)

# A view needs one place for a request and its refusals.
__all__ = [
    "BadTextError",
    "BodyTooLargeError",
    "MalformedBodyError",
    "UploadFormParser",
    "UploadRequest",
    "abort_unclaimed",
]

DEFAULT_TEXT_BYTES: Final = 2 << 20
FIELD_NAME_CHARS: Final = 100
BOUNDARY_CHARS: Final = 70  # RFC 2046 §5.1.1
# What a body may hold beside its text and files: boundaries and part headers.
FRAMING_BYTES: Final = 1 << 20
WRITTEN_NAME: Final = re.compile(r';\s*filename="([^"]*)"', re.IGNORECASE)

FormText = MultiDict[str, str]


class FormReader:
    """One body's parts, taken as they come."""

    def __init__(self, body: BodyReader, policy: UploadPolicy | None, text_bytes: int) -> None:
        self.fields: FormText = MultiDict()
        self.bad_fields: list[str] = []
        self.files = FileIntake(policy) if policy is not None else None
        self._body = body
        self._file_field = policy.field if policy is not None else None
        self._text_left = text_bytes
        self._text = bytearray()
        self._part: Field | File | None = None
        self._upload: Upload | None = None

    def read_multipart(self, boundary: bytes) -> None:
        """Read a multipart/form-data body to its end.

        Raises:
            BodyTooLargeError: more text, parts or bytes than a form of ours sends.
            MalformedBodyError: no such body.
            CutBodyError: it ends before its end.
        """
        try:
            for event in events_of(self._body, boundary):
                self._take(event)
        except RequestEntityTooLarge:
            raise BodyTooLargeError from None
        except ValueError:
            raise MalformedBodyError from None
        finally:
            self._keep_unfinished()

    def read_urlencoded(self) -> None:
        """Read an application/x-www-form-urlencoded body to its end.

        Raises:
            BodyTooLargeError: more text or fields than a form of ours sends.
            MalformedBodyError: a field has a name that no form of ours has.
            CutBodyError: it ends before its end.
        """
        try:
            while piece := self._body.read():
                self._text += piece
                self._count_text(len(piece))
        finally:
            self._add_pairs()

    def _add_pairs(self) -> None:
        # Bytes that are not UTF-8 become lone surrogates, by which _add_field knows them.
        typed = self._text.decode("utf-8", "surrogateescape")
        try:
            pairs = parse_qsl(
                typed, keep_blank_values=True, errors="surrogateescape", max_num_fields=MAX_PARTS
            )
        except ValueError:
            raise BodyTooLargeError from None
        for name, value in pairs:
            if not name.isprintable() or not 1 <= len(name) <= FIELD_NAME_CHARS:
                raise MalformedBodyError
            self._add_field(name, value.encode("utf-8", "surrogateescape"))

    def _take(self, event: Event) -> None:
        if isinstance(event, (Field, File)):
            self._start_part(event)
        elif isinstance(event, Data):
            if isinstance(self._part, File):
                self._take_file_bytes(self._part, event)
            elif self._part is not None:
                self._take_text(self._part, event)

    def _start_part(self, part: Field | File) -> None:
        part = _as_file(part)
        # The decoder types a missing name as text; it is None.
        if not part.name or len(part.name) > FIELD_NAME_CHARS:
            raise MalformedBodyError
        if isinstance(part, File):
            if self._body.is_too_long:
                # Every text field came before: there is nothing left to wait for.
                raise BodyTooLargeError
            if part.filename and part.name != self._file_field:
                raise MalformedBodyError
        self._part = part
        self._upload = None
        self._text.clear()

    def _take_text(self, part: Field, event: Data) -> None:
        self._text += event.data
        self._count_text(len(event.data))
        if not event.more_data:
            self._add_field(part.name, bytes(self._text))
            self._text.clear()

    def _keep_unfinished(self) -> None:
        """Keep the beginning of a text that was too long or was cut: it is shown again."""
        if self._text and isinstance(self._part, Field) and self._part.name:
            self.fields.add(self._part.name, self._text.decode("utf-8", "ignore"))

    def _count_text(self, length: int) -> None:
        self._text_left -= length
        if self._text_left < 0:
            raise BodyTooLargeError

    def _add_field(self, name: str, typed: bytes) -> None:
        try:
            value = typed.decode()
        except UnicodeDecodeError:
            self.bad_fields.append(name)
            value = typed.decode("utf-8", "replace")
        self.fields.add(name, value)

    def _take_file_bytes(self, part: File, event: Data) -> None:
        # A file input that was left empty comes without a name and without bytes.
        if self._upload is None and (part.filename or event.data):
            if self.files is None or part.name != self._file_field:
                raise MalformedBodyError
            self._upload = self.files.start(_file_name(part), self.fields)
        if self._upload is not None and self.files is not None:
            self.files.write(self._upload, event.data)
            if not event.more_data:
                self._upload.finish()


class UploadFormParser(FormDataParser):
    """The form parser of both doors; it belongs to one request."""

    def __init__(self, request: "UploadRequest") -> None:
        super().__init__()
        self._request = request

    def parse(
        self,
        stream: Any,
        mimetype: str,
        content_length: int | None,
        options: dict[str, str] | None = None,
    ) -> Any:
        """Return (stream, text, files) of the request; its uploads are set on the request.

        Raises:
            BodyTooLargeError, MalformedBodyError: no file that was not whole is left, and the text
                that came is the request's form.
        """
        request = self._request
        policy = request.upload_policy
        text_bytes = request.max_form_memory_size or DEFAULT_TEXT_BYTES
        ceiling = text_bytes + FRAMING_BYTES + (policy.ceiling_bytes if policy else 0)
        reader = FormReader(BodyReader(request, ceiling), policy, text_bytes)
        try:
            if mimetype == "multipart/form-data":
                reader.read_multipart(_boundary(options or {}))
            elif mimetype == "application/x-www-form-urlencoded":
                reader.read_urlencoded()
        except BaseException:
            if reader.files is not None:
                reader.files.abort()
            raise
        finally:
            request.keep_form(reader)
        if reader.bad_fields:
            raise BadTextError(tuple(reader.bad_fields))
        return BytesIO(), ImmutableMultiDict(reader.fields), _no_files()


class UploadRequest(Request):
    """A request whose files are sealed while they arrive.

    A view that takes files sets ``upload_policy`` before anything looks at ``form``; the app ends
    each request with ``abort_unclaimed``.
    """

    form_data_parser_class = UploadFormParser
    upload_policy: UploadPolicy | None = None
    is_token_refused: bool = False

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.uploads: list[Upload] = []

    def make_form_data_parser(self) -> FormDataParser:
        """Return the parser of this very request."""
        return UploadFormParser(self)

    def keep_form(self, reader: FormReader) -> None:
        """Keep what was read: also after a refusal, ``form`` has the text that came."""
        self.__dict__["form"] = ImmutableMultiDict(reader.fields)
        self.__dict__["files"] = _no_files()
        self.__dict__["stream"] = BytesIO()
        if reader.files is not None:
            self.uploads = reader.files.uploads
            self.is_token_refused = reader.files.is_token_refused

    def _get_stream_for_parsing(self) -> Any:
        # The parser reads the server's stream itself and sets what is left of it.
        return BytesIO()


def abort_unclaimed(request: UploadRequest) -> None:
    """Leave nothing of the files that nobody claimed; for the end of every request."""
    for upload in request.uploads:
        upload.abort()


def _no_files() -> ImmutableMultiDict[str, FileStorage]:
    return ImmutableMultiDict()


def _boundary(options: dict[str, str]) -> bytes:
    boundary = options.get("boundary", "")
    if not 1 <= len(boundary) <= BOUNDARY_CHARS or not boundary.isascii():
        raise MalformedBodyError
    return boundary.encode("ascii")


def _as_file(part: Field | File) -> Field | File:
    """Return a part as the file that it is.

    The decoder takes the backslash at the end of a name for one that escapes the quote, finds no
    name, and would have the file be a text.
    """
    if isinstance(part, File):
        return part
    found = WRITTEN_NAME.search(part.headers.get("content-disposition", ""))
    if found is None:
        return part
    return File(part.name, found[1].replace("%22", '"'), part.headers)


def _file_name(part: File) -> str:
    """Return a file's name as the browser wrote it.

    Browsers write a quote as %22 and leave a backslash alone (HTML, multipart/form-data encoding
    algorithm); the decoder takes a backslash for an escape.
    """
    disposition = part.headers.get("content-disposition", "")
    found = WRITTEN_NAME.search(disposition)
    if found is None or '\\"' in disposition:
        return part.filename
    return found[1].replace("%22", '"')
