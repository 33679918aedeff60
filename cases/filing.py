"""Filing a report: route, seal with public keys only, store everything in one transaction."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy.exc import IntegrityError

from cases.compartments import (
    Entry,
    NewCompartment,
    SealedEntry,
    attachment_rows,
    entry_row,
    seal_entry,
    seal_rows,
)
from cases.draft_files import consume_draft
from cases.errors import AlreadyFiledError, StoreUnavailableError, UncertainStoreError
from cases.listings import listing_row
from cases.names import RECEIPT_HOLDER, REPORTER, CompartmentKind, EntryKind, new_ref
from cases.office import Office
from cases.once import Once, once_row, receipt_of_filed
from cases.records import (
    AttachmentRecord,
    CaseRecord,
    CompartmentRecord,
    EntryRecord,
    ListingRecord,
    OnceRecord,
    ReceiptRecord,
    SealRecord,
)
from cases.reports import Report
from cases.staff import Holder, Staff, find_named, heads_of, load_staff, members_of
from cases.uploads import SealedUpload
from cases.wall import NewRows, add_case
from crypto.receipts import Receipt
from policy.deadlines import escalation_day, next_due_day
from policy.routing import Naming, Routing, route
from policy.states import CaseState

# Anonymous information (Luật Tố cáo Điều 25.2) is what everything is until triage says more.
FIRST_TRACK = "B"


@dataclass(frozen=True, repr=False)
class Filing:
    """One form on its way: the words, its sealed files, its secrets' public traces."""

    report: Report
    uploads: tuple[SealedUpload, ...]
    once: Once
    draft_tag: bytes | None = None
    # Which of the uploads come from the draft, and must still be there when they are filed.
    draft_keys: frozenset[str] = frozenset()

    @property
    def file_names(self) -> tuple[str, ...]:
        """Return what the files are called, as the reporter's own device called them."""
        return tuple(upload.file_name for upload in self.uploads)


@dataclass(frozen=True)
class Destination:
    """Who will receive a report, who may take it over, and which reviewers are kept out."""

    naming: Naming
    routing: Routing
    staff: Staff
    kept_out: frozenset[str]


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


def find_destination(office: Office, report: Report, file_names: Iterable[str] = ()) -> Destination:
    """Return where the report would go now, and why, before anybody reads it.

    People may be named in the names of its files as well as in its words.
    """
    with office.database.reading() as session:
        named = find_named(session, (*report.texts(), *file_names))
        heads = report.accused_head | named.heads
        kept_out = (
            named.reviewers
            | heads_of(session, heads)
            | members_of(session, report.accused | report.not_to)
        )
        staff = load_staff(session)
    naming = Naming(
        accused=report.accused,
        accused_head=report.accused_head,
        not_to=report.not_to,
        bypass=report.bypass,
        roster_heads=named.heads,
        field=report.field or None,
    )
    staffed = staff.staffed(kept_out)
    routing = route(naming, office.pack, office.clock.today(), staffed=staffed)
    return Destination(naming, routing, staff, kept_out)


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
    destination = find_destination(office, filing.report, filing.file_names)
    case = _seal_case(office, filing, destination)
    try:
        _store(office, filing, digest, case)
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
    return Filed(case.receipt, destination)


def _receipt_before(office: Office, once: Once, digest: bytes) -> Receipt | None:
    with office.database.reading() as session:
        return receipt_of_filed(session, once, digest, office.clock.now())


def _receipt_after_all(office: Office, once: Once, digest: bytes) -> Receipt | None:
    # While the database is still away, the first refusal says more than a second one.
    try:
        return _receipt_before(office, once, digest)
    except StoreUnavailableError:
        return None


@dataclass(frozen=True, repr=False)
class SealedCase:
    """Everything of a new case that will be stored, sealed, and its receipt."""

    record: dict[str, object]
    listings: list[dict[str, object]]
    compartments: tuple[NewCompartment, ...]
    seals: list[dict[str, object]]
    entry: SealedEntry
    receipt: Receipt
    finder: Holder
    day: date


