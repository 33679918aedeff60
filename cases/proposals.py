"""What takes two: one person proposes it with a reason, and it waits for another to settle it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import insert
from sqlalchemy.orm import Session

from cases.desk_records import ProposalRecord
from cases.history import Step, add_step
from cases.names import EntryKind, new_ref
from cases.opened import OpenedEntry
from cases.records import CaseRecord
from cases.reviewers import SignedIn

PROPOSE_STEP, APPROVE_STEP, REFUSE_STEP = "propose", "approve", "refuse"
SETTLING = frozenset({APPROVE_STEP, REFUSE_STEP})


@dataclass(frozen=True, repr=False)
class Proposal:
    """Something of a case that waits for a second person, in memory only.

    ``deed`` is the line that the history will have once it is approved.
    """

    id: str
    deed: OpenedEntry
    reason: str
    by: str
    day: date


def propose(session: Session, signed_in: SignedIn, case: CaseRecord, deed: Step, day: date) -> None:
    """Let something wait for a second person; the case is locked, and it could be done now.

    ``deed`` is the line that the history would have had.
    """
    proposal, why = new_ref(), str(deed.values.get("reason", ""))
    said = {name: value for name, value in deed.values.items() if name != "reason"}
    line = {"step": PROPOSE_STEP, "proposal": proposal, "deed": said, "reason": why}
    add_step(session, signed_in, case, Step(line, deed.form_tag), day)
    session.execute(
        insert(ProposalRecord).values(
            id=proposal, case_ref=case.ref, proposed_by=signed_in.reviewer_id, proposed_on=day
        )
    )


def open_proposals(entries: Iterable[OpenedEntry]) -> tuple[Proposal, ...]:
    """Return what of a case's history waits to be settled, the oldest first."""
    found: dict[str, Proposal] = {}
    for entry in entries:
        if entry.kind is not EntryKind.STEP:
            continue
        if entry.text("step") == PROPOSE_STEP:
            proposal = _proposal_of(entry)
            found[proposal.id] = proposal
        elif entry.text("step") in SETTLING:
            found.pop(entry.text("proposal"), None)
    return tuple(found.values())


def deed_of(entry: OpenedEntry) -> OpenedEntry:
    """Return what a line proposes or settles, as the line that it would be."""
    values = entry.values.get("deed")
    return OpenedEntry(
        id=entry.id,
        kind=EntryKind.STEP,
        author=entry.author,
        day=entry.day,
        values=values if isinstance(values, dict) else {},
        attachments=(),
    )


def _proposal_of(entry: OpenedEntry) -> Proposal:
    reason, by = entry.text("reason"), entry.text("by")
    return Proposal(entry.text("proposal"), deed_of(entry), reason, by, entry.day)
