"""The protection of a case as its protection officer is given it: nothing else of it is there."""

from dataclasses import dataclass

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from cases.access import check_not_kept_out, find_protected, has_right, open_protection
from cases.case_file import CaseFile, open_case
from cases.clocks import clocks_of
from cases.errors import CaseNotFoundError
from cases.numbering import serial_of
from cases.office import Office
from cases.opened import OpenedEntry
from cases.reading import open_entries
from cases.records import ReceiptRecord
from cases.reviewers import SignedIn
from cases.standing import Standing, standing_columns
from policy.clock import Clocks
from policy.deadlines import Course
from policy.rights import OF_A_CASE, Action


@dataclass(frozen=True, repr=False, kw_only=True)
class ProtectionFile(Standing):
    """What a case says of protection and how it stands, in memory only."""

    ref: str
    version: int
    serial: str
    has_receipt: bool
    entries: tuple[OpenedEntry, ...]
    rights: frozenset[Action]
    clocks: Clocks

    @property
    def course(self) -> Course:
        """Return on which tracks the case goes, and since when it is there."""
        return Course(frozenset({self.track, *self.side_tracks}), self.received_on)


def open_protection_file(
    office: Office, signed_in: SignedIn, ref: str
) -> CaseFile | ProtectionFile:
    """Return a case to its reader, and to its protection officer what it says of protection.

    Raises:
        CaseNotFoundError: it is none of the reviewer's business.
        OpenError: something of it was altered.
    """
    try:
        return open_case(office, signed_in, ref)
    except CaseNotFoundError:
        if not signed_in.protects_in:
            raise
    with office.database.reading() as session:
        return _read(office, session, signed_in, ref)


def _read(office: Office, session: Session, signed_in: SignedIn, ref: str) -> ProtectionFile:
    case = find_protected(session, signed_in, ref, office.clock.today())
    check_not_kept_out(session, signed_in, ref)
    is_followed = exists().where(ReceiptRecord.case_ref == ref)
    return ProtectionFile(
        **standing_columns(case),
        ref=case.ref,
        version=case.version,
        serial=serial_of(session, case),
        has_receipt=bool(session.scalar(select(is_followed))),
        entries=open_entries(session, ref, open_protection(session, signed_in, ref)),
        rights=frozenset(each for each in OF_A_CASE if has_right(signed_in, each, case)),
        clocks=clocks_of(session, office.law, case),
    )
