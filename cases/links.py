"""Cases that tell the same, or belong together: linked without anybody learning of one more."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.access import find_listed, lock_responsible
from cases.errors import CaseNotFoundError, LinkRefusedError
from cases.history import Step, add_step
from cases.names import DUPLICATE, LINK_STEP, reviewer_holder, unit_holder
from cases.notes import report_holders
from cases.office import Office
from cases.queue import UNNUMBERED_CHARS, serial_text
from cases.records import CaseRecord, SerialRecord
from cases.reviewers import SignedIn
from cases.staff import Staff, load_staff

RELATED = "related"
LINK_KINDS = (DUPLICATE, RELATED)
MOST_DIGITS = 9
# Of references that begin alike, so many are looked at.
MOST_CANDIDATES = 20


@dataclass(frozen=True, repr=False, kw_only=True)
class Link:
    """Which older case tells the same, or belongs to this one, and why."""

    other: str
    kind: str
    reason: str
    version: int
    form_tag: bytes | None = None


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
        case = lock_responsible(session, signed_in, ref, today, wanted.version)
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
            line = _line(session, wanted, other, is_older=other is found)
            # A form tag stands once, with the first of the two lines.
            tag = wanted.form_tag if one is told[0] else None
            add_step(session, signed_in, one, Step(line, tag), today)


def _who_may_tell(session: Session, case: CaseRecord, found: CaseRecord) -> list[CaseRecord]:
    """Return which of two cases may name the other: all of its readers read the other one too."""
    staff = load_staff(session)
    own, others = (_readers(session, staff, each.ref) for each in (case, found))
    return [*([case] if own <= others else []), *([found] if others <= own else [])]


def _line(
    session: Session, wanted: Link, other: CaseRecord, *, is_older: bool
) -> dict[str, object]:
    return {
        "step": LINK_STEP,
        "kind": wanted.kind,
        "is_older": is_older,
        "other": other.ref,
        "number": _number(session, other),
        "reason": wanted.reason,
    }


def _find(session: Session, signed_in: SignedIn, other: str, today: date) -> CaseRecord | None:
    """Return a case of the reviewer's lists by its number, or by the beginning of its reference."""
    number, slash, year = other.strip().partition("/")
    if slash:
        is_number = all(
            each.isascii() and each.isdecimal() and len(each) <= MOST_DIGITS
            for each in (number, year)
        )
        wanted = (
            (SerialRecord.number == int(number), SerialRecord.year == int(year))
            if is_number
            else None
        )
        if wanted is None:
            return None
        query = select(SerialRecord.case_ref).where(SerialRecord.unit.in_(signed_in.units), *wanted)
    else:
        if len(number) < UNNUMBERED_CHARS or not number.isalnum():
            return None
        query = select(CaseRecord.ref).where(CaseRecord.ref.startswith(number.lower()))
    for ref in session.scalars(query.limit(MOST_CANDIDATES)).all():
        with suppress(CaseNotFoundError):
            return find_listed(session, signed_in, ref, today)
    return None


def _readers(session: Session, staff: Staff, ref: str) -> set[str]:
    """Return who reads the notes of a case: its holders, and each member of the units of these."""
    holders = set(report_holders(session, ref))
    members = {
        reviewer_holder(member)
        for unit, people in staff.members.items()
        if unit_holder(unit) in holders
        for member in people
    }
    return holders | members


def _number(session: Session, case: CaseRecord) -> str:
    serial = session.get(SerialRecord, (case.ref, case.unit))
    year, number = (serial.year, serial.number) if serial else (None, None)
    return serial_text(year, number, case.ref)
