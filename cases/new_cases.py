"""A new case, sealed: with public keys only, as a report comes in or as the office makes one."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from cases.clocks import due_columns, written_tracks
from cases.compartments import (
    Entry,
    NewCompartment,
    SealedEntry,
    attachment_rows,
    entry_row,
    seal_entry,
    seal_rows,
)
from cases.destinations import Destination
from cases.listings import listing_row
from cases.names import REPORTER, CompartmentKind, EntryKind, new_ref
from cases.office import Office
from cases.records import (
    AttachmentRecord,
    CaseRecord,
    CompartmentRecord,
    EntryRecord,
    ListingRecord,
    ReceiptRecord,
    SealRecord,
)
from cases.reports import Report
from cases.staff import Holder
from cases.uploads import SealedUpload
from cases.wall import NewRows
from policy.deadlines import Course, escalation_day, happened
from policy.states import CaseState

# Anonymous information (Luật Tố cáo Điều 25.2) is what everything is until triage says more.
FIRST_TRACK = "B"


@dataclass(frozen=True, repr=False)
class NewCase:
    """What a case begins with. ``more`` stands sealed beside the report."""

    report: Report
    uploads: tuple[SealedUpload, ...]
    received_on: date
    author: str = REPORTER
    track: str = FIRST_TRACK
    side_tracks: frozenset[str] = frozenset()
    is_paper: bool = False
    more: Mapping[str, object] = field(default_factory=dict)
    form_tag: bytes | None = None
    # What happened with it on that day: it moves the clocks that the case begins with.
    events: tuple[str, ...] = ()


@dataclass(frozen=True, repr=False)
class SealedCase:
    """Everything of a new case that will be stored, sealed."""

    record: dict[str, object]
    listings: list[dict[str, object]]
    compartments: tuple[NewCompartment, ...]
    seals: list[dict[str, object]]
    entry: SealedEntry
    finder: Holder | None
    day: date

    @property
    def ref(self) -> str:
        """Return the reference of the case."""
        return str(self.record["ref"])


def seal_case(
    office: Office, new: NewCase, destination: Destination, finder: Holder | None = None
) -> SealedCase:
    """Return a case sealed to those who will hold it; ``finder`` is who holds its receipt."""
    today, ref = office.clock.today(), new_ref()
    report = NewCompartment(ref, CompartmentKind.REPORT, 1)
    thread = NewCompartment(ref, CompartmentKind.THREAD, 1)
    # Recovery alone holds a case that names everybody who could read it.
    receivers = destination.readers or destination.staff.recovery
    superiors = destination.superiors
    goes_up_to = destination.told_to_go_up_to if finder else destination.routing.escalates_to
    escalates_on = escalation_day(office.pack, today, office.calendar) if goes_up_to else None
    holders = {holder.name: holder for holder in (*superiors, *receivers)}
    finders = (finder,) if finder else ()
    values = _manifest(new, destination, finder)
    entry = Entry(EntryKind.REPORT, new.author, values, new.uploads, new.form_tag)
    record = _record(office, new, destination.routing.receiver, ref)
    if goes_up_to:
        record |= {"escalates_to": goes_up_to, "escalates_on": escalates_on}
    return SealedCase(
        record=record,
        listings=[
            *(listing_row(record, holder.name, escalates_on) for holder in superiors),
            *(listing_row(record, holder.name, today) for holder in receivers),
            *(listing_row(record, holder.name, today) for holder in destination.protectors),
        ],
        compartments=(report, thread),
        seals=[
            *seal_rows(report.id, report.identity, holders.values()),
            *seal_rows(thread.id, thread.identity, (*holders.values(), *finders)),
        ],
        entry=seal_entry(entry, ref, report.id, report.identity.recipient),
        finder=finder,
        day=today,
    )


def rows_of(case: SealedCase, lookup_tag: bytes | None = None) -> NewRows:
    """Return the rows of a case, in the order in which they are added.

    ``public_file`` (migration 0005) adds rows of these tables, and of no others.
    """
    entry = {**entry_row(case.ref, case.entry, case.day), "position": 1}
    receipts = []
    if case.finder is not None and lookup_tag is not None:
        recipient = case.finder.recipients[0].raw
        receipts = [{"lookup_tag": lookup_tag, "case_ref": case.ref, "recipient": recipient}]
    return {
        CaseRecord: [case.record],
        ReceiptRecord: receipts,
        CompartmentRecord: [each.row for each in case.compartments],
        SealRecord: case.seals,
        ListingRecord: list({row["holder"]: row for row in case.listings}.values()),
        EntryRecord: [entry],
        AttachmentRecord: attachment_rows(entry, case.entry),
    }


def _record(office: Office, new: NewCase, unit: str, ref: str) -> dict[str, object]:
    course = Course(new.side_tracks | {new.track}, new.received_on)
    clocks = office.begun(course)
    for event in new.events:
        clocks = happened(office.law, clocks, event, new.received_on, course)
    return {
        "ref": ref,
        "received_on": new.received_on,
        "unit": unit,
        "state": CaseState.RECEIVED,
        "track": new.track,
        "side_tracks": written_tracks(new.side_tracks),
        "field": new.report.field or None,
        "urgent": new.report.urgent,
        **due_columns(office.law, clocks),
        "is_paper": new.is_paper,
        "is_matter": True,
        "version": 1,
    }


def _manifest(new: NewCase, destination: Destination, finder: Holder | None) -> dict[str, object]:
    routing = destination.routing
    values: dict[str, object] = {
        **new.more,
        "report": new.report.as_json(),
        "receiver": routing.receiver,
        "escalates_to": routing.escalates_to,
        "reasons": [[reason.text_vi, reason.text_en, reason.basis] for reason in routing.reasons],
        "roster_heads": sorted(destination.naming.roster_heads),
        "kept_out": sorted(destination.kept_out),
    }
    if finder is not None:
        # By this a later reader knows whether the stored recipient is still the reporter's own.
        values["receipt"] = hashlib.sha256(finder.recipients[0].raw).hexdigest()
    return values
