"""Filing a report: route, seal with public keys only, store everything in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy.exc import IntegrityError

from cases.destinations import Destination, find_told_destination
from cases.draft_files import consume_draft
from cases.errors import AlreadyFiledError, StoreUnavailableError, UncertainStoreError
from cases.happenings import leave_events
from cases.names import RECEIPT_HOLDER
from cases.new_cases import NewCase, SealedCase, rows_of, seal_case
from cases.office import Office
from cases.once import Once, once_row, receipt_of_filed
from cases.records import OnceRecord
from cases.reports import Report
from cases.staff import Holder
from cases.uploads import SealedUpload
from cases.wall import NewRows, add_case
from crypto.receipts import Receipt


@dataclass(frozen=True, repr=False)
class Filing:
    """One form on its way: the words, its sealed files, its secrets' public traces."""

    report: Report
    uploads: tuple[SealedUpload, ...]
    once: Once
    draft_tag: bytes | None = None
    # Which of the uploads come from the draft, and must still be there when they are filed.
    draft_keys: frozenset[str] = frozenset()
    # What stands sealed beside the report: how the office heard of it, where it did.
    more: Mapping[str, object] = field(default_factory=dict)
    # What happened with it that clocks know of; at the public door nothing does.
    events: tuple[str, ...] = ()

    @property
    def file_names(self) -> tuple[str, ...]:
        """Return what the files are called, as the reporter's own device called them."""
        return tuple(upload.file_name for upload in self.uploads)


@dataclass(frozen=True, repr=False)
class Filed:
    """What the reporter is shown, once. Nothing more is read for it: the store may fail by then."""

    receipt: Receipt
    destination: Destination
    # The same form was filed before: this is its receipt, and no other case.
    is_again: bool = False

    @property
    def receiver(self) -> str:
        """Return the unit that received the report."""
        return self.destination.routing.receiver


def file_report(office: Office, filing: Filing) -> Filed:
    """File a report and return its receipt; the same form sent again gets the same receipt.

    Raises:
        DifferentReportError: this form was filed with other words; these were not sent.
        AlreadyFiledError: this form was filed and its receipt is no longer shown.
        NoRouteError: the report bars everybody who could receive it.
        DraftGoneError: files of the form expired meanwhile; nothing was filed.
        StoreUnavailableError: nothing was kept.
        UncertainStoreError: it may have been filed; the same form again finds out.
    """
    digest = filing.once.digest(filing.report, filing.uploads)
    destination = find_told_destination(office, filing.report, filing.file_names)
    case, new_receipt = _seal(office, filing, destination)
    try:
        _store(office, filing, digest, case, new_receipt)
    except IntegrityError:
        # The same form was filed before, perhaps a moment ago: this one shows its receipt.
        receipt = _receipt_before(office, filing.once, digest)
        if receipt is None:
            raise AlreadyFiledError from None
        return Filed(receipt, destination, is_again=True)
    except UncertainStoreError:
        receipt = _receipt_after_all(office, filing.once, digest)
        if receipt is None:
            raise
        return Filed(receipt, destination)
    return Filed(new_receipt, destination)


def _receipt_before(office: Office, once: Once, digest: bytes) -> Receipt | None:
    with office.database.reading() as session:
        return receipt_of_filed(session, once, digest, office.clock.now())


def _receipt_after_all(office: Office, once: Once, digest: bytes) -> Receipt | None:
    # While the database is still away, the first refusal says more than a second one.
    try:
        return _receipt_before(office, once, digest)
    except StoreUnavailableError:
        return None


def _seal(office: Office, filing: Filing, destination: Destination) -> tuple[SealedCase, Receipt]:
    receipt = Receipt.generate()
    finder = Holder(RECEIPT_HOLDER, 1, (receipt.identity().recipient,))
    new = NewCase(
        filing.report,
        filing.uploads,
        office.clock.today(),
        more=filing.more,
        events=filing.events,
    )
    return seal_case(office, new, destination, finder), receipt


def _store(
    office: Office, filing: Filing, digest: bytes, case: SealedCase, receipt: Receipt
) -> None:
    tags = [filing.once.tag, receipt.lookup_tag()]
    if filing.draft_tag is not None:
        tags.append(filing.draft_tag)
    once = once_row(filing.once, digest, receipt, office.clock.now())
    rows: NewRows = {OnceRecord: [once], **rows_of(case, receipt.lookup_tag())}
    with office.database.writing() as session:
        add_case(session, rows, *tags)
        leave_events(session, case.ref, filing.events, case.day)
        if filing.draft_tag is not None:
            consume_draft(session, filing.draft_tag, filing.draft_keys)
