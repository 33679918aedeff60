"""The case file: everything of a case that a signed-in reviewer's keys open."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.access import (
    find_listed,
    has_right,
    lock_for,
    may_read,
    open_compartments,
    open_own_compartments,
    refuse_kept_out,
)
from cases.clocks import clocks_of
from cases.errors import StoreUnavailableError
from cases.escalation import stay_where_opened
from cases.figures import Figures, figures_of
from cases.handlers import Handler, handler_of
from cases.history import (
    StandingLink,
    Step,
    add_step,
    kept_out_by,
    links_standing,
    named_by_readers,
)
from cases.names import DUPLICATE, LINK_STEPS, PROTECTION_PREFIX, EntryKind
from cases.numbering import serial_of
from cases.office import Office
from cases.opened import Download, OpenedCompartment, OpenedEntry, texts_of
from cases.reading import mark_seen, open_attachment, open_entries
from cases.records import ListingRecord
from cases.reports import Exclusions, Report, report_from_json
from cases.retention import Keeping, keeping_of
from cases.reviewers import SignedIn
from cases.standing import Standing, standing_columns
from crypto.errors import OpenError, OpenFailure
from policy.clock import Clocks
from policy.deadlines import Course
from policy.naming import Naming
from policy.rights import OF_A_CASE, Action, action_of
from policy.states import CaseStep, steps_from


@dataclass(frozen=True, repr=False, kw_only=True)
class CaseFile(Standing):
    """Everything of a case that this reviewer's keys open, in memory only."""

    ref: str
    version: int
    serial: str
    field: str | None
    urgent: bool
    entries: tuple[OpenedEntry, ...]
    compartments: dict[str, OpenedCompartment]
    holders: tuple[str, ...]
    is_responsible: bool
    # What the reviewer may do with it, whatever its state and track allow.
    rights: frozenset[Action]
    clocks: Clocks
    figures: Figures | None
    handler: Handler | None
    keeping: Keeping

    @property
    def has_receipt(self) -> bool:
        """Return whether somebody can follow the case with a receipt of its own."""
        return "receipt" in self.filed.values

    @property
    def counts_as_matter(self) -> bool:
        """Return whether the case is a matter of its own, as far as its reader may know."""
        return self.is_matter or not any(DUPLICATE in link.kinds for link in self.older_links)

    @property
    def older_links(self) -> tuple[StandingLink, ...]:
        """Return the older cases that this one was linked to, and that its reader may know."""
        return tuple(link for link in links_standing(self.entries) if link.is_older)

    @property
    def course(self) -> Course:
        """Return on which tracks the case goes, and since when it is there."""
        return Course(frozenset({self.track, *self.side_tracks}), self.received_on)

    @property
    def filed(self) -> OpenedEntry:
        """Return the entry of the report itself."""
        return next(entry for entry in self.entries if entry.kind is EntryKind.REPORT)

    @property
    def is_redacted(self) -> bool:
        """Return whether this reviewer reads a copy with passages hidden, not the report itself."""
        return self.filed.is_redacted

    @property
    def report(self) -> Report:
        """Return the report as it was typed.

        Raises:
            OpenError: the sealed values are not those of a report.
        """
        values = self.filed.values["report"]
        if not isinstance(values, dict):
            raise OpenError(OpenFailure.PAYLOAD)
        return report_from_json(values)

    @property
    def exclusions(self) -> Exclusions:
        """Return who must not receive the case, whoever it is referred to."""
        report, values = self.report, self.filed.values
        staff, heads = named_by_readers(self.entries)
        naming = Naming(
            accused=report.accused | staff,
            accused_head=report.accused_head | heads,
            not_to=report.not_to,
            bypass=report.bypass,
            roster_heads=frozenset(texts_of(values["roster_heads"])),
            field=report.field or None,
        )
        return Exclusions(naming, kept_out_by(self.entries))

    @property
    def went_up(self) -> bool:
        """Return whether the case left for the unit above: it stays where nobody there may have it.

        The reporter is told the same of both (docs/adr/0013-names-in-a-report.md).
        """
        ways = [
            entry.text("from") != entry.text("to")
            for entry in self.entries
            if entry.kind is EntryKind.EVENT and entry.text("event") == "escalated"
        ]
        return self.escalated_on is not None and ways[-1:] == [True]

    @property
    def steps(self) -> tuple[CaseStep, ...]:
        """Return the steps that this reviewer may take now."""
        return tuple(step for step in steps_from(self.state) if action_of(step) in self.rights)


