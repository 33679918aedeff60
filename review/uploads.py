"""Files that a reviewer sends with an answer: sealed while they arrive, or named as not kept."""

from collections.abc import Callable
from contextlib import suppress

from flask import request
from flask_wtf.csrf import validate_csrf
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException
from wtforms.validators import ValidationError

from cases.uploads import SealedUpload, SealingSink
from review.desk import desk
from web.attachments import BadTokenError, Upload, UploadPolicy, UploadSink
from web.multipart import UploadRequest


def upload_request() -> UploadRequest:
    """Return this request as what it is in our apps."""
    if not isinstance(request, UploadRequest):
        raise TypeError("the app's requests read uploads")
    return request


def read_form(*, takes_files: bool) -> MultiDict[str, str]:
    """Return the text of this form, its files sealed on the way, after its token was found right.

    Raises:
        BadTokenError: the form is of another visit; nothing of its files is left.
        BodyTooLargeError, MalformedBodyError: it is no form of ours; its text is the form's.
    """
    if takes_files:
        upload_request().upload_policy = _policy(check_token)
    form = request.form
    check_token(form)
    return form


def refuse_files() -> None:
    """Read this form's text, and nothing of its files."""
    upload_request().upload_policy = _policy(_refuse)
    # What was read before a body broke is the form; the rest is lost with the session anyway.
    with suppress(HTTPException):
        request.form.get("text")


def files_not_kept() -> list[Upload]:
    """Return the files of this form that were refused."""
    return [upload for upload in upload_request().uploads if not upload.is_kept]


def claimed_files() -> tuple[SealedUpload, ...]:
    """Return the files of this form, which from now on belong to the case."""
    return tuple(upload.claim() for upload in upload_request().uploads)


def check_token(fields: MultiDict[str, str]) -> None:
    """Accept a form of this visit.

    Raises:
        BadTokenError: its token is missing, or of another visit.
    """
    try:
        validate_csrf(fields.get("csrf_token"))
    except ValidationError:
        raise BadTokenError from None


def _refuse(_: MultiDict[str, str]) -> None:
    raise BadTokenError


def _open_sink(file_name: str) -> UploadSink:
    return SealingSink(desk().office.vault, file_name)


def _policy(check: Callable[[MultiDict[str, str]], None]) -> UploadPolicy:
    settings = desk().settings
    return UploadPolicy(
        max_file_bytes=settings.max_file_bytes,
        max_total_bytes=settings.max_report_bytes,
        max_files=settings.max_files,
        check_token=check,
        open_sink=_open_sink,
    )
