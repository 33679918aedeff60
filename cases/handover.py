"""Redaction before handover: another unit gets the case without what tells who reported it.

The unit that hands over keeps the original and goes on reading: nobody else could give it to who
asks for it (``cases.originals``).
"""

from dataclasses import dataclass

from cases.access import has_right
from cases.case_file import CaseFile, open_case
from cases.compartments import Entry
from cases.copies import RedactedCopy
from cases.errors import NotPermittedError, StaleCaseError
from cases.file_copies import copies_of
from cases.hiding import passages_of
from cases.history import Change
from cases.names import EntryKind
from cases.office import Office
from cases.proposals import open_proposals
from cases.redaction import (
    Marks,
    Piece,
    copied,
    digest_of,
    files_of,
    given_names,
    is_covered,
    passages_marked,
    pieces_of,
)
from cases.referral import Referral, refer
from cases.reviewers import SignedIn
from cases.step_errors import HandoverRefusedError
from policy.rights import Action


@dataclass(frozen=True, repr=False, kw_only=True)
class Handover(Change):
    """To whom a case is handed over, what is hidden, and which preview of it was looked at."""

    unit: str
    marks: Marks
    shown: str


def hand_over(office: Office, signed_in: SignedIn, ref: str, handover: Handover) -> None:
    """Pass a case to another unit, which from then on speaks with the reporter and reads a copy.

    Raises:
        HandoverRefusedError: nothing is hidden, words stand nowhere, the reason has them, another
            copy was looked at, or a proposal waits.
        BarredUnitError: the report names that unit, its head, or somebody above it.
        UnstaffedUnitError: nobody there could open it.
        NotPermittedError: another unit is responsible for the case.
        StaleCaseError: somebody changed it, or something was said, meanwhile.
        IllegalTransitionError: a case in this state cannot be referred.
    """
    case = open_case(office, signed_in, ref, is_own=True)
    if not has_right(signed_in, Action.REFER, case):
        raise NotPermittedError
    if case.version != handover.version:
        raise StaleCaseError
    check_marks(case, handover.marks, handover.reason)
    if handover.shown != shown_as(case, handover.marks):
        raise HandoverRefusedError("shown")
    if open_proposals(case.entries):
        raise HandoverRefusedError("proposals")
    entry = Entry(
        EntryKind.REDACTED,
        case.unit,
        copied(case.entries, case.exclusions, handover.marks),
        # Under names that tell nothing.
        copies_of(office, signed_in, ref, given_names(case.entries, handover.marks).items()),
    )
    covers = frozenset(entry.id for entry in case.entries if is_covered(entry))
    referral = Referral(
        handover.unit,
        handover.reason,
        keeps_access=True,
        version=handover.version,
        form_tag=handover.form_tag,
        redacted=RedactedCopy(entry, covers),
    )
    refer(office, signed_in, ref, referral)


def check_marks(case: CaseFile, marks: Marks, reason: str = "") -> None:
    """Accept what is marked.

    Raises:
        HandoverRefusedError: it is nothing of this case, or the reason gives it away.
    """
    pieces = pieces_of(case.entries)
    places = {(number, at) for number, piece in enumerate(pieces) for at in _places(piece)}
    keys = {file.object_key for file in files_of(case.entries)}
    if not marks.sentences <= places or not marks.files <= keys:
        raise HandoverRefusedError("marks")
    if not marks.sentences and not marks.words:
        raise HandoverRefusedError("nothing")
    for word in marks.words:
        passage = passages_of((word,))
        if not any(passage.are_in(piece.text) for piece in pieces):
            raise HandoverRefusedError("words")
    if passages_marked(pieces, marks).are_in(reason):
        raise HandoverRefusedError("reason")


def shown_as(case: CaseFile, marks: Marks) -> str:
    """Return what tells whether the copy that is sent is the one that was looked at."""
    return digest_of(pieces_of(case.entries), files_of(case.entries), marks)


def _places(piece: Piece) -> range:
    return range(len(piece.sentences))
