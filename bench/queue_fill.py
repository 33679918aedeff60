"""Many cases at once, as five years of an office would leave them: most closed, most in one unit.

Nothing is sealed here: a queue shows what stands in clear.
"""

import random
import sqlite3
from base64 import b32encode
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final, cast

import psycopg
from sqlalchemy.engine import make_url

from cases.listings import listing_row
from cases.names import REF_BYTES, reviewer_holder, unit_holder
from cases.office import Office
from cases.record_base import Record
from cases.records import CaseRecord, ListingRecord, SerialRecord
from cases.reviewers import SignedIn
from policy.states import CaseState

SEED: Final = 20250801
DAYS: Final = 5 * 365
FRESH_DAYS: Final = 60
MAIN_UNIT_SHARE: Final = 0.9
# Cases that one member is kept out of: listed by each other member, and never numbered.
KEPT_OUT_SHARE: Final = 0.01
SUPERIOR_SHARE: Final = 0.1
FRESH_STATES: Final = {
    CaseState.RECEIVED: 30,
    CaseState.ASSESSING: 25,
    CaseState.ACCEPTED: 12,
    CaseState.VERIFYING: 18,
    CaseState.REFERRED: 4,
    CaseState.TRANSFERRED: 5,
    CaseState.CLOSED: 6,
}
OLD_STATES: Final = {
    CaseState.CLOSED: 90,
    CaseState.CONCLUDED: 4,
    CaseState.NOT_ACCEPTED: 2,
    CaseState.TRANSFERRED: 2,
    CaseState.VERIFYING: 1,
    CaseState.REOPENED: 1,
}
NO_DUE_DAY: Final = frozenset({CaseState.CLOSED, CaseState.NOT_ACCEPTED, CaseState.TRANSFERRED})
# Cases that need no further step, and of which something is left to do.
LEFT_SHARE: Final = 0.01
BATCH: Final = 20_000

Values = dict[str, Any]


