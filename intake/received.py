"""A form as it came: its words whatever happens, its files sealed, its refusals named."""

import hmac
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, cast

from flask import request
from flask_wtf.csrf import ValidationError, validate_csrf
from werkzeug.datastructures import MultiDict

from cases.clock import Clock
from cases.errors import StoreUnavailableError
from cases.uploads import SealedUpload, SealingSink
from intake.door import Door, once_secret
from intake.form_secrets import read_secret
from web.attachments import BadTokenError, Upload, UploadOutcome, UploadPolicy
from web.multipart import BadTextError, BodyTooLargeError, MalformedBodyError, UploadRequest

FormWords = MultiDict[str, str]

# Less by far than a visit or a draft lasts.
RENEWAL_SECONDS: Final = 5 * 60


class Unreadable(StrEnum):
    """Why nothing of a body but its words was taken."""

    TOKEN = "token"  # noqa: S105 - a reason, not a password
    TOO_LARGE = "too-large"
    MALFORMED = "malformed"
    BAD_TEXT = "bad-text"


class UnreadableFormError(Exception):
    """Nothing but the words of a form was taken; the visitor can send it again."""

    def __init__(self, reason: Unreadable, fields: tuple[str, ...] = ()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.fields = fields


class LossRule(StrEnum):
    """Why a file is not with its form."""

    TOO_LARGE = "too-large"
    OVER_TOTAL = "over-total"
    TOO_MANY = "too-many"
    FAILED = "failed"
    NO_ROOM = "no-room"
    GONE = "gone"
    NOT_RECEIVED = "not-received"
    NOT_SENT = "not-sent"


LOSS_OF: Final = {
    UploadOutcome.TOO_LARGE: LossRule.TOO_LARGE,
    UploadOutcome.OVER_TOTAL: LossRule.OVER_TOTAL,
    UploadOutcome.TOO_MANY: LossRule.TOO_MANY,
    UploadOutcome.TOKEN_REFUSED: LossRule.NOT_RECEIVED,
    UploadOutcome.FAILED: LossRule.FAILED,
    UploadOutcome.KEPT: LossRule.NOT_SENT,
}


@dataclass(frozen=True, repr=False)
class LostFile:
    """A file that is not with its form, by the name that the visitor knows, and why."""

    file_name: str
    rule: LossRule


@dataclass(frozen=True, repr=False)
class Received:
    """A form as it came."""

    words: FormWords
    unreadable: UnreadableFormError | None = None
    uploads: tuple[SealedUpload, ...] = ()
    lost: tuple[LostFile, ...] = field(default=())

    @property
    def is_ours(self) -> bool:
        """Return whether this visit was given the form: its token was good."""
        return self.unreadable is None or self.unreadable.reason is not Unreadable.TOKEN

    def require_readable(self) -> None:
        """Go on only with a whole body of this visit's own form.

        Raises:
            UnreadableFormError: not all of it was taken.
        """
        if self.unreadable is not None:
            raise self.unreadable


class Renewal:
    """What would run out during a long upload: renewed before its files, then every few minutes."""

    def __init__(self, clock: Clock, renew: Callable[[FormWords], None]) -> None:
        self._clock = clock
        self._renew = renew
        self._renewed_at: int | None = None

    def __call__(self, words: FormWords) -> None:
        """Renew it where it is time again."""
        now = self._clock.now()
        # Either way: a clock that was set back must not leave it without its next minutes.
        if self._renewed_at is None or abs(now - self._renewed_at) >= RENEWAL_SECONDS:
            self._renewed_at = now
            # What cannot be renewed now may be the next time.
            with suppress(StoreUnavailableError):
                self._renew(words)


def receive(bound: Door, renew: Callable[[FormWords], None]) -> Received:
    """Return this request's form; files are sealed while they arrive, and now the caller's.

    ``renew`` is given the form's words every few minutes while files come, once its token was good.
    """
    upload_request = cast(UploadRequest, request)
    upload_request.upload_policy = _policy(bound, renew)
    unreadable = _read(upload_request)
    words: FormWords = upload_request.form
    if not _is_token_good(upload_request):
        unreadable = UnreadableFormError(Unreadable.TOKEN)
    is_whole = unreadable is None or unreadable.reason is Unreadable.BAD_TEXT
    kept = [upload for upload in upload_request.uploads if is_whole and upload.is_kept]
    return Received(
        words,
        unreadable,
        tuple(upload.claim() for upload in kept),
        tuple(_lost(upload) for upload in upload_request.uploads if upload not in kept),
    )


def _policy(bound: Door, renew: Callable[[FormWords], None]) -> UploadPolicy:
    settings, vault = bound.settings, bound.office.vault
    return UploadPolicy(
        max_file_bytes=settings.max_file_bytes,
        max_total_bytes=settings.max_report_bytes,
        max_files=settings.max_files,
        check_token=_check_token,
        open_sink=lambda file_name: SealingSink(vault, file_name),
        still_coming=Renewal(bound.office.clock, renew),
    )


def _read(upload_request: UploadRequest) -> UnreadableFormError | None:
    try:
        upload_request.form  # noqa: B018 (reading it parses the body)
    except BadTextError as error:
        return UnreadableFormError(Unreadable.BAD_TEXT, error.fields)
    except BodyTooLargeError:
        return UnreadableFormError(Unreadable.TOO_LARGE)
    except MalformedBodyError:
        return UnreadableFormError(Unreadable.MALFORMED)
    return None


def _is_token_good(upload_request: UploadRequest) -> bool:
    # A form without files has not been asked for its token yet.
    if upload_request.is_token_refused:
        return False
    try:
        _check_token(upload_request.form)
    except BadTokenError:
        return False
    return True


def _check_token(words: FormWords) -> None:
    try:
        validate_csrf(words.get("csrf_token", ""))
    except ValidationError:
        if not _is_of_this_visit(words):
            raise BadTokenError from None


def _is_of_this_visit(words: FormWords) -> bool:
    # A form that was open while its visit signed in has the old token; its one-time secret, which
    # this visit alone was given, says as surely whose it is.
    sent = read_secret(words.get("once", ""))
    return sent is not None and hmac.compare_digest(sent, once_secret())


def _lost(upload: Upload) -> LostFile:
    return LostFile(upload.file_name, LOSS_OF[upload.outcome])