def open_case(office: Office, signed_in: SignedIn, ref: str, *, is_own: bool = False) -> CaseFile:
    """Return the case, and take note of its first opening by the responsible unit.

    ``is_own``: as who was given nothing on request reads it, to be passed on.

    Raises:
        CaseNotFoundError: it is in none of the reviewer's lists.
        OpenError: something of it was altered.
    """
    with office.database.reading() as session:
        case_file = read_case(office, session, signed_in, ref, is_own=is_own)
    if case_file.opened_on is None and case_file.is_responsible:
        # Where it cannot be kept that it was opened, it is opened all the same, and again later.
        with suppress(StoreUnavailableError):
            _take_note_of_opening(office, signed_in, ref)
        with office.database.reading() as session:
            case_file = read_case(office, session, signed_in, ref, is_own=is_own)
    return case_file


def read_case(
    office: Office, session: Session, signed_in: SignedIn, ref: str, *, is_own: bool = False
) -> CaseFile:
    """Return the case as it stands, and take note of nothing.

    Raises:
        CaseNotFoundError: it is in none of the reviewer's lists.
        OpenError: something of it was altered.
    """
    today = office.clock.today()
    case = find_listed(session, signed_in, ref, today)
    opening = open_own_compartments if is_own else open_compartments
    compartments = opening(session, signed_in, ref)
    texts = _open_entries(session, signed_in, ref, compartments)
    entries = _without_hidden_links(session, signed_in, texts, today)
    return CaseFile(
        **standing_columns(case),
        ref=case.ref,
        version=case.version,
        serial=serial_of(session, case),
        field=case.field,
        urgent=case.urgent,
        entries=mark_seen(session, entries),
        compartments=compartments,
        holders=_listed_holders(session, ref, today),
        is_responsible=case.unit in signed_in.units,
        rights=frozenset(each for each in OF_A_CASE if has_right(signed_in, each, case)),
        clocks=clocks_of(session, office.law, case),
        figures=figures_of(session, ref),
        handler=handler_of(session, case, ref),
        keeping=keeping_of(session, office, case),
    )


def _open_entries(
    session: Session,
    signed_in: SignedIn,
    ref: str,
    compartments: Mapping[str, OpenedCompartment],
) -> tuple[OpenedEntry, ...]:
    """Return the texts of a case to a reviewer whom its report does not keep out.

    Raises:
        CaseNotFoundError: it keeps them out. They came to the unit after it was filed, and the
            unit's keys open it.
    """
    entries = open_entries(session, ref, compartments)
    refuse_kept_out(signed_in, entries)
    return entries


def _without_hidden_links(
    session: Session, signed_in: SignedIn, entries: tuple[OpenedEntry, ...], today: date
) -> tuple[OpenedEntry, ...]:
    """Return the texts without those that name a case which this reviewer may not know of.

    Who came to the case later, by referral or as a member, may not read the other one.
    """
    others = {entry.text("other") for entry in entries if entry.text("step") in LINK_STEPS}
    hidden = {ref for ref in others if not may_read(session, signed_in, ref, today)}
    return tuple(
        entry
        for entry in entries
        if entry.text("step") not in LINK_STEPS or entry.text("other") not in hidden
    )


def _listed_holders(session: Session, ref: str, today: date) -> tuple[str, ...]:
    rows = session.scalars(
        select(ListingRecord.holder)
        .where(ListingRecord.case_ref == ref, ListingRecord.listed_from <= today)
        .where(ListingRecord.holder.not_like(f"{PROTECTION_PREFIX}%"))
        .order_by(ListingRecord.holder)
    )
    return tuple(rows)


def _take_note_of_opening(office: Office, signed_in: SignedIn, ref: str) -> None:
    today = office.clock.today()
    with office.database.writing() as session:
        case = lock_for(session, signed_in, ref, today, Action.READ)
        if case.opened_on is not None:
            return
        stay_where_opened(session, case, today)
        add_step(session, signed_in, case, Step({"step": "open"}), today)


def open_case_file(office: Office, signed_in: SignedIn, ref: str, object_key: str) -> Download:
    """Return an attachment of a case.

    Raises:
        CaseNotFoundError: the case or the file is none of this reviewer's business.
    """
    with office.database.reading() as session:
        find_listed(session, signed_in, ref, office.clock.today())
        compartments = open_compartments(session, signed_in, ref)
        entries = _open_entries(session, signed_in, ref, compartments)
        return open_attachment(session, office.vault, entries, compartments, object_key)
