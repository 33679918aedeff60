"""Disposal: what was sealed of a case that need not be kept any more is destroyed, by two people.

Every seal, compartment, entry and file header goes in the one transaction that the approval is, so
no crash leaves a case that is half readable. The payloads in the vault open with nothing from then
on; they are deleted afterwards, and what a crash leaves of them is an orphan like any other, which
the daily sweep takes. What is left in clear says unit, number, days and figures.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from cases.access import check_version, lock_for
from cases.case_file import CaseFile, read_case
from cases.courier_records import CourierEntryRecord
from cases.errors import DisposedCaseError
from cases.history import Change
from cases.listings import list_instead, relist
from cases.names import DUPLICATE, REPORTER, EntryKind, reviewer_holder, unit_holder
from cases.office import Office
from cases.proposals import open_proposals, propose
from cases.protection import protection_of
from cases.readers import listed_readers_of
from cases.records import (
    AttachmentRecord,
    CaseRecord,
    CompartmentRecord,
    EntryRecord,
    ReceiptRecord,
    SealRecord,
    SeenRecord,
)
from cases.retention import retention_row
from cases.retention_records import DisposedReceiptRecord
from cases.reviewers import SignedIn
from cases.rewards import rewards_of
from cases.staff import Staff, load_staff
from cases.step_errors import DisposalRefusedError
from policy.rights import Action
from policy.states import CaseState

DISPOSE_STEP = "dispose"
# What is left of a case: every other table that names one is emptied of it.
KEPT = frozenset({"serials", "listings", "outcomes", "clocks", "retention", "rewards"})


@dataclass(frozen=True, repr=False)
class Destroyed:
    """The keys of payloads in the vault that nothing names any more."""

    object_keys: Sequence[str] = ()


def why_kept(case: CaseFile, today: date, settled: str = "") -> str:
    """Return why a case cannot be disposed of now; nothing where it can (``DisposalRefusedError``).

    ``settled`` is the proposal that is being settled: all others wait.
    """
    keeping = case.keeping
    if case.state is not CaseState.CLOSED or keeping.closed_on is None:
        return "open"
    if keeping.held_on is not None:
        return "held"
    if not keeping.is_over(today):
        return "kept" if keeping.until is None else "young"
    return _what_waits(case, settled)


def _what_waits(case: CaseFile, settled: str) -> str:
    if any(each.id != settled for each in open_proposals(case.entries)):
        return "waits"
    said = [entry.author for entry in case.entries if entry.kind is EntryKind.MESSAGE]
    if said[-1:] == [REPORTER]:
        return "unanswered"
    requests = protection_of(case.entries).requests
    if any(each.is_open or each.granted for each in requests):
        return "protected"
    return "rewarded" if any(each.waits for each in rewards_of(case.entries)) else ""


def propose_disposal(office: Office, signed_in: SignedIn, ref: str, change: Change) -> None:
    """Propose that a case is disposed of, for a second person to approve.

    Raises:
        DisposalRefusedError: it cannot be now.
        NotPermittedError: it is not theirs to handle.
        StaleCaseError: somebody changed it meanwhile.
    """
    today = office.clock.today()
    with office.database.writing() as session:
        case = lock_for(session, signed_in, ref, today, Action.DISPOSE)
        check_version(case, change.version)
        case_file = read_case(office, session, signed_in, ref)
        if why := why_kept(case_file, today):
            raise DisposalRefusedError(why)
        said = {"until": str(case_file.keeping.until)}
        propose(session, signed_in, case, change.as_step(DISPOSE_STEP, said), today)


def dispose(
    office: Office, session: Session, signed_in: SignedIn, case: CaseRecord, proposal: str
) -> Destroyed:
    """Destroy what was sealed of a locked case: two people said so.

    Return what is left to be deleted in the vault once this transaction is kept.

    Raises:
        DisposalRefusedError: it cannot be now.
        OpenError: something of it was altered.
    """
    today = office.clock.today()
    case_file = read_case(office, session, signed_in, case.ref)
    if why := why_kept(case_file, today, proposal):
        raise DisposalRefusedError(why)
    staff = load_staff(session)
    _list_by_name(session, staff, case, case_file.exclusions.people)
    # Whoever may not know the case that this one repeats goes on counting it as a matter.
    if not case.is_matter:
        case.is_matter = not _is_known_duplicate(office, session, signed_in, staff, case_file)
    case.due_on = case.due_rule = case.told_on = case.told_rule = None
    case.escalates_to = case.escalates_on = None
    relist(session, case)
    retention_row(session, case.ref).disposed_on = today
    return Destroyed(_destroy(session, case.ref, today))


def _destroy(session: Session, ref: str, today: date) -> list[str]:
    entries = select(EntryRecord.id).where(EntryRecord.case_ref == ref)
    compartments = select(CompartmentRecord.id).where(CompartmentRecord.case_ref == ref)
    files = select(AttachmentRecord.object_key).where(AttachmentRecord.entry_id.in_(entries))
    keys = list(session.scalars(files))
    tags = session.scalars(select(ReceiptRecord.lookup_tag).where(ReceiptRecord.case_ref == ref))
    gone = [{"lookup_tag": tag, "disposed_on": today} for tag in tags]
    if gone:
        session.execute(insert(DisposedReceiptRecord), gone)
    # What is still to be written of it goes too; and what belongs to others goes before them.
    session.flush()
    for of_entry in (SeenRecord, CourierEntryRecord, AttachmentRecord):
        session.execute(delete(of_entry).where(of_entry.entry_id.in_(entries)))
    session.execute(delete(SealRecord).where(SealRecord.compartment_id.in_(compartments)))
    for table in reversed(CaseRecord.metadata.sorted_tables):
        if "case_ref" in table.c and table.name not in KEPT:
            session.execute(delete(table).where(table.c.case_ref == ref))
    return keys


def _list_by_name(session: Session, staff: Staff, case: CaseRecord, out: Iterable[str]) -> None:
    """Let no list of a unit show what is left of a case that keeps somebody out.

    Who is kept out was sealed in the case. Whoever reads it now goes on counting it, by name.
    """
    kept_out = frozenset(out)
    if not kept_out:
        return
    for unit, people in staff.members.items():
        names = [reviewer_holder(member) for member in people if member not in kept_out]
        list_instead(session, case, unit_holder(unit), names)


def _is_known_duplicate(
    office: Office, session: Session, signed_in: SignedIn, staff: Staff, case: CaseFile
) -> bool:
    """Return whether everybody who counts this case may know of another that tells the same."""
    own = listed_readers_of(session, staff, case.ref)
    for link in case.older_links:
        if DUPLICATE not in link.kinds:
            continue
        out = {reviewer_holder(who) for who in _kept_out(office, session, signed_in, link.other)}
        if own <= listed_readers_of(session, staff, link.other) and own.isdisjoint(out):
            return True
    return False


def _kept_out(office: Office, session: Session, signed_in: SignedIn, ref: str) -> Iterable[str]:
    try:
        return read_case(office, session, signed_in, ref).exclusions.people
    except DisposedCaseError:
        return ()
