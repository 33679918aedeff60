"""The forms of a case's pages: read once, and given back with every word when they are refused."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from flask import Blueprint, Response, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from cases.compartments import was_added
from cases.errors import (
    CaseNotFoundError,
    DisposedCaseError,
    NotPermittedError,
    StaleCaseError,
    StorageError,
    UncertainStoreError,
)
from crypto.errors import OpenError
from policy.errors import IllegalTransitionError
from review.desk import the_office
from review.disposed_page import disposed_answer
from review.forms import REPEATED, Faults, RefusedFormError, form_tag, typed_again
from review.refusals import PAGES
from review.uploads import files_not_kept, read_form, upload_request
from web.attachments import BadTokenError, Upload, UploadOutcome
from web.errors import ErrorPage, error_answer
from web.multipart import BodyTooLargeError, MalformedBodyError

STALE_TOKEN: Final = lazy_gettext("Trang đã mở quá lâu. Xin xem lại rồi gửi lần nữa")
TOO_LARGE: Final = lazy_gettext("Nội dung gửi lên quá lớn")
UNREADABLE: Final = lazy_gettext("Trang web không đọc được nội dung gửi lên")
# Why a form could not be read at all: the words and the status.
UNREAD: Final[Mapping[type[Exception], tuple[LazyString, int]]] = {
    BadTokenError: (STALE_TOKEN, 400),
    BodyTooLargeError: (TOO_LARGE, 413),
    MalformedBodyError: (UNREADABLE, 400),
}
FILES_REFUSED: Final = lazy_gettext("Có tệp không nhận được, nên chưa gửi gì")
STORE_AWAY: Final = lazy_gettext(
    "Chưa ghi được gì: kho lưu trữ tạm thời không dùng được. Xin chờ ít phút rồi gửi lại"
)
STORE_LOST: Final = lazy_gettext(
    "Chưa rõ đã ghi được hay chưa: kho lưu trữ mất liên lạc đúng lúc đang ghi. Xin xem lại hồ sơ"
    " rồi hãy gửi lại"
)


@dataclass(frozen=True, repr=False)
class Refused:
    """A form that was not taken: which one, what was typed, and what is wrong."""

    form: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)
    faults: Faults = ()
    files: tuple[Upload, ...] = ()
    status: int = 200
    is_stale: bool = False


NOT_REFUSED: Final = Refused()

# The page of a case with a form of it that was refused.
RefusedPage = Callable[[str, Refused], Response]

# A field and the words for it, or such for each reason of an error.
Fault = tuple[str, LazyString]
Refusal = Fault | Mapping[str, Fault]


@dataclass(frozen=True)
class CaseForm:
    """A form: its name on the page, where its refusal leads, where one goes from it.

    ``said`` are its fields: with other words it is another form, although its tag is the same.
    ``lists`` are those that may be said several times.
    """

    name: str
    place: str
    after: str
    said: tuple[str, ...]
    lists: tuple[str, ...] = ()
    takes_files: bool = False


class CaseForms:
    """The forms of one blueprint, by endpoint, and what happens where one cannot be taken."""

    def __init__(
        self,
        bp: Blueprint,
        forms: Mapping[str, CaseForm],
        page: RefusedPage,
        refusals: Mapping[type[Exception], Refusal],
    ) -> None:
        """Serve the forms of a blueprint; ``refusals`` are the words for what a case refuses.

        Those of an error that says ``why`` stand under each of its reasons.
        """
        self._forms = forms
        self._page = page
        self._refusals = refusals
        bp.before_request(self.read)
        bp.register_error_handler(RefusedFormError, self._show_refused)
        for kind in (StaleCaseError, IllegalTransitionError):
            bp.register_error_handler(kind, self._show_changed)
        for gone in (CaseNotFoundError, NotPermittedError):
            bp.register_error_handler(gone, self._show_gone)
        for refused in refusals:
            bp.register_error_handler(refused, self._show_refusal)
        bp.register_error_handler(StorageError, self._show_unkept)

    def read(self) -> None:
        """Read the form of every POST to a case, after its token was checked.

        Raises:
            RefusedFormError: the form, a file of it or its token cannot be taken.
        """
        if request.method != "POST":
            return
        form = self._form
        try:
            g.form = read_form(takes_files=form.takes_files)
        except BadTokenError:
            raise RefusedFormError(((form.place, STALE_TOKEN),), 400) from None
        except BodyTooLargeError:
            raise RefusedFormError(((form.place, TOO_LARGE),), 413) from None
        except MalformedBodyError:
            raise RefusedFormError(((form.place, UNREADABLE),), 400) from None
        refused = files_not_kept()
        if refused:
            is_ours = any(upload.outcome is UploadOutcome.FAILED for upload in refused)
            raise RefusedFormError((("attachments", FILES_REFUSED),), 503 if is_ours else 413)
        if any(len(g.form.getlist(name)) > 1 for name in form.said):
            raise RefusedFormError(((form.place, REPEATED),))

    def tag(self, ref: str, *digests: bytes) -> bytes | None:
        """Return what storage remembers of this form, so that a second click adds nothing."""
        form = self._form
        lists = (word for name in form.lists for word in (name, *sorted(g.form.getlist(name))))
        words = (ref, request.endpoint or "", *(g.form.get(name, "") for name in form.said), *lists)
        return form_tag(g.form, words, *digests)

    def done(self, ref: str) -> ResponseReturnValue:
        """Lead on from a form that was taken."""
        return redirect(self._form.after.format(ref=ref), 303)

    def proposed(self, ref: str) -> ResponseReturnValue:
        """Lead on from a form whose deed waits for a second person."""
        return redirect(f"/cases/{ref}?done=proposed#proposals", 303)

    @property
    def _form(self) -> CaseForm:
        return self._forms[request.endpoint or ""]

    def _show_refused(self, error: RefusedFormError) -> Response:
        return self._again(error.faults, error.status)

    def _show_refusal(self, error: Exception) -> Response:
        found = self._refusals[type(error)]
        fault = found[str(vars(error)["why"])] if isinstance(found, Mapping) else found
        return self._again((fault,), 422)

    def _show_changed(self, _: Exception) -> ResponseReturnValue:
        """Show the case as it is now: somebody changed it meanwhile, or this was a second click."""
        return self._after_second_click() or self._again((), 409)

    def _show_gone(self, error: Exception) -> ResponseReturnValue:
        """Say no more than that there is nothing, unless the first click passed the case on."""
        return self._after_second_click() or error_answer(error, PAGES[type(error)])

    def _show_unkept(self, error: StorageError) -> Response:
        """Show the case again, if it can be read: nothing was kept, or it is not known."""
        if request.method != "POST" or g.get("signed_in") is None:
            return error_answer(error, _page_of(error))
        words = STORE_LOST if isinstance(error, UncertainStoreError) else STORE_AWAY
        return self._again(((self._form.place, words),), 503)

    def _after_second_click(self) -> ResponseReturnValue | None:
        # Whoever has no business with such forms at all was refused before this one was read.
        if request.method != "POST" or "form" not in g:
            return None
        ref = _ref()
        return self.done(ref) if was_added(the_office().database, self.tag(ref)) else None

    def _again(self, faults: Faults, status: int) -> Response:
        files = tuple(upload_request().uploads)
        refused = Refused(self._form.name, typed_again(), faults, files, status, not faults)
        try:
            return self._page(_ref(), refused)
        except (CaseNotFoundError, NotPermittedError, OpenError, StorageError) as error:
            return error_answer(error, _page_of(error))
        except DisposedCaseError as error:
            return disposed_answer(error)


def _ref() -> str:
    return str((request.view_args or {})["ref"])


def _page_of(error: Exception) -> ErrorPage:
    return next(PAGES[kind] for kind in type(error).__mro__ if kind in PAGES)
