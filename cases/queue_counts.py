"""How many cases wait for what, at the top of a reviewer's list."""

from typing import Final, get_args

from sqlalchemy import select, text

from cases.listing_indexes import OPEN_LISTING
from cases.office import Office
from cases.queue import Only, Wanted, list_cases
from cases.record_base import table_of
from cases.records import ListingRecord
from cases.reviewers import SignedIn

# What is rare among more open cases takes longer to find than somebody waits for a page.
MOST_COUNTED: Final = 10_000

_LISTINGS = table_of(ListingRecord).c
_OPEN = text(f"listings.{OPEN_LISTING.text}")


def count_waiting(
    office: Office, signed_in: SignedIn, most_open: int = MOST_COUNTED
) -> dict[Only, int] | None:
    """Return how many cases wait for what, up to one page of each; what nothing waits for is out.

    That is what the lists of the same names show: nobody is told of a case that is not in theirs.
    None where more cases are open than ``most_open``.
    """
    open_ones = select(_LISTINGS.case_ref).where(
        _LISTINGS.holder.in_(signed_in.holders),
        _LISTINGS.listed_from <= office.clock.today(),
        _OPEN,
    )
    with office.database.reading() as session:
        if session.scalar(open_ones.offset(most_open).limit(1)) is not None:
            return None
    found = {
        only: len(list_cases(office, signed_in, Wanted(only=only)).rows) for only in get_args(Only)
    }
    return {only: count for only, count in found.items() if count}