def _seal_case(office: Office, filing: Filing, destination: Destination) -> SealedCase:
    day, ref, receipt = office.clock.today(), new_ref(), Receipt.generate()
    report = NewCompartment(ref, CompartmentKind.REPORT, 1)
    thread = NewCompartment(ref, CompartmentKind.THREAD, 1)
    receivers, superiors = _holders(destination)
    escalates_on = escalation_day(office.pack, day, office.calendar) if superiors else None
    holders = {holder.name: holder for holder in (*superiors, *receivers)}
    finder = Holder(RECEIPT_HOLDER, 1, (receipt.identity().recipient,))
    entry = Entry(
        EntryKind.REPORT, REPORTER, _manifest(filing, destination, finder), filing.uploads
    )
    record = _record(office, filing.report, destination.routing, ref, day)
    if superiors:
        record |= {"escalates_to": destination.routing.escalates_to, "escalates_on": escalates_on}
    return SealedCase(
        record=record,
        listings=[
            *(listing_row(record, holder.name, escalates_on) for holder in superiors),
            *(listing_row(record, holder.name, day) for holder in receivers),
        ],
        compartments=(report, thread),
        seals=[
            *seal_rows(report.id, report.identity, holders.values()),
            *seal_rows(thread.id, thread.identity, (*holders.values(), finder)),
        ],
        entry=seal_entry(entry, ref, report.id, report.identity.recipient),
        receipt=receipt,
        finder=finder,
        day=day,
    )


def _holders(destination: Destination) -> tuple[tuple[Holder, ...], tuple[Holder, ...]]:
    routing, staff, kept_out = destination.routing, destination.staff, destination.kept_out
    superior = routing.escalates_to
    return (
        staff.holders(routing.receiver, kept_out),
        staff.holders(superior, kept_out) if superior else (),
    )


def _record(
    office: Office, report: Report, routing: Routing, ref: str, day: date
) -> dict[str, object]:
    state = CaseState.RECEIVED
    return {
        "ref": ref,
        "received_on": day,
        "unit": routing.receiver,
        "state": state,
        "track": FIRST_TRACK,
        "field": report.field or None,
        "urgent": report.urgent,
        "due_on": next_due_day(office.pack, FIRST_TRACK, state, day, office.calendar),
        "version": 1,
    }


def _manifest(filing: Filing, destination: Destination, finder: Holder) -> dict[str, object]:
    routing = destination.routing
    return {
        "report": filing.report.as_json(),
        "receiver": routing.receiver,
        "escalates_to": routing.escalates_to,
        "reasons": [[reason.text_vi, reason.text_en, reason.basis] for reason in routing.reasons],
        "roster_heads": sorted(destination.naming.roster_heads),
        "kept_out": sorted(destination.kept_out),
        # By this a later reader knows whether the stored recipient is still the reporter's own.
        "receipt": hashlib.sha256(finder.recipients[0].raw).hexdigest(),
    }


def _store(office: Office, filing: Filing, digest: bytes, case: SealedCase) -> None:
    tags = [filing.once.tag, case.receipt.lookup_tag()]
    if filing.draft_tag is not None:
        tags.append(filing.draft_tag)
    once = once_row(filing.once, digest, case.receipt, office.clock.now())
    rows: NewRows = {OnceRecord: [once], **_rows_of(case)}
    with office.database.writing() as session:
        add_case(session, rows, *tags)
        if filing.draft_tag is not None:
            consume_draft(session, filing.draft_tag, filing.draft_keys)


def _rows_of(case: SealedCase) -> NewRows:
    ref = str(case.record["ref"])
    entry = {**entry_row(ref, case.entry, case.day), "position": 1}
    receipt = {
        "lookup_tag": case.receipt.lookup_tag(),
        "case_ref": ref,
        "recipient": case.finder.recipients[0].raw,
    }
    return {
        CaseRecord: [case.record],
        ReceiptRecord: [receipt],
        CompartmentRecord: [each.row for each in case.compartments],
        SealRecord: case.seals,
        ListingRecord: list({row["holder"]: row for row in case.listings}.values()),
        EntryRecord: [entry],
        AttachmentRecord: attachment_rows(entry, case.entry),
    }
