"""Cases that tell the same, or belong together: linked, or no longer, with nobody told of more."""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.access import (
    check_version,
    find_counted,
    find_listed,
    lock_for,
    may_read,
    open_steps,
)
from cases.errors import CaseNotFoundError, DisposedCaseError
from cases.history import Change, add_step, links_standing
from cases.names import DUPLICATE, LINK_STEP, UNLINK_STEP
from cases.numbering import UNNUMBERED_CHARS, serial_of
from cases.office import Office
from cases.readers import readers_of
from cases.records import CaseRecord, SerialRecord
from cases.reviewers import SignedIn
from cases.staff import load_staff
from cases.step_errors import LinkRefusedError
from policy.rights import Action

RELATED = "related"
LINK_KINDS = (DUPLICATE, RELATED)
MOST_DIGITS = 9
# Of references that begin alike, so many are looked at.
MOST_CANDIDATES = 20


@dataclass(frozen=True, repr=False, kw_only=True)
class Link(Change):
    """Which older case tells the same, or belongs to this one, and why."""

    other: str
    kind: str


@dataclass(frozen=True, repr=False, kw_only=True)
class Unlink(Change):
    """Which older case, by its reference, does not belong to this one after all, and why."""

    other: str


def link(office: Office, signed_in: SignedIn, ref: str, wanted: Link) -> None:
    """Link a case to an older one of the reviewer's lists, by the older one's number or reference.

    A duplicate is counted as a report, and no longer as a matter. The line stands with each of the
    two that all readers of may know the other.

    Raises:
        LinkRefusedError: there is no such case, it is the same, a duplicate itself, or its readers
            may not all know of the other.
        NotPermittedError: another unit is responsible for the case.
        StaleCaseError: somebody changed it meanwhile.
    """
    today = office.clock.today()
    with office.database.writing() as session:
        case = lock_for(session, signed_in, ref, today, Action.LINK)
        check_version(case, wanted.version)
        found = _find(session, signed_in, wanted.other, today)
        if found is None or wanted.kind not in LINK_KINDS:
            raise LinkRefusedError("unknown")
        if found.ref == ref:
            raise LinkRefusedError("same")
        told = _who_may_tell(session, case, found)
        # That a case is no matter of its own tells its readers that there is another one.
        if not told or (wanted.kind == DUPLICATE and case not in told):
            raise LinkRefusedError("reader")
        if wanted.kind == DUPLICATE:
            if not found.is_matter:
                raise LinkRefusedError("duplicate")
            case.is_matter = False
        for one in told:
            other = found if one is case else case
            said = {
                "kind": wanted.kind,
                "is_older": other is found,
                "other": other.ref,
                "number": serial_of(session, other),
            }
            # A form tag stands once, with the first of the two lines.
            line = wanted if one is told[0] else replace(wanted, form_tag=None)
            add_step(session, signed_in, one, line.as_step(LINK_STEP, said), today)


def unlink(office: Office, signed_in: SignedIn, ref: str, wanted: Unlink) -> None:
    """Undo what linked a case to an older one. Every line of it stays in the histories.

    The case is a matter of its own again, unless it tells the same as another older case.

    Raises:
        LinkRefusedError: this reviewer knows of no link from the one to the other.
        NotPermittedError: another unit is responsible for the case.
        StaleCaseError: somebody changed it meanwhile.
    """
    today = office.clock.today()
    with office.database.writing() as session:
        case = lock_for(session, signed_in, ref, today, Action.LINK)
        check_version(case, wanted.version)
        # Of all of them: a link that is hidden from this reviewer keeps what it did.
        links = links_standing(open_steps(session, signed_in, ref))
        older = [link for link in links if link.is_older]
        undone = [link for link in older if link.other == wanted.other]
        if not undone or not may_read(session, signed_in, wanted.other, today):
            raise LinkRefusedError("unlinked")
        case.is_matter = not any(DUPLICATE in link.kinds for link in older if link not in undone)
        found = find_counted(session, signed_in, wanted.other, today)
        said = {"is_older": True, "other": found.ref, "number": serial_of(session, found)}
        add_step(session, signed_in, case, wanted.as_step(UNLINK_STEP, said), today)
        # The older one may never have been told, or is no more.
        their_links = links_standing(open_steps(session, signed_in, found.ref))
        if any(link.other == ref for link in their_links):
            said = {"is_older": False, "other": ref, "number": serial_of(session, case)}
            line = replace(wanted, form_tag=None).as_step(UNLINK_STEP, said)
            add_step(session, signed_in, found, line, today)


def _who_may_tell(session: Session, case: CaseRecord, found: CaseRecord) -> list[CaseRecord]:
    """Return which of two cases may name the other: all of its readers read the other one too."""
    staff = load_staff(session)
    own, others = (readers_of(session, staff, each.ref) for each in (case, found))
    return [*([case] if own <= others else []), *([found] if others <= own else [])]


def _find(session: Session, signed_in: SignedIn, other: str, today: date) -> CaseRecord | None:
    """Return a case of the reviewer's lists by its number, or by the beginning of its reference."""
    number, slash, year = other.strip().partition("/")
    if slash:
        if not (_is_number(number) and _is_number(year)):
            return None
        query = select(SerialRecord.case_ref).where(
            SerialRecord.unit.in_(signed_in.units),
            SerialRecord.number == int(number),
            SerialRecord.year == int(year),
        )
    else:
        if len(number) < UNNUMBERED_CHARS or not number.isalnum():
            return None
        query = select(CaseRecord.ref).where(CaseRecord.ref.startswith(number.lower()))
    for ref in session.scalars(query.limit(MOST_CANDIDATES)).all():
        with suppress(CaseNotFoundError, DisposedCaseError):
            return find_listed(session, signed_in, ref, today)
    return None


def _is_number(typed: str) -> bool:
    return typed.isascii() and typed.isdecimal() and len(typed) <= MOST_DIGITS
