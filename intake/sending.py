"""Sending a report form: once, whole, and with every file that the page showed."""

from collections.abc import Iterable

from cases.destinations import find_told_destination
from cases.drafts import open_files
from cases.errors import DraftGoneError
from cases.filing import Filed, Filing, file_report
from cases.once import RememberedFile, receipt_of_filed
from cases.reports import Report
from cases.uploads import SealedUpload
from intake.door import Door
from intake.form_secrets import KeptFile
from intake.forms import parse_report
from intake.received import LossRule, LostFile
from intake.report_form import FilesNotKeptError, ReportForm, discard
from web.limits import TooManyRequestsError, spend


def read_report(bound: Door, form: ReportForm) -> Report:
    """Return the report of a form whose files are all there.

    Raises:
        InvalidReportError: its words break a rule.
        FilesNotKeptError: files are missing; the reporter decides what to do without them.
    """
    report = parse_report(form.words, bound.office.todays_pack)
    if form.lost:
        raise FilesNotKeptError(form.lost)
    return report


def send(bound: Door, form: ReportForm, report: Report) -> Filed:
    """File the form's report, or return the receipt that the very same form got before.

    Raises:
        DifferentReportError, AlreadyFiledError, NoRouteError, StoreUnavailableError: as filing.
        TooManyRequestsError: the visitor sends too often.
        FilesNotKeptError: files that the form showed are kept no longer.
        OpenError: the draft's rows were altered.
    """
    try:
        filed = _file(bound, form, report)
    except (FilesNotKeptError, TooManyRequestsError):
        # The other click of a double click may have filed it a moment ago, and used its files up.
        before = _filed_before(bound, form, report)
        if before is None:
            raise
        filed = before
    if filed.is_again:
        discard(bound, form.uploads)
    return filed


def _file(bound: Door, form: ReportForm, report: Report) -> Filed:
    spend("report")
    kept = _draft_files(bound, form)
    files, keys = (*kept, *form.uploads), frozenset(file.object_key for file in kept)
    # A form that never showed a kept file has no draft behind it.
    draft_tag = form.draft.tag if form.kept or form.dropped else None
    try:
        return file_report(bound.office, Filing(report, files, form.once, draft_tag, keys))
    except DraftGoneError:
        raise _gone(form.kept) from None


def _filed_before(bound: Door, form: ReportForm, report: Report) -> Filed | None:
    # Filing used the draft up: the form's own list says which files it was filed with.
    office = bound.office
    digest = form.once.digest(report, (*map(_trace, form.kept), *form.uploads))
    with office.database.reading() as session:
        receipt = receipt_of_filed(session, form.once, digest, office.clock.now())
    if receipt is None:
        return None
    destination = find_told_destination(office, report, form.file_names)
    return Filed(receipt, destination, is_again=True)


def _trace(file: KeptFile) -> RememberedFile:
    return RememberedFile(file.file_name, bytes.fromhex(file.sha256))


def _draft_files(bound: Door, form: ReportForm) -> tuple[SealedUpload, ...]:
    if not form.kept:
        return ()
    there = {file.object_key: file for file in open_files(bound.office, form.draft)}
    gone = [file for file in form.kept if file.object_key not in there]
    if gone:
        raise _gone(gone)
    return tuple(there[file.object_key] for file in form.kept)


def _gone(files: Iterable[KeptFile]) -> FilesNotKeptError:
    return FilesNotKeptError(tuple(LostFile(each.file_name, LossRule.GONE) for each in files))
