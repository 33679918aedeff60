"""The desk's one table from refusal to page. Each page gives back what was typed."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from flask_wtf.csrf import CSRFError

from cases.errors import (
    CaseNotFoundError,
    EnrolmentError,
    NotPermittedError,
    StaleCaseError,
    StorageError,
    UncertainStoreError,
)
from crypto.errors import OpenError
from policy.errors import IllegalTransitionError
from review.wanted import BadQueryError
from web.errors import UNCERTAIN, ErrorPage
from web.limits import TooManyRequestsError

_REFUSED: Final = "review/refused.html"

PAGES: Final[Mapping[type[Exception], ErrorPage]] = {
    # Another unit's case and no case at all look the same: existence is not told.
    CaseNotFoundError: ErrorPage(HTTPStatus.NOT_FOUND, _REFUSED),
    NotPermittedError: ErrorPage(HTTPStatus.FORBIDDEN, _REFUSED),
    StaleCaseError: ErrorPage(HTTPStatus.CONFLICT, _REFUSED),
    IllegalTransitionError: ErrorPage(HTTPStatus.CONFLICT, _REFUSED),
    EnrolmentError: ErrorPage(HTTPStatus.NOT_FOUND, "review/link_over.html"),
    BadQueryError: ErrorPage(HTTPStatus.BAD_REQUEST, "review/bad_query.html"),
    OpenError: ErrorPage(HTTPStatus.INTERNAL_SERVER_ERROR, "review/altered.html"),
    StorageError: ErrorPage(HTTPStatus.SERVICE_UNAVAILABLE, _REFUSED),
    UncertainStoreError: ErrorPage(HTTPStatus.SERVICE_UNAVAILABLE, _REFUSED, words=UNCERTAIN),
    TooManyRequestsError: ErrorPage(HTTPStatus.TOO_MANY_REQUESTS, _REFUSED),
    CSRFError: ErrorPage(HTTPStatus.BAD_REQUEST, "review/stale_form.html"),
}
