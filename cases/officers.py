"""Protection officers: who is given what a case says of protection, by whom, and who loses it.

Somebody who holds nothing else of a case cannot see whom its report keeps out. So officers share
no key: each is given a seal of their own, by whoever knows that the case does not keep them out.
That is the public door when it files a report, which writes down who may be given one once there
is something to seal; and for everything before or after, a reader of the unit in their own session.
"""

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from datetime import date

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from cases.access import lock_for, open_compartments
from cases.case_epochs import start_protection_epoch
from cases.compartments import seal_rows
from cases.database import insert_or
from cases.errors import CaseNotFoundError, NotPermittedError, StoreUnavailableError
from cases.history import kept_out_by
from cases.listing_indexes import PROTECTION_PART
from cases.listings import listed_columns, listing_row
from cases.names import KEEPING_OUT, CompartmentKind, EntryKind, protection_holder
from cases.office import Office
from cases.opened import OpenedCompartment
from cases.protection_given import given_to
from cases.reading import open_entries
from cases.records import CaseRecord, CompartmentRecord, ListingRecord, SealRecord
from cases.reviewers import SignedIn
from cases.staff import load_staff
from crypto.errors import OpenError
from policy.rights import Action

# Few cases say anything of protection. Those that keep an officer out are looked at each time.
MOST_CASES = 200


def protection_among(opened: Mapping[str, OpenedCompartment]) -> dict[str, OpenedCompartment]:
    """Return of opened compartments those that officers may be given."""
    return {key: each for key, each in opened.items() if each.kind is CompartmentKind.PROTECTION}


def give_protection(office: Office, signed_in: SignedIn) -> None:
    """Give officers of a reader's units what they lack of cases that do not keep them out.

    Where it cannot be kept, it follows with the next sign-in.
    """
    with suppress(StoreUnavailableError):
        with office.database.reading() as session:
            refs = sorted(set(_lacking(session, signed_in.units)))
        for ref in refs:
            # What this reader may not know of, or cannot open, another one gives.
            with (
                suppress(CaseNotFoundError, NotPermittedError, OpenError),
                office.database.writing() as session,
            ):
                case = lock_for(session, signed_in, ref, office.clock.today(), Action.READ)
                _give(session, signed_in, case, office.clock.today())


def _lacking(session: Session, units: Collection[str]) -> Iterator[str]:
    staff = load_staff(session)
    for unit in units:
        for officer in staff.protectors(unit, ()):
            has_seal = exists().where(
                SealRecord.compartment_id == CompartmentRecord.id, SealRecord.holder == officer.name
            )
            yield from session.scalars(
                select(CompartmentRecord.case_ref)
                .join(CaseRecord, CaseRecord.ref == CompartmentRecord.case_ref)
                .where(PROTECTION_PART, CaseRecord.unit == unit, ~has_seal)
                .distinct()
                .limit(MOST_CASES)
            )


def _give(session: Session, signed_in: SignedIn, case: CaseRecord, day: date) -> None:
    opened = open_compartments(session, signed_in, case.ref)
    said = open_entries(session, case.ref, opened, *KEEPING_OUT)
    if all(entry.kind is not EntryKind.REPORT for entry in said):
        # Whom it names cannot be told, and what cannot be told is not given.
        return
    officers = load_staff(session).protectors(case.unit, kept_out_by(said))
    seals = [
        row
        for compartment in protection_among(opened).values()
        if not compartment.is_given
        for row in seal_rows(compartment.id, compartment.identity, officers)
    ]
    shared = listed_columns(case)
    listings = [listing_row(shared, officer.name, day) for officer in officers]
    for table, rows in ((SealRecord, seals), (ListingRecord, listings)):
        if rows:
            session.execute(insert_or(session, table).on_conflict_do_nothing(), rows)


def take_protection(session: Session, reviewer_id: str) -> None:
    """Take from somebody what they were given in units whose officer they are no longer.

    What comes after is sealed to epochs that they never held.
    """
    own = protection_holder(reviewer_id)
    officers = load_staff(session).officers
    still_in = [unit for unit, people in officers.items() if reviewer_id in people]
    lost = select(CaseRecord.ref).where(CaseRecord.unit.not_in(still_in))
    given = given_to({own}).where(CompartmentRecord.case_ref.in_(lost)).distinct()
    refs = session.scalars(given.order_by(CompartmentRecord.case_ref)).all()
    compartments = select(CompartmentRecord.id).where(CompartmentRecord.case_ref.in_(lost))
    session.execute(
        delete(SealRecord).where(
            SealRecord.holder == own, SealRecord.compartment_id.in_(compartments)
        )
    )
    session.execute(
        delete(ListingRecord).where(ListingRecord.holder == own, ListingRecord.case_ref.in_(lost))
    )
    for ref in refs:
        start_protection_epoch(session, ref)
