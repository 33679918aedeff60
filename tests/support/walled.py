"""An office with two cases, seen through the bare connection of its public door."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from cases.casework import answer, note
from cases.office import Office
from cases.queue import Wanted, list_cases
from cases.threads import Message
from crypto.receipts import Receipt
from tests.support.office import TestOffice, open_office, public_side, public_url

UNIT = "van-phong"


@dataclass
class Walled:
    """An office with two cases, and the bare connection of its public door."""

    office: TestOffice
    public: Office
    known: Receipt
    other: Receipt
    connection: psycopg.Connection

    def tried(self, statement: str, *known: bytes) -> list[tuple[object, ...]]:
        """Return the rows of a statement in a transaction that knows some tags."""
        with self.connection.transaction():
            tags = ",".join(tag.hex() for tag in known)
            self.connection.execute("SELECT set_config('liemchinh.known', %s, true)", (tags,))
            done = self.connection.execute(statement.encode())
            return done.fetchall() if done.description else [("changed",)] * done.rowcount


@contextmanager
def open_walled(folder: Path, postgresql_url: str) -> Iterator[Walled]:
    """Yield an office on a migrated database; both of its cases were answered and noted."""
    office = open_office(folder, database_url=postgresql_url)
    known, other = office.file("Chuyện của tôi.").receipt, office.file("Chuyện khác.").receipt
    for row in list_cases(office.office, office.reviewers[UNIT], Wanted()).rows:
        answer(office.office, office.reviewers[UNIT], row.ref, Message("Đã nhận."))
        note(office.office, office.reviewers[UNIT], row.ref, Message("Ghi chú nội bộ."))
    public = public_side(office.office)
    url = make_url(public_url(postgresql_url)).set(drivername="postgresql")
    with psycopg.connect(url.render_as_string(hide_password=False)) as connection:
        yield Walled(office, public, known, other, connection)
    public.database.close()
    office.office.database.close()