@dataclass
class Filling:
    """Makes cases with their listings and numbers, the same ones each time."""

    office: Office
    reviewer: SignedIn
    unit: str
    chance: random.Random = field(default_factory=lambda: random.Random(SEED))  # noqa: S311 - the same cases in each run
    numbers: Counter[tuple[str, int]] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        """Draw from what the office's pack has."""
        pack = self.office.pack
        self._others = [u.code for u in pack.receiving_units() if u.code != self.unit]
        self._fields = [None, *(each.code for each in pack.fields)]
        self._today = self.office.clock.today()
        self._drawn = {
            True: (list(FRESH_STATES), list(FRESH_STATES.values())),
            False: (list(OLD_STATES), list(OLD_STATES.values())),
        }

    def cases(self, count: int) -> Iterator[Values]:
        """Yield cases, oldest first."""
        for at in range(count):
            yield self._case(self._today - timedelta(days=DAYS - 1 - at * DAYS // count))

    def _case(self, day: date) -> Values:
        chance = self.chance
        is_main = chance.random() < MAIN_UNIT_SHARE
        state = chance.choices(*self._drawn[(self._today - day).days < FRESH_DAYS])[0]
        is_new = state is CaseState.RECEIVED
        is_over = state in NO_DUE_DAY and chance.random() >= LEFT_SHARE
        due = None if is_over else day + timedelta(days=chance.choice((10, 30, 60, 90)))
        return {
            "ref": b32encode(chance.randbytes(REF_BYTES))[:26].decode("ascii").lower(),
            "received_on": day,
            "unit": self.unit if is_main else chance.choice(self._others),
            "state": state.value,
            "track": "B",
            "side_tracks": "",
            "field": chance.choice(self._fields),
            "urgent": chance.random() < 0.03,  # noqa: PLR2004 - a few
            "due_on": due,
            "due_rule": "D19" if due else None,
            "told_on": due,
            "told_rule": "D19" if due else None,
            "opened_on": None if is_new else day + timedelta(days=chance.randrange(5)),
            "escalates_to": None,
            "escalates_on": None,
            "escalated_on": None,
            "is_paper": False,
            "is_matter": True,
            "version": 1,
        }

    def listings(self, case: Values) -> list[Values]:
        """Return a case's places in the lists."""
        is_kept_out = case["unit"] == self.unit and self.chance.random() < KEPT_OUT_SHARE
        own = reviewer_holder(self.reviewer.reviewer_id)
        holder = own if is_kept_out else unit_holder(case["unit"])
        place = {**listing_row(case, holder, case["received_on"]), "is_numbered": True}
        if self.chance.random() >= SUPERIOR_SHARE:
            return [place]
        superior = unit_holder(self._others[0] if case["unit"] == self.unit else self.unit)
        return [place, {**listing_row(case, superior, None), "is_numbered": False}]

    def serials(self, case: Values, places: list[Values]) -> list[Values]:
        """Return a case's number in its unit's register, where it has one."""
        if places[0]["holder"] != unit_holder(case["unit"]):
            return []
        year = case["received_on"].year
        self.numbers[case["unit"], year] += 1
        number = self.numbers[case["unit"], year]
        return [{"case_ref": case["ref"], "unit": case["unit"], "year": year, "number": number}]


def fill(filling: Filling, count: int) -> None:
    """Fill the office's database with cases, as fast as it takes them."""
    url = make_url(filling.office.database.engine.url)
    batches = _batches(filling, count)
    if url.get_backend_name() == "sqlite":
        _fill_sqlite(str(url.database), batches)
        return
    libpq = url.set(drivername="postgresql").render_as_string(hide_password=False)
    _fill_postgresql(libpq, batches)


Batch = dict[type[Record], list[Values]]


def _batches(filling: Filling, count: int) -> Iterator[Batch]:
    batch: Batch = {CaseRecord: [], ListingRecord: [], SerialRecord: []}
    for case in filling.cases(count):
        places = filling.listings(case)
        batch[CaseRecord].append(case)
        batch[ListingRecord] += places
        batch[SerialRecord] += filling.serials(case, places)
        if len(batch[CaseRecord]) == BATCH:
            yield batch
            batch = {table: [] for table in batch}
    yield batch


def _columns(table: type[Record]) -> tuple[str, list[str]]:
    return str(table.__tablename__), [column.name for column in table.__table__.columns]


def _fill_sqlite(path: str, batches: Iterable[Batch]) -> None:
    connection = sqlite3.connect(path)
    for pragma in ("synchronous=OFF", "cache_size=-500000"):
        connection.execute(f"PRAGMA {pragma}")
    for batch in batches:
        for table, rows in batch.items():
            name, columns = _columns(table)
            marks = ", ".join("?" * len(columns))
            statement = f"INSERT INTO {name} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608 - names of our own tables
            connection.executemany(statement, [_plain(row, columns) for row in rows])
    connection.commit()
    connection.close()


def _plain(row: Values, columns: list[str]) -> list[object]:
    values = (row[column] for column in columns)
    return [value.isoformat() if isinstance(value, date) else value for value in values]


def _fill_postgresql(libpq: str, batches: Iterable[Batch]) -> None:
    with psycopg.connect(libpq, autocommit=True) as connection:
        for batch in batches:
            _copy_batch(connection, batch)
        # As its own housekeeping does within a minute of such a change.
        connection.execute("VACUUM ANALYZE")


def _copy_batch(connection: psycopg.Connection, batch: Batch) -> None:
    with connection.transaction():
        for table, rows in batch.items():
            _copy(connection, *_columns(table), rows)


def _copy(
    connection: psycopg.Connection, name: str, columns: list[str], rows: list[Values]
) -> None:
    statement = f"COPY {name} ({', '.join(columns)}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(cast(Any, statement)) as copy:
        for row in rows:
            copy.write_row([row[column] for column in columns])
