"""The floor of the queue: the same rows by SQL written by hand, on the same connection.

Each of the reviewer's holders gives its first rows from the index of the lists, and the page is
what comes first among these.
"""

from datetime import date
from typing import Any, Final

from sqlalchemy import Date, TextClause, bindparam, text

from cases.listing_indexes import OPEN_LISTING
from cases.office import Office
from cases.queue import PAGE_CASES
from cases.reviewers import SignedIn

_COLUMNS: Final = (
    "c.ref, c.unit, c.state, c.field, c.urgent, c.opened_on, c.received_on, c.due_on, "
    "s.year, s.number"
)


def first_rows(office: Office, signed_in: SignedIn, after: tuple[date, str] | None) -> Any:
    """Return the rows of a page and one more, newest first, from a cursor on."""
    holders = sorted(signed_in.holders)
    values: dict[str, object] = {f"holder_{at}": name for at, name in enumerate(holders)}
    values["today"] = office.clock.today()
    if after:
        values |= {"day": after[0], "ref": after[1]}
    statement = _statement(len(holders), is_later=after is not None)
    with office.database.reading() as session:
        return session.connection().execute(statement, values).all()


def _statement(holders: int, *, is_later: bool) -> TextClause:
    later = "AND (l.received_on, l.case_ref) < (:day, :ref)" if is_later else ""
    parts = [
        f"""SELECT * FROM (
        SELECT {_COLUMNS} FROM listings l
        JOIN cases c ON c.ref = l.case_ref
        LEFT JOIN serials s ON s.case_ref = c.ref AND s.unit = c.unit
        WHERE l.holder = :holder_{at} AND l.listed_from <= :today AND l.{OPEN_LISTING} {later}
        ORDER BY l.received_on DESC, l.case_ref DESC LIMIT {PAGE_CASES + 1}
        ) AS list_{at}"""  # noqa: S608 - words of our own
        for at in range(holders)
    ]
    days = [bindparam("today", type_=Date)]
    if is_later:
        days.append(bindparam("day", type_=Date))
    whole = " UNION ".join(parts) + f" ORDER BY received_on DESC, ref DESC LIMIT {PAGE_CASES + 1}"
    return text(whole).bindparams(*days)
