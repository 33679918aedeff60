"""What a form may upload, and what became of each file: sealed on arrival, or named and dropped."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

from werkzeug.datastructures import MultiDict

from cases.errors import StoreUnavailableError
from cases.uploads import SealedUpload

FILE_NAME_CHARS: Final = 300
FILE_NAME_TAIL_CHARS: Final = 20


class BadTokenError(Exception):
    """The form's token is missing, of another visit or too old; the reporter can send again."""


class UploadOutcome(StrEnum):
    """What became of a file; its words are the page's."""

    KEPT = "kept"
    TOO_LARGE = "too_large"
    OVER_TOTAL = "over_total"
    TOO_MANY = "too_many"
    TOKEN_REFUSED = "token_refused"  # noqa: S105 - an outcome, not a password
    FAILED = "failed"


class UploadSink(Protocol):
    """Where the bytes of one file go as they arrive."""

    def write(self, plaintext: bytes) -> None:
        """Take the next bytes; raise StoreUnavailableError where they cannot be kept."""

    def finish(self) -> SealedUpload:
        """Return the file, whole and durable; raise StoreUnavailableError where it is not."""

    def abort(self) -> None:
        """Leave nothing of the file, finished or not."""


@dataclass(frozen=True, kw_only=True)
class UploadPolicy:
    """What one form may upload, and who answers for it.

    ``check_token`` is given the text fields that came before the first file, and raises
    BadTokenError. ``open_sink`` is given the file's name as the browser sent it. ``still_coming``
    is given them too: once the token was found good, and then with all bytes of files that come.
    """

    max_file_bytes: int
    max_total_bytes: int
    max_files: int
    check_token: Callable[[MultiDict[str, str]], None]
    open_sink: Callable[[str], UploadSink]
    still_coming: Callable[[MultiDict[str, str]], None] = lambda _: None
    field: str = "attachments"

    @property
    def ceiling_bytes(self) -> int:
        """Return how much of a body is read at most, so that a page can name what was too large.

        Browsers show an answer for sure only once the whole body was taken.
        """
        return 2 * self.max_total_bytes


class Upload:
    """One named file of a form: what it was called, and what became of it."""

    def __init__(self, file_name: str, outcome: UploadOutcome, sink: UploadSink | None) -> None:
        self.file_name = file_name
        self.outcome = outcome
        self.length = 0
        self._sink = sink
        self._sealed: SealedUpload | None = None

    @property
    def is_kept(self) -> bool:
        """Return whether the whole file lies sealed in the vault."""
        return self.outcome is UploadOutcome.KEPT

    def claim(self) -> SealedUpload:
        """Return the sealed file, which from now on belongs to the caller.

        A file that nobody claims is gone at the end of its request.
        """
        if self._sealed is None:
            raise AssertionError("only a kept upload can be claimed")
        self._sink = None
        return self._sealed

    def write(self, plaintext: bytes) -> None:
        """Pass the next bytes on; a store that fails turns the file into a named failure."""
        self.length += len(plaintext)
        if self._sink is not None:
            try:
                self._sink.write(plaintext)
            except StoreUnavailableError:
                self.drop(UploadOutcome.FAILED)

    def finish(self) -> None:
        """Make the file whole; a store that fails turns it into a named failure."""
        if self._sink is not None:
            try:
                self._sealed = self._sink.finish()
            except StoreUnavailableError:
                self.drop(UploadOutcome.FAILED)

    def drop(self, outcome: UploadOutcome) -> None:
        """Leave nothing of the file but its name and the reason."""
        self.outcome = outcome
        self.abort()

    def abort(self) -> None:
        """Leave nothing of the file; harmless once it is claimed."""
        sink, self._sink, self._sealed = self._sink, None, None
        if sink is not None:
            # What cannot be removed now is an orphan, which the daily search removes.
            with suppress(StoreUnavailableError):
                sink.abort()


class FileIntake:
    """The files of one body, taken one after another under a policy."""

    def __init__(self, policy: UploadPolicy) -> None:
        self.uploads: list[Upload] = []
        self.is_token_refused = False
        self._policy = policy
        self._is_token_checked = False
        self._fields: MultiDict[str, str] = MultiDict()

    def start(self, file_name: str, fields: MultiDict[str, str]) -> Upload:
        """Return a new upload; nothing of it will be kept where token or number forbid it."""
        self._check_token(fields)
        upload = self._opened(bounded_file_name(file_name))
        self.uploads.append(upload)
        return upload

    def write(self, upload: Upload, plaintext: bytes) -> None:
        """Take the next bytes of a file, or drop it where it outgrows what is left."""
        if not self.is_token_refused:
            self._policy.still_coming(self._fields)
        others = sum(kept.length for kept in self._kept() if kept is not upload)
        length = upload.length + len(plaintext)
        if upload.is_kept and length > self._policy.max_file_bytes:
            upload.drop(UploadOutcome.TOO_LARGE)
        elif upload.is_kept and others + length > self._policy.max_total_bytes:
            upload.drop(UploadOutcome.OVER_TOTAL)
        upload.write(plaintext)

    def abort(self) -> None:
        """Leave nothing of any file that was not claimed."""
        for upload in self.uploads:
            upload.abort()

    def _kept(self) -> list[Upload]:
        return [upload for upload in self.uploads if upload.is_kept]

    def _check_token(self, fields: MultiDict[str, str]) -> None:
        if self._is_token_checked:
            return
        self._is_token_checked, self._fields = True, fields
        try:
            self._policy.check_token(fields)
        except BadTokenError:
            self.is_token_refused = True
        else:
            self._policy.still_coming(fields)

    def _opened(self, file_name: str) -> Upload:
        if self.is_token_refused:
            return Upload(file_name, UploadOutcome.TOKEN_REFUSED, None)
        if len(self._kept()) >= self._policy.max_files:
            return Upload(file_name, UploadOutcome.TOO_MANY, None)
        try:
            return Upload(file_name, UploadOutcome.KEPT, self._policy.open_sink(file_name))
        except StoreUnavailableError:
            return Upload(file_name, UploadOutcome.FAILED, None)


def bounded_file_name(file_name: str) -> str:
    """Return a file's name as the browser gave it, cut in the middle where it is far too long.

    It is sealed as typed and is never a path; the end, which says what kind of file it is, stays.
    """
    if len(file_name) <= FILE_NAME_CHARS:
        return file_name
    head = FILE_NAME_CHARS - FILE_NAME_TAIL_CHARS
    return file_name[:head] + file_name[-FILE_NAME_TAIL_CHARS:]
