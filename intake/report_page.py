"""The report page in all its states: fresh, refused with every word and file kept, previewed."""

from dataclasses import replace
from http import HTTPStatus

from flask import Response, make_response, render_template, request
from werkzeug.datastructures import MultiDict

from cases.destinations import Destination
from cases.errors import (
    AlreadyFiledError,
    DifferentReportError,
    StoreUnavailableError,
    UncertainStoreError,
)
from cases.once import Once, was_filed
from intake.door import Door, language, once_secret, start_another_form
from intake.form_secrets import write_kept, written
from intake.forms import ORDINARY, OTHER_CHARS, STATEMENT_CHARS, UNSURE, kinds_of, shown_again
from intake.receipt_page import next_steps
from intake.received import UnreadableFormError
from intake.report_form import (
    ReportForm,
    fresh_form,
    with_files_kept,
    with_files_remembered,
)
from intake.words import Fault, Refusal, loss_faults, refusal_of
from web.compression import PageOfPieces
from web.errors import RETRY_SECONDS
from web.languages import LANGUAGE_ARGUMENT, LANGUAGES
from web.limits import TooManyRequestsError


def fresh_page(bound: Door) -> Response:
    """Return an empty form of the kind that the address asks for."""
    kind = request.args.get("kind", "")
    words = MultiDict({"kind": kind if kind in kinds_of(bound.office.todays_pack) else ORDINARY})
    form = fresh_form(words)
    # A visitor who filed already would write a second report only to learn that this form is used.
    is_used = is_away = False
    try:
        is_used = bool(request.cookies) and was_filed(bound.office, form.once)
    except StoreUnavailableError:
        is_away = True
    if is_used or is_away or not _is_linked_address(bound):
        return _answer(bound, form, HTTPStatus.OK, is_used=is_used, is_away=is_away)
    return _empty_page(bound, form)


def _is_linked_address(bound: Door) -> bool:
    """Return whether the address is one of the few that our own pages link to."""
    known = {"kind": kinds_of(bound.office.todays_pack), LANGUAGE_ARGUMENT: LANGUAGES.keys()}
    return all(value in known.get(key, ()) for key, value in request.args.items(multi=True))


def _empty_page(bound: Door, form: ReportForm) -> Response:
    """Return the page that every new visitor is shown, with this visitor's secrets in it."""
    key = (language(), bound.office.clock.today(), tuple(request.args.items(multi=True)))
    secrets = {"draft": written(form.draft.secret), "once": written(form.once.secret)}
    page = bound.empty_forms.pieces(key, secrets, lambda marks: _page(bound, form, (), **marks))
    return PageOfPieces(page)


def refused_page(bound: Door, form: ReportForm, error: Exception) -> Response:
    """Return the form again with what is wrong first, and every word and file still there."""
    if isinstance(error, UncertainStoreError):
        form = with_files_remembered(bound, form)
    elif not isinstance(error, UnreadableFormError) or form.uploads or form.kept:
        form = with_files_kept(bound, form)
    refusal = refusal_of(error)
    offers_another = isinstance(error, (DifferentReportError, AlreadyFiledError))
    page = _answer(bound, form, refusal.status, refusal=refusal, offers_another=offers_another)
    if isinstance(error, TooManyRequestsError):
        page.headers["Retry-After"] = str(error.retry_after)
    elif refusal.status == HTTPStatus.SERVICE_UNAVAILABLE:
        page.headers["Retry-After"] = str(RETRY_SECONDS)
    return page


def preview_page(bound: Door, form: ReportForm, destination: Destination) -> Response:
    """Return the form again with who would receive it, and nothing sent."""
    kept = with_files_kept(bound, form)
    return _answer(bound, kept, HTTPStatus.OK, steps=next_steps(bound, destination))


def another_page(bound: Door, form: ReportForm) -> Response:
    """Return the form again as a new one: its words can be sent as another report."""
    start_another_form()
    kept = with_files_kept(bound, replace(form, once=Once(once_secret())))
    return _answer(bound, kept, HTTPStatus.OK, is_another=True)


def _answer(
    bound: Door,
    form: ReportForm,
    status: HTTPStatus,
    refusal: Refusal | None = None,
    **context: object,
) -> Response:
    faults = ((*refusal.faults,) if refusal else ()) + loss_faults(form.lost)
    return make_response(_page(bound, form, faults, **context), status)


def _page(
    bound: Door, form: ReportForm, /, faults: tuple[Fault, ...] = (), **context: object
) -> str:
    return render_template(
        "intake/report.html",
        form=shown_again(form.words),
        kept=form.kept,
        kept_list=write_kept(form.draft, form.kept),
        faults=faults,
        fault_of=dict(reversed(faults)),
        kind=_kind_row(bound, form.words.get("kind", "")),
        pack=bound.office.todays_pack,
        today=bound.office.clock.today(),
        limits=bound.settings,
        statement_chars=STATEMENT_CHARS,
        other_chars=OTHER_CHARS,
        unsure=UNSURE,
        **{
            "draft": written(form.draft.secret),
            "once": written(form.once.secret),
            "steps": None,
            "offers_another": False,
            "is_another": False,
            "is_used": False,
            "is_away": False,
            **context,
        },
    )


def _kind_row(bound: Door, code: str) -> object:
    kinds = {kind.code: kind for kind in bound.office.todays_pack.quick_kinds}
    return kinds.get(code) or kinds.get(ORDINARY)
