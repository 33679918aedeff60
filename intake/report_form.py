"""One report form on its way: its words, its secrets, and the files it has with it."""

from contextlib import suppress
from dataclasses import dataclass, replace
from http import HTTPStatus

from cases.drafts import Draft, drop_files, keep_files, open_files, renew_draft
from cases.errors import DraftQuotaError, StoreUnavailableError
from cases.once import Once
from cases.uploads import SealedUpload
from crypto.errors import OpenError
from intake.door import Door, once_secret
from intake.form_secrets import KeptFile, kept_file, new_draft, read_kept, read_secret
from intake.received import FormWords, LossRule, LostFile, Received


class FilesNotKeptError(Exception):
    """Some files are not with their form, so it was not sent; the reporter can attach others."""

    def __init__(self, lost: tuple[LostFile, ...]) -> None:
        super().__init__("files not kept")
        self.lost = lost

    @property
    def status(self) -> HTTPStatus:
        """Return 503 where our store failed, 413 where a limit was passed, else 409."""
        rules = {file.rule for file in self.lost}
        if rules & {LossRule.FAILED, LossRule.NO_ROOM}:
            return HTTPStatus.SERVICE_UNAVAILABLE
        limits = {LossRule.TOO_LARGE, LossRule.OVER_TOTAL, LossRule.TOO_MANY}
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE if rules & limits else HTTPStatus.CONFLICT


@dataclass(frozen=True, repr=False)
class ReportForm:
    """A form that was sent: ``kept`` came with it before, ``uploads`` came with it now."""

    words: FormWords
    draft: Draft
    once: Once
    kept: tuple[KeptFile, ...] = ()
    dropped: tuple[KeptFile, ...] = ()
    uploads: tuple[SealedUpload, ...] = ()
    lost: tuple[LostFile, ...] = ()

    @property
    def files(self) -> tuple[KeptFile, ...]:
        """Return every file that is with the form, in order."""
        return (*self.kept, *(kept_file(upload) for upload in self.uploads))

    @property
    def file_names(self) -> tuple[str, ...]:
        """Return what those files are called."""
        return tuple(file.file_name for file in self.files)


def fresh_form(words: FormWords, lost: tuple[LostFile, ...] = ()) -> ReportForm:
    """Return a form with a draft of its own and the visit's one-time secret."""
    return ReportForm(words, new_draft(), Once(once_secret()), lost=lost)


def renew_kept(bound: Door, words: FormWords) -> None:
    """Keep the files of a form whose next ones are coming; one that shows none has no draft."""
    secret = read_secret(words.get("draft", ""))
    if secret is not None and words.get("kept"):
        renew_draft(bound.office, Draft(secret))


def sent_form(bound: Door, received: Received) -> ReportForm:
    """Return the form that was sent.

    Words that came with a refused token may be anybody's, and so may secrets: such a form gets
    fresh ones, and the files behind them must be chosen again.
    """
    words = received.words
    draft = Draft(read_secret(words.get("draft", "")) or new_draft().secret)
    remembered = read_kept(draft, words.get("kept", ""))
    if not received.is_ours:
        left = tuple(LostFile(file.file_name, LossRule.NOT_RECEIVED) for file in remembered)
        return fresh_form(words, (*left, *received.lost))
    chosen = frozenset(words.getlist("drop"))
    kept = tuple(file for place, file in enumerate(remembered) if str(place) not in chosen)
    form = ReportForm(
        words,
        draft,
        Once(read_secret(words.get("once", "")) or once_secret()),
        kept,
        tuple(file for file in remembered if file not in kept),
    )
    return _with_uploads(bound, form, received)


def _with_uploads(bound: Door, form: ReportForm, received: Received) -> ReportForm:
    """Return the form with what it uploaded now, as far as all its files stay within the limits."""
    settings = bound.settings
    there = {(file.file_name, file.sha256) for file in form.kept}
    total = sum(file.length for file in form.kept)
    uploads: list[SealedUpload] = []
    lost = list(received.lost)
    for upload in received.uploads:
        if (upload.file_name, upload.sha256.hex()) in there:
            # The same form again, by reload or Back: its files are with it already.
            discard(bound, (upload,))
        elif len(form.kept) + len(uploads) >= settings.max_files:
            lost.append(_refused(bound, upload, LossRule.TOO_MANY))
        elif total + upload.length > settings.max_report_bytes:
            lost.append(_refused(bound, upload, LossRule.OVER_TOTAL))
        else:
            uploads.append(upload)
            total += upload.length
    return replace(form, uploads=tuple(uploads), lost=tuple(lost))


def _refused(bound: Door, upload: SealedUpload, rule: LossRule) -> LostFile:
    discard(bound, (upload,))
    return LostFile(upload.file_name, rule)


def with_files_remembered(bound: Door, form: ReportForm) -> ReportForm:
    """Return a form that may have been filed: its files stay with it, and none is destroyed.

    Sent again, it is recognised by them where it was filed; else it names those that are gone.
    """
    with suppress(StoreUnavailableError, DraftQuotaError):
        keep_files(bound.office, form.draft, form.uploads, bound.settings.draft_quota_bytes)
    return replace(form, kept=form.files, dropped=(), uploads=())


def with_files_kept(bound: Door, form: ReportForm) -> ReportForm:
    """Return the form as it can be shown again: its files in its draft for another hour."""
    try:
        in_draft = _settle_draft(bound, form)
        keep_files(bound.office, form.draft, form.uploads, bound.settings.draft_quota_bytes)
    except DraftQuotaError:
        return _without_uploads(bound, form, LossRule.NO_ROOM)
    except (StoreUnavailableError, OpenError):
        return _without_uploads(bound, form, LossRule.FAILED)
    kept = tuple(file for file in form.kept if file.object_key in in_draft)
    gone = tuple(LostFile(f.file_name, LossRule.GONE) for f in form.kept if f not in kept)
    shown = (*kept, *(kept_file(upload) for upload in form.uploads))
    lost = tuple(dict.fromkeys((*form.lost, *gone)))
    return replace(form, kept=shown, dropped=(), uploads=(), lost=lost)


def _settle_draft(bound: Door, form: ReportForm) -> frozenset[str]:
    """Drop what the reporter took out and return what the draft still has."""
    there = frozenset(file.object_key for file in open_files(bound.office, form.draft))
    # Only what is the draft's own: the form's list comes from the browser.
    leaving = there & {file.object_key for file in form.dropped}
    if leaving:
        drop_files(bound.office, form.draft, leaving)
    return there - leaving


def _without_uploads(bound: Door, form: ReportForm, rule: LossRule) -> ReportForm:
    discard(bound, form.uploads)
    lost = tuple(LostFile(upload.file_name, rule) for upload in form.uploads)
    return replace(form, dropped=(), uploads=(), lost=(*form.lost, *lost))


def discard(bound: Door, uploads: tuple[SealedUpload, ...]) -> None:
    """Leave nothing of uploads that nobody needs; what cannot go now is an orphan, swept daily."""
    for upload in uploads:
        try:
            bound.office.vault.delete(upload.object_key)
        except StoreUnavailableError:
            return
